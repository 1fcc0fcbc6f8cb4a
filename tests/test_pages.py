"""Every page opens, draws, survives its widgets' extremes, and refuses in sentences."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox, SelectSlider

import ui
from toylab import jobs, sweep

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))


@pytest.fixture(scope="module", autouse=True)
def _pool():
    jobs.pool().warm()
    yield
    jobs.pool().close()
    jobs._pool.cache_clear()


def opened(name: str, **link: str | list[str]) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{name}").run()


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_a_title_a_chart_and_a_label(name):
    app = opened(name)
    assert not app.exception
    assert len(app.title) == 1
    assert charts(app)
    assert any(f"-badge[{kind}]" in text.value for text in app.markdown for kind in ui.KINDS)


def ends(widget) -> list:
    """The extremes of a widget, or all its options."""
    if isinstance(widget, Selectbox):
        return list(widget.options)
    if not isinstance(widget, SelectSlider):
        return [widget.min, widget.max]
    pair = isinstance(widget.value, tuple | list)
    kind = type(widget.value[0] if pair else widget.value)
    first, last = kind(widget.options[0]), kind(widget.options[-1])
    return [(first, first), (first, last), (last, last)] if pair else [first, last]


CHOSEN = ("_preset", "_model")  # these follow what they set
TABS = {
    "kaplan.py": ("When to stop, and which size?", "Where must the lines end?"),
    "allocation.py": (
        "Which digits matter?", "Where does 20:1 come from?", "What did real models choose?",
        "Worked examples, right",
    ),
    "isoflop.py": (
        "Where it goes wrong", "Along learning curves", "The lowest dot, without logarithms",
    ),
    "parametric.py": ("Break the fit", "Three approaches, one study", "Where to find runs"),
}  # fmt: skip
PLACES = [
    *((name, {}) for name in PAGES),
    ("sine.py", {"sine_sweep": "width"}),
    *((name, {f"{Path(name).stem}_about": tab}) for name, tabs in TABS.items() for tab in tabs),
]


@pytest.mark.parametrize(("name", "link"), PLACES)
def test_a_page_survives_the_ends_of_every_slider_and_every_option(name, link):
    app = opened(name, **link)
    for kind in ("slider", "number_input", "select_slider", "selectbox"):
        for k in range(len(app.get(kind))):
            if not app.get(kind)[k].proto.disabled:
                for end in ends(app.get(kind)[k]):
                    key = app.get(kind)[k].key
                    app.get(kind)[k].set_value(end).run()
                    assert not app.exception
                    assert key.endswith(CHOSEN) or app.session_state[key] == end


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home.py"])
def test_the_drawers_below_show_their_contents_when_opened(name):
    app = opened(name)
    keys = [drawer.key for drawer in app.expander if drawer.key]
    before = len(app.code)
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    assert len(app.code) >= before + 2


def test_a_double_click_on_the_last_fix_stays_at_the_top(monkeypatch):
    state = {"step": 4}
    monkeypatch.setattr(ui.st, "session_state", state)
    ui._advance("step", 4)
    assert state == {"step": 4}


def test_a_range_of_one_point_is_a_sentence_and_the_rest_of_the_page_stands():
    app = opened("disagreement.py", disagreement_compute=["1e13", "1e13"])
    assert not app.exception
    assert "two different ends" in app.error[0].value
    assert charts(app) == 2


def test_the_first_visit_shows_recorded_runs_and_a_verdict():
    app = opened("sine.py")
    assert charts(app) == 4
    assert any(text.value.startswith("A power law over this range") for text in app.markdown)


@pytest.mark.parametrize(
    ("preset", "begins"),
    [("article", "Not a power law: the error falls, then flattens"), ("noise", "A power law")],
)
def test_a_preset_sets_the_controls_and_shows_its_verdict(preset, begins):
    app = opened("sine.py")
    app.selectbox(key="sine_preset").set_value(preset).run()
    assert any(text.value.startswith(begins) for text in app.markdown)
    assert app.selectbox(key="sine_preset").value == preset


def test_a_changed_knob_makes_the_preset_custom_and_says_that_the_figures_are_old():
    app = opened("sine.py")
    app.slider(key="sine_noise").set_value(0.5).run()
    assert app.selectbox(key="sine_preset").value == "custom"
    assert any("press Run" in caption.value for caption in app.caption)
    assert charts(app)


def test_an_absent_device_is_refused_in_a_sentence_and_cannot_be_run():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in jobs.pool().devices}
    app = opened("sine.py", sine_device=min(absent))
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="sine_run").disabled


def test_what_would_hold_up_the_line_for_hours_is_refused_with_the_limit():
    app = opened("sine.py", sine_sizes=["4", "8192"], sine_width="512", sine_steps="4000")
    assert "the limit here is 30 min" in app.error[0].value
    assert app.button(key="sine_run").disabled


def test_nonsense_in_the_link_falls_back_to_the_defaults():
    app = opened(
        "sine.py", sine_seeds="9999", sine_lr="abc", sine_target="<b>", sine_steps="-5"
    )
    assert not app.exception
    assert app.slider(key="sine_seeds").value == 24
    assert app.number_input(key="sine_lr").value == 0.01
    assert app.selectbox(key="sine_target").value == "sine"


def test_the_link_sets_the_controls():
    app = opened("sine.py", sine_seeds="3", sine_sizes=["32", "64"], sine_device="cpu")
    assert app.slider(key="sine_seeds").value == 3
    assert tuple(app.select_slider(key="sine_sizes").value) == (32, 64)


@pytest.mark.slow
def test_run_trains_and_the_figures_become_live():
    app = opened("sine.py", sine_seeds="5", sine_sizes=["32", "256"], sine_steps="50")
    app.button(key="sine_run").click().run()
    assert any("-badge[live]" in text.value for text in app.markdown)
    end = time.monotonic() + 30
    while app.session_state["sine_job"].live:
        assert time.monotonic() < end
        time.sleep(0.1)
    app.run()
    assert not app.exception
    assert any("slope" in text.value for text in app.markdown)
    assert not app.button(key="sine_run").disabled


@pytest.mark.slow
def test_every_experiment_to_try_sets_controls_that_can_be_run():
    app = opened("sine.py")
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert len(tries) >= 3
    for key in tries:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert not app.button(key="sine_run").disabled


def test_an_experiment_to_try_leaves_the_other_pages_alone(monkeypatch):
    state = {"a_preset_custom": True, "b_preset_custom": True}
    monkeypatch.setattr(ui.st, "session_state", state)
    monkeypatch.setattr(ui.st, "toast", lambda *_, **__: None)
    ui._set_up("a", sweep.PRESETS["noise"], "")
    assert (state["a_preset_custom"], state["b_preset_custom"]) == (False, True)
    assert state["a_noise"] == sweep.PRESETS["noise"].noise


def test_a_presets_old_name_that_comes_with_a_moved_knob_does_not_undo_the_move(monkeypatch):
    records = {"noise": sweep.PRESETS["noise"]}
    state = {"a_noise": 0.1, "a_preset": "custom"}
    monkeypatch.setattr(ui.st, "session_state", state)
    before = ui._knobs("a", records)
    state |= {"a_noise": 0.2, "a_preset": "noise"}
    ui._preset("a", records, "a_preset", before)
    assert state["a_noise"] == 0.2
    state["a_noise"] = 0.1
    ui._preset("a", records, "a_preset", before)
    assert state["a_noise"] == sweep.PRESETS["noise"].noise
