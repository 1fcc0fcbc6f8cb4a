"""Every study keeps the one contract: its shell line, presets, table and specs."""

import dataclasses
import json
import shlex

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live import fake
from tests.live.fake import Nap
from toylab import __main__ as cli
from toylab import devices, training
from toylab.experiments import architecture_study, charlm, sine, sine_study
from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.experiments.batch_lr_study import TOKENS, BatchLrStudy
from toylab.experiments.charlm_study import BUDGETS, NAMES, CharlmStudy, in_language
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.experiments.regression_study import RegressionStudy
from toylab.experiments.repetition import KINDS, STEP
from toylab.experiments.repetition_study import EPOCHS, RepetitionStudy
from toylab.experiments.shapes import SIZES
from toylab.experiments.shapes_study import LENGTHS, ShapesStudy
from toylab.experiments.sine_study import SineStudy
from toylab.experiments.streaks_study import StreaksStudy
from toylab.experiments.study import Study, as_table, shell_line, stacks
from toylab.experiments.task_studies import WIDTHS, AdditionStudy, CopyStudy
from toylab.live.progress import Progress

sizes = st.tuples(st.integers(1, 512), st.integers(1, 512)).map(lambda pair: tuple(sorted(pair)))
budgets = st.tuples(st.sampled_from(BUDGETS), st.sampled_from(BUDGETS)).map(sorted)
seeds = {"seeds": st.integers(1, 100), "seed": st.integers(0, 10**6)}
anywhere = {"device": st.sampled_from(sorted(devices.KINDS))}
SINE = st.builds(
    SineStudy,
    sweep=st.sampled_from(sorted(sine_study.SWEEPS)),
    width=st.integers(1, 512),
    samples=st.integers(1, 3000),
    widths=sizes,
    sizes=sizes,
    steps=st.integers(1, 3000),
    lr=st.floats(1e-6, 100),
    schedule=st.sampled_from(sorted(sine.SCHEDULES)),
    noise=st.floats(0, 100),
    target=st.sampled_from(sorted(sine.TARGETS)),
    frequency=st.integers(1, 3000),
    score=st.sampled_from(sorted(sine_study.SCORES)),
    **seeds,
    **anywhere,
)
CHARLM = budgets.flatmap(
    lambda ends: st.builds(
        CharlmStudy,
        language=st.sampled_from(sorted(charlm.LANGUAGES)),
        lowest=st.just(ends[0]),
        highest=st.just(ends[1]),
        width=st.floats(1, 100),
        halving=st.booleans(),
        rate=st.floats(0.01, 1000),
        **seeds,
        **anywhere,
    )
)
GRID = st.builds(BatchLrStudy, budgets=st.integers(1, len(TOKENS)), **seeds, **anywhere)
RACES = st.builds(
    CriticalBatchStudy, last=st.floats(2.3, 2.69), size=st.integers(1, 1024), **seeds, **anywhere
)
REGRESSION = st.builds(
    RegressionStudy,
    spectrum=st.floats(0.51, 5),
    target=st.floats(0, 5),
    lowest=st.floats(192, 1e6),
    highest=st.floats(2e6, 1e9),
    budgets=st.integers(2, 20),
    width=st.floats(1.1, 100),
    **seeds,
)
STREAKS = st.builds(StreaksStudy, **{**seeds, "seeds": st.integers(3, 100)}, **anywhere)
SHAPES = st.builds(
    ShapesStudy,
    params=st.sampled_from(SIZES),
    tokens=st.sampled_from(LENGTHS),
    rate=st.floats(0.01, 1000),
    seeds=st.integers(2, 32),
    seed=st.integers(0, 10**6),
    **anywhere,
)
rates = st.floats(0.001, 1000)
COPY = st.builds(
    CopyStudy,
    widths=st.tuples(st.sampled_from(WIDTHS), st.sampled_from(WIDTHS)).map(sorted).map(tuple),
    steps=st.integers(1, 100_000),
    rate=rates,
    **seeds,
    **anywhere,
)
ADDITION = st.builds(
    AdditionStudy,
    width=st.integers(1, 64).map(lambda heads: 4 * heads),
    steps=st.integers(100, 100_000),
    looks=st.integers(1, 100),
    rate=rates,
    **seeds,
    **anywhere,
)
REPETITION = st.builds(
    RepetitionStudy,
    unique=st.integers(1, 20).map(lambda steps: STEP * steps),
    epochs=st.sampled_from(EPOCHS[1:]),
    size=st.integers(1, 256),
    decay=st.floats(0.01, 10),
    dirty=st.floats(0, 1),
    kind=st.sampled_from(KINDS),
    rate=rates,
    seeds=st.integers(2, 50),
    seed=st.integers(0, 10**6),
    **anywhere,
)
DESIGNS = st.builds(
    ArchitectureStudy,
    compare=st.sampled_from(sorted(architecture_study.COMPARISONS)),
    highest=st.sampled_from(architecture_study.BUDGETS[1:]),
    sizes=st.integers(1, architecture_study.MOST_SIZES),
    seeds=st.integers(2, architecture_study.MOST_SEEDS),
    seed=st.integers(0, 10**6),
    **anywhere,
)
STUDIES = {
    SineStudy: SINE, CharlmStudy: CHARLM, BatchLrStudy: GRID, CriticalBatchStudy: RACES,
    RegressionStudy: REGRESSION, StreaksStudy: STREAKS, ShapesStudy: SHAPES,
    CopyStudy: COPY, AdditionStudy: ADDITION, RepetitionStudy: REPETITION,
    ArchitectureStudy: DESIGNS,
}  # fmt: skip
SEVERAL = (RepetitionStudy,)  # a preset with more seeds is still it
every = pytest.mark.parametrize("kind", STUDIES, ids=lambda kind: kind.__name__)


