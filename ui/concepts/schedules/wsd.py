"""Tab "One run, many lengths": a stable run with branches against as many cosines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab.experiments.wsd_results import KINDS, TUNED, WsdResults
from toylab.experiments.wsd_study import RATES, RECORDED_STUDY, WsdStudy
from toylab.fits.estimate import Estimate
from toylab.laws import published
from toylab.quantities import format_count, format_fixed, format_share, format_signed
from ui.blocks import Figure, Folded
from ui.concepts.schedules import charts
from ui.concepts.schedules.live import State
from ui.concepts.schedules.view import NAMED
from ui.concepts.shared import training
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import LOW, Axes, Labels, Point
from ui.live import Live, Run, result_source

FIRST = WsdStudy()
KEY = "wsd"
LONGEST, DECAYS = [1000, 2000, 4000, 8000], [0.05, 0.1, 0.2, 0.4]
NAMES = {"wsd": "late decay", "cosine": "cosines"}
MEANINGS = {"wsd": "model", "cosine": "data"}
TUNED_NAME, TUNED_MEANING = "best rates", "optimum"
RATE_MEANINGS = {0.5: "model", 1.0: "data", 2.0: "rival"}
SHOWN = {
    TUNED_NAME: "each at the rate with its lowest mean loss at this length",
    **{NAMED[rate]: f"{rate:g} times the usual peak rate for both" for rate in RATES},
}
ALT = {
    "lengths": "Held-out loss against the steps of the run on a log axis: branches of one stable "
    "run, and a cosine for every length. The sentence says how far apart they are.",
    "gaps": "Loss of the branch less that of the cosine of the same length, a line for each peak "
    "rate, and a thick line for each at its best rate.",
}
OPEN = (
    "**The field disagrees.** {minicpm} and {haegele} report that a late decay ends as low as a "
    "cosine of its own; the makers of {glm} preferred a cosine."
)
DECIDES = (
    "**The peak rate decides.** With half the usual one for both, the late decay ends {half} than "
    "the cosines on average, with twice {twice}. Its best rate is lower than the cosine's at "
    "{lower} of {m} lengths, and higher at {higher}."
)
COST = (
    "**What a study costs.** To train {m} sizes for {m} lengths each takes {many} runs with "
    "cosines, as each length has a schedule of its own: O(m^2). With a late decay {m} runs do, one "
    "a size, with branches: O(m). In steps the saving is smaller, since every branch still has "
    "its decay: here {wsd} of {cosine} steps, {share}."
)
LIMITS = (
    "Each is at the best of three rates, chosen by the losses that are shown; both have as many "
    "to choose from. The decay's length and shape are not tuned, nor is the cosine's end."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    rate: str = knob(TUNED_NAME, "Peak rate in the left figure", SHOWN)
    longest: int = knob(FIRST.longest, "Steps of the longest run", LONGEST)
    lengths: int = knob(FIRST.lengths, "Lengths", (2, 10))
    decay: float = knob(FIRST.decay, "Share that decays", DECAYS)

    def study(self, state: State) -> WsdStudy:
        """The study that they ask for, with the page's size, seeds and device."""
        asked = state.asked
        return WsdStudy(
            asked.size, self.longest, self.lengths, self.decay, seeds=asked.seeds,
            seed=asked.seed, device=asked.device,
        )  # fmt: skip

    @property
    def shown(self) -> float | str:
        """The rate that is shown."""
        return next((rate for rate in RATES if NAMED[rate] == self.rate), TUNED)


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = chosen.study(state)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def wsd(state: State, chosen: Controls) -> Iterator[Any]:
    """Losses and gaps against the length, and what each way costs."""
    source = result_source(KEY, chosen.study(state), WsdStudy.recorded, RECORDED_STUDY)
    label = Label(
        source.kind, source.about.describe(), source.made,
        methods=(published.MINICPM, published.HAEGELE),
        stale=source.stale and source.job is not None, when=source.when,
    )  # fmt: skip
    yield Live(
        label,
        source,
        partial(training.gather, WsdResults, source),
        partial(blocks, rate=chosen.shown),
    )


def blocks(results: WsdResults, rate: float | str) -> list[Any]:
    """The figures, and when the runs have ended what they say."""
    figures = [
        Figure(charts.lengths(lengths(results, rate)), ALT["lengths"]),
        Figure(charts.gaps(gaps(results)), ALT["gaps"]),
    ]
    if results.live:
        return [f"{len(results.frame)} of {results.study.networks} losses measured.", figures]
    cited = {"minicpm": published.MINICPM, "haegele": published.HAEGELE, "glm": published.GLM}
    field = OPEN.format(**{name: paper.cited for name, paper in cited.items()})
    limits = Folded("What is not tuned", LIMITS)
    said = (decides(results), edge(results), field, cost(results), limits)
    return [sentence(results), figures, *filter(None, said)]


def sentence(results: WsdResults) -> str:
    """The steps spent and the gaps, at the best rates and at the usual one."""
    tuned, largest = results.mean_gap(TUNED), results.largest_gap(TUNED)
    usual = results.gaps(1.0).mean()
    if tuned is None or largest is None or usual.empty:
        return "Too few runs ended well to compare the two."
    first, last = (format_signed(float(usual.iloc[k]), 3) for k in (0, -1))
    apart = format_fixed(abs(largest[1]), 3)
    return (
        f"One stable run with {results.study.lengths} branches takes "
        f"**{format_share(results.share)} of the steps** of as many cosines. Each at the best of "
        f"{len(RATES)} rates they end **within {apart} nats** of each other; "
        f"{_gap(tuned)}. At the usual rate for both the gap goes from {first} nats for the "
        f"shortest run to {last} for the longest."
    )


