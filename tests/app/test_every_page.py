"""Every page of the app: opens, labels its figures, bears the ends of all its controls at once."""

import pytest

from tests.app.helpers import (
    PAGES,
    PREFIXES,
    WITHOUT_FIGURES,
    charts,
    figures,
    opened,
    walk,
    widgets,
)
from toylab.teaching.contents import TITLES
from ui import old_links
from ui.label import KINDS
from ui.sight import FirstSight

TABS = [
    pytest.param(PREFIXES.get(prefix, prefix), key, title, tab, id=f"{prefix}-{tab}")
    for key, titles in old_links.TABS.items()
    for prefix in [key.removesuffix("_about")]
    for title, tab in titles.items()
]
PLACES = [(page, {}) for page in PAGES if page != "mistakes"] + [("sine", {"sine_sweep": "width"})]
INSIDE = [  # tabs with controls of their own, or that follow the page's
    ("kaplan", "kaplan_about", "stopping", ""),
    ("kaplan", "kaplan_about", "ends", ""),
    ("allocation", "allocation_about", "digits", ""),
    ("allocation", "allocation_about", "ratio", ""),
    ("allocation", "allocation_about", "models", ""),
    ("isoflop", "isoflop_about", "bias", ""),
    ("isoflop", "isoflop_about", "curves", ""),
    ("isoflop", "isoflop_about", "lowest", ""),
    ("parametric", "parametric_about", "variants", ""),
    ("parametric", "parametric_about", "approaches", ""),
    ("charlm", "charlm_about", "known", ""),
    ("charlm", "charlm_about", "curves", ""),
    ("batch_lr", "tune_about", "laws", "laws_"),
    ("critical_batch", "critical_about", "wall_clock", ""),
    ("critical_batch", "critical_about", "quadratic", "bowl_"),
    ("emergence", "emergence_about", "steps", "addition_"),
    ("transfer", "transfer_about", "law", "one_"),
    ("transfer", "transfer_about", "rules", "rules_"),
    ("repetition", "repetition_about", "sizes", "sizes_"),
    ("repetition", "repetition_about", "mix", "mix_"),
    ("repetition", "repetition_about", "law", "law_"),
    ("planner", "planner_about", "pay", "pay_"),
    ("planner", "planner_about", "serve", "serve_"),
    ("planner", "planner_about", "tensors", ""),
    ("recipes", "recipes_about", "table", "recipes_"),
    ("schedules", "schedules_about", "draw", "draw_"),
    ("schedules", "schedules_about", "wsd", "wsd_"),
    ("schedules", "schedules_about", "collapse", "collapse_"),
    ("schedules", "schedules_about", "law", "annealing_"),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_one_title_and_labelled_figures_told_in_words(page):
    app = opened(page)
    assert not app.exception
    assert len(app.title) == 1
    if page not in WITHOUT_FIGURES:
        assert charts(app)
        assert min(len(figure.proto.alt) for figure in figures(app)) > 40  # a sentence, no name
        assert any(f"-badge[{kind}]" in text.value for text in app.markdown for kind in KINDS)


REMEMBERED = [(page, {}) for page in PAGES if page not in (*WITHOUT_FIGURES, "home")]


@pytest.mark.parametrize(
    ("page", "link"), [*REMEMBERED, ("parametric", {"parametric_data": "recorded"})]
)
def test_a_figure_is_made_once_for_equal_settings(page, link, monkeypatch):
    drawn = []
    draw = FirstSight.draw
    monkeypatch.setattr(FirstSight, "draw", lambda self: (drawn.append(self), draw(self)))
    opened(page, **link).run()
    assert len(drawn) >= 2
    assert {id(sight) for sight in drawn} == {id(drawn[0])}


@pytest.mark.parametrize(("page", "link"), PLACES)
def test_a_page_bears_the_ends_of_its_controls(page, link):
    app = opened(page, **link)
    walk(app)


@pytest.mark.parametrize(("page", "key", "tab", "prefix"), INSIDE)
def test_an_open_tab_bears_the_ends_of_the_controls_that_it_follows(page, key, tab, prefix):
    app = opened(page, **{key: tab})
    assert app.session_state[key] == tab
    assert widgets(app, prefix), "nothing of it is open"
    walk(app, prefix, most=2)  # what lies between them is walked where no tab is open


@pytest.mark.parametrize(("page", "key", "title", "tab"), TABS)
def test_an_old_link_opens_the_tab_that_it_meant(page, key, title, tab):
    """Links out there name a tab by the title that it had."""
    app = opened(page, **{key: title})
    assert not app.exception
    assert app.session_state[key] == tab


def test_a_link_to_the_tab_that_counted_a_model_opens_the_planner_with_it():
    link = {"count_width": "1536", "count_experts": "8", "count_active": "2", "count_tied": "false"}
    app = opened("allocation", allocation_about="counting", **link)
    assert not app.exception
    assert app.title[0].value == TITLES["planner"]
    held = {"width": 1536, "experts": 8, "active": 2, "layers": 12, "tied": False, "biases": "all"}
    for name, value in held.items():
        assert app.session_state[f"planner_{name}"] == value
    app = opened("allocation", allocation_about="counting", count_layers="many")
    assert app.selectbox(key="planner_model").value == "GPT-2"


@pytest.mark.parametrize(("page", "first"), [("isoflop", "try"), ("teaching", "prepare")])
def test_a_tab_that_is_not_there_is_the_first_one(page, first):
    app = opened(page, **{f"{page}_about": "Nowhere"})
    assert not app.exception
    assert app.session_state[f"{page}_about"] == first


@pytest.mark.parametrize("page", [page for page in PAGES if page not in (*WITHOUT_FIGURES, "home")])
def test_the_row_below_the_figure_opens_code_data_words_and_report(page):
    app = opened(page, ask="off")
    row = app.segmented_control(key=f"row_{page}")
    assert row.value is None
    shown = {}
    for name in "Code", "Data", "Words", "Report":
        option = next(option for option in row.options if option.endswith(name))
        app.segmented_control(key=f"row_{page}").set_value(option).run()
        assert not app.exception
        shown[name] = (len(app.code), len(app.get("download_button")), len(app.text_input))
    assert shown["Code"][0] > shown["Words"][0]  # definitions
    assert shown["Data"][0] > shown["Words"][0]  # a command
    assert shown["Data"][1] > shown["Words"][1]  # rows
    assert shown["Report"][2] > shown["Words"][2]  # a name to put on it
