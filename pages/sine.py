"""More data, or a wider net? Train both sweeps and look."""

from dataclasses import replace

import ui
from toylab.experiments import sine_results
from ui.concepts.sine import blocks, text, view

ui.page(
    title="More data, or a wider net?",
    claim="Networks learn a curve from points. Is the fall of their error a power law?",
)
question, panel, figure, row = ui.layout()
with panel:
    knobs, launch = ui.places(2)
    study = ui.controls("sine", view.Controls, presets=view.presets, visible=knobs).study
with launch:
    ui.draw(ui.Run("sine", study, study.specs))
fallback = replace(view.FIRST, sweep=study.sweep)
source = ui.result_source("sine", study, type(study).recorded, fallback)
now = blocks.results(source)
ended = None if now.live else now
with question:
    guess = ui.ask_guess("sine", text.question(now), ran=source.job is not None)
with figure:
    ui.follow(
        source.about.describe(),
        source,
        lambda rows, unfinished: ended or sine_results.gather(source.about, rows, unfinished),
        lambda result: list(blocks.figure(result, source, guess)),
    )
ui.tabs("sine", {}, experiments=blocks.EXPERIMENTS, then="Press Run.")
with row:
    ui.row(blocks.CODE, blocks.export(source), seen=guess.seen)
