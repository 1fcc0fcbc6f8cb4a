"""Sentences of the page on architectures; every number in them is computed."""

from toylab.experiments import corpus
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.fits.estimate import Estimate
from toylab.quantities import format_fixed, format_scientific, plural
from toylab.teaching.guesses import UNSET, Guess, times
from ui.concepts.architecture.view import TIMES
from ui.concepts.shared.numbers import factor

ALT = {
    "loss": "Held-out loss against training compute on log axes: for each design the best size at "
    "every budget, its seeds, the other sizes, and a line through the best. The sentence below "
    "says how much compute lies between them.",
    "ratios": "How many times the compute of the baseline each design needs for the same "
    "loss, at every budget, with 95 % intervals. One is marked.",
}
HIDDEN = "These dots are the n-gram network. Where are the LSTM and the transformer?"
COUNTED = (
    "Compute is counted, not timed: 6 FLOPs for each weight of a matrix product and each "
    "character, and for the transformer its attention on top. A design that is quicker on a GPU "
    "gains nothing here."
)
RANKING = (
    "**A ranking at one budget is no ranking.** These networks spend {low} to {high} FLOPs and "
    f"read {corpus.BEFORE} (n-gram) or up to {corpus.WINDOW} characters. Language models of today "
    "spend more than 1e12 times as much and read thousands of tokens, and there transformers "
    "lead. Nothing here says where that begins."
)
CLOSED = "Guess first, or press *Just show it*. This opens when the runs have ended."
UNWRITTEN = "No network at the largest budget has a text to show yet."
LUCK = "All continue the same beginning, each character drawn with the same random numbers."
BECK = "The released fits count N, D and the loss in the same way for both designs."
AGREES = (
    "Like the runs above, they show a factor of compute between designs. Where two slopes differ, "
    "that factor changes with compute, and so may the order. Kaplan adds why context matters: "
    f"these toys read at most {corpus.WINDOW} characters, where an LSTM keeps up."
)
SEEDS = (
    "The intervals hold other seeds, and what budgets lie off their line: not another batch rule, "
    "learning rate or text, nor that each best size was chosen by the same seeds. Each design was "
    "tuned at one budget, the transformer with the most care."
)


def question(results: ArchitectureResults) -> Guess | None:
    """The compute ratio of the transformer, answered once all runs have ended."""
    study, C = results.study, results.middle
    answer = None
    if not results.live:
        known = results.compute_ratio(results.asked, C) if results.asked else None
        if known is None:
            return None
        answer = known.value
    asked, base = (study.designs[name].title for name in (last(study), study.baseline))
    line = results.lines.get(study.baseline)
    reached = f"a loss of {format_fixed(float(line(C)), 2)}" if line else "some loss"
    return Guess(
        text=f"At **{format_scientific(C)} FLOPs** the {base} reaches {reached}. How much compute "
        f"does the {asked} need to reach it?",
        answer=answer,
        options=TIMES,
        explanation="" if results.live else gap(results),
        say=times,
        factor=1.25,
        study=study,
    )


def last(study: ArchitectureStudy) -> str:
    """The name of the design that is asked about."""
    return list(study.designs)[-1]


def headline(results: ArchitectureResults, *, seen: bool) -> str:
    """The sentence that says what the figure shows."""
    if not seen:
        return HIDDEN
    if results.live:
        return f"{len(results.frame)} of {results.study.networks} networks trained."
    return " ".join(filter(None, (gap(results), crossings(results), lost(results))))


def gap(results: ArchitectureResults) -> str:
    """The compute ratio of the last design at the middle budget."""
    study, C = results.study, results.middle
    name, base = last(study), study.designs[study.baseline].title
    m = results.compute_ratio(name, C) if results.asked else None
    at, title = format_scientific(C), study.designs[name].title
    if m is None:
        return f"How much compute the {title} needs is not known from these runs."
    if m.holds(1):
        return (
            f"At {at} FLOPs these seeds do not tell the {title} from the {base}: {factor(m.value)} "
            f"times its compute for the same loss (95 %: {m.between(factor)})."
        )
    word = "needs" if m.value > 1 else "needs only"
    return (
        f"At {at} FLOPs the {title} {word} **{factor(m.value)} times the compute** of the {base} "
        f"for the same loss (95 %: {m.between(factor)})."
    )


