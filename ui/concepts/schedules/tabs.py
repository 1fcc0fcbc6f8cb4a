"""Tabs of the page on schedules."""

from ui.concepts.schedules import collapse, draw, law, wsd
from ui.sections import Tab

TABS = {  # by their keys in the link
    "draw": Tab("Draw it yourself", draw.draw, draw.Controls, "draw", draw.panel, always=True),
    "wsd": Tab("One run, many lengths", wsd.wsd, wsd.Controls, "wsd", wsd.panel, always=True),
    "collapse": Tab(
        "Do all curves look the same?", collapse.collapse, collapse.Controls, "collapse",
        collapse.panel, always=True,
    ),
    "law": Tab("A good fit, a forecast?", law.law, law.Controls, "annealing", always=True),
}  # fmt: skip
