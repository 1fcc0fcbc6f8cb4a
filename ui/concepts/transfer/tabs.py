"""Tabs of the page on learning rates that travel."""

from ui.concepts.transfer import law, rules, saves
from ui.sections import Tab

TABS = {  # by their keys in the link
    "law": Tab("What one rate does to a law", law.law, law.Controls, "one"),
    "rules": Tab("What changes", rules.rules, rules.Controls, "rules"),
    "saves": Tab("What it saves", saves.saves),
}
