"""Names beside points and on lines: each where it covers nothing else; else not at all.

The places are found once for a laptop's figure and once for a phone's, in pixels, and go along
as columns of the table: the browser draws those that fit its width.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

NARROW = 480  # pixels: a narrower figure is a phone's
LOW = {True: (1000.0, 270.0), False: (290.0, 270.0)}  # of a figure in a tab
BESIDE = {True: (700.0, 250.0), False: (290.0, 250.0)}  # likewise, with controls at its left
SIZES = {True: (760.0, 386.0), False: (272.0, 345.0)}  # of the plot: wide, or not
CHOSEN = f"width > {NARROW} ? datum.wide : !datum.wide"  # Vega's filter of the rows to draw
GUESS_X, GUESS_Y = 12, 14  # pixels from a guess to its words: across, and up or down
# "your guess" stands above a guess at its right. With less room than this, pixels, it stands at
# its left, and below: most lines fall to the right.
GUESS_ROOM, GUESS_BELOW = 88, 24
LETTER, HEIGHT, DOT = 6.9, 15.0, 5.0  # pixels: a letter's width, a line's height, a dot's radius
NEAR = ((9, 0), (-9, 0), (0, -13), (0, 14), (8, -12), (8, 13), (-8, -12), (-8, 13))
FAR = tuple(  # twelve directions, ever further away
    (round(r * math.cos(k * math.pi / 6)), round(r * math.sin(k * math.pi / 6)))
    for r in (38, 55, 75, 100, 130) for k in (1, 11, 5, 7, 2, 10, 4, 8, 3, 9, 0, 6)
)  # fmt: skip
# A name; whether for a wide plot; where its point is, as a share of the plot's width and height;
# where it stands from there, in pixels; its alignment; and whether a line leads to it.
COLUMNS = ["name", "wide", "across", "up", "dx", "dy", "align", "far"]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """The ends of a plot's axes, across and upwards, and which of these are log axes."""

    x: tuple[float, float]
    y: tuple[float, float]
    log: tuple[bool, bool] = (True, True)

    @property
    def table(self) -> pd.DataFrame:
        """The ends as a chart reads them: x0, x1, y0, y1; one row."""
        return pd.DataFrame([[*self.x, *self.y]], columns=["x0", "x1", "y0", "y1"])

    def share(self, at: Point) -> Point:
        """The place of a point of the data along each axis, 0 to 1."""
        x, y = (
            (math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low))
            for value, (low, high), log in zip(at, (self.x, self.y), self.log, strict=True)
        )
        return x, y


@dataclass(frozen=True)
class Plane:
    """A plot in pixels."""

    axes: Axes
    size: Point

    def pixel(self, at: Point) -> Point:
        """A point of the data, in pixels."""
        across, up = self.axes.share(at)
        return across * self.size[0], (1 - up) * self.size[1]

    def along(self, line: Sequence[Point]) -> Iterator[Point]:
        """Points along a line a few pixels apart, as far as they lie in the plot."""
        for (x0, y0), (x1, y1) in pairwise(map(self.pixel, line)):
            steps = max(1, int(math.hypot(x1 - x0, y1 - y0) / 6))
            for k in range(steps + 1):
                x, y = x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps
                if 0 <= x <= self.size[0] and 0 <= y <= self.size[1]:
                    yield x, y

    def holds(self, box: Box) -> bool:
        """True where a box lies inside."""
        return box[0] > 2 and box[1] > 2 and box[2] < self.size[0] - 2 and box[3] < self.size[1] - 2


