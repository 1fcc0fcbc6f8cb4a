"""More data, or a wider net? Train both sweeps and look."""

from dataclasses import replace

import ui
from toylab.experiments import sine_results
from ui.concepts.sine import blocks, text, view

ui.page(
    title="More data, or a wider net?",
    claim="Networks learn a curve from points. Is the fall of their error a power law?",
)
label, panel, figures = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("sine", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("sine", study, study.specs))
fallback = replace(view.FIRST, sweep=study.sweep)
source = ui.result_source("sine", study, type(study).recorded, fallback)
with label:
    ui.draw(blocks.label(source))
with figures:
    ended = None if source.live else sine_results.gather(source.about, source.rows, None)
    seen = ui.ask_guess("sine", ended and text.question(ended), ran=source.job is not None)
    if seen:
        ui.follow(
            source.about.describe(),
            source,
            lambda rows, unfinished: ended or sine_results.gather(source.about, rows, unfinished),
            blocks.figure,
        )

ui.try_this("sine", *blocks.EXPERIMENTS, then=" and press Run")
ui.source_of(*blocks.CODE)
ui.draw(ui.Export(blocks.runs(source), f"sine_{source.about.sweep}", source.about.command()))
