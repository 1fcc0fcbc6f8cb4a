"""The first page in the app: small networks train, a guess is made, larger ones test the line."""

from dataclasses import replace
from functools import partial

import pytest

from tests.app.helpers import opened, says, wait
from toylab.experiments.sine_study import FIRST
from toylab.live.progress import Progress
from ui.concepts.home import view


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return app.run()


@pytest.mark.slow
def test_small_networks_train_and_larger_ones_test_their_line(monkeypatch):
    begun = partial(replace, FIRST, steps=FIRST.steps // 10)  # the page is tested, not the law
    monkeypatch.setattr(view, "study", lambda seed: begun(seed=seed))
    app = opened("home", ask="on")
    assert says(app, "-badge[recorded]")
    press(app, "Train 96 networks now")
    assert says(app, "-badge[live]")
    app.select_slider(key="home_guess_1").set_value(2e-4).run()  # while they train
    wait(app, "home_job")
    assert not app.exception
    assert "home_run" not in [button.key for button in app.button]  # the guess is what is missing
    press(app, "Commit and see")
    assert says(app, "You said 0.00020")
    assert says(app, "Recorded networks got")
    press(app, "Train the 96 larger ones")
    wait(app, "home_job")
    assert not app.exception
    assert says(app, "Your networks got")
    journal = app.session_state["journal"]  # the guess is held against each measurement
    assert {entry.given for entry in journal if entry.kind == "guess"} == {"0.00020"}
    assert [entry.kind for entry in journal].count("run") == 2  # none before its finding is seen
    first = app.session_state["home_seed"]
    press(app, "Again, with other networks")
    assert app.session_state["home_seed"] != first
    assert app.select_slider(key="home_guess_1").value is None
    assert says(app, "-badge[recorded]")
    app.select_slider(key="home_guess_1").set_value(2e-4).run()  # but the answer was seen
    press(app, "Commit and see")
    assert says(app, "-badge[not scored]")


def test_a_run_of_which_nothing_came_leaves_the_recorded_runs_and_says_why():
    class Failed:
        live = stopped = False

        def progress(self):
            return Progress(False, False, 0, 0, 1, 0.0, None, [], [], ["No worker."], None)

    app = opened("home", ask="on")
    app.session_state["home_job"] = Failed()
    app.session_state["home_trained"] = view.small(view.study(app.session_state["home_seed"]))
    app.run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == ["No worker."]
    assert next(button for button in app.button if button.label == "Train 96 networks now")
