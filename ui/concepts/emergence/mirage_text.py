"""Sentences of the tab "A mirage?"; every number in them is computed."""

from collections.abc import Sequence

from toylab.experiments.streaks_results import Exam
from toylab.experiments.streaks_study import BUDGETS
from toylab.laws import published
from toylab.quantities import format_count, format_number, format_scientific, format_share
from ui.concepts.emergence import text, view

UNRELATED = (
    "k unrelated characters: p^k of the same networks' accuracy p, seed by seed; nothing was asked"
)
ALT = {
    "shapes": "Shares that are all right against training compute on a linear axis, each as a "
    "share of what the largest network reaches: one character, k in a row, k in a row that are "
    "not all blanks, and k unrelated ones.",
    "levels": "The same shares themselves on a log axis, with a dot a seed.",
}
OPEN = "What is still open"
SUDDEN = 10.0  # times from the smallest networks to the largest: a jump, to the eye


def lessons(exams: Sequence[Exam], symbols: int, *, live: bool) -> list[str]:
    """The lessons of the figures, a sentence or two each."""
    if len(exams) < len(BUDGETS):
        return ["The networks are on their way, the smallest first." if live else "Not all ended."]
    first, last = exams[0], exams[-1]
    return [
        _axis(first, last, symbols),
        _clusters(first, last, symbols),
        _blanks(first, last),
    ]


def _axis(first: Exam, last: Exam, symbols: int) -> str:
    """The axis makes the jump."""
    spent = f"From {format_scientific(first.budget)} to {format_scientific(last.budget)} FLOPs"
    one = _times(last.accuracy.value / first.accuracy.value)
    several = _times(last.unrelated.value / first.unrelated.value)
    look = (
        "On the linear axis these seem to come from nothing; on the log axis they are the line of "
        f"one character, {symbols} times as steep."
        if last.unrelated.value >= SUDDEN * first.unrelated.value
        else "Unrelated ones still look smooth on both axes: ask for more characters at once."
    )
    return (
        f"**The axis.** {spent} one character is right {one} as often, {symbols} unrelated "
        f"ones {several}. {look}"
    )


def _clusters(first: Exam, last: Exam, symbols: int) -> str:
    """In real text errors cluster."""
    return (
        f"**The text.** {symbols} characters in a row are all right at "
        f"{format_share(last.in_a_row.value, 1)} of the places: {_times(last.clustering)} as often "
        f"as unrelated ones ({_times(first.clustering)} in the smallest networks). Errors come in "
        "clusters. From the smallest networks to the largest the share grows "
        f"{_times(last.in_a_row.value / first.in_a_row.value)}."
    )


def _blanks(first: Exam, last: Exam) -> str:
    """The lesson that what counts as right decides what looks sudden."""
    before, after = first.beside_blanks, last.beside_blanks
    start = _percent(before.value) if before.value else "none"
    sudden = after.value >= SUDDEN * before.value and after.low > before.high
    grown = f", {_times(after.value / before.value)} as often" if before.value else ""
    return (
        f"**What counts.** Of these rows {format_share(first.blank)} in the smallest networks and "
        f"{format_share(last.blank)} in the largest are blanks only, such as an indentation. Leave "
        f"such rows out, and the same networks go from {start} to {_percent(after.value)}"
        f"{grown}{': that looks sudden' if sudden else ''}. Before you call an ability new, "
        "look at what the exam counts."
    )


def _percent(share: float) -> str:
    """A small share with two digits that count, such as "0.047 %"."""
    return f"{format_number(100 * share, 2)} %"


def _times(factor: float) -> str:
    """Like "1.6 times", "551 times" or "970k times"."""
    if factor >= 1e4:
        return f"{format_count(factor)} times"
    return f"{format_number(factor, 2) if factor < 100 else format(factor, ',.0f')} times"


def debate() -> str:
    """The debate: what is known, and what is not."""
    plateau = view.recorded(view.SHORT).plateau
    case = (
        f" The copy task on this page is a case: after {view.SHORT:,} steps its loss itself "
        f"{text.stays(plateau)}."
        if plateau
        else ""
    )
    return (
        "Wei et al. 2022 call an ability emergent if smaller models lack it and larger ones have "
        f"it. {published.SCHAEFFER.cited} found over 92 % of the abilities that were claimed on a "
        "large collection of tasks under two metrics, exact match and multiple-choice grade, "
        "which jump where a model's probabilities move smoothly. That does not settle it: it "
        f"may explain many jumps, not each of them, and some changes may be real.{case}"
    )