class Asked(Exception):
    """Ends a command as soon as it knows its study."""


def parsed(kind: type[Study], line: str) -> Study:
    """The study that a shell line asks the command line for."""
    python, m, toylab, *arguments = shlex.split(line)
    assert (python, m, toylab) == ("python", "-m", "toylab")

    def stop(study: Study) -> None:
        raise Asked(study)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "specs", stop)
        with pytest.raises(Asked) as end:
            cli.main(arguments)
    return end.value.args[0]


@every
@given(data=st.data())
@settings(deadline=None, max_examples=10)
def test_the_shell_line_gives_the_study_back(kind, data):
    study = data.draw(STUDIES[kind] | st.sampled_from(list(kind.PRESETS.values())))
    assert parsed(kind, study.command()) == study


@every
def test_the_shell_line_of_the_default_study_names_nothing_that_is_usual(kind):
    words = kind().command().split()
    assert words[:3] == ["python", "-m", "toylab"]
    assert {word for word in words if word.startswith("--")} <= {"--preset", "--plan"} | (
        {"--seeds"} if kind is SineStudy else set()
    )  # the article's preset has 20 seeds


@every
def test_every_preset_is_found_by_its_name_whatever_its_seed(kind):
    assert kind.PRESETS
    for name, study in kind.PRESETS.items():
        assert isinstance(study, kind)
        assert name.split() == [name]
        assert study.preset == dataclasses.replace(study, seed=7).preset == name


@every
@given(data=st.data())
@settings(deadline=None, max_examples=10)
def test_a_study_that_is_no_preset_has_no_name_of_one(kind, data):
    study = data.draw(STUDIES[kind])
    free = {"seed", "device"}
    free |= {"sweep", "seeds"} if kind is SineStudy else {"seeds"} if kind in SEVERAL else set()
    fields = [field.name for field in dataclasses.fields(kind) if field.name not in free]
    same = [
        name
        for name, known in kind.PRESETS.items()
        if all(getattr(known, field) == getattr(study, field) for field in fields)
    ]
    assert study.preset == (same[0] if same else None)


@every
def test_a_table_of_no_rows_has_the_columns_of_the_recorded_one(kind):
    recorded = [s for s in kind.PRESETS.values() if s.recorded()]
    study = recorded[0] if recorded else kind()
    rows = study.recorded().rows if recorded else []
    empty, full = study.table([]), study.table(rows)
    assert empty.empty
    assert len(empty.columns) >= 5
    assert list(empty.columns) == list(full.columns)
    kept = [name for name in empty.columns if name != "curve"]
    pd.testing.assert_series_equal(empty.dtypes[kept], full.dtypes[kept])


@every
def test_only_the_very_study_that_was_recorded_has_recorded_runs(kind):
    for study in kind.PRESETS.values():
        assert dataclasses.replace(study, seed=study.seed + 1).recorded() is None
    if kind not in (CharlmStudy, ArchitectureStudy, *SEVERAL):  # recorded with more seeds, or wider
        assert any(study.recorded() for study in kind.PRESETS.values())


@every
def test_specs_are_frozen_hashable_and_survive_json(kind):
    specs = next(iter(kind.PRESETS.values())).specs()
    assert specs
    assert len(set(specs)) == len(specs)
    for spec in specs[:20]:
        assert dataclasses.is_dataclass(spec)
        fields = json.loads(json.dumps(dataclasses.asdict(spec)))
        assert json.dumps(dataclasses.asdict(type(spec)(**fields))) == json.dumps(fields)
        assert spec.cost > 0
        assert spec.device in devices.KINDS
        with pytest.raises(dataclasses.FrozenInstanceError):
            spec.seed = 1


@every
def test_a_description_is_one_line_without_a_full_stop(kind):
    for study in kind.PRESETS.values():
        assert len(study.describe()) > 20
        assert "\n" not in study.describe()
        assert not study.describe().endswith(".")


# --- stacks of seeds, and tables of rows -------------------------------------------------------


