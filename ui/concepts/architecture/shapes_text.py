"""Sentences of the tab *Depth or width*; every number in them is computed."""

import math
from functools import lru_cache

from toylab.experiments.shapes import DEPTHS, SIZES
from toylab.experiments.shapes_results import FEW, Shape, ShapesResults
from toylab.experiments.shapes_study import LENGTHS, SHAPES, recorded_study
from toylab.fits.estimate import Estimate
from toylab.quantities import format_fixed, plural

ALT = (
    "Loss above the best shape, in percent, against the number of hidden layers or the aspect "
    "ratio, with 95 % intervals: one line for plain networks, one for those with skips. The text "
    "tells how far each rises."
)
KAPLAN = (
    "Transformers of one size, all with skips: the loss varies by only a few percent while width "
    "over depth varies by a factor of 40 (Figure 5)"
)
DEEP, FLAT = (False, DEPTHS[-1]), (False, DEPTHS[0])  # plain, the deepest and the shallowest
WITH = {False: "Without skips", True: "With skips"}
SKIPS = "A skip adds the input of a layer to its output."


def finding(results: ShapesResults) -> str:
    """The finding, for each kind of network."""
    if not results.complete:
        return f"{len(results.losses)} of {len(SHAPES)} shapes have ended. {_lost(results)}".strip()
    return " ".join((_kind(results, True), _kind(results, False), _skips(results)))


def _lost(results: ShapesResults) -> str:
    lost = results.diverged
    return f"{plural(lost, 'run')} diverged: such shapes are left out." if lost else ""


def _kind(results: ShapesResults, skips: bool) -> str:
    """The verdict on shape among the networks of a kind."""
    kind, verdict = WITH[skips], results.verdict(skips)
    if verdict == "hardly":
        return f"**{kind}, shape hardly matters:** {_within(results, skips)}"
    if verdict == "open":
        told = f"**{kind},** it is open whether a shape costs more than {100 * FEW:g} %:"
    else:
        told = f"**{kind}, {'depth costs' if results.depth_costs(skips) else 'shape matters'}:**"
    best, worst = results.best(skips), results.worst(skips)
    return (
        f"{told} {_shape(worst)} {_lie(worst)} **{_percent(worst.excess.value)}** above the best, "
        f"{_shape(best)} (95 %: {_range(worst.excess)})."
    )


def _within(results: ShapesResults, skips: bool) -> str:
    """The range of all losses of a kind, from the best."""
    wide, *_, deep = every = results.by_depth(skips)
    return (
        f"from {_shape(wide)} to {_shape(deep)} every loss lies within "
        f"**{_percent(results.worst(skips).excess.value)}** of the best (95 %: at most "
        f"{_percent(max(shape.excess.high for shape in every))})."
    )


def _skips(results: ShapesResults) -> str:
    """The worth of skips to the deepest network."""
    (_, depth), layers = DEEP, plural(DEEP[1], "layer")
    gain = results.over(DEEP, (True, depth))
    if gain.holds(0):
        return (
            f"**Whether skips help {layers} is open:** without them the loss changes by "
            f"**{_percent(gain.value)}** (95 %: {_range(gain)})."
        )
    if gain.value < 0:
        loss = results.over((True, depth), DEEP)
        return (
            f"**Skips hurt {layers}:** with them the loss is **{_percent(loss.value)}** higher "
            f"(95 %: {_range(loss)})."
        )
    return (
        f"**Skips help {layers}:** without them the loss is **{_percent(gain.value)}** higher "
        f"(95 %: {_range(gain)})."
    )


def _shape(shape: Shape) -> str:
    return f"{plural(shape.depth, 'layer')} of {shape.width} units"


def _lie(shape: Shape) -> str:
    return "lies" if shape.depth == 1 else "lie"


def _percent(value: float) -> str:
    return f"{format_fixed(value, 1)} %"


def _range(excess: Estimate) -> str:
    return f"{excess.between(lambda x: format_fixed(x, 1))} %"


@lru_cache
def _recorded(params: int, rate: float, tokens: int) -> dict[tuple[bool, int], float]:
    """The mean loss of every shape, (skips, depth), of a recorded study."""
    study = recorded_study(params, rate, tokens)
    known = study.recorded() if study else None
    assert study, "a study of the page"
    assert known, "its runs are in the file"
    means = study.table(known.rows).groupby(["skips", "depth"])["loss"].mean()
    return {shape: float(means[shape]) for shape in SHAPES}


def excess(shape: tuple[bool, int], params: int, tokens: int = LENGTHS[0]) -> tuple[float, float]:
    """Recorded excess of a shape, percent: at the usual rate, and at the half.

    Over the best of all shapes at either rate.
    """
    tables = [_recorded(params, rate, tokens) for rate in (1.0, 0.5)]
    best = min(loss for table in tables for loss in table.values())
    usual, half = (100 * (table[shape] / best - 1) for table in tables)
    return usual, half


def size_counts(percent: float = 2.0) -> float:
    """Percent of the loss that so many percent of the parameters are worth, recorded."""
    small, large = (_recorded(params, 1.0, LENGTHS[0])[False, 1] for params in SIZES)
    return percent * math.log(small / large) / math.log(SIZES[1] / SIZES[0])


def _above(percent: float) -> str:
    return f"{_percent(percent)} above the best" if percent else "the best of all shapes"


def why(results: ShapesResults) -> str:
    """The method of the comparison, and what not to conclude."""
    usual, half = excess(DEEP, results.study.params)
    rate = "helps" if half < usual else "does not help"
    deep = [_percent(min(excess(DEEP, SIZES[0], tokens))) for tokens in LENGTHS]
    flat = [_above(min(excess(FLAT, SIZES[0], tokens))) for tokens in LENGTHS]
    return f"""\
{SKIPS} One hidden layer has nothing to skip: it heads both lines.

* **It is optimisation, not capacity.** Six layers without skips have as many weights as six with
them, and learn more slowly: at {SIZES[0]:,} parameters they lie {deep[0]} above the best after
{LENGTHS[0]:,} characters, and {deep[1]} after {LENGTHS[1]:,} (recorded, the better of two rates).
* **Depth buys little here.** One hidden layer is {flat[0]} after {LENGTHS[0]:,} characters, and
{flat[1]} after {LENGTHS[1]:,} (recorded). A network sees eight characters: these runs say nothing
of tasks that need depth.
* **All shapes have one learning rate,** which was tuned with skips. Half of it {rate} six plain
layers of {results.study.params:,} parameters: {_percent(half)} above the best instead of
{_percent(usual)} (recorded, {LENGTHS[0]:,} characters).
* **Each kind is measured from its own best** in the sentences above; the figure draws both above
the best of all shapes.
* **Intervals** allow for all pairs of shapes together (Tukey's range test). Seeds are shared: each
shape sees the same characters. Widths are whole numbers, so sizes differ by up to 2 %, worth
{_percent(size_counts())} of the loss.
"""
