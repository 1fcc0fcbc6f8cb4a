"""The 20 % rule on a reader's own steps: the batch that costs 20 % more than a baseline does."""

from collections.abc import Mapping
from dataclasses import dataclass

from toylab.fits.critical_batch import OVERHEAD, Fit
from toylab.laws import published
from toylab.quantities import format_count, format_share, parse_number
from ui.knobs import Values, knob
from ui.markdown import safe

SHARE = format_share(OVERHEAD)
OURS = (
    f"In the table, {SHARE} over perfect scaling compares with the least examples that any batch "
    f"could need: that is B_crit / 5. {published.ZHANG.cited} compare with a batch that they ran. "
    f"Choose such a baseline, and the answer is {1 + OVERHEAD:g} times it plus B_crit / 5."
)


def _unless_typed(values: Values) -> str:
    return "" if values["baseline"].strip() else "Empty: perfect scaling."


@dataclass(frozen=True)
class Controls:
    """The batch that others are compared with."""

    baseline: str = knob("", "Baseline batch", typed=True, note=_unless_typed)


def finding(fits: Mapping[str, Fit | str], unit: str, controls: Controls) -> str:
    """The batch of each group that costs 20 % more than the baseline; without one, what ours is.

    One group at least has a fit.

    Raises:
        ValueError: if the baseline is no number, or lies outside the batches of every group.
    """
    if not controls.baseline.strip():
        return OURS
    baseline = parse_number(controls.baseline)
    good = {group: fit for group, fit in fits.items() if not isinstance(fit, str)}
    batches = {group: _batch(fit, baseline) for group, fit in good.items() if fit.tried(baseline)}
    if not batches:
        next(iter(good.values())).beyond(baseline)  # refuses it
    head = (
        f"The largest batch that costs at most {SHARE} more {unit or 'examples'} than a batch of "
        f"{format_count(baseline)}"
    )
    if len(fits) == 1:
        return f"{head}: {next(iter(batches.values()))}."
    return "\n".join(
        [f"{head}:\n", *(f"- {safe(group)}: {batch}" for group, batch in batches.items())]
    )


def _batch(fit: Fit, baseline: float) -> str:
    return f"**{fit.beyond(baseline).text(format_count)}**" if fit.determined else "not determined"
