"""Tabs of the page on repeated text."""

from ui.concepts.repetition import law, mix, sizes, texts
from ui.sections import Tab

TABS = {  # by their keys in the link
    "sizes": Tab(
        "Bigger or smaller?", sizes.sizes, sizes.Controls, "sizes", sizes.panel, always=True
    ),
    "mix": Tab("Filter or mix?", mix.mix, mix.Controls, "mix", mix.panel),
    "texts": Tab("Another text", texts.texts, texts.Controls, "texts", texts.panel, always=True),
    "law": Tab("The published law", law.law, law.Controls, "law", always=True),
}
