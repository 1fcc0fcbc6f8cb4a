"""Why did they disagree? The stairs from Kaplan's exponent to Chinchilla's, and two bends."""

import ui
from ui.concepts.disagreement import blocks, text, view
from ui.concepts.disagreement.view import Controls

ui.page(title="Why did they disagree?", claim=text.CLAIM)
question, panel, figure, row = ui.layout()
with panel:
    controls = ui.controls("disagreement", Controls)
with question:
    guess = ui.ask_guess("disagreement", text.question(controls), ran=controls.step > 0)
    if guess.seen:
        ui.advance("Next fix", "disagreement_step", view.TOP, "arrow_downward")
with figure:
    ui.show(blocks.stairs(controls, guess))
ui.tabs(
    "disagreement", blocks.TABS, controls, seen=guess.seen, shut=blocks.shut(controls, guess),
    experiments=blocks.EXPERIMENTS,
)  # fmt: skip
with row:
    ui.row(blocks.CODE, blocks.export(controls), blocks.LAWS, seen=guess.seen)
