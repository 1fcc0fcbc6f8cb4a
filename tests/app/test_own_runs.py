"""The page on the reader's own runs: recognised, answered first, taken along, refused."""

import numpy as np
import pandas as pd
import pytest
from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says
from toylab.laws import allocation, published
from toylab.quantities import format_count
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.concepts.own_runs import blocks
from ui.upload import MEGABYTES

FORM = published.REFIT.form
RUNS = simulate(FORM, SimulatedStudy(noise=0.0, spoiled=0)).frame[["params", "tokens", "loss"]]


def given(table: str, name: str = "mine.csv", **link: str) -> AppTest:
    """The page with somebody's own table."""
    app = opened("own_runs", **link)
    app.file_uploader(key="own_file").set_value((name, table.encode(), "text/csv")).run()
    assert not app.exception
    return app


def links(app: AppTest) -> dict[str, str]:
    """The addresses that the links of the page itself lead to, by their pages."""
    every = [link.proto for link in app.main.get("page_link")]
    return {link.page: link.query_string for link in every}


def test_the_best_model_of_finished_runs_is_said_first_and_the_budget_can_be_typed():
    """Noise-free runs: the answer is the law's own, to three digits."""
    app = given(RUNS.to_csv(index=False), own_budget="1e24")
    best = allocation.best(FORM, 1e24)
    sizes = f"{format_count(best.params)} parameters on {format_count(best.tokens)} tokens"
    assert says(app, f"## The best model for 1e24 FLOPs: {sizes}")
    assert says(app, ":gray-badge[yours]")
    assert not says(app, "recorded")
    assert charts(app) == 1
    assert app.segmented_control(key="own_runs_figure").options == ["Growth", "Valleys"]
    assert "parametric_at=1e24" in links(app)["parametric"]
    app.text_input(key="own_budget").set_value("3e22").run()
    assert says(app, "## The best model for 3e22 FLOPs")
    app.text_input(key="own_budget").set_value("soon").run()
    assert "'soon' is not a positive number" in app.error[0].value
    app.text_input(key="own_budget").set_value("").run()
    assert says(app, "## The best model for 1e22 FLOPs")  # ten times the largest run
    app.switch_page("pages/parametric.py").run()
    app.selectbox(key="parametric_data").set_value("yours").run()
    assert not app.error
    assert app.button(key="own_runs_forget").label == "mine.csv, from before: forget it"


@pytest.mark.parametrize(
    ("column", "unit"),
    [("batch_tokens", " tokens"), ("batch (examples)", " examples"), ("batch", "")],
)
def test_the_critical_batch_is_said_in_the_unit_of_its_column(column, unit):
    app = given(blocks.STEPS_EXAMPLE.replace("batch_tokens", column))
    assert says(app, f"## Your critical batch is 529k{unit} (95 %: ")
    assert says(app, "In examples or tokens, as in your file.") == (not unit)
    assert says(app, "-badge[yours]")
    assert charts(app) == 1
    assert "critical_about=table" in links(app)["critical_batch"]


def test_a_pasted_table_is_read_and_another_takes_its_place():
    app = opened("own_runs")
    assert app.info
    assert "parametric_about=data" in links(app)["parametric"]
    app.text_area(key="own_pasted").set_value(RUNS.to_csv(index=False, sep="\t")).run()
    assert says(app, "## The best model for 1e22 FLOPs")
    app.text_area(key="own_pasted").set_value(blocks.STEPS_EXAMPLE).run()
    assert says(app, "## Your critical batch is ")
    app.button(key="own_forget").click().run()
    assert charts(app) == 0


def test_a_table_of_unknown_columns_asks_and_is_answered_once_they_are_chosen():
    app = given(blocks.STEPS_EXAMPLE.replace("batch_tokens,steps", "size of a,took"))
    assert "choose what is in the table" in app.info[0].value
    app.radio[0].set_value("steps").run()
    assert "no column holds the batch" in app.error[0].value
    for kind, name in (("batch", "size of a"), ("steps", "took")):
        (box,) = [b for b in app.selectbox if (b.key or "").startswith(f"own_steps_{kind}_")]
        box.set_value(name).run()
    assert says(app, "## Your critical batch is 529k")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("params,tokens,loss\n1e8,2e9,3.5\n2e8,big,3.1\n", "line 3, column 'tokens': 'big'"),
        ("params,tokens,loss\n", "no rows"),
        ("", "empty"),
        ("batch,steps\n1e5\n", "line 2 has 1 cell "),
        ("params,tokens,loss\n1e8,2e9,3.5\n", "runs"),
    ],
)
def test_a_bad_table_is_one_sentence_that_says_where(table, sentence):
    app = given(table)
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    assert charts(app) == 0


def test_a_table_stays_in_memory_as_the_page_says():
    """Starlette writes what is larger than a part of this size into a file on its way."""
    app = opened("own_runs")
    limit = app.file_uploader(key="own_file").proto.max_upload_size_mb
    assert limit == MEGABYTES
    assert limit * 2**20 <= MultiPartParser.spool_max_size


