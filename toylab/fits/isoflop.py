"""IsoFLOP fit, approach 2: the bottoms of the valleys, and their growth with compute.

    ln L = c_b + k_b (ln N - m_b)^2      at budget b, within a factor 10 of its bottom
    N_opt(C) = exp(m_b) ~ C^a            a straight line on log-log axes

N parameters, L nats per token, C training FLOPs. Intervals are 95 % percentile bootstraps of
residuals, see `isoflop_resampling`; outliers are left out, see `isoflop_outliers`.

Why a curvature each: valleys grow shallower with compute, and one curvature for all turns a grid
that is off centre by a factor 3 into an exponent that is off by 0.09 to 0.12. Why a window: far
from its bottom a valley is no parabola. Measured on studies drawn from published laws with 0.1 to
0.5 % of noise, 400 of each kind: the intervals of the exponent hold it in 92 % of centred studies,
95 % on wide grids, 94 to 95 % on one list of sizes for all budgets, 96 % off centre. Off centre
without a window they hold it in 58 to 87 %: it is off by no more than 0.006, the same way always.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.2 (approach 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toylab.fits.goodness import Goodness
from toylab.fits.isoflop_budgets import Valley, tokens
from toylab.fits.isoflop_choice import Choice
from toylab.fits.isoflop_curvature import EqualCurvature, equal_curvature
from toylab.fits.isoflop_diagnostics import diagnose
from toylab.fits.isoflop_outliers import Outlier
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.isoflop_resampling import Resampled, choose, resample
from toylab.fits.optimal_scaling import OptimalScaling, fit_line
from toylab.fits.runs import Runs

FEWEST_BUDGETS = 3  # with a bottom to be trusted
NEAR = 10.0  # the factor around each bottom whose runs are used


@dataclass(frozen=True, eq=False)
class Profiles:
    """A study's valleys, and the lines through their bottoms."""

    valleys: tuple[Valley, ...]
    params: OptimalScaling
    tokens: OptimalScaling
    loss: OptimalScaling  # at the bottoms, as if it fell without a floor
    spread: float  # sd of the runs about their parabolas, in ln L
    goodness: Goodness  # of the runs that the parabolas go through
    choice: Choice  # of the curvature, and what the other one answers
    outliers: tuple[Outlier, ...]  # left out
    diagnostics: tuple[str, ...]  # on the runs and their valleys

    @property
    def used(self) -> tuple[Valley, ...]:
        """The valleys that the lines go through."""
        return tuple(valley for valley in self.valleys if not valley.warning)

    @property
    def warnings(self) -> tuple[str, ...]:
        """All that speaks against the lines, a sentence each."""
        return (*self.diagnostics, *self.choice.warnings)


def fit(runs: Runs, *, shared: bool | None = None, within: float = NEAR) -> Profiles:
    """The bottoms of a study's valleys, and how they grow.

    Args:
        runs: finished runs.
        shared: one curvature for all budgets, or one for each. None: one for each; only where
            that is refused and the runs do not exclude equal curvatures, one for all.
        within: use runs within this factor of their budget's bottom in size.

    Raises:
        ValueError: if fewer than three budgets have a bottom to be trusted; it says why.
    """
    if shared is not None:
        return _fit(runs, shared, within)
    try:
        return _fit(runs, False, within)
    except ValueError as refused:
        if equal_curvature(runs, choose(runs, within).groups).excluded:
            raise
        common = _fit(runs, True, within)
        return replace(common, choice=replace(common.choice, refusal=str(refused)))


def _fit(runs: Runs, shared: bool, within: float) -> Profiles:
    chosen, bottoms = choose(runs, within), resample(runs, shared, within)
    kept, C = _enough(runs, bottoms, chosen.outliers)
    D = np.stack(
        [tokens(runs, chosen.groups[k], bottoms.places[:, k]) for k in kept], axis=1
    )  # fmt: skip
    params = fit_line(C, bottoms.places[:, kept])
    equal = equal_curvature(runs, chosen.groups)
    return Profiles(
        bottoms.valleys,
        params,
        fit_line(C, D),
        fit_line(C, bottoms.heights[:, kept]),
        bottoms.spread,
        bottoms.goodness,
        _choice(runs, shared, within, params, equal),
        chosen.outliers,
        tuple(diagnose(runs, chosen, bottoms)),
    )


def _choice(
    runs: Runs, shared: bool, within: float, params: OptimalScaling, equal: EqualCurvature
) -> Choice:
    try:
        bottoms = resample(runs, not shared, within)
        kept, C = _enough(runs, bottoms, ())
        other = fit_line(C, bottoms.places[:, kept]).exponent
    except ValueError:
        other = None
    used = choose(runs, within).runs
    return Choice(shared, within, used, len(runs), params.exponent, other, equal)


def _enough(runs: Runs, bottoms: Resampled, outliers: Sequence[Outlier]) -> tuple[list[int], Array]:
    """The valleys to be trusted, and their ln C. Refuses fewer than three."""
    if len(bottoms.valleys) < FEWEST_BUDGETS:
        raise ValueError(
            f"isoFLOP profiles need {FEWEST_BUDGETS} budgets with runs of three sizes each; these "
            f"{len(runs)} runs have {len(bottoms.valleys)}"
        )
    kept, C = bottoms.trusted
    if len(kept) < FEWEST_BUDGETS:
        left = "".join(f"; left out: {outlier}" for outlier in outliers)
        raise ValueError(_too_few(bottoms.valleys, len(kept)) + left)
    return kept, C


def _too_few(valleys: Sequence[Valley], kept: int) -> str:
    why = [valley.warning for valley in valleys if valley.warning]
    more = f", and {len(why) - 1} others likewise or worse" if why[1:] else ""
    return (
        f"only {kept} of {len(valleys)} budgets have a bottom to be trusted, "
        f"and a line needs {FEWEST_BUDGETS}: {why[0]}{more}"
    )


def near(runs: Runs, profiles: Profiles, factor: float) -> Runs:
    """The runs whose size is within a factor of the line through the bottoms."""
    line = profiles.params.predict(runs.flops)[0]
    return runs.take(np.abs(np.log(runs.params / line)) <= np.log(factor))


def look(runs: Runs) -> tuple[Valley, ...]:
    """The valleys of a study that may not be finished, of however many budgets; see `fit`."""
    for shared in (False, True):
        try:
            return resample(runs, shared, NEAR).valleys
        except ValueError:
            continue
    return ()
