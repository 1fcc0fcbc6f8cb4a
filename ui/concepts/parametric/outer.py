"""One more exponent: the runs fitted without k and with it, and the table of both residuals."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.fits import parametric
from toylab.fits.estimate import Estimate
from toylab.fits.outer_exponent import HeldOut, ScoreTest, held_out, score_test
from toylab.fits.parametric import Fit, Spread
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.parametric_options import FitOptions
from toylab.fits.runs import Runs
from toylab.laws.forms import FLOPS
from ui.concepts.parametric.view import Answer

RESAMPLES = 200
LONG = 150  # runs: more take seconds
BEFORE, AFTER = "k = 1", "k fitted"


@dataclass(frozen=True, eq=False)
class Outer:
    """Both fits to the same runs, and what tells them apart."""

    answer: Answer
    plain: Spread
    outer: Spread
    test: ScoreTest
    held_out: HeldOut | str  # or why none can be

    @property
    def k(self) -> Estimate:
        """The outer exponent."""
        return self.outer.intervals["k"]

    @property
    def spreads(self) -> tuple[Spread, Spread]:
        """Before and after."""
        return self.plain, self.outer

    @cached_property
    def warnings(self) -> list[str]:
        """What speaks against the fit with k, and not already against the one without."""
        sentences = diagnose(self.outer.fit, self.outer, self.answer.controls.flops)
        return [sentence for sentence in sentences if sentence not in self.answer.warnings]

    def best(self, spread: Spread) -> Estimate:
        """The best size at the budget asked about, by one of the fits."""
        return spread.params.at(self.answer.controls.flops)

    def ratio(self, spread: Spread) -> Estimate:
        """Tokens per parameter there."""
        product, best = self.answer.controls.flops / FLOPS, self.best(spread)
        return Estimate(*(product / N / N for N in (best.value, best.high, best.low)))

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart: runs (params, tokens, loss, ratio, off, fit) and zero."""
        rows = [
            _off(spread.fit, name)
            for spread, name in zip(self.spreads, (BEFORE, AFTER), strict=True)
        ]
        return {"runs": pd.concat(rows), "zero": pd.DataFrame({"off": [0.0]})}


def compare(answer: Answer) -> Outer:
    """Both fits.

    Raises:
        ValueError: if the runs determine no sixth constant.
    """
    plain = answer.spread
    outer, errors = _fitted(plain.fit.runs, plain.fit.options)
    return Outer(answer, plain, outer, score_test(plain.fit), errors)


def _off(fit: Fit, name: str) -> pd.DataFrame:
    """The residuals of a fit: percent of the loss above the surface."""
    frame = fit.runs.frame
    off = 100 * (np.exp(-fit.residuals) - 1)
    return frame.assign(ratio=frame["tokens"] / frame["params"], off=off, fit=name)


@lru_cache(maxsize=32)
def _fitted(runs: Runs, options: FitOptions) -> tuple[Spread, HeldOut | str]:
    fit = parametric.fit(runs, replace(options, outer=True))
    try:
        errors: HeldOut | str = held_out(runs, options)
    except ValueError as refusal:
        errors = str(refusal)
    return parametric.bootstrap(fit, RESAMPLES), errors
