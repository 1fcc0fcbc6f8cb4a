"""More data, or a wider net? Train both sweeps and look."""

from dataclasses import replace

import streamlit as st

import ui
from toylab import devices
from toylab.experiments import sine, sine_report, sine_results, sine_study
from toylab.experiments.sine_study import SineStudy
from toylab.fits import power_law_diagnostics
from ui.concepts.sine import charts

ui.page(
    title="More data, or a wider net?",
    claim="Networks learn a curve from points. Is the fall of their error a power law?",
)
label = st.container()
controls, figures = st.columns([1, 3], gap="medium")
first, powers = SineStudy.PRESETS["noise"], [2**k for k in range(14)]

with controls.container(border=True):
    choice = st.container()
    kinds, how = list(sine_study.SWEEPS), ui.linked("sine_sweep", "Sweep the")
    kind = st.segmented_control(
        "Sweep the", kinds, default=first.sweep, required=True, width="stretch", **how
    )
    wide = kind == "width"
    ui.slider("Seeds", 1, 48, first.seeds, key="sine_seeds")
    launch = st.container()
    with ui.settings("sine"):
        ui.span("Samples, from and to", powers[2:], first.sizes, "sine_sizes", off=wide)
        ui.span("Width held", powers[:10], first.width, "sine_width", off=wide)
        ui.span(
            "Widths, from and to",
            powers[:10],
            first.widths,
            "sine_widths",
            off=not wide,
        )
        ui.span("Samples held", powers[2:], first.samples, "sine_samples", off=not wide)
        ui.slider("Noise in the labels", 0.0, 1.0, first.noise, 0.05, key="sine_noise")
        ui.pick("Error against", sine_study.SCORES, first.score, "sine_score")
        ui.pick("Target", sine.TARGETS, first.target, "sine_target")
        ui.slider("k of sin(kx)", 1, 12, first.frequency, key="sine_frequency")
        ui.slider("Steps of Adam", 50, 4000, first.steps, 50, key="sine_steps")
        ui.field("Learning rate", 1e-5, 100.0, first.lr, format="%g", key="sine_lr")
        ui.pick("Schedule", sine.SCHEDULES, first.schedule, "sine_schedule")
        ui.field("First seed", 0, 10**6, first.seed, key="sine_seed")
        ui.pick("Device", devices.KINDS, first.device, "sine_device")

study = ui.gather("sine", SineStudy)
records = {
    name: replace(preset, sweep=study.sweep, device=study.device)
    for name, preset in SineStudy.PRESETS.items()
}
with choice:
    ui.presets("sine", records, study.preset, sine_study.NAMES)
with launch:
    ui.run_button("sine", ui.attempt(study.specs), study)

shown = ui.result_source("sine", study, SineStudy.recorded, replace(first, sweep=study.sweep))
judge = ui.cached(power_law_diagnostics.diagnose)
with label:
    ui.label(shown.kind, shown.about.describe(), shown.made, stale=shown.stale)
with figures:
    ended = None if shown.live else sine_results.gather(shown.about, shown.rows, None, judge)
    seen = ui.ask_guess("sine", ended and sine_report.question(ended), ran=shown.job is not None)
if seen:
    with figures:
        ui.follow(
            shown,
            lambda rows, unfinished: ended or sine_results.gather(
                shown.about, rows, unfinished, judge
            ),
            lambda found: [
                sine_report.finding(found),
                [
                    ui.Figure(charts.scaling(**found.scaling), sine_report.scaling(found), 3),
                    ui.Figure(charts.curves(**found.panels), sine_report.curves(found), 2),
                ],
                *([] if found.live or len(found.study.grid) == 1 else [
                    sine_report.reason(found),
                    "## What did it cost?",
                    [
                        ui.Figure(
                            charts.frontier(**found.frontier(c)),
                            sine_report.frontier(found, c),
                        )
                        for c in ("seconds", "flops")
                    ],
                ]),
            ],
        )  # fmt: skip

noise, article = SineStudy.PRESETS["noise"], SineStudy.PRESETS["article"]
ui.try_this(
    "sine",
    (
        "**A law that theory knows.** Run the noisy data sweep. The slope should come out near "
        "\N{MINUS SIGN}1. Then halve the noise: does the slope change, or only the height?",
        noise,
    ),
    (
        "**The same without noise,** as an article ran it and called it a power law. Watch the "
        "spread of the seeds against the fall of the medians before you believe a slope.",
        article,
    ),
    (
        "**A cliff is not a law.** Widen the net instead. Where does the error fall, and what "
        "is left of the slope without the narrowest nets?",
        replace(noise, sweep="width"),
    ),
    (
        "**A target with detail at every scale:** a Fourier sum. Now width buys something at "
        "every size. Is it a straight line?",
        replace(
            article, sweep="width", target="fourier", widths=(4, 64), samples=512, steps=1500,
            schedule="cosine", seeds=8,
        ),
    ),
    then=" and press Run",
)  # fmt: skip
ui.source_of(
    "toylab.experiments.sine.run", "toylab.experiments.sine.examples", "toylab.experiments.nets.mlp.train", "toylab.experiments.nets.mlp.add_gradient",
    "toylab.experiments.nets.adam.Adam",
)  # fmt: skip
frame = shown.about.table(shown.rows)[[*sine_study.COLUMNS, "error"]]
ui.export(frame, f"sine_{shown.about.sweep}", shown.about.command())
