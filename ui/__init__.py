"""The screen kit: what a page may call, by name."""

from ui.blocks import kinds
from ui.controls import advance, controls, gather, linked
from ui.course import ways
from ui.drawing import attempt, draw, show, waiting
from ui.frame import foot, frame, layout, page, places
from ui.guess import ask_guess, committed_guess, guess_state
from ui.live import Run, devices_found, follow, result_source, warm
from ui.menu import contents
from ui.sections import Export, constants, source_of, tabs, try_this
from ui.session import asks, remember
from ui.upload import bring, choose, paste, upload

__all__ = [
    "Export",
    "Run",
    "advance",
    "ask_guess",
    "asks",
    "attempt",
    "bring",
    "choose",
    "committed_guess",
    "constants",
    "contents",
    "controls",
    "devices_found",
    "draw",
    "follow",
    "foot",
    "frame",
    "gather",
    "guess_state",
    "kinds",
    "layout",
    "linked",
    "page",
    "paste",
    "places",
    "remember",
    "result_source",
    "show",
    "source_of",
    "tabs",
    "try_this",
    "upload",
    "waiting",
    "warm",
    "ways",
]