def _gap(gap: Estimate) -> str:
    """Like the late decay is 0.007 nats lower on average (95 %: ...)."""
    between = gap.between(lambda x: format_signed(x, 3))
    if gap.holds(0):
        return f"these seeds tell no difference on average (95 %: {between})"
    word = "lower" if gap.value < 0 else "higher"
    value = format_fixed(abs(gap.value), 3)
    return f"on average the late decay is {value} {word} (95 %: {between})"


def decides(results: WsdResults) -> str:
    """The mean gap at half and twice the usual rate, and whose best rate is the lower one."""
    low, high = results.mean_gap(RATES[0]), results.mean_gap(RATES[-1])
    best, steps = results.best, results.study.tree.steps
    if low is None or high is None or len(best) < len(KINDS) * len(steps):
        return ""
    pairs = [(best["wsd", T], best["cosine", T]) for T in steps]
    return DECIDES.format(
        half=_apart(low), twice=_apart(high),
        lower=sum(mine < other for mine, other in pairs), m=len(steps),
        higher=sum(mine > other for mine, other in pairs) or "none",
    )  # fmt: skip


def _apart(gap: Estimate) -> str:
    """Like 0.092 nats lower."""
    return f"{format_fixed(abs(gap.value), 3)} nats {'lower' if gap.value < 0 else 'higher'}"


def edge(results: WsdResults) -> str:
    """The number of lengths at which a better rate may lie beyond those tried."""
    at, m = len(results.at_the_edge), len(results.study.tree.steps)
    if not at:
        return ""
    return (
        f"**Not tuned to the end**: at {at} of {m} lengths a best rate is the lowest or highest of "
        "those tried, so a better one may lie beyond."
    )


def cost(results: WsdResults) -> str:
    """The price of a study of m sizes and m lengths."""
    m, steps = results.study.lengths, results.study.steps
    return COST.format(
        m=m, many=m**2, wsd=format_count(steps["wsd"]), cosine=format_count(steps["cosine"]),
        share=format_share(results.share),
    )  # fmt: skip


def lengths(results: WsdResults, rate: float | str) -> dict[str, pd.DataFrame]:
    """The tables of loss against length."""
    curves = {kind: results.curve(kind, rate) for kind in KINDS}
    means = _means(curves, "loss").assign(kind=lambda t: t["which"].map(NAMES))
    seeds = _seeds(curves, "loss")
    steps = results.study.tree.steps
    low, high = _around(seeds["loss"], (1.95, 2.4))
    ends = Axes((steps[0] / 1.15, steps[-1] * 1.7), (low, high), (True, False))
    at = {NAMES[kind]: (kind, MEANINGS[kind]) for kind in KINDS}
    return {
        "means": means.assign(meaning=means["which"].map(MEANINGS)),
        "seeds": seeds.assign(meaning=seeds["which"].map(MEANINGS)),
        "names": _named(means, "loss", {kind: name for name, (kind, _) in at.items()}, ends),
        "axes": ends.table,
    }


def gaps(results: WsdResults) -> dict[str, pd.DataFrame]:
    """The tables of the gap against length, a line a rate and one for the best ones."""
    words: dict[Any, str] = {TUNED: TUNED_NAME, **NAMED}
    colours: dict[Any, str] = {TUNED: TUNED_MEANING, **RATE_MEANINGS}
    curves = {rate: results.gaps(rate) for rate in (*RATES, TUNED)}
    means, seeds = _means(curves, "gap"), _seeds(curves, "gap")
    steps = results.study.tree.steps
    ends = Axes((steps[0] / 1.15, steps[-1] * 3.4), _around(seeds["gap"], (-0.1, 0.1)),
                (True, False))  # fmt: skip
    return {
        "means": means.assign(meaning=means["which"].map(colours), curve=means["which"].map(words)),
        "seeds": seeds.assign(meaning=seeds["which"].map(colours)),
        "names": _named(means, "gap", words, ends),
        "axes": ends.table,
    }


def _means(curves: dict[Any, pd.DataFrame], value: str) -> pd.DataFrame:
    rows = [
        (which, steps, mean)
        for which, table in curves.items()
        for steps, mean in table.mean().dropna().items()
    ]
    return pd.DataFrame(rows, columns=["which", "steps", value])


def _seeds(curves: dict[Any, pd.DataFrame], value: str) -> pd.DataFrame:
    parts = [
        table.melt(ignore_index=False, var_name="steps", value_name=value)
        .assign(which=which)
        .reset_index()
        for which, table in curves.items()
        if not table.empty
    ]
    columns = ["which", "steps", value, "seed"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns].dropna()


def _named(
    means: pd.DataFrame, value: str, words: dict[Any, str], ends: Axes
) -> pd.DataFrame:  # fmt: skip
    labels, at = Labels(ends, LOW), dict[str, Point]()
    for which, mine in means.groupby("which", sort=False):
        line = [(float(x), float(y)) for x, y in mine[["steps", value]].to_numpy()]
        labels.keep_off(line)
        at[words[which]] = line[-1]
    if ends.y[0] < 0 < ends.y[1]:
        labels.keep_off([(ends.x[0], 0.0), (ends.x[1], 0.0)])
    labels.name_points(at, list(at), must=list(at))
    return labels.table


def _around(values: "pd.Series[float]", usual: tuple[float, float]) -> tuple[float, float]:
    """The ends of an axis around values and the usual ones."""
    known = [*values.dropna(), *usual]
    room = 0.05 * (max(known) - min(known))
    return min(known) - room, max(known) + room
