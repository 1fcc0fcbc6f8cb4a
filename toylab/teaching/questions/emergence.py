"""Questions on exams that ask for several symbols at once, and on what looks sudden."""

from functools import cache

from numpy.random import Generator

from toylab.experiments.streaks_results import Exam, by_budget
from toylab.experiments.streaks_study import StreaksStudy
from toylab.laws import published
from toylab.laws.exact_match import exact_match
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

ACCURACIES = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
SYMBOLS = (3, 4, 5, 6, 8, 10, 12)
PAIRS = ((0.5, 0.9), (0.6, 1.0), (0.4, 0.9), (0.3, 0.95), (0.5, 0.98))  # of seeds: far apart
ROWS = (4, 6, 8, 10, 12, 16)  # characters
LINEAR = 0.05  # k times an accuracy's growth is further from its power than this: a usual slip
CURVES = {  # what a figure shows beside an exact match, and what that says of it
    "the accuracy of one symbol climbs evenly over the same sizes": (
        "The exam makes it: a power of an even climb",
        "There the network hardly changes from size to size, and a power of its accuracy makes "
        "the jump: on a log axis it is gone.",
    ),
    "the cross-entropy is flat over the same sizes and falls at that very one": (
        "The training makes it: the loss itself jumps",
        "Then the network itself changes there: marked symbol by symbol it jumps, too. It may "
        "still be a matter of training time: train longer, and look again.",
    ),
}


def exact_match_of_answers(random: Generator) -> Question:
    """The share of answers that are right throughout."""
    p, k = pick(random, ACCURACIES), pick(random, SYMBOLS)
    right = float(exact_match(p, k))
    return numeric(
        name="exact-match-of-answers",
        sources=(published.SCHAEFFER,),
        link=_link(k),
        text=f"A network gets {100 * p:g} % of single symbols right, and its errors are "
        f"independent. An answer has {k} symbols. What percentage of its answers is right "
        "throughout?",
        answer=100 * right,
        explanation=f"{p:g}^{k} = **{format_number(100 * right, 3)} %**. Marked symbol by symbol "
        f"it has {100 * p:g} %, and {k * (1 - p):.2g} errors an answer: the same network, two "
        "marks.",
        unit="%",
    )


def unrelated_questions(random: Generator) -> Question:
    """The growth of a power of the recorded accuracy."""
    exams = _recorded(2)
    first = int(random.integers(3))
    low, high = exams[first], exams[int(random.integers(first + 2, len(exams)))]
    few, many = (round(exam.accuracy.value, 3) for exam in (low, high))
    grown = many / few
    k = pick(random, [k for k in SYMBOLS[:5] if abs(k * grown / grown**k - 1) > LINEAR])
    times = float(exact_match(many, k) / exact_match(few, k))
    return Question(
        name="unrelated-questions",
        topic=_link(k).title,
        kinds=("recorded", "simulated"),
        sources=(published.SCHAEFFER,),
        link=_link(k),
        text=f"From {format_scientific(low.budget)} to {format_scientific(high.budget)} FLOPs the "
        f"best of our small language models get {100 * few:.1f} % and {100 * many:.1f} % of the "
        f"next characters right. An exam asks for {k} unrelated characters. How many times as "
        "often is all of it right with the larger budget?",
        answer=times,
        explanation=f"({100 * many:.1f}/{100 * few:.1f})^{k} = "
        f"**{format_number(times, 3)} times**, where one character has "
        f"{grown:.3g} times. On log axes that is the same line, {k} times as steep; on a "
        "linear axis it seems to come from nothing.",
        unit="times",
    )


def mean_over_seeds(random: Generator) -> Question:
    """The mean of powers is not the power of the mean."""
    pair, k = pick(random, PAIRS), pick(random, SYMBOLS[:5])
    mean = sum(pair) / 2
    truth = float(exact_match(pair, k).mean())
    wrong = float(exact_match(mean, k))
    return numeric(
        name="mean-over-seeds",
        link=_link(k),
        text=f"Of two seeds of one network one gets {100 * pair[0]:g} % of single symbols right, "
        f"the other {100 * pair[1]:g} %; errors are independent in each. What percentage of "
        f"answers of {k} symbols is right throughout, on average over the two?",
        answer=100 * truth,
        explanation=f"({pair[0]:g}^{k} + {pair[1]:g}^{k})/2 = "
        f"**{format_number(100 * truth, 3)} %**. The mean accuracy, {100 * mean:g} %, to the "
        f"power of {k} is {format_number(100 * wrong, 3)} %: too little, for a power bends "
        "upwards (Jensen's inequality). Take powers seed by seed, then the mean.",
        unit="%",
    )


def characters_in_a_row(random: Generator) -> Question:
    """Errors in a text come in clusters."""
    k = pick(random, ROWS)
    exam = pick(random, _recorded(k))
    return choice(
        random,
        name="characters-in-a-row",
        kinds=("recorded", "simulated"),
        sources=(published.SCHAEFFER,),
        link=_link(k),
        text=f"A language model of {format_scientific(exam.budget)} FLOPs gets "
        f"{100 * exam.accuracy.value:.1f} % of the next characters right. All of the next {k} are "
        f"right at {100 * exam.in_a_row.value:.1f} % of the places in real text, "
        f"{_times(exam.clustering)} as often as the power of {k} says. Why?",
        right="Where one character is easy, the next ones are, too",
        wrong=[
            f"It has learned to plan {k} characters ahead",
            "It saw these very places of the text while it was trained",
            "The accuracy was averaged over too few seeds",
        ],
        explanation="The power holds for independent errors. In a text they come in clusters: "
        f"{100 * exam.blank:.0f} % of the rows that are right are blanks only, such as an "
        "indentation. The places are held out, and every next character is told from those "
        "before it alone.",
    )


def is_it_sudden(random: Generator) -> Question:
    """A jump of the exam, or of the network."""
    curve = pick(random, list(CURVES))
    right, why = CURVES[curve]
    (other,) = (answer for name, (answer, _) in CURVES.items() if name != curve)
    return choice(
        random,
        name="is-it-sudden",
        kinds=(),  # there is no number in it
        sources=(published.SCHAEFFER,),
        link=_link(12),
        text=f"The exact match of 12 symbols is 0 up to some size, and then jumps; {curve}. What "
        "makes the jump?",
        right=right,
        wrong=[
            other,
            "The largest networks were trained on other text",
            "Nothing can be said, an exact match has no error",
        ],
        explanation=f"{why} An exam of right or wrong cannot tell the two cases apart, a smooth "
        "measure of the same networks can.",
    )


@cache
def _recorded(symbols: int) -> list[Exam]:
    """The exams of the recorded language models."""
    study = StreaksStudy.PRESETS["recorded"]
    recorded = study.recorded()
    assert recorded is not None
    return by_budget(study.table(recorded.rows), symbols)


def _times(factor: float) -> str:
    return f"{format_count(factor, 2)} times" if factor >= 10 else f"{factor:.2g} times"


def _link(symbols: int) -> PageLink:
    return PageLink("emergence", {"emergence_about": "mirage", "streaks_symbols": symbols})


QUESTIONS: tuple[Maker, ...] = (
    exact_match_of_answers,
    unrelated_questions,
    mean_over_seeds,
    characters_in_a_row,
    is_it_sudden,
)
