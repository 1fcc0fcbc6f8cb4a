"""Contents of the app: its pages by section, and links that open them with their controls set.

Exercises, explanations and lessons point into the app with links, so that the reader lands
where the answer can be seen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

SECTIONS = {  # of the menu: pages by their stems, with their titles, in reading order
    "Start": {"home": "Scaling laws, live", "own_runs": "What do your own runs say?"},
    "Run it": {
        "sine": "More data, or a wider net?",
        "charlm": "Your own Chinchilla",
        "architecture": "Which design scales?",
        "emergence": "Sudden, or smooth?",
    },
    "The laws": {
        "kaplan": "What does ten times more buy?",
        "allocation": "Bigger model, or more tokens?",
        "disagreement": "Why did they disagree?",
        "isoflop": "Where is the bottom of the valley?",
        "parametric": "One surface for every run",
    },
    "Tune": {
        "batch_lr": "Which batch, which learning rate?",
        "critical_batch": "How big a batch is too big?",
        "transfer": "Does the best learning rate travel?",
        "schedules": "How should the learning rate end?",
    },
    "Data": {"repetition": "How often may you read it?"},
    "Plan": {"planner": "What will it cost?", "recipes": "What did they do?"},
    "Check yourself": {"mistakes": "Spot the mistake", "quiz": "What have you learnt?"},
    "Keep at hand": {"glossary": "Words and sources", "teaching": "Teach with it"},
}
NAMES = {  # of the pages' subjects, as the field calls them
    "home": "where to begin",
    "own_runs": "fit your own table",
    "sine": "power laws in data and width",
    "charlm": "compute-optimal training",
    "architecture": "architectures",
    "emergence": "emergence",
    "kaplan": "Kaplan's power laws",
    "allocation": "Chinchilla budget",
    "disagreement": "Kaplan against Chinchilla",
    "isoflop": "isoFLOP profiles",
    "parametric": "parametric fit",
    "batch_lr": "batch size and learning rate",
    "critical_batch": "critical batch size",
    "transfer": "muP, learning-rate transfer",
    "schedules": "schedules, late decay (WSD)",
    "repetition": "repeated data",
    "planner": "training cost",
    "recipes": "recipes of real models",
    "mistakes": "common mistakes",
    "quiz": "quiz",
    "glossary": "glossary, papers",
    "teaching": "lessons",
}
ABOUT = {  # what is done on a page, in a line: the first page's list of all
    "own_runs": "Bring a table: the best model for a budget, or the critical batch.",
    "sine": "Train networks at many sizes: do their errors follow a law?",
    "charlm": "Train language models at several budgets and forecast the next one.",
    "architecture": "Transformer, LSTM, n-gram network: compare them at equal compute.",
    "emergence": "Networks learn to copy: one exam looks smooth, another sudden.",
    "kaplan": "Move size, data and compute, and read by how much the loss falls.",
    "allocation": "A budget's best model and tokens, by every published law.",
    "disagreement": "Mend Kaplan's set-up one step at a time and watch the exponent fall.",
    "isoflop": "Plan a study, fit its valleys, and see how far off its answer is.",
    "parametric": "Fit five constants to runs, and see which are known.",
    "batch_lr": "Find the bottom of a noisy valley, then the law that moves it.",
    "critical_batch": "Trade steps for tokens; measure the batch from which doubling wastes.",
    "transfer": "Tune narrow, train wide: with muP or without.",
    "schedules": "When to lower the rate, and how far.",
    "repetition": "What is a character worth that was read before?",
    "planner": "Count a model, price its training, size one that serves.",
    "recipes": "How real models were trained, and what each law would have advised.",
    "mistakes": "Find the wrong line of a calculation, and see what believing it costs.",
    "quiz": "One question at a time with numbers of your own, and a score sheet.",
    "glossary": "Every word, letter and unit, and every paper behind the numbers.",
    "teaching": "Lesson links, presenting to a room, collecting what a class did.",
}
TITLES = {stem: title for pages in SECTIONS.values() for stem, title in pages.items()}


@dataclass(frozen=True)
class PageLink:
    """A page by its stem, and the values of some of its widgets by their keys."""

    page: str
    settings: Mapping[str, object] = field(default_factory=dict)  # as the widgets hold them

    @property
    def title(self) -> str:
        """The page's title."""
        return TITLES[self.page]

    @property
    def query(self) -> dict[str, str | list[str]]:
        """The settings as the address has them: text, and a list of texts for a range."""
        return {key: _text(value) for key, value in self.settings.items()}

    def beyond(self, firsts: Mapping[str, object]) -> "PageLink":
        """The same link without the controls that are as they are at first."""
        differ = {
            key: value
            for key, value in self.settings.items()
            if _text(value) != _text(firsts.get(key, ""))
        }
        return PageLink(self.page, differ)

    def without(self, keys: Collection[str]) -> "PageLink":
        """The same link, some controls left as they are."""
        return PageLink(self.page, {k: v for k, v in self.settings.items() if k not in keys})


def _text(value: object) -> str | list[str]:
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
