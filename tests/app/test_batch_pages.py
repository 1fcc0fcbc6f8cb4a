"""What the two pages on batches, of rates and of critical batches, have in common."""

from dataclasses import dataclass
from types import ModuleType

import pytest

from tests.app.helpers import charts, opened
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.live import job_queue
from toylab.teaching.exercises import batch_lr as lr_exercises
from toylab.teaching.exercises import critical_batch as critical_exercises
from ui.concepts.batch_lr import blocks as lr_blocks
from ui.concepts.critical_batch import blocks as critical_blocks


@dataclass(frozen=True)
class Page:
    """A page, and the beginnings of its keys."""

    stem: str
    key: str  # of its controls
    live: str  # of its own runs
    study: type[BatchLrStudy] | type[CriticalBatchStudy]
    blocks: ModuleType
    exercises: ModuleType


PAGES = [
    Page("batch_lr", "tune", "grid", BatchLrStudy, lr_blocks, lr_exercises),
    Page(
        "critical_batch", "critical", "races", CriticalBatchStudy, critical_blocks,
        critical_exercises,
    ),
]  # fmt: skip
either = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@either
def test_an_absent_device_is_refused_where_batches_are_tried(page):
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(
        page.stem, ask="off", **{f"{page.key}_about": "live", f"{page.live}_device": min(absent)}
    )
    assert "is not on this machine" in app.error[0].value
    assert app.button(key=f"{page.live}_run").disabled
    assert charts(app) >= 3  # what was recorded elsewhere is shown all the same


@either
@pytest.mark.usefixtures("without_a_corpus")
def test_without_a_text_the_recorded_runs_stand_and_are_carried_away_with_their_command(page):
    app = opened(page.stem, ask="off", **{f"{page.key}_about": "live"})
    assert not app.exception
    assert "carries no source of its standard library" in app.error[0].value
    assert app.button(key=f"{page.live}_run").disabled
    assert charts(app) >= 3
    (drawer,) = (x for x in app.expander if x.label.startswith("Take these"))
    recorded = page.study.PRESETS["recorded"]
    assert [code.value for code in drawer.code] == [recorded.command()]
    (file,) = drawer.get("download_button")
    rows = recorded.table(recorded.recorded().rows)
    assert file.proto.label.startswith(f"{len(rows)} ")


@either
def test_every_exercise_has_its_common_mistake_and_the_cost_of_that(page):
    app = opened(page.stem, ask="off", **{f"{page.key}_about": list(page.blocks.TABS)[-1]})
    said = [x.value for x in app.markdown]
    for example in page.exercises.examples():
        assert any(example.question in words and example.answer in words for words in said)
        for part in example.common_mistake, example.cost:
            assert any(words.endswith(part) and "-badge[" in words for words in said)


@either
def test_every_experiment_sets_all_that_it_names(page):
    app = opened(page.stem, ask="off")
    assert len(page.blocks.EXPERIMENTS) >= 4
    for k, (*_, record) in enumerate(page.blocks.EXPERIMENTS, 1):
        app.button(key=f"{page.key}_try_{k}").click().run()
        assert not app.exception
        assert not app.error
        for knob, value in vars(record).items():
            assert app.session_state[f"{page.key}_{knob}"] == value
        for slider in app.select_slider:
            assert slider.value in slider.options
        app.session_state[f"{page.key}_about_tab"] = "Try this"
        app.session_state[f"{page.key}_about"] = "try"
        app.query_params.pop(f"{page.key}_about", None)
        app.run()
