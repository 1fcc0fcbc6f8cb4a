"""Results of exams on other texts: the line from the loss on held-out Python to the loss there.

    L_other = s L_held + c      over networks, the means of their seeds
    L_other = s L_held + c + d log10 D    d: what ten times the characters D change at equal loss

by least squares. Intervals are jackknives over networks, each left out once, with Student's t: they
hold where some networks scatter more than others, and not for another choice of text.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.other_texts import TEXTS
from toylab.experiments.other_texts_study import ALONG, OtherTextsStudy
from toylab.fits.contrasts import TWO_SIDED, quantile
from toylab.fits.estimate import Array, Estimate

LEAST = 8  # networks that a line takes
MATTERS = 0.05  # nats: a smaller change by ten times the characters does not
POINTS = ["size", "params", "tokens", "text", "held", "loss"]
WAY = ["text", "done", "held", "loss", "off"]


@dataclass(frozen=True)
class Transfer:
    """The line of one text."""

    text: str
    networks: int
    slope: Estimate  # nats there by nats on held-out Python
    intercept: float  # nats
    rms: float  # nats, of the networks about their line
    penalty: float  # nats, how much higher the loss is there, on average
    ends: tuple[float, float]  # the same of the network worst on Python, and of the best
    length: Estimate  # nats by ten times the characters, at equal loss on Python
    stray: float  # nats, the largest distance from the line on a run's way; nan without one

    def at(self, held: Any) -> Any:
        """The loss there by the line."""
        return self.intercept + self.slope.value * held

    @property
    def length_counts(self) -> str:
        """The effect of length at equal loss: "no", "hardly" or "yes".

        No where the interval holds zero; hardly below MATTERS.
        """
        if self.length.holds(0):
            return "no"
        return "yes" if abs(self.length.value) > MATTERS else "hardly"


@dataclass(frozen=True, eq=False)
class OtherTextsResults:
    """The tables of one study's runs, however many there are so far."""

    study: OtherTextsStudy
    frame: pd.DataFrame  # as `OtherTextsStudy.table` makes it
    live: bool = False

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs at their end that ended well."""
        return self.frame[(self.frame["done"] == 1) & ~self.frame["diverged"]]

    @property
    def trained(self) -> int:
        """The number of runs that have ended."""
        return int((self.frame["done"] == 1).sum())

    @cached_property
    def texts(self) -> list[str]:
        """The texts that were there to be examined on."""
        return [text for text in TEXTS if self.frame[text].notna().any()]

    @property
    def absent(self) -> list[str]:
        """The texts that were not."""
        return [text for text in TEXTS if text not in self.texts] if len(self.frame) else []

    @cached_property
    def points(self) -> pd.DataFrame:
        """Mean losses of each network on each text: columns POINTS."""
        means = self.runs.groupby(["size", "params", "tokens"])[["loss", *self.texts]].mean()
        means = means.rename(columns={"loss": "held"}).reset_index()
        return means.melt([*POINTS[:3], "held"], self.texts, "text", "loss")[POINTS]

    @cached_property
    def transfers(self) -> Mapping[str, Transfer]:
        """The line of each text that has networks enough."""
        parts = {text: self.points[self.points["text"] == text] for text in self.texts}
        return {text: self._transfer(text, part) for text, part in parts.items() if _enough(part)}

    def _transfer(self, text: str, part: pd.DataFrame) -> Transfer:
        x, y = part["held"].to_numpy(), part["loss"].to_numpy()
        line, both = _design(x), _design(x, np.log10(part["tokens"].to_numpy(dtype=float)))
        c, s = _solve(line, y)
        off = self._way[self._way["text"] == text]
        return Transfer(
            text=text,
            networks=len(part),
            slope=_jackknife(line, y, 1),
            intercept=float(c),
            rms=float(np.sqrt(np.mean((y - c - s * x) ** 2))),
            penalty=float(np.mean(y - x)),
            ends=(float((y - x)[x.argmax()]), float((y - x)[x.argmin()])),
            length=_jackknife(both, y, 2),
            stray=float(np.abs(off["loss"] - c - s * off["held"]).max()),
        )

    @cached_property
    def _way(self) -> pd.DataFrame:
        """Mean losses on the way of the run that has exams there, before its end."""
        mine = self.frame[(self.frame["size"] == ALONG) & (self.frame["done"] < 1)]
        mine = mine[~mine["diverged"]]
        means = mine.groupby("done")[["loss", *self.texts]].mean()
        means = means.rename(columns={"loss": "held"}).reset_index()
        return means.melt(["done", "held"], self.texts, "text", "loss")

    @cached_property
    def way(self) -> pd.DataFrame:
        """The same with the distance `off` of each loss from the line of its text: columns WAY."""
        known = self._way[self._way["text"].isin(list(self.transfers))]
        places = zip(known["text"], known["held"], strict=True)
        lines = [self.transfers[text].at(held) for text, held in places]
        return known.assign(off=known["loss"] - np.array(lines, dtype=float))[WAY]

    @property
    def records(self) -> dict[str, Any]:
        """The lines as plain numbers, and the texts that were absent."""
        return {
            "lines": [
                {
                    "text": text,
                    "networks": found.networks,
                    "slope": found.slope.value,
                    "slope_low": found.slope.low,
                    "slope_high": found.slope.high,
                    "intercept": found.intercept,
                    "rms": found.rms,
                    "penalty": found.penalty,
                    "by_ten_times_the_characters": found.length.value,
                    "length_counts": found.length_counts,
                    "stray": None if math.isnan(found.stray) else found.stray,
                }
                for text, found in self.transfers.items()
            ],
            "absent": self.absent,
        }


def _enough(part: pd.DataFrame) -> bool:
    """True where no network that is left out takes the line, or its lengths, away."""
    lengths = part["tokens"].value_counts()
    return len(part) >= LEAST and int((lengths >= 2).sum()) >= 2


def _design(*columns: Array) -> Array:
    return np.stack([np.ones_like(columns[0]), *columns], axis=1)


def _solve(design: Array, y: Array) -> Array:
    return np.asarray(np.linalg.lstsq(design, y, rcond=None)[0])


def _jackknife(design: Array, y: Array, which: int) -> Estimate:
    """One coefficient of least squares, and its interval by leaving each network out."""
    n = len(y)
    value = float(_solve(design, y)[which])
    rest = np.array([_solve(design[kept], y[kept])[which] for kept in ~np.eye(n, dtype=bool)])
    error = math.sqrt((n - 1) / n * float(((rest - rest.mean()) ** 2).sum()))
    wide = quantile(TWO_SIDED, n - 1) * error
    return Estimate(value, value - wide, value + wide)
