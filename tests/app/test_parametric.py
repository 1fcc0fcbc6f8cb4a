"""The parametric page: files of one's own, its link, its experiments."""

import re
from dataclasses import fields

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from tests.app.helpers import charts, opened, says
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.concepts.parametric import blocks, view


def a_file(**study) -> bytes:
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003, **study)).frame
    return runs[["params", "tokens", "loss"]].to_csv(index=False).encode()


def given(data: bytes | None = None, name: str = "mine.csv", **link: str) -> AppTest:
    """The page on surfaces with somebody's own runs."""
    app = opened("parametric.py", parametric_data="yours", **link)
    if data is not None:
        app.file_uploader(key="own_runs_file").set_value((name, data, "text/csv")).run()
    return app


def columns(app: AppTest) -> dict[str, Selectbox]:
    boxes = {
        (box.key or "").split("_")[2]: box
        for box in app.selectbox
        if (box.key or "").startswith("own_runs_")
    }
    assert not boxes or list(boxes) == ["params", "tokens", "flops", "loss"]
    return boxes


def test_without_a_file_the_page_welcomes_one_and_draws_nothing():
    app = given()
    assert not app.exception
    assert not app.error
    assert "Choose a file" in app.info[0].value
    assert charts(app) == 0


@pytest.mark.parametrize("about", blocks.TABS)
def test_a_file_of_runs_is_fitted_and_drawn(about):
    app = given(a_file(), parametric_about=about)
    assert not app.exception
    assert not app.error
    assert charts(app) == 1 + (about in ("variants", "approaches", "outer"))
    assert says(app, "58 runs (5 of highest loss left out) give")
    kinds = {kind for x in app.markdown for kind in re.findall(r"-badge.(\w+)", x.value)}
    assert kinds == {"yours"} | ({"published", "simulated"} if about == "variants" else set())
    assert not says(app, "The law itself")


ROW = b"1e8,2e9,3.5\n"


