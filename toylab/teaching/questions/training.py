"""Questions on what a figure is, on the sine lab and on the small language models."""

from functools import cache

from numpy.random import Generator

from toylab.experiments import charlm, charlm_study, sine, sine_study
from toylab.fits import power_law, power_law_diagnostics
from toylab.fits.seed_medians import sample
from toylab.laws import published
from toylab.laws.forms import FLOPS, Growth
from toylab.quantities import MINUS, format_count, format_fixed, format_number, parse_number
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

LABELS = {  # cases of each label
    "live": (
        "Networks were trained while you watched, on this machine.",
        "Networks were trained on this machine an hour ago, for another visitor.",
    ),
    "recorded": (
        "Networks were trained by this app's engine some weeks ago; the command that repeats "
        "them stands beside the figure.",
    ),
    "published": (
        "A dot shows the model size that a paper prints for its largest budget.",
        "A table shows the data that a paper prints for a model of 10T parameters, which nobody "
        "has trained.",
    ),
    "simulated": (
        "A curve shows what a paper's formula gives at budgets that nobody has spent.",
        "Runs were drawn from a law, with noise, and a surface was fitted to them.",
    ),
    "yours": ("You chose a file with your group's runs, and a surface was fitted to them.",),
}
VERDICTS = {
    "power law": "A power law over the range that was measured",
    "floor": "A fall that flattens to a floor: no power law",
    "no slope": "An error that hardly changes over all sizes: no slope",
    "too little": "Too few sizes or seeds to judge",
}
SWEEPS = (("noise", "data"), ("article", "data"), ("floor", "data"))
WIDTHS = tuple(2**k for k in range(2, 10))
BUDGETS = ("1e9", "3e9", "1e10", "3e10")


def label(random: Generator) -> Question:
    """The label of a figure, of five."""
    kind = pick(random, list(LABELS))
    return choice(
        random,
        name="label",
        kinds=(),  # there is no number in it
        link=PageLink("home"),
        text=f"{pick(random, LABELS[kind])} Which label does the figure have?",
        right=kind,
        wrong=[other for other in LABELS if other != kind],
        explanation=f"**{kind}.** Live and recorded are runs of this engine, yours are those of "
        "your file, published is what a paper prints, simulated is computed from a formula. A "
        "label says where a number comes from, not that somebody measured it: papers also print "
        "what their formulas say of models that nobody has trained.",
    )


def drawn_from_a_law(random: Generator) -> Question:
    """The conclusion that a fit to simulated runs allows."""
    law = pick(random, published.SURFACES)
    a = law.form.beta / (law.form.alpha + law.form.beta)
    return choice(
        random,
        name="drawn-from-a-law",
        sources=(law,),
        link=PageLink("home"),
        text=f"Runs are simulated from {law.title}, whose best size grows as C^{a:.2f}. A fit to "
        f"them finds {a:.2f}. What has been shown?",
        right="That this fit can recover what was put in",
        wrong=[
            f"That real language models follow C^{a:.2f}",
            "That the law also holds at larger budgets",
            "That this law fits text better than others do",
        ],
        explanation="The runs were drawn from the law, so they say nothing for or against it. "
        "Simulated runs test a *method*, because the right answer is known; only trained networks "
        "test a law.",
    )


def net_params(random: Generator) -> Question:
    """Parameters of the sine lab's network."""
    width = pick(random, WIDTHS)
    params = sine.SineSpec(width, 1).params
    return numeric(
        name="net-params",
        link=PageLink("sine", {"sine_width": width}),
        text=f"The sine lab's network takes one number in and gives one out, through two hidden "
        f"layers of width {width}, with biases. How many parameters has it?",
        answer=params,
        explanation=f"First layer {width} weights and {width} biases, second {width} x {width} and "
        f"{width}, last {width} and 1: w^2 + 4w + 1 = **{format_count(params)}**. There is one "
        "square matrix, not three.",
        unit="parameters",
        tolerance=0.004,  # a count, to three digits; w^2 alone is 0.8 % short at width 512
    )