@given(
    seeds=st.integers(1, 200), first=st.integers(0, 10**6), most=st.floats(0, 300, exclude_min=True)
)
def test_each_seed_is_in_one_stack_and_none_is_higher_than_asked_for(seeds, first, most):
    parts = stacks(charlm.CharlmSpec(8, 1e7, seed=first), seeds, most)
    trained = [seed for part in parts for seed in range(part.seed, part.seed + part.runs)]
    assert trained == list(range(first, first + seeds))
    assert all(part.runs <= max(1, most) for part in parts)
    assert len(parts) == -(-seeds // max(1, int(most)))


def test_a_table_has_the_columns_asked_for_in_order_and_what_recorded_rows_leave_out():
    columns = {"name": "str", "seed": "int64", "device": "str", "diverged": "bool"}
    rows = [{"seed": 2, "name": "b", "more": 1}, {"seed": 1, "name": None, "device": "cuda"}]
    table = as_table(rows, columns, ["seed"])
    assert table.to_dict("records") == [
        {"name": "", "seed": 1, "device": "cuda", "diverged": False},
        {"name": "b", "seed": 2, "device": "cpu", "diverged": False},
    ]


# --- the builder of shell lines ---------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Settings:
    """One field of every kind."""

    text: str = "a"
    pair: tuple[int, int] = (1, 2)
    on: bool = True
    flops: float = 1e9
    count: int = 3


def test_the_usual_settings_need_no_options():
    assert shell_line("any", Settings()) == "python -m toylab any"


def test_what_differs_is_an_option_in_the_order_of_the_fields():
    line = shell_line("any", Settings("two words", (4, 8), on=False, flops=3e10, count=5))
    assert line == (
        "python -m toylab any --text 'two words' --pair 4 8 --no-on --flops 3e10 --count 5"
    )


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x != 1e9))
def test_a_number_is_written_so_that_it_reads_back_the_same(value):
    *_, written = shell_line("any", Settings(flops=value)).split()
    assert float(written) == value


def test_the_line_starts_from_the_preset_that_is_nearest():
    presets = {"small": Settings(count=1), "large": Settings(flops=3e10, pair=(4, 8))}
    line = shell_line("any", Settings(flops=3e10, pair=(4, 8), on=False), presets, "plan")
    assert line == "python -m toylab any --plan large --no-on"


# --- plans of the command line ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        (["--plan", "ten seconds"], "ten-seconds"),
        (["--plan", "half a minute"], "half-minute"),
        (["--plan", "thorough", "--language", "synthetic"], "synthetic-thorough"),
        (["--plan", "half a minute", "--language", "synthetic"], "synthetic-half-minute"),
        (["--plan", "synthetic-ten-seconds", "--language", "python"], "ten-seconds"),
        (["--language", "synthetic"], "synthetic-half-minute"),
        ([], "half-minute"),
    ],
)
def test_a_plan_is_found_by_its_name_its_old_name_and_its_language(words, preset):
    line = shlex.join(["python", "-m", "toylab", "lm", *words])
    assert parsed(CharlmStudy, line) == CharlmStudy.PRESETS[preset]


def test_every_plan_has_a_name_for_readers_and_a_counterpart_in_each_language():
    assert set(NAMES) == set(CharlmStudy.PRESETS)
    for name, language in [(n, k) for n in NAMES for k in charlm.LANGUAGES]:
        other = CharlmStudy.PRESETS[in_language(name, language)]
        assert other.language == language
        assert NAMES[other.preset] == NAMES[name]


# --- training a study -------------------------------------------------------------------------


def ended(**more):
    """How a pool reports the end of training."""
    usual = {
        "live": False, "stopped": False, "ahead": 0, "done": 0, "total": 0, "fraction": 1.0,
        "seconds_left": None, "rows": [], "unfinished": [], "failures": [], "remembered": None,
    }  # fmt: skip
    return Progress(**(usual | more))


@dataclasses.dataclass(frozen=True)
class NapStudy:
    """A study of naps."""

    naps: tuple[Nap, ...]

    def specs(self):
        return list(self.naps)

    def table(self, rows):
        return pd.DataFrame(list(rows), columns=["name", "look", "process"])


@pytest.fixture
def _light_workers(monkeypatch):
    """Naps need no torch."""
    monkeypatch.setenv("PYTHONPATH", str(fake.WITHOUT_TORCH))


@pytest.mark.slow
@pytest.mark.usefixtures("_light_workers")
def test_training_a_study_gives_the_table_of_its_runs():
    frame = training.train(NapStudy((Nap("a"), Nap("b"))), progress=False)
    assert sorted(frame["name"]) == ["a", "b"]
    assert frame["look"].tolist() == [10, 10]


@pytest.mark.slow
@pytest.mark.usefixtures("_light_workers")
def test_a_study_with_a_run_that_fails_is_no_table():
    with pytest.raises(RuntimeError, match=r"^b must not be run$"):
        training.train(NapStudy((Nap("a"), Nap("b", ends="refused"))), progress=False)


def test_an_interrupt_goes_on_to_the_caller_once_training_has_ended(monkeypatch):
    monkeypatch.setattr(training.training, "train", lambda *_: ended(stopped=True))
    with pytest.raises(KeyboardInterrupt):
        training.train(SineStudy(), progress=False)


@pytest.mark.parametrize("wrong", [3, SineStudy])
def test_what_is_no_study_is_refused_before_anything_starts(wrong):
    with pytest.raises(ValueError, match="study must be a study"):
        training.train(wrong)