BROKEN = {
    "empty": b"",
    "header only": b"params,tokens,loss\n",
    "no header": ROW * 9,
    "binary": b"params,\0tokens",
    "workbook": b"PK\x03\x04" + bytes(99),
    "web page": b"<!DOCTYPE html><p>",
    "json": b'[{"params": 1}]',
    "no loss": b"params,tokens\n1e8,2e9\n",
    "text": b"params,tokens,loss\n" + ROW + b"big,2e9,3\n",
    "short row": b"params,tokens,loss\n" + ROW + b"1e8,2e9\n",
    "diverged": b"params,tokens,loss\n" + ROW + b"1e8,3e9,nan\n",
    "perplexity": b"params,tokens,ppl\n1e8,2e9,30\n",
    "few runs": b"params,tokens,loss\n" + ROW + b"2e8,2e9,3.3\n",
    "one line of sizes": b"params,tokens,loss\n"
    + b"".join(b"%de8,%de9,3.%d\n" % (k, 2 * k, 20 - k) for k in range(1, 16)),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_sentence_and_no_exception(data):
    app = given(data, parametric_drop="0")
    assert not app.exception
    assert len(app.error) == 1
    assert len(app.error[0].value) > 20
    assert charts(app) == 0


def test_which_column_is_which_is_shown_and_can_be_changed():
    app = given(a_file())
    chosen = columns(app)
    assert {kind: box.value for kind, box in chosen.items()} == {
        "params": "params", "tokens": "tokens", "flops": None, "loss": "loss",
    }  # fmt: skip
    chosen["tokens"].select_index(0).run()  # none
    assert not app.exception
    assert "two of params, tokens and flops are needed" in app.error[0].value
    columns(app)["tokens"].set_value("tokens").run()
    assert not app.error
    assert charts(app) == 1
    columns(app)["tokens"].set_value("params").run()
    assert "used twice" in app.error[0].value


def test_a_column_of_an_unknown_name_can_be_chosen():
    app = given(a_file().replace(b"loss", b"final quality", 1))
    assert "no column holds the loss" in app.error[0].value
    columns(app)["loss"].set_value("final quality").run()
    assert not app.error
    assert charts(app) == 1


def test_a_file_is_kept_while_other_pages_are_visited():
    app = given(a_file())
    app.switch_page("pages/isoflop.py").run()
    app.switch_page("pages/parametric.py").run()
    forget = app.button(key="own_runs_forget")
    assert forget.label == "mine.csv, from before: forget it"
    assert charts(app) == 1
    assert not app.error
    forget.click().run()
    assert not app.exception
    assert "Choose a file" in app.info[0].value
    assert charts(app) == 0


def test_a_corrected_choice_of_columns_is_kept_when_the_page_is_left():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    odd = runs[["params", "tokens", "loss"]].rename(columns={"loss": "badness"})
    app = given(odd.to_csv(index=False).encode())
    columns(app)["loss"].set_value("badness").run()
    assert not app.error
    app.switch_page("pages/isoflop.py").run()
    app.switch_page("pages/parametric.py").run()
    assert columns(app)["loss"].value == "badness"
    assert not app.error


def test_another_file_takes_the_place_of_the_first():
    app = given(a_file(), "one.csv")
    app.file_uploader(key="own_runs_file").set_value(("two.csv", b"", "text/csv")).run()
    assert "empty" in app.error[0].value
    more = a_file(sizes=12)
    app.file_uploader(key="own_runs_file").set_value(("three.csv", more, "text/csv")).run()
    assert says(app, "79 runs (5 of")
    assert not app.error


def test_a_mended_file_of_the_same_name_is_read_by_its_own_header():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    app = given(a_file())
    data = runs[["params", "flops", "loss"]].to_csv(index=False).encode()
    app.file_uploader(key="own_runs_file").set_value(("mine.csv", data, "text/csv")).run()
    assert not app.error


def there(app: AppTest) -> set[str]:
    """The controls of the page that are drawn."""
    kinds = ("slider", "select_slider", "number_input", "selectbox")
    keys = {widget.key or "" for kind in kinds for widget in app.get(kind)}
    return {key.removeprefix("parametric_") for key in keys if key.startswith("parametric_")}


def test_controls_of_simulated_runs_are_not_there_for_others():
    made = {"noise", "spoiled", "sizes", "width", "seed", "alpha", "preset"}
    app = given(a_file())
    assert not made & there(app)
    app.slider(key="parametric_drop").set_value(0).run()
    assert says(app, "63 runs give")
    app.selectbox(key="parametric_data").set_value("recorded").run()
    assert not app.exception
    assert not app.error
    assert not made & there(app)
    assert charts(app) == 1
    assert says(app, "-badge[recorded]")
    app.selectbox(key="parametric_data").set_value("simulated").run()
    assert not app.exception
    assert made <= there(app)
    assert app.select_slider(key="parametric_noise").value == "0.5"


def test_the_switch_has_the_cloud_first_where_something_is_asked_in_it_else_the_surface():
    for ask, first in ("on", view.CLOUD), ("off", view.SURFACE):
        app = opened("parametric", ask=ask)
        assert app.session_state["parametric_figure"] == first
    app.session_state["parametric_figure"] = view.RESIDUALS
    app.run()
    assert not app.exception
    assert charts(app) == 1


def test_the_command_below_the_runs_holds_the_controls():
    app = opened("parametric.py", parametric_drop="7", parametric_fitted="tied")
    app.session_state["row_parametric"] = "Data"
    app.run()
    shown = [block.value for block in app.code]
    assert "python -m toylab fit runs.csv --drop-highest 7 --tied --at 5.76e23" in shown


def test_nonsense_in_the_link_falls_back_to_the_defaults():
    app = opened(
        "parametric", parametric_at="soon", parametric_noise="-1", parametric_drop="999",
        parametric_data="theirs", parametric_fitted="<b>", parametric_about="Nowhere",
        parametric_alpha="x", breaks_ftol="0",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.select_slider(key="parametric_at").value == "5.76e23"
    assert app.slider(key="parametric_drop").value == 5
    assert app.selectbox(key="parametric_data").value == "simulated"


def test_a_tab_without_a_fit_says_so_and_the_one_on_files_opens():
    app = given(parametric_about="trust")
    assert [caption.value for caption in app.caption] == ["There is no fit to look into yet."]
    app = given(parametric_about="data")
    assert not app.caption
    assert says(app, "Public sets of runs")


def test_every_experiment_sets_its_controls_and_opens_its_tab_and_its_figure():
    app = opened("parametric")
    for k, (*_, record) in enumerate(blocks.EXPERIMENTS, 1):
        app.session_state["parametric_about"] = "try"
        app.run()
        app.button(key=f"parametric_try_{k}").click().run()
        assert not app.exception
        assert not app.error
        names = [one.name for one in fields(record)]
        assert [
            n for n in names if app.session_state[f"parametric_{n}"] != getattr(record, n)
        ] == []
        assert charts(app) == 1 + (record.about in ("variants", "outer"))
