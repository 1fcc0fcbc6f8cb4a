"""Sentences on the reader's runs in one variable; every number in them is computed."""

from toylab.fits.estimate import Estimate
from toylab.quantities import format_count, format_fixed, format_number, format_scientific
from ui.concepts.own_runs.curve import CurveAnswer

UNITS = {"params": "parameters", "tokens": "tokens", "flops": "FLOPs"}
TITLES = {"params": "Parameters", "tokens": "Training tokens", "flops": "Training FLOPs"}
MADE = (
    "Fitted just now by least squares in ln L; the scatter is that of your runs about a smooth "
    "curve, and intervals are 95 % for a single run."
)


def count(answer: CurveAnswer, size: float) -> str:
    """A size with its unit."""
    flops = answer.runs.quantity == "flops"
    number = format_scientific(size) if flops else format_count(size)
    return f"{number} {UNITS[answer.runs.quantity]}"


def title(answer: CurveAnswer) -> str:
    """What a size counts, for the axis."""
    return TITLES[answer.runs.quantity]


def command(answer: CurveAnswer) -> str:
    """The command that fits the same runs."""
    option = {"params": "--at-size", "tokens": "--at-tokens", "flops": "--at"}
    return f"python -m toylab fit runs.csv {option[answer.runs.quantity]} {answer.size:.6g}"


def settings(answer: CurveAnswer) -> str:
    """The label's text on the runs that were read."""
    sizes = answer.runs.sizes
    ends = count(answer, float(sizes.min())), count(answer, float(sizes.max()))
    return f"{len(sizes)} finished runs of {ends[0]} to {ends[1]}"


def finding(answer: CurveAnswer) -> str:
    """The loss of the run that is asked about, in one large sentence."""
    run, unclear = count(answer, answer.size), answer.law.diagnosis.kind == "unclear"
    if isinstance(answer.forecast, Estimate) and unclear:
        return (
            f"## No law is shown yet: a run of {run} may end anywhere from "
            f"{answer.forecast.between(_loss)}"
        )
    if isinstance(answer.forecast, Estimate):
        return f"## A run of {run} should end at a loss of {answer.forecast.text(_loss)}"
    if answer.law.determined:
        return f"## No forecast: {answer.forecast}"
    if unclear:
        return "## No forecast: these runs do not show which law they follow"
    return "## No forecast: these runs follow no power law"


def numbers(answer: CurveAnswer) -> dict[str, str]:
    """The law's numbers."""
    law, told = answer.law, {}
    if law.exponent:
        told["exponent"] = law.exponent.text(lambda value: format_fixed(value, 3))
    if law.floor:
        told["floor"] = law.floor.text(lambda value: format_number(value, 3))
    return told


def _loss(value: float) -> str:
    return format_number(value, 4)
