"""The finding of a sweep in a sentence or two, for the page and the terminal."""

from toylab.experiments.sine_results import SineResults


def finding(result: SineResults) -> str:
    """The outcome in a sentence or two, diverged runs counted."""
    trained, planned = len(result.trained), result.study.networks
    if result.live:
        return f"{trained} of {planned} networks trained."
    text = result.diagnosis.sentence if result.diagnosis else _nothing(result)
    lost = int(result.trained["diverged"].sum())
    if lost:
        text += f" {lost} of {trained} runs diverged and are left out."
    if trained < planned:
        text = f"From {trained} of {planned} networks: {text}"
    return text


def _nothing(result: SineResults) -> str:
    if result.runs.empty:
        return "Nothing is trained yet."
    if len(result.points) == 1:
        return "One size makes no line: choose two or more."
    return "Too few runs ended well at two sizes or more to draw a line."
