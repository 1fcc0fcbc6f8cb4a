"""The page on the critical batch: opened, walked through, given a table, refused."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says
from ui.concepts.critical_batch import blocks
from ui.concepts.critical_batch.live import LiveControls
from ui.concepts.critical_batch.view import Controls
from ui.concepts.shared import baseline

LIVE, CLOCK, _, OWN, _ = blocks.TABS
HYPERBOLA = "".join(f"{B},{100 + 20_000 / B}\n" for B in (32, 64, 128, 256, 512, 1024))
TWO = "run,batch,steps\n" + "".join(
    f"small,{B},{100 + 20_000 / B}\nlarge,{B},{50 + 45_000 / B}\n"
    for B in (64, 128, 256, 512, 1024)
)


def raced(data: str, app: AppTest | None = None) -> AppTest:
    """The page on critical batches with somebody's own steps."""
    app = app or opened("critical_batch", critical_about=OWN)
    file = ("mine.csv", data.encode(), "text/csv")
    app.file_uploader(key="own_steps_file").set_value(file).run()
    assert not app.exception
    return app


def lines(app: AppTest) -> list[list[str]]:
    """The rows of the page's table, without its head."""
    tables = [text.value for text in app.markdown if text.value.startswith("|")]
    assert len(tables) <= 1
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (tables[0].splitlines()[2:] if tables else [])
    ]


def test_without_a_table_the_page_asks_for_one_and_draws_the_law_alone():
    app = opened("critical_batch", critical_about=OWN)
    assert not app.error
    assert len(app.info) == 1
    assert charts(app) == 1
    assert lines(app) == []


def test_a_table_of_steps_is_fitted_and_drawn_as_the_readers_own():
    app = raced("batch,steps\n" + HYPERBOLA)
    assert not app.error
    assert not app.warning
    assert [said.value for said in app.info] == ["Read: batch from 'batch', steps from 'steps'."]
    assert charts(app) == 2
    assert says(app, "-badge[yours]")
    ((_, critical, *_),) = lines(app)
    assert critical.startswith("200 (")
    assert says(app, "## Your critical batch is 200 (95 %: ")


def test_a_table_with_two_groups_has_a_line_for_each_in_its_own_order():
    app = raced(TWO)
    assert not app.error
    assert charts(app) == 2
    assert [row[0] for row in lines(app)] == ["small", "large"]
    assert [row[1].split(" (")[0] for row in lines(app)] == ["200", "900"]
    assert says(app, "## Your critical batch of small is 200 (95 %: ")
    assert says(app, "## Your critical batch of large is 900 (95 %: ")


def test_models_in_a_swept_table_are_told_apart_and_a_baseline_can_be_chosen():
    """B_crit 200 and 2000: 20 % over a batch of 128 is 1.2 x 128 + B_crit / 5."""
    rows = "".join(
        f"{model},{B},{lr},{times * (100 + E / B):.6g}\n"
        for model, E in (("small", 2e4), ("large", 2e5))
        for B in (64, 128, 256, 512, 1024, 2048)
        for lr, times in (("1e-3", 1), ("3e-3", 1.5))
    )
    app = raced("model_size,batch_size,lr,num_steps\n" + rows + "large,4096,1e-3,nan\n")
    assert [row[1].split(" (")[0] for row in lines(app)] == ["200", "2k"]
    read, void, swept = (said.value for said in app.info)
    assert "groups by 'model_size'" in read
    assert "on line 26" in void
    assert "12 of 24 rows" in swept
    assert says(app, baseline.OURS)
    box = app.text_input(key="own_steps_baseline")
    box.set_value("128").run()
    assert says(app, "- small: **194 (95 %: 194 to 194)**\n- large: **554 (95 %: 554 to 554)**")
    box.set_value("8k").run()
    assert "among the batches of the table, 64 to 2.05k, got 8k" in app.error[0].value
    assert len(lines(app)) == 2