class Labels:
    """Names found one after another, each off all that stands there before."""

    def __init__(self, axes: Axes, sizes: Mapping[bool, Point] = SIZES) -> None:
        """Begin with an empty plot, by whether it is wide so many pixels across and high."""
        self._planes = {wide: Plane(axes, size) for wide, size in sizes.items()}
        self._taken: dict[bool, list[Box]] = {wide: [] for wide in sizes}
        self._named: dict[bool, list[Box]] = {wide: [] for wide in sizes}  # these are of names
        self._rows: list[tuple[Any, ...]] = []

    @property
    def table(self) -> pd.DataFrame:
        """One row a name and width: the columns `COLUMNS`."""
        return pd.DataFrame(self._rows, columns=COLUMNS)

    def keep_off(self, *lines: Sequence[Point]) -> None:
        """Keep names off these lines."""
        for wide, plane in self._planes.items():
            self._taken[wide] += [_around(at) for line in lines for at in plane.along(line)]

    def keep_off_points(self, points: Sequence[Point], radius: float = 2.0) -> None:
        """Keep names off these points, drawn with this radius in pixels."""
        for wide, plane in self._planes.items():
            self._taken[wide] += [_around(plane.pixel(at), radius) for at in points]

    def keep_free(self, at: Point, text: str, dx: float, dy: float) -> None:
        """Keep the place of a text free that the chart itself puts beside a point."""
        for wide, plane in self._planes.items():
            self._taken[wide].append(text_box(plane.pixel(at), text, dx, dy))

    def keep_guess(self, at: Point, *, line: bool = False, left: bool = False) -> None:
        """Keep the place of the reader's guess free, and of its words.

        Where it is a `line`, that stands upright, and its words hang from `at`, its upper end.
        Words at the `left` stand there in any case.
        """
        for wide, plane in self._planes.items():
            (x, y), (width, height) = plane.pixel(at), plane.size
            left_here = left or x >= width - GUESS_ROOM
            below = line or (left_here and y < height - GUESS_BELOW)
            dx, dy = -GUESS_X if left_here else GUESS_X, GUESS_Y if below else -GUESS_Y
            self._taken[wide] += [_around((x, y), 9), text_box((x, y), "your guess ", dx, dy)]

    def name_lines(self, lines: Mapping[str, Sequence[Point]]) -> None:
        """Name each line, as near to its right end as there is room."""
        for wide, plane in self._planes.items():
            drawn = {name: list(plane.along(line)) for name, line in lines.items()}
            for name, mine in drawn.items():
                others = [at for other, line in drawn.items() if other != name for at in line]
                taken = [*self._taken[wide], *map(_around, others)]
                place = _on_line(name, mine, plane, taken)
                if place:
                    self._add(name, wide, *place)
            self._taken[wide] += [_around(at) for line in drawn.values() for at in line]

    def name_points(
        self,
        points: Mapping[str, Point],
        names: Sequence[str],
        must: Sequence[str] = (),
        most: tuple[int, int] = (8, 4),
    ) -> None:
        """Name some of the points.

        Args:
            points: all that are drawn, by name.
            names: those to name, the most important first.
            must: of these, those that may stand away from their points, with a line to them.
            most: how many in a wide plot, and in another.
        """
        for wide, plane in self._planes.items():
            inside = {name: plane.pixel(at) for name, at in points.items()}
            inside = {name: at for name, at in inside.items() if plane.holds(_around(at))}
            taken = self._taken[wide]
            taken += [_around(at, DOT) for at in inside.values()]
            wanted = [name for name in names if name in inside][: most[0 if wide else 1]]
            for name in sorted(wanted, key=lambda name: name not in must):
                far = _off_names(inside[name], self._named[wide]) if name in must else ()
                place = _beside(name, inside, plane, taken, far)
                if place:
                    self._add(name, wide, *place)

    def _add(self, name: str, wide: bool, at: Point, dx: float, dy: float) -> None:
        size = self._planes[wide].size
        far, align = (dx, dy) in FAR, _align(dx)
        box = text_box(at, name, dx, dy)
        self._named[wide].append(box)
        self._taken[wide] += [box, *(map(_around, lead(at, dx, dy)) if far else ())]
        self._rows.append((name, wide, at[0] / size[0], 1 - at[1] / size[1], dx, dy, align, far))


Found = tuple[Point, float, float]  # where its point is, and its place from there


def _on_line(name: str, line: Sequence[Point], plane: Plane, taken: Sequence[Box]) -> Found | None:
    """The first free place above or below a line, from its right end on."""
    own = [_around(at, 1) for at in line]
    for at in sorted(line, reverse=True):
        for dy in (-11, 12):
            box = text_box(at, name, -1, dy)
            if plane.holds(box) and _free(box, own) and _free(box, taken):
                return at, -1, dy
    return None


def lead(at: Point, dx: float, dy: float) -> list[Point]:
    """Points along the line to a name that stands away, outside of its own dot."""
    steps = range(2, 10)
    return [(at[0] + 0.1 * k * dx, at[1] + 0.1 * k * dy) for k in steps]


def _off_names(at: Point, names: Sequence[Box]) -> list[Point]:
    """The places far away to which a line comes without crossing a name."""
    return [(dx, dy) for dx, dy in FAR if all(_free(_around(on), names) for on in lead(at, dx, dy))]


def _beside(
    name: str, points: Mapping[str, Point], plane: Plane, taken: Sequence[Box],
    far: Sequence[Point],
) -> Found | None:  # fmt: skip
    """The first free place beside a point; near ones first."""
    at = points[name]
    for dx, dy in (*NEAR, *far):
        box = text_box(at, name, dx, dy)
        if not (plane.holds(box) and _free(box, taken)):
            continue
        if (dx, dy) in far:  # a line leads to it
            return at, dx, dy
        mine = _distance(box, at)
        others = (_distance(box, point) for other, point in points.items() if other != name)
        if all(distance > 0.6 * mine for distance in others):  # else it would seem another's
            return at, dx, dy
    return None


def _align(dx: float) -> str:
    return "left" if dx > 0 else "right" if dx < 0 else "center"


def text_box(at: Point, text: str, dx: float, dy: float) -> Box:
    """The box of a name: left, top, right and bottom in pixels."""
    wide = LETTER * len(text)
    left = at[0] + dx - {"left": 0, "right": wide, "center": wide / 2}[_align(dx)]
    return left, at[1] + dy - HEIGHT / 2, left + wide, at[1] + dy + HEIGHT / 2


def _around(at: Point, by: float = 2.0) -> Box:
    return at[0] - by, at[1] - by, at[0] + by, at[1] + by


def _free(box: Box, taken: Sequence[Box]) -> bool:
    """True where a box lies on none of these: a bare loop, as half a page's time goes into it."""
    left, top, right, bottom = box
    for begins, upper, ends, lower in taken:
        if left < ends and begins < right and top < lower and upper < bottom:
            return False
    return True


def _distance(box: Box, point: Point) -> float:
    x, y = point
    return math.hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3]))
