"""Links as they were: a tab's title, now its key; and a tab that has become a page."""

from collections.abc import Mapping
from typing import Any

from toylab.laws.model_shapes import SHAPES
from toylab.laws.transformer import Transformer
from toylab.teaching import lesson_links
from toylab.teaching.model_links import planner_link

COUNTED = {  # the controls of the tab that counted a model, as they were at first
    "layers": "12", "width": "768", "context": "1024", "vocabulary": "50257", "experts": "1",
    "active": "1", "tied": "true", "recompute": "false", "biases": "true",
}  # fmt: skip
SWITCHES = ("tied", "recompute", "biases")
HEAD = 64  # numbers of a head in GPT-2; no count hangs on it
TABS = {  # by the key of the tabs in the address
    "allocation_about": {
        "One budget, 9 answers": "answers",
        "Which digits matter?": "digits",
        "Where does 20:1 come from?": "ratio",
        "What did real models choose?": "models",
        "Worked examples, right": "examples",
    },
    "kaplan_about": {
        "Which of the two holds you back?": "joint",
        "When to stop, and which size?": "stopping",
        "Where must the lines end?": "ends",
    },
    "isoflop_about": {
        "How many runs, how wide a grid?": "designs",
        "Where it goes wrong": "bias",
        "Along learning curves": "curves",
        "The lowest dot, without logarithms": "lowest",
    },
    "parametric_about": {
        "Can it be trusted?": "trust",
        "Break the fit": "variants",
        "Three approaches, one study": "approaches",
        "Where to find runs": "data",
    },
    "charlm_about": {
        "The next budget": "next",
        "Three approaches": "approaches",
        "Where the answer is known": "known",
    },
    "tune_about": {
        "Live: a real grid": "live",
        "Which answer to trust?": "trust",
        "The laws side by side": "laws",
        "Usual slips": "mistakes",
    },
    "critical_about": {
        "Live: train to a target": "live",
        "Time against money": "wall_clock",
        "Why a hyperbola": "quadratic",
        "Your own table": "table",
        "Usual slips": "mistakes",
    },
    "glossary_about": {
        "Words": "words",
        "Sources": "papers",
    },
    "teaching_about": {
        "Prepare a lesson": "prepare",
        "Present": "present",
        "Collect": "collect",
        "One server for a class": "server",
    },
}


def tab(key: str, linked: str) -> str:
    """The key of a tab that an address names, by its key or by the title that it had."""
    return TABS.get(key, {}).get(linked, linked)


def moved(page: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """The page that an address means now, and its settings there; None if it is still there.

    A tab of the allocation page counted a model; the planner has its controls.
    """
    if (page, query.get("allocation_about")) != ("allocation", "counting"):
        return None
    link = planner_link(_counted(query))
    settings = {key: str(value) for key, value in link.query.items()}
    return link.page, lesson_links.kept(query) | settings


def _counted(query: Mapping[str, str]) -> Transformer:
    """The shape that the tab's controls made, or GPT-2, with which it began."""
    said = {name: query.get(f"count_{name}", first) for name, first in COUNTED.items()}
    is_on: dict[str, Any] = {name: said[name].lower() == "true" for name in SWITCHES}
    try:
        held: dict[str, Any] = {name: int(said[name]) for name in said.keys() - is_on.keys()}
        heads = max(1, held["width"] // HEAD)
        return Transformer(**held, **is_on, positions=is_on["biases"], heads=heads)
    except ValueError:
        return SHAPES["GPT-2"].shape