def test_a_group_without_a_fit_says_why_beside_one_that_has_it():
    app = raced(TWO + "few,64,900\n")
    assert not app.error
    assert [row[1].split(" (")[0] for row in lines(app)[:2]] == ["200", "900"]
    assert "3 different batches" in lines(app)[2][1]
    assert charts(app) == 2


@pytest.mark.parametrize("name", ["a|b", "_all_ *of* them", "loss $3$"])
def test_a_groups_name_stands_in_its_cell_whatever_it_is(name):
    app = raced(TWO.replace("small", name))
    (shown,) = [text.value for text in app.markdown if text.value.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in shown.splitlines()]
    assert len(set(cells)) == 1, "a name has broken its row"


@pytest.mark.parametrize("first", [32, 64])
@pytest.mark.parametrize("falls", [0, 1], ids=["not at all", "in proportion"])
def test_steps_without_a_bend_have_no_critical_batch(first, falls):
    """It is then nothing or endless, and no number is its value."""
    table = "".join(f"{B},{2e5 / B**falls:.1f}\n" for B in (first * 2**k for k in range(6)))
    app = raced("batch,steps\n" + table)
    assert app.warning
    assert charts(app) == 2
    assert says(app, "## These runs do not determine a critical batch")
    assert not re.search(r"\d", lines(app)[0][1])
    assert not re.search(r"e-\d|\b0\.0\d", " ".join(lines(app)[0][1:5]))


@pytest.mark.parametrize(
    "data",
    [
        "", "batch,steps\n", HYPERBOLA, "a,b\n1,2\n", "batch,steps\n32,many\n",
        "batch,steps\n0,9\n", "PK\x03\x04", "batch,steps\n32\n",
    ],
)  # fmt: skip
def test_a_broken_table_is_one_sentence_and_no_exception(data):
    app = raced(data)
    assert len(app.error) == 1
    assert len(app.error[0].value) > 20
    assert charts(app) == 1
    assert lines(app) == []


def test_too_few_batches_are_said_where_the_critical_batch_would_stand():
    app = raced("batch,steps\n32,90\n64,50\n")
    assert not app.error
    assert "3 different batches" in lines(app)[0][1]


def test_a_column_of_steps_can_be_chosen_and_a_mended_table_takes_its_place():
    app = raced("batch,took\n" + HYPERBOLA)
    assert "no column holds the steps" in app.error[0].value
    (box,) = [x for x in app.selectbox if (x.key or "").startswith("own_steps_steps_")]
    box.set_value("took").run()
    assert not app.error
    assert lines(app)[0][1].startswith("200 (")
    app = raced(TWO, app)
    assert not app.error
    assert len(lines(app)) == 2


def test_a_table_is_kept_while_other_pages_are_visited():
    app = raced("batch,steps\n" + HYPERBOLA)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/critical_batch.py").run()
    assert app.session_state["critical_about"] == OWN
    assert lines(app)[0][1].startswith("200 (")
    app.button(key="own_steps_forget").click().run()
    assert not app.exception
    assert lines(app) == []


def test_the_link_sets_controls_and_nonsense_in_it_falls_back_to_the_defaults():
    app = opened(
        "critical_batch",
        critical_loss="0",
        critical_batch="x",
        critical_about=LIVE,
        races_seeds="2",
        races_last="3",
        races_seed="-1",
        races_device="none",
        hall_sync="100",
        bowl_noise="-1",
    )
    assert not app.exception
    assert not app.error
    assert app.session_state["critical_loss"] == Controls().loss
    assert app.session_state["critical_batch"] == Controls().batch
    assert app.session_state["races_last"] == "2.6"  # the nearest stop
    assert app.session_state["races_device"] == LiveControls().device
    assert app.session_state["races_seeds"] == 2
    assert not app.button(key="races_run").disabled
    app = opened("critical_batch", critical_about=CLOCK, hall_sync="100", critical_loss="3")
    assert app.session_state["hall_sync"] == "100"
    assert says(app, "to a loss of 3 ")
