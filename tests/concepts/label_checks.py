"""Checks of the names that a figure puts on its lines and beside its points."""

from itertools import combinations

from ui import labels


def boxes(names, wide, sizes=labels.SIZES):
    """The box of each name in pixels: left, top, right, bottom."""
    width, height = sizes[wide]
    return {
        row.name: labels.text_box(
            (row.across * width, (1 - row.up) * height), row.name, row.dx, row.dy
        )
        for row in names[names["wide"] == wide].itertuples(index=False)
    }


def hit(one, other):
    """Whether two boxes lie on one another."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check(names, sizes=labels.SIZES):
    """No name covers another, lies on the line to one, or leaves the plot, whatever its size."""
    for wide, (width, height) in sizes.items():
        placed = boxes(names, wide, sizes)
        for name, (left, top, right, bottom) in placed.items():
            assert left >= 0, name
            assert top >= 0, name
            assert right <= width, name
            assert bottom <= height, name
        for line in names[(names["wide"] == wide) & names["far"].astype(bool)].itertuples():
            at = line.across * width, (1 - line.up) * height
            for x, y in labels.lead(at, line.dx, line.dy):
                others = [box for name, box in placed.items() if name != line.name]
                assert not any(hit((x, y, x, y), box) for box in others), line.name
        for (one, a), (other, b) in combinations(placed.items(), 2):
            assert not hit(a, b), (one, other, wide)


def check_guess(names, axes, at, **how):
    """No name lies on the reader's guess or on its words."""
    found = labels.Labels(axes)
    found.keep_guess(at, **how)
    for wide, taken in found._taken.items():
        for name, box in boxes(names, wide).items():
            assert not any(hit(box, other) for other in taken), (name, wide)
