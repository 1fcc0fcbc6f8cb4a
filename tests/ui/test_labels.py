"""Names in a figure: off points, lines and one another; far ones only where they must be."""

import pytest

from tests.concepts.label_checks import boxes, check, hit
from ui.labels import SIZES, Axes, Labels, Plane, text_box

AXES = Axes((1.0, 1e4), (1.0, 1e4))
STEEP = [(1.0, 1e4), (1e4, 1.0)]


def test_a_name_keeps_off_a_line_and_off_other_points():
    found = Labels(AXES)
    found.keep_off(STEEP)
    found.name_points({"on the line": (100.0, 100.0), "beside": (150.0, 100.0)}, ["on the line"])
    check(found.table)
    for wide, (width, height) in SIZES.items():
        left, top, right, bottom = boxes(found.table, wide)["on the line"]
        crossed = [
            (x, y)
            for k in range(400)
            for x, y in [(width * k / 400, height * k / 400)]
            if left < x < right and top < y < bottom
        ]
        assert crossed == []


def test_a_name_without_room_is_left_out_unless_it_must_be_there():
    crowd = {f"p{k}{j}": (80.0 * 1.03**k, 80.0 * 1.03**j) for k in range(15) for j in range(15)}
    points = {"Chinchilla 70B": (98.0, 98.0), **crowd}
    free, bound = Labels(AXES), Labels(AXES)
    free.name_points(points, ["Chinchilla 70B"])
    bound.name_points(points, ["Chinchilla 70B"], must=["Chinchilla 70B"])
    assert free.table.empty
    assert bound.table["far"].all()
    assert set(bound.table["wide"]) == {True, False}


@pytest.mark.parametrize(
    ("guess", "sides"), [(20.0, (12, 12)), (700.0, (12, -12)), (5e3, (-12, -12))]
)
def test_a_name_keeps_off_the_readers_guess_and_its_words(guess, sides):
    """They stand above at its right; below at its left where the plot ends, first on a phone."""
    for (wide, size), dx in zip(SIZES.items(), sides, strict=True):
        words = text_box(
            Plane(AXES, size).pixel((guess, 100.0)), "your guess", dx, -14 if dx > 0 else 14
        )
        point = (10 ** (4 * words[0] / size[0]), 125.0 if dx > 0 else 80.0)  # would begin there
        free, kept = Labels(AXES), Labels(AXES)
        kept.keep_guess((guess, 100.0))
        for found in free, kept:
            found.name_points({"by it": point}, ["by it"], ["by it"])
        before, after = (boxes(found.table, wide)["by it"] for found in (free, kept))
        assert hit(before, words)
        assert not hit(after, words)


def test_each_line_has_its_name_at_its_right_end_and_none_on_the_other():
    found = Labels(AXES)
    found.name_lines({"upper": [(1.0, 1e3), (1e4, 3e3)], "lower": [(1.0, 10.0), (1e4, 30.0)]})
    check(found.table)
    assert len(found.table) == 2 * len(SIZES)
    assert (found.table["across"] > 0.8).all()
    assert set(found.table.loc[found.table["up"] > 0.6, "name"]) == {"upper"}


def test_the_more_important_are_named_first_and_only_so_many():
    points = {f"point {k}": (10.0 ** (0.4 * k), 10.0 ** (0.4 * k)) for k in range(1, 9)}
    found = Labels(AXES)
    found.name_points(points, list(reversed(points)), most=(3, 1))
    named = found.table.groupby("wide")["name"].agg(list).to_dict()
    assert named == {True: ["point 8", "point 7", "point 6"], False: ["point 8"]}