def crossings(results: ArchitectureResults) -> str:
    """The crossings that the data hold, or that they hold none."""
    if len(results.lines) < 2:
        return ""
    if not results.crossings:
        return "No two lines are shown to cross."
    return " ".join(crossing(results, *pair, at) for pair, at in results.crossings.items())


def crossing(results: ArchitectureResults, first: str, second: str, at: Estimate) -> str:
    """Which of two designs overtakes the other, and where."""
    slopes = {name: results.lines[name].slope.value for name in (first, second)}
    steep, flat = sorted(slopes, key=lambda name: -slopes[name])
    titles = results.study.designs
    where = at.text(lambda C: format_scientific(C, 2))
    return f"The {titles[steep].title} overtakes the {titles[flat].title} at {where} FLOPs."


def lost(results: ArchitectureResults) -> str:
    """The number of runs that diverged, where any did."""
    if not results.lost:
        return ""
    return f"{plural(results.lost, 'run')} of {len(results.frame)} diverged and are left out."


def numbers(results: ArchitectureResults, *, seen: bool) -> dict[str, str]:
    """The ratio that was asked about, and the slopes; question marks until they are seen."""
    study, C = results.study, results.middle
    known = seen and not results.live
    m = results.compute_ratio(results.asked, C) if known and results.asked else None
    key_numbers = {"times the compute": factor(m.value) if m else UNSET}
    for name, design in study.designs.items():
        line = results.lines.get(name) if known else None
        slope = format_fixed(line.slope.value, 3) if line else UNSET
        key_numbers[f"slope, {design.title.removesuffix(' network')}"] = slope
    return key_numbers


def details(results: ArchitectureResults) -> list[str]:
    """Sentences behind "Why?": the slopes, and what is not shown."""
    low, high = (format_scientific(results.study.budgets[k]) for k in (0, -1))
    ranking = RANKING.format(low=low, high=high)
    return [*filter(None, [slopes(results)]), ranking, COUNTED, SEEDS]


def slopes(results: ArchitectureResults) -> str:
    """The slopes with their intervals; empty where no design has a line."""
    if not results.lines:
        return ""
    titles, base = results.study.designs, results.study.baseline
    known = [
        f"{line.slope.text(lambda s: format_fixed(s, 3))} for the {titles[name].title}"
        for name, line in results.lines.items()
    ]
    return " ".join((
        f"Each line is loss = constant / C^s, with the floor left in: s is {', '.join(known)}.",
        *(_turned(results, name, base) for name in results.others),
        "Over so few budgets a line is a summary, not a law.",
    ))  # fmt: skip


def _turned(results: ArchitectureResults, name: str, base: str) -> str:
    """The verdict on a design's slope: steeper than the baseline's, flatter, or not told apart."""
    difference, titles = results.slope_difference(name, base), results.study.designs
    if difference is None:
        return ""
    if difference.holds(0):
        return f"The {titles[name].title}'s and the {titles[base].title}'s may be parallel."
    word = "steeper" if difference.value > 0 else "flatter"
    low, high = sorted(map(abs, (difference.low, difference.high)))
    by = Estimate(abs(difference.value), low, high)
    return (
        f"The {titles[name].title}'s is {word} than the {titles[base].title}'s by "
        f"{by.text(lambda s: format_fixed(s, 3))}."
    )


def edges(results: ArchitectureResults) -> str:
    """Which best sizes lie at the end of the sizes that were trained; empty if none does."""
    at = results.best[results.best["edge"]]
    if at.empty or results.live:
        return ""
    which = ", ".join(
        f"{results.study.designs[row['design']].title} at {format_scientific(row['budget'])}"
        for row in at.to_dict("records")
    )
    return (
        f"The best size is the smallest or largest that was trained: {which}. A size beyond may be "
        "better."
    )


def made(how: str) -> str:
    """The provenance of the runs: what was learned, how it was tested, when and where."""
    return (
        "Every network learns the source of Python's standard library and is tested on the same "
        f"{corpus.EXAM:,} characters of files that none of them saw. {how}"
    )


def written(results: ArchitectureResults) -> list[tuple[str, str]]:
    """Title and text of each design's best network at the largest budget."""
    study, runs = results.study, results.at_best
    passages = []
    for name, design in study.designs.items():
        mine = runs[(runs["design"] == name) & (runs["budget"] == study.highest)]
        mine = mine[mine["text"] != ""].head(1)
        passages += [
            (
                f"**{design.title}**, {row['params']:,} parameters, loss {row['loss']:.2f}",
                row["text"],
            )
            for row in mine.to_dict("records")
        ]
    return passages
