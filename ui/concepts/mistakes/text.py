"""Sentences of "Spot the mistake": what is asked, and what is said once a line is picked."""

from collections.abc import Mapping

from toylab.quantities import format_number
from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.mistakes.mistake import PERCENT, Mistake

Given = Mapping[str, int]  # by a mistake's name: the line picked, from 0
HINT = (
    "**Exactly one line is wrong.** Those after it may follow from it; the line to find is the "
    "one where it goes wrong. Check each by itself: is it true?"
)
COMPUTED = "Computed when the page is drawn"
MADE = (
    "Right answers and prices are computed from the printed constants when the page is drawn; "
    "nothing is trained."
)
RATIO = "How many times too large or too small the wrong answer is"


def head(at: int, given: Given) -> str:
    """The mistake's place, and the score so far."""
    return f"Mistake {at} of {len(mistakes())} \N{MIDDLE DOT} **{score(given)}**"


def lines(mistake: Mistake) -> list[str]:
    """The working, its lines numbered."""
    return [f"**{k}** \N{EN SPACE}{line}" for k, line in enumerate(mistake.working, 1)]


def marked(mistake: Mistake, line: int | None) -> str:
    """The working once answered, with a badge at the wrong line, and at another one picked."""
    badges = [""] * len(mistake.working)
    badges[mistake.wrong_line] = " :orange-badge[the wrong line]"
    if is_found(mistake, line):
        badges[mistake.wrong_line] = " :green-badge[the wrong line: found]"
    elif line is not None:
        badges[line] = " :gray-badge[your pick: it holds]"
    pairs = zip(lines(mistake), badges, strict=True)
    return "\n\n".join(text + badge for text, badge in pairs)


def is_found(mistake: Mistake, line: int | None) -> bool:
    """True if it is the wrong line that was picked."""
    return line == mistake.wrong_line


def score(given: Given) -> str:
    """The number found so far."""
    solved = sum(is_found(mistake, given.get(mistake.name)) for mistake in mistakes())
    return f"You found {solved} of {len(given)} so far" if given else "None looked at yet"


def reply(mistake: Mistake, line: int | None) -> str:
    """The reply to the line picked; to None, where the answer is shown without asking."""
    there = f"line {mistake.wrong_line + 1}"
    if line is None:
        return f"It is **{there}**."
    if is_found(mistake, line):
        return f"**Found:** it is {there}."
    return f"Line {line + 1} holds, given those before it. It goes wrong in **{there}**."


def record(mistake: Mistake, line: int) -> tuple[str, str, str, str]:
    """The entry for the journal: question, given, answer, gap."""
    gap = "found" if is_found(mistake, line) else "missed"
    return mistake.title, f"line {line + 1}", f"line {mistake.wrong_line + 1}", gap


def numbers(mistake: Mistake) -> dict[str, tuple[str, str | None]]:
    """The claim, the right number, and the factor between them."""
    unit = mistake.unit.removeprefix("% ")
    return {
        "It says": (mistake.format(mistake.claimed), unit),
        "Right": (mistake.format(mistake.correct), unit),
        "Off by": (f"{times_off(mistake)} times", _direction(mistake)),
    }


def cost(mistake: Mistake) -> str:
    """The cost of believing it."""
    return f":orange-badge[Its cost] {mistake.cost}"


def times_off(mistake: Mistake) -> str:
    """The factor by which it is off."""
    return format_number(mistake.times_off, 3)


def finding(given: Given) -> str:
    """The chart in a sentence."""
    done = [mistake for mistake in mistakes() if mistake.name in given]
    least, most = (pick(done, key=lambda one: one.times_off) for pick in (min, max))
    return (
        f"How many times off each working answered so far ends, on a log axis: from "
        f"{times_off(least)} times ({least.title}) to {times_off(most)} times ({most.title}). "
        f"{score(given)}."
    )


def _direction(mistake: Mistake) -> str:
    bare = mistake.unit in ("exponent", PERCENT)
    large, small = ("too large", "too small") if bare else ("too many", "too few")
    if mistake.unit == "nats":
        large, small = "too high", "too low"
    return large if mistake.claimed > mistake.correct else small
