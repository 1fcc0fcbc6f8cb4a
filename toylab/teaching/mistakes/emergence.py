"""Mistakes with exams that ask for several symbols at once; see `catalogue`."""

import math

from toylab.experiments.streaks_results import by_budget
from toylab.experiments.streaks_study import StreaksStudy
from toylab.experiments.task_results import CopyResults
from toylab.experiments.task_studies import STUDIES, CopyStudy
from toylab.experiments.tasks import TASKS
from toylab.laws import published
from toylab.laws.exact_match import exact_match
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

WIDTH = 5  # of the copying network whose seeds differ most
SYMBOLS = 8


def power_of_the_mean() -> Mistake:
    """The power of a mean accuracy taken for the mean of the powers."""
    k, study = TASKS["copy"].asked, STUDIES["copy"]
    recorded = study.recorded()
    assert isinstance(study, CopyStudy)
    assert recorded is not None
    frame = study.table(recorded.rows)
    seeds = CopyResults(study, frame[frame["width"] == WIDTH]).seeds(k)
    p, right = seeds["accuracy"], 100 * float(seeds["exact"].mean())
    mean = round(float(p.mean()), 3)
    claimed = 100 * float(exact_match(mean, k))
    alone = 100 * float(exact_match(p, k).mean())
    best = 100 * float(seeds["exact"].max())
    return Mistake(
        name="power-of-the-mean",
        title="An exact match from a mean",
        question=f"{len(seeds)} seeds of one small network, N = {seeds['params'].iloc[0]}, learn "
        f"to copy {k} symbols. Errors of a network are independent of each other. What percentage "
        f"of the answers is right throughout, on average over the seeds?",
        working=(
            f"The seeds get {100 * p.min():.1f} % to {100 * p.max():.1f} % of the symbols right, "
            f"{100 * mean:.1f} % on average.",
            f"With independent errors {k} symbols are all right with the {k}th power of that.",
            f"{mean:g}^{k} = {format_number(claimed, 2)} % of the answers are right.",
        ),
        wrong_line=1,
        explanation=f"The power holds in each seed, with that seed's own accuracy: on average "
        f"{alone:.2f} %, and **{right:.2f} %** were measured. The best seed alone has "
        f"{best:.1f} %, and a mean of accuracies knows nothing of it (Jensen's inequality: the "
        "mean of powers is larger than the power of the mean).",
        claimed=claimed,
        correct=right,
        unit="% of the answers",
        cost=f"{right / claimed:,.0f} times too few. It looks as if errors went together, where "
        "only seeds differ; and the threshold of an ability comes out at too large a size.",
        link=PageLink("emergence", {"emergence_about": "mirage", "streaks_symbols": k}),
    )


def accuracy_from_loss() -> Mistake:
    """exp(-L) taken for the share of symbols that are right."""
    study = StreaksStudy.PRESETS["recorded"]
    recorded = study.recorded()
    assert recorded is not None
    exam = by_budget(study.table(recorded.rows), SYMBOLS)[-1]
    loss = round(exam.loss, 2)
    claimed, right = 100 * math.exp(-loss), 100 * exam.accuracy.value
    several = 100 * float(exact_match(math.exp(-loss), SYMBOLS))
    truth = 100 * exam.unrelated.value
    return Mistake(
        name="accuracy-from-loss",
        title="An accuracy from a loss",
        question="The best of our small language models at "
        f"{format_scientific(exam.budget)} FLOPs have a loss of {loss:g} nats a character. They "
        "name the character that they hold most probable. What percentage is right?",
        working=(
            "The loss is the mean of \N{MINUS SIGN}ln p, with p the probability given to the "
            "character that comes.",
            f"exp(\N{MINUS SIGN}{loss:g}) = {claimed / 100:.3f} is the geometric mean of these p.",
            "So the character that is named is right with that probability.",
            f"{claimed:.1f} % of the characters are right.",
        ),
        wrong_line=2,
        explanation="p is asked of the character that comes, however improbable. Named is the most "
        f"probable one, and a few places with a tiny p weigh much in a mean of logarithms: "
        f"**{right:.1f} %** were right (95 % over seeds: "
        f"{exam.accuracy.between(lambda x: f'{100 * x:.1f} %')}).",
        claimed=claimed,
        correct=right,
        unit="% of the characters",
        cost=f"An exam of {SYMBOLS} unrelated characters would come out at "
        f"{format_number(several, 2)} % instead of {format_number(truth, 2)} %, "
        f"{format_count(truth / several, 2)} times too rare.",
        link=PageLink("emergence", {"emergence_about": "mirage", "streaks_symbols": SYMBOLS}),
        sources=(published.SCHAEFFER,),
    )
