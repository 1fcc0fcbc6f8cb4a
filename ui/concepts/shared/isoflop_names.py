"""Names in isoFLOP figures, and the ends of their axes: budgets at valleys, words at marks."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ui.labels import Axes, Labels, Point

Tables = dict[str, pd.DataFrame]
BELOW, ABOVE = 0.06, 0.12  # room, of the range of losses; above stands the word of a guess
MARGIN = 1.6  # times the ends of growth
MOST = (8, 4)  # budgets named in a wide plot, and in a phone's
ALONG = {"dots": 0.5, "line": 0.95, "truth": 0.75, "guess": 0.35}  # where each is named


def valley_axes(tables: Tables, sizes: tuple[float, float], losses: Sequence[float] = ()) -> Axes:
    """The axes of a chart of valleys: these sizes, and all losses with some room for names.

    To the losses that are drawn come those that are still expected.
    """
    parts = [tables[name]["loss"] for name in ("runs", "parabolas", "bottoms", "truth")]
    drawn = pd.concat([*parts, pd.Series(losses, dtype=float)])
    if drawn.empty:
        return Axes(sizes, (0.0, 1.0), (True, False))
    low, high = float(drawn.min()), float(drawn.max())
    room = high - low or high
    return Axes(sizes, (low - BELOW * room, high + ABOVE * room), (True, False))


def name_valleys(
    tables: Tables, axes: Axes, words: Mapping[str, str], upright: Sequence[float] = ()
) -> Tables:
    """Tables of `shared.charts.valleys` with their names and the ends of the axes.

    Args:
        tables: as the chart has them, but for these two.
        axes: the ends of its axes.
        words: for the tables bottoms and truth, what to call one of their marks.
        upright: sizes at which a line stands upright.
    """
    labels, runs = Labels(axes), tables["runs"]
    labels.keep_off(*([(at, axes.y[0]), (at, axes.y[1])] for at in upright))
    for _, curve in tables["parabolas"].groupby("budget"):
        labels.keep_off(_points(curve, "params", "loss"))
    ends = runs.loc[runs.groupby("budget")["params"].idxmax()].sort_values("flops")
    marks = [tables["bottoms"], tables["truth"].iloc[::-1]]  # the first of one, the last of other
    texts = {
        words[name]: points[0]
        for name, table in zip(("bottoms", "truth"), marks, strict=True)
        if name in words and (points := _points(table, "params", "loss"))
    }
    budgets = _telling(ends["budget"], _points(ends, "params", "loss"))
    others = [at for table in (runs, *marks) for at in _points(table, "params", "loss")]
    labels.name_points(
        {**_numbered(others), **budgets, **texts}, [*texts, *budgets], list(texts),
        (MOST[0] + len(texts), MOST[1] + len(texts)),
    )  # fmt: skip
    return complete(tables, labels, axes)


def growth_axes(tables: Tables) -> Axes:
    """The axes of a chart of growth: all its lines and dots, with some room."""
    drawn = pd.concat([tables[name][["flops", "params"]] for name in ("dots", "line", "truth")])
    low, high = drawn.min() / MARGIN, drawn.max() * MARGIN
    return Axes((low["flops"], high["flops"]), (low["params"], high["params"]))


def name_growth(tables: Tables, axes: Axes, words: Mapping[str, str]) -> Tables:
    """Tables of `shared.charts.growth` with their names and the ends of the axes.

    Args:
        tables: as the chart has them, but for these two.
        axes: the ends of its axes.
        words: for each table, what to call it.
    """
    labels = Labels(axes)
    drawn = {name: _inside(axes, _points(tables[name], "flops", "params")) for name in words}
    for name, points in drawn.items():
        if name != "dots":
            labels.keep_off(points)
    texts = {
        words[name]: points[int(ALONG[name] * (len(points) - 1))]
        for name, points in drawn.items()
        if points
    }
    dots = _numbered(_points(tables["dots"], "flops", "params"))
    labels.name_points({**dots, **texts}, list(texts), list(texts))
    return complete(tables, labels, axes)


def complete(tables: Tables, found: Labels, axes: Axes) -> Tables:
    """The tables with those of the names and of the ends of the axes."""
    ends = pd.DataFrame([(*axes.x, *axes.y)], columns=["x0", "x1", "y0", "y1"])
    return tables | {"names": found.table, "axes": ends}


def _telling(budgets: Iterable[str], ends: Iterable[Point]) -> dict[str, Point]:
    """The budgets to name and their places: the first, the middle ones, those between."""
    pairs = list(zip(budgets, ends, strict=True))
    order = sorted(range(len(pairs)), key=lambda k: -(k & -k) if k else -len(pairs))
    return {f"{pairs[k][0]} FLOPs" if k == 0 else pairs[k][0]: pairs[k][1] for k in order}


def _numbered(points: Iterable[Point]) -> dict[str, Point]:
    return {f"mark {k}": at for k, at in enumerate(points)}


def _inside(axes: Axes, points: Iterable[Point]) -> list[Point]:
    return [at for at in points if all(0 < share < 1 for share in axes.share(at))]


def _points(frame: pd.DataFrame, x: str, y: str) -> list[Point]:
    return list(frame[[x, y]].itertuples(index=False, name=None))