def slope(random: Generator) -> Question:
    """The exponent between two points on log-log axes."""
    few, times = pick(random, (64, 128, 256)), pick(random, (4, 8, 16))
    first = pick(random, (0.02, 0.04, 0.05, 0.08))
    last = float(f"{first * times ** -pick(random, (0.5, 0.75, 1.0, 1.25)):.3g}")
    many = few * times
    a = -power_law.line(sample([few, many], [[first, last]])).slope.value
    return numeric(
        name="slope",
        link=PageLink("sine", {"sine_sizes": (few, many)}),
        text=f"At {few} samples the error is {first:g}, at {many:,} it is "
        f"{format_number(last, 3)}. On log axes a straight line through the two is error = k "
        f"samples^{MINUS}a. What is a?",
        answer=a,
        explanation=f"ln({first:g} / {format_number(last, 3)}) / ln({many:,} / {few}) = "
        f"**{format_number(a, 3)}**; any base will do, if it is the same on both axes. Two "
        "points always have a line through them: believing it takes more sizes, and several "
        "seeds.",
    )


def verdict_on_a_sweep(random: Generator) -> Question:
    """The verdict on a recorded sweep."""
    name, kind = pick(random, SWEEPS)
    study = sine_study.SineStudy.PRESETS[name]
    shown, diagnosis = _judged(name)
    fields = {f"sine_{k}": v for k, v in vars(study).items() if k not in ("device", "seed")}
    line = diagnosis.line.slope
    return choice(
        random,
        name="verdict-on-a-sweep",
        kinds=("recorded",),
        link=PageLink("sine", fields),
        text=f"{study.seeds} seeds, median errors by number of samples: {shown}. A straight line "
        f"through all of them has slope {format_fixed(line.value, 2)}, 95 % interval "
        f"{format_fixed(line.low, 2)} to {format_fixed(line.high, 2)}. What is it?",
        right=VERDICTS[diagnosis.kind],
        wrong=[text for k, text in VERDICTS.items() if k != diagnosis.kind],
        explanation=f"{diagnosis.sentence} A narrow interval around a slope does not make a line: "
        f"look whether the last half falls as the first does. (Recorded {kind} sweep, "
        f"{study.describe()}.)",
    )


@cache
def _judged(name: str) -> tuple[str, power_law_diagnostics.Diagnosis]:
    """The medians of a recorded data sweep in words, and the verdict on it."""
    study = sine_study.SineStudy.PRESETS[name]
    recorded = study.recorded()
    assert recorded is not None  # every preset is
    errors = study.table(recorded.rows).pivot(index="seed", columns="samples", values="error")
    medians = [f"{size:,}: {format_number(error, 2)}" for size, error in errors.median().items()]
    return ", ".join(medians), power_law_diagnostics.diagnose(
        errors.columns, errors.to_numpy(), of="samples"
    )


def length_of_a_run(random: Generator) -> Question:
    """Tokens that a budget leaves."""
    budget = pick(random, BUDGETS)
    spec = charlm.CharlmSpec(
        pick(random, charlm_study.CharlmStudy().sizes(parse_number(budget))), parse_number(budget)
    )
    return numeric(
        name="length-of-a-run",
        link=PageLink("charlm", {"charlm_span": ("1e9", budget)}),
        text=f"One of our small language models has {spec.params:,} matrix weights. It is trained "
        f"with {budget} FLOPs. How many characters does it read?",
        answer=spec.tokens,
        explanation=f"C = {FLOPS}ND, so D = {budget} / ({FLOPS} x {spec.params:,}), in whole "
        f"batches **{format_count(spec.tokens)}**. At one budget a larger model reads less.",
        unit="characters",
    )


def growth_of_data(random: Generator) -> Question:
    """The exponent that is left for data."""
    a = pick(random, (0.4, 0.42, 0.44, 0.56, 0.58, 0.6, 0.65, 0.7))
    times = pick(random, (10, 20, 50, 100, 1000))
    size, data = (float(Growth(1.0, k).at(times)) for k in (a, 1 - a))
    return numeric(
        name="growth-of-data",
        link=PageLink("charlm"),
        text=f"In a study the best size grows as C^{a:g}. For {times:,} times the compute, how "
        "many times as many tokens?",
        answer=data,
        explanation=f"C = {FLOPS}ND: what the size does not take is left for the data, C^(1 "
        f"{MINUS} {a:g}). {times:,}^{1 - a:.2g} = **{format_number(data, 3)}** times the tokens, "
        f"for {size:.3g} times the parameters.",
        unit="times",
    )


QUESTIONS: tuple[Maker, ...] = (
    label,
    drawn_from_a_law,
    net_params,
    slope,
    verdict_on_a_sweep,
    length_of_a_run,
    growth_of_data,
)
