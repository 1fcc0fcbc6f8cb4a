"""The screen kit: what a page may call, by name."""

from ui.controls import advance, controls, gather, linked
from ui.course import start, ways
from ui.drawing import attempt, draw, show, waiting
from ui.frame import frame, page, places, run
from ui.guess import ask_guess
from ui.label import kinds
from ui.live import Run, devices_found, follow, result_source, warm
from ui.menu import contents
from ui.record_file import fill_from_file
from ui.row import Export, row
from ui.sections import tabs
from ui.session import asks, own_seed, remember
from ui.sight import layout
from ui.upload import bring, choose, narrow, paste, upload

__all__ = [
    "Export",
    "Run",
    "advance",
    "ask_guess",
    "asks",
    "attempt",
    "bring",
    "choose",
    "contents",
    "controls",
    "devices_found",
    "draw",
    "fill_from_file",
    "follow",
    "frame",
    "gather",
    "kinds",
    "layout",
    "linked",
    "narrow",
    "own_seed",
    "page",
    "paste",
    "places",
    "remember",
    "result_source",
    "row",
    "run",
    "show",
    "start",
    "tabs",
    "upload",
    "waiting",
    "warm",
    "ways",
]