def test_of_several_studies_in_a_file_one_is_chosen_and_what_was_read_is_said():
    web, code = RUNS.assign(corpus="web"), RUNS.assign(corpus="code", loss=RUNS["loss"] - 0.9)
    web["*is* $x$"] = code["*is* $x$"] = 1  # no Markdown
    app = given(pd.concat([web, code]).to_csv(index=False))
    assert "'corpus'" in app.error[0].value
    rows = next(box for box in app.selectbox if box.label == "Rows")
    assert rows.options == ["all", "by corpus"]
    rows.set_value("corpus").run()
    assert not app.error
    assert says(app, "## The best model for")
    assert r"Not used: 'corpus', '\*is\* \$x\$'" in app.info[0].value
    which = next(box for box in app.selectbox if box.label == "Which corpus")
    which.set_value("code").run()
    assert not app.error
    assert which.options == ["web", "code", "each by itself"]
    which.set_value("each by itself").run()
    assert not app.error
    assert charts(app) == 0
    (laws,) = [text.value for text in app.markdown if text.value.startswith("| group")]
    floors = [line.split("|")[5].split()[0] for line in laws.splitlines()[2:]]
    assert np.subtract(*map(float, floors)) == pytest.approx(0.9, abs=0.02)


def test_runs_of_one_size_column_have_a_law_with_its_verdict_and_forecast():
    N = np.geomspace(1e6, 1e9, 9)
    table = pd.DataFrame({"params": N, "loss": 1.7 + 400 * N**-0.34})
    app = given(table.to_csv(index=False), own_budget="1e10")
    assert says(app, "## A run of 10B parameters should end at a loss of 1.859")
    assert says(app, "L(N). A power law above a floor")
    assert charts(app) == 1
    assert "exact" in app.info[1].value
    app.toggle(key="own_hold_out").set_value(True).run()
    assert app.info[-1].value.startswith("Held out: 3 runs. Mean error")
    app.text_input(key="own_budget").set_value("1e15").run()
    assert says(app, "## No forecast: 1e15 params are more than 100 times beyond the runs")
    assert not app.error


def test_the_lowest_of_equal_runs_and_the_largest_held_out_are_a_reader_s_choice():
    twice = pd.concat([RUNS, RUNS.assign(loss=RUNS["loss"] * 1.02)])
    app = given(twice.to_csv(index=False))
    app.toggle(key="own_best").set_value(True).run()
    assert "63 of 126" in app.info[1].value
    assert says(app, "Its loss: ")
    app.toggle(key="own_hold_out").set_value(True).run()
    assert app.info[-1].value.startswith("Held out: 9 runs. Mean error")
    assert not app.error


def test_several_files_are_one_table_and_a_pasted_one_takes_their_place():
    """Tokens are made of steps and batches; the loss is in bits per byte, and told to be."""
    halves = [
        rows.assign(steps=rows["tokens"] / 1e5, batch_tokens=1e5, val_bpb=rows["loss"])
        for rows in (RUNS[::2], RUNS[1::2])
    ]
    text = [half.drop(columns=["tokens", "loss"]).to_csv(index=False) for half in halves]
    app = opened("own_runs")
    names = ["a.csv", "b.csv"]
    files = [(name, half.encode(), "text/csv") for name, half in zip(names, text, strict=True)]
    app.file_uploader(key="own_file").set_value(files).run()
    assert not app.exception
    assert not app.error
    assert says(app, "## The best model for 1e22 FLOPs")
    assert "tokens from 'steps' x 'batch_tokens'" in app.info[0].value
    assert "Not used: 'file'" in app.info[0].value
    assert "in bits per byte" in app.info[1].value
    rows = next(box for box in app.selectbox if box.label == "Rows")
    rows.set_value("file").run()
    which = next(box for box in app.selectbox if box.label == "Which file")
    assert which.options == [*names, "each by itself"]
    assert f"{len(halves[0])} finished runs" in " ".join(text.value for text in app.markdown)
    app.text_area(key="own_pasted").set_value(blocks.STEPS_EXAMPLE).run()
    assert says(app, "## Your critical batch is ")
    app.button(key="own_forget").click().run()
    assert charts(app) == 0


def test_a_law_that_is_not_shown_yet_is_no_large_forecast():
    """Five runs over one decade, with noise: a floor and a bend could both hide in them."""
    N = np.geomspace(1e6, 1e7, 5)
    noise = 1 + 0.004 * np.array([1, -1, 1, -1, 1])
    app = given(pd.DataFrame({"params": N, "loss": 3 * (N / 1e6) ** -0.1 * noise}).to_csv())
    assert says(app, "L(N). Unclear")
    assert says(app, "## No law is shown yet: a run of 100M parameters may end anywhere from")
