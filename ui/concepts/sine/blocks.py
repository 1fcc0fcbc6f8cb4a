"""Blocks of the sine page: its label, its figures, its experiments."""

from dataclasses import replace

import pandas as pd

from toylab.experiments import sine_report, sine_study
from toylab.experiments.sine_results import SineResults
from toylab.experiments.sine_study import SineStudy
from toylab.live.result_source import ResultSource
from ui.blocks import Figure, Label, Layout
from ui.concepts.sine import charts, text, view


def label(source: ResultSource) -> Label:
    """The label of the figures."""
    return Label(source.kind, source.about.describe(), source.made, stale=source.stale)


def figure(result: SineResults) -> Layout:
    """Error against size, what was learned, and what it cost."""
    rows: Layout = [
        sine_report.finding(result),
        [
            Figure(charts.scaling(**view.scaling(result)), text.scaling(result), 3),
            Figure(charts.curves(**view.panels(result)), text.curves(result), 2),
        ],
    ]
    if result.live or len(result.study.grid) == 1:
        return rows
    cost = [
        Figure(charts.frontier(**view.frontier(result, name)), text.frontier(result, name))
        for name in ("seconds", "flops")
    ]
    return [*rows, text.reason(result), "## What did it cost?", cost]


def runs(source: ResultSource) -> pd.DataFrame:
    """The runs, to carry away."""
    table: pd.DataFrame = source.about.table(source.rows)
    return table[[*sine_study.COLUMNS, "error"]]


NOISE, ARTICLE = SineStudy.PRESETS["noise"], SineStudy.PRESETS["article"]
EXPERIMENTS = (
    (
        "**A law that theory knows.** Run the noisy data sweep. The slope should come out near "
        "\N{MINUS SIGN}1. Then halve the noise: does the slope change, or only the height?",
        NOISE,
    ),
    (
        "**The same without noise,** as an article ran it and called it a power law. Watch the "
        "spread of the seeds against the fall of the medians before you believe a slope.",
        ARTICLE,
    ),
    (
        "**A cliff is not a law.** Widen the net instead. Where does the error fall, and what "
        "is left of the slope without the narrowest nets?",
        replace(NOISE, sweep="width"),
    ),
    (
        "**A target with detail at every scale:** a Fourier sum. Now width buys something at "
        "every size. Is it a straight line?",
        replace(
            ARTICLE,
            sweep="width",
            target="fourier",
            widths=(4, 64),
            samples=512,
            steps=1500,
            schedule="cosine",
            seeds=8,
        ),
    ),
)
CODE = (
    "toylab.experiments.sine.run",
    "toylab.experiments.sine.examples",
    "toylab.experiments.nets.mlp.train",
    "toylab.experiments.nets.mlp.add_gradient",
    "toylab.experiments.nets.adam.Adam",
)
