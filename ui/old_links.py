"""Links as they were: a tab's title, now its key."""

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
