"""Sentences about the live grids of batch and learning rate; every number in them is computed."""

import numpy as np

from toylab.experiments import batch_lr_results
from toylab.experiments.batch_lr_results import Valley
from toylab.fits.grid_optimum import Optima
from toylab.live.result_source import ResultSource
from toylab.quantities import format_scientific
from ui.concepts.batch_lr.live import LiveGrids, budget
from ui.concepts.batch_lr.text import setting
from ui.concepts.shared.numbers import number


def made(source: ResultSource) -> str:
    """When and where the runs were made, and the measure."""
    return (
        f"{source.made.rstrip('.')}. A cell is the mean over seeds of the loss on held-out "
        "text; point at it for its number."
    )


def bottom(valley: Valley) -> str:
    """The bottom of one grid with its spread over seeds; or why it is not told."""
    name = budget(valley)
    if not valley.whole:
        done = int((~np.isnan(valley.mean)).sum())
        return f"**{name}**: {done} of {len(valley.mean)} settings trained."
    if valley.warning:
        return f"**{name}**: no bottom is told, because {valley.warning}."
    fit, cell, (least, most) = valley.bottom, valley.lowest, valley.batch_range
    return (
        f"**{name}**: lowest setting {setting(*cell.first)}; bottom of the quadratic "
        f"**{setting(*fit.first)}**{_alone(fit)}. Fitting more or fewer cells around "
        f"the lowest gives a batch of {least:.0f} to {most:.0f}."
    )


def _alone(fit: Optima) -> str:
    if len(fit.batch) < 3:
        return " (one seed: no spread is known)"
    batch = [float(np.nanmin(fit.batch[1:])), float(np.nanmax(fit.batch[1:]))]
    lr = [float(np.nanmin(fit.lr[1:])), float(np.nanmax(fit.lr[1:]))]
    return (
        f" (each seed alone: batch {batch[0]:.0f} to {batch[1]:.0f}, rate "
        f"{format_scientific(lr[0], 2)} to {format_scientific(lr[1], 2)})"
    )


def together(grids: LiveGrids) -> str:
    """The move of the bottom from budget to budget, as far as the runs tell."""
    if grids.live:
        return (
            "Stronger cells have a lower loss; a budget's bottom is marked once all of its cells "
            "are trained."
        )
    trusted = grids.trusted
    if not trusted:
        return "No grid is complete, so no bottom is told."
    if len(trusted) < 2:
        return "One bottom says nothing of how it moves: train a second budget."
    batch, lr = (batch_lr_results.growth(trusted, what) for what in ("batch", "lr"))
    if batch is None or lr is None:
        grows = "How the bottom moves is not determined by fewer than three seeds"
    elif batch.low > 0:
        rate = "far less" if abs(lr.value) < batch.value / 2 else "too"
        grows = (
            f"The best batch grows as C^**{number(batch, 2)}**, the rate moves {rate}, "
            f"C^{number(lr, 2)}; the ranges are over seeds"
        )
    elif batch.high < 0:
        grows = f"The best batch falls as C^**{number(batch, 2)}**; the range is over seeds"
    else:
        grows = f"Whether the best batch grows is not determined: C^{number(batch, 2)}"
    return (
        f"{grows}. A few budgets at one size make no law. But each bottom lies inside its "
        "grid, **all cells cost the same compute**, and the valley is tilted: at another "
        "batch the "
        f"best rate goes as its power {_tilts(trusted)}. The usual rule for Adam has 0.5, that "
        "for plain SGD 1."
    )


def _tilts(trusted: list[Valley]) -> str:
    """The tilt of each valley: the power of the batch that the best rate goes as."""
    tilts = [f"**{valley.bottom.tilt[0]:.2f}**" for valley in trusted]
    return f"{', '.join(tilts[:-1])} and {tilts[-1]}"
