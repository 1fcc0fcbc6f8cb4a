"""Controls of "Your own Chinchilla", and the tables and fits of its runs."""

from dataclasses import asdict, dataclass

from toylab import devices
from toylab.experiments import charlm_study, corpus, synthetic
from toylab.experiments.charlm_study import LABELS, USUAL, CharlmStudy, in_language
from toylab.experiments.languages import LANGUAGES, NETS
from toylab.quantities import format_scientific, ladder, parse_number, plural
from ui.controls import Presets
from ui.knobs import Values, knob

COMPUTE = LABELS[:-1]  # beyond them only as the next budget
WIDTHS = ["2", "2.5", "3", "4", "5", "6", "8", "12", "20"]
RATES = ["0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "5", "10", "100"]
SPREADS = {
    "fewer": "half as many seeds at each next budget: the smallest valley is the noisiest",
    "equal": "as many seeds at every budget",
}
NAMES = charlm_study.NAMES | {"custom": "custom"}
BUDGETED = {  # of networks that take longer: Run says how long
    name: plural(len(study.budgets), "budget") for name, study in CharlmStudy.PRESETS.items()
}
SCALED = "transformer"  # the network whose learning rate falls with its width
SIZES = tuple(ladder(3, 6))  # parameters that can be guessed
FACTORS = tuple(float(f"{10 ** (k / 20):.2g}") for k in range(21))  # with 10 times the compute
MARKS = {"bottoms": "bottom of the fit"}
BOTTOMS = {"dots": "bottoms", "line": "line through them", "guess": "your guess"}
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "valleys": "Loss against parameters on a log axis, a valley for each budget: the larger "
    "the budget, the larger the size at the bottom, unless the text says that no bottom can "
    "be trusted. Your guess is an upright line.",
    "growth": "Best size against training FLOPs on log axes: the valleys' bottoms rise along "
    "a line whose slope is the exponent a. The line is kept back while the answer is hidden; "
    "your guess is dashed. The text says how steep it is.",
    "next": "Loss against parameters on a log axis: the next budget's valley forms below "
    "those of the study, and a dashed rule marks where the forecast has its bottom. The text "
    "says whether it held.",
    "learner": "Squared error against parameters on a log axis, nine budgets: the larger the "
    "budget, the lower its valley and the larger the size at its bottom. The text holds both "
    "exponents against theory.",
    "approaches": "Exponent of the best size with its 95 % interval, one row an approach: "
    "where two intervals lie apart, the approaches contradict each other on the same runs. "
    "The text says whether they do.",
}


@dataclass(frozen=True)
class Preset:
    """The controls that a preset sets."""

    span: tuple[str, str] = (COMPUTE[2], COMPUTE[5])  # FLOPs
    width: str = "5"
    seeds: int = 3
    spread: str = "fewer"
    rate: str = "1"


def preset(study: CharlmStudy) -> Preset:
    """The controls that stand for a study."""
    return Preset(
        (format_scientific(study.lowest), format_scientific(study.highest)),
        f"{study.width:g}",
        study.seeds,
        "fewer" if study.halving else "equal",
        f"{study.rate:g}",
    )


PRESETS = {
    language: {
        name: preset(study)
        for name, study in CharlmStudy.PRESETS.items()
        if study.language == language
    }
    for language in LANGUAGES
}
FIRST = {language: records[in_language(USUAL, language)] for language, records in PRESETS.items()}


@dataclass(frozen=True)
class Choice(Preset):
    """All that the choice of a language sets."""

    net: str = "ngram"


@dataclass(frozen=True)
class Reader(Preset):
    """All that the choice of a network sets which the synthetic language does not have."""

    language: str = "python"


SHORT = PRESETS["python"]["ten-seconds"]  # these networks take longer
LEARNED = {language: Choice(**asdict(record)) for language, record in FIRST.items()}
READERS = {net: Reader(**asdict(SHORT)) for net in NETS if net != "ngram"}


def corpus_note(values: Values) -> str:
    """The text to learn from in the language that is chosen; empty before it is read."""
    if values["language"] == "synthetic":
        return f"{synthetic.WORDS} words; the next one hangs on the one before."
    return f"{corpus.load().sentence}." if corpus.ready() else ""


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them."""

    language: str = knob(
        "python",
        "Language",
        {name: language.title for name, language in LANGUAGES.items()},
        more=True,
        then=LEARNED,
        note=corpus_note,
    )
    span: tuple[str, str] = knob(Preset.span, "Budgets, FLOPs, from and to", COMPUTE, more=True)
    width: str = knob(Preset.width, "Sizes: factor to either side", WIDTHS, more=True)
    seeds: int = knob(Preset.seeds, "Seeds at the smallest budget", (1, 16), more=True)
    spread: str = knob(Preset.spread, "Seeds at the next budgets", SPREADS, more=True)
    rate: str = knob(Preset.rate, "Learning rate over the usual", RATES, more=True)
    seed: int = knob(0, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob("cpu", "Device", devices.KINDS, more=True)
    net: str = knob("ngram", "Network", NETS, then=READERS)
    scaled: bool = knob(
        True, "Learning rate falls with the width", more=True, gone=lambda now: now["net"] != SCALED
    )

    @property
    def study(self) -> CharlmStudy:
        """The study that they stand for."""
        low, high = map(parse_number, self.span)
        net = self.net if self.net in LANGUAGES[self.language].nets else "ngram"
        return CharlmStudy(
            language=self.language,
            lowest=low,
            highest=high,
            width=float(self.width),
            seeds=self.seeds,
            halving=self.spread == "fewer",
            rate=float(self.rate),
            seed=self.seed,
            device=self.device,
            net=net,
            scaled=self.scaled or net != SCALED,
        )


def defaults() -> Controls:
    """The usual study of what this Python has to learn from."""
    language = "python" if corpus.present() else "synthetic"
    return Controls(language=language, **asdict(FIRST[language]))


def presets(controls: Controls) -> Presets:
    """The studies known by name in the language that is chosen."""
    records = PRESETS[controls.language]
    study = controls.study
    names = NAMES if study.net == "ngram" else NAMES | BUDGETED
    return Presets(records, study.preset, names, title="Study")


@dataclass(frozen=True)
class Experiment(Preset):
    """All that an experiment sets."""

    language: str = "python"
    net: str = "ngram"
    scaled: bool = True
    seed: int = 0
    about: str = "next"
