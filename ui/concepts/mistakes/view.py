"""What "Spot the mistake" asks, and says once a line is picked."""

from collections.abc import Mapping

import pandas as pd

from toylab.quantities import format_number
from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.mistakes.mistake import PERCENT, Mistake

Given = Mapping[str, int]  # by a mistake's name: the line picked, from 0
MANY = len(mistakes())
MOST = 10 * max(mistake.times for mistake in mistakes())  # room at the axis' end
HINT = (
    "**Exactly one line is wrong.** Those after it may follow from it; the line to find is the "
    "one where it goes wrong. Check each by itself: is it true?"
)
MADE = (
    "Right answers and prices are computed from the printed constants when the page is drawn; "
    "nothing is trained."
)
SPENT = "Said over right, or right over said, whichever is above one"


def lines(mistake: Mistake) -> list[str]:
    """The working, its lines numbered."""
    return [f"**{k}** \N{EN SPACE}{line}" for k, line in enumerate(mistake.working, 1)]


def marked(mistake: Mistake, line: int | None) -> str:
    """The working once answered: which line is wrong, and which was picked."""
    badges = [""] * len(mistake.working)
    badges[mistake.wrong] += " :orange-badge[wrong]"
    if line is not None:
        badges[line] += " :gray-badge[your pick]"
    pairs = zip(lines(mistake), badges, strict=True)
    return "\n\n".join(said + badge for said, badge in pairs)


def right(mistake: Mistake, line: int | None) -> bool:
    """Whether it is the wrong line that was picked."""
    return line == mistake.wrong


def score(given: Given) -> str:
    """How many were found so far."""
    found = sum(right(mistake, given.get(mistake.name)) for mistake in mistakes())
    return f"You found {found} of {len(given)} so far" if given else "None looked at yet"


def verdict(mistake: Mistake, line: int | None) -> str:
    """What to say to the line picked; None where the answer is shown without asking."""
    there = f"line {mistake.wrong + 1}"
    if line is None:
        return f"It is **{there}**."
    if right(mistake, line):
        return f"**Found:** it is {there}."
    return f"Line {line + 1} holds, given those before it. It goes wrong in **{there}**."


def record(mistake: Mistake, line: int) -> tuple[str, str, str, str]:
    """For the journal: question, given, answer, gap."""
    gap = "found" if right(mistake, line) else "missed"
    return mistake.title, f"line {line + 1}", f"line {mistake.wrong + 1}", gap


def numbers(mistake: Mistake) -> dict[str, tuple[str, str | None]]:
    """What the working says, what is right, and how many times off it is."""
    unit = mistake.unit.removeprefix("% ")
    return {
        "It says": (mistake.say(mistake.said), unit),
        "Right": (mistake.say(mistake.truth), unit),
        "Off by": (f"{times(mistake)} times", _way(mistake)),
    }


def times(mistake: Mistake) -> str:
    """How many times off."""
    return format_number(mistake.times, 3)


def table(given: Given) -> pd.DataFrame:
    """What `charts.mistakes.times_off` draws, a row an answer: place, times, words, found."""
    rows = []
    for place, mistake in enumerate(mistakes(), 1):
        if mistake.name in given:
            *_, gap = record(mistake, given[mistake.name])
            said = f"{mistake.title}: {times(mistake)} times, {gap}"
            rows.append((place, mistake.times, said, gap == "found"))
    frame = pd.DataFrame(rows, columns=["place", "times", "words", "found"])
    return frame.astype({"times": float, "found": bool})


def finding(given: Given) -> str:
    """The chart in a sentence."""
    done = [mistake for mistake in mistakes() if mistake.name in given]
    least, most = (pick(done, key=lambda one: one.times) for pick in (min, max))
    return (
        f"How many times off each working answered so far ends, on a log axis: from "
        f"{times(least)} times ({least.title}) to {times(most)} times ({most.title}). "
        f"{score(given)}."
    )


def _way(mistake: Mistake) -> str:
    bare = mistake.unit in ("exponent", PERCENT)
    large, small = ("too large", "too small") if bare else ("too many", "too few")
    if mistake.unit == "nats":
        large, small = "too high", "too low"
    return large if mistake.said > mistake.truth else small
