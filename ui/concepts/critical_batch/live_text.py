"""Sentences about the live races; every number in them is computed."""

from toylab.experiments import critical_batch_results, critical_batch_study
from toylab.experiments.noise_scale import BATCH, BIG, SMALL
from toylab.experiments.steps_to_loss import TARGETS, WARM
from toylab.fits.estimate import Estimate
from toylab.live.result_source import ResultSource
from toylab.quantities import MINUS, format_count, format_number, format_share
from ui.concepts.critical_batch.live import LiveRaces, name

ALONE = "Grey bars: single seeds of the recorded races"
ORDER = 10.0  # within this factor lies the same order of magnitude


def made(source: ResultSource) -> str:
    """When, where and how the runs were made."""
    return (
        f"{source.made.rstrip('.')}. Several learning rates a batch run side by side; the "
        f"first to reach a loss counts. Each race begins with a warm-up of {WARM} steps, "
        "which are counted. Intervals take the misfit of the curve for noise."
    )


def race(races: LiveRaces) -> str:
    """The fit of each target's hyperbola."""
    parts = []
    for group, fit in races.fits.items():
        if isinstance(fit, str):
            parts.append(f"- {group}: {fit}.")
        elif not fit.determined:
            parts.append(f"- {group}: the critical batch is not determined.")
        else:
            parts.append(
                f"- {group}: **B_crit {whole(fit.B_crit)}** characters, S_min "
                f"{fit.curve.S_min:.0f} steps, E_min {format_count(fit.curve.E_min)} characters; "
                f"{' '.join([f'{format_share(fit.rms, 1)} off the curve.', *fit.warnings])}"
            )
    each = races.races.groupby(["batch", "seed"])
    missed, edges = (
        (
            int(these.sum())
            for these in (
                each["steps"].apply(lambda steps: steps.isna().any()),
                each["edge"].any(),
            )
        )
        if len(races.races)
        else (0, 0)
    )
    if missed:
        parts.append(f"- Races that did not come to their last loss: {missed}.")
    if edges:
        parts.append(
            f"- Races whose best rate was at an end of those tried: {edges}. A better one may "
            "lie outside."
        )
    nothing = "The first races are on their way." if races.live else "No race came to a loss."
    return "\n".join(parts) or nothing


def whole(estimate: Estimate) -> str:
    """Like "187 (95 %: 148 to 237)"."""
    return estimate.text(three)


def three(number: float) -> str:
    """A number to three digits."""
    return format_number(number, 3)


def grown(races: LiveRaces) -> str:
    """The growth of the critical batch as the loss fell, and one seed's word on it."""
    if races.live:
        return "One dot a batch and seed; a curve for each of three losses forms as they end."
    ratio = races.grown
    if ratio is None:
        return f"Whether it grows is not told by fewer than three seeds. {alone()}"
    first, last = name(races.study.targets[0]), name(races.study.targets[-1])
    change = f"{three(ratio.value)} times (95 % over seeds: {ratio.between(three)})"
    growth = f"changed {change}: whether it grew is not determined"
    if ratio.low > 1 or ratio.high < 1:
        growth = f"**{'grew' if ratio.low > 1 else 'shrank to'} {change}**"
    return f"From {first} to {last} the critical batch {growth}. {alone()}"


def alone() -> str:
    """The critical batch by one seed alone, from the recorded ones."""
    middle = TARGETS[1]
    seeds = critical_batch_results.recorded_seeds()[middle]
    return (
        f"One seed alone is a rough guide: {len(seeds)} recorded ones, each fitted by itself, "
        f"gave {min(seeds):.0f} to {max(seeds):.0f} at a loss of {middle:g} (grey bars)."
    )


def noise(races: LiveRaces) -> str:
    """The noise scale beside the critical batch, at each rate and by seeds alone."""
    last = races.study.targets[-1]
    fit = races.good.get(last)
    told = {lr: scales for lr in critical_batch_study.RATES if (scales := races.noise(lr, last))}
    if not told or not fit:
        return (
            "The noise scale is measured after the races."
            if races.live
            else "Nothing here tells the noise scale beside a critical batch."
        )
    parts = [
        f"**{format_count(scale.pooled)}** at a rate of {lr:g} (seeds alone: "
        f"{format_count(min(scale.alone))} to {format_count(max(scale.alone))}; the average of "
        f"each pair's ratio instead: {signed(scale.hasty)}, biased)"
        for lr, scale in told.items()
    ]
    every = [one for scale in told.values() for one in (scale.pooled, *scale.alone)]
    low, high = (pick(every) / fit.B_crit.value for pick in (min, max))
    agreement = (
        "**the same order of magnitude, not the same number**"
        if high < ORDER and low > 1 / ORDER
        else "**not even the same order of magnitude**"
    )
    return (
        f"The noise scale B_simple = tr(Sigma)/|G|^2 near loss {last:g}, from gradients of "
        f"{SMALL} and {BIG:,} characters along runs at batch {BATCH}: {'; '.join(parts)}. That "
        f"is {format_number(low, 2)} to {format_number(high, 2)} times the critical batch of "
        f"{format_count(fit.B_crit.value)}: {agreement}. It is measured along a path, and which "
        "path is a choice."
    )


def signed(value: float) -> str:
    """A count that may be negative."""
    return f"{MINUS if value < 0 else ''}{format_count(abs(value))}"
