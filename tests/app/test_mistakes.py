"""Spot the mistake on its page: picked, told, priced, counted."""

import ui
from tests.app.helpers import opened
from toylab.teaching.mistakes.catalogue import mistakes
from ui.concepts.mistakes import text


def shown(at):
    app = opened("mistakes", ask="on", mistakes_at=str(at))
    assert not app.exception
    return app


def press(app, words):
    (button,) = [button for button in app.button if button.label == words]
    button.click().run()
    assert not app.exception
    return app


def answer(app, line):
    (radio,) = app.radio
    radio.set_value(radio.options[line]).run()
    return press(app, "This is the line")


def words(app):
    parts = [*app.markdown, *app.info, *app.success, *app.caption]
    figures = [f"{metric.label} {metric.value}" for metric in app.metric]
    return " ".join([*(part.value for part in parts), *figures])


def charts_of(app):
    return list(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))


def test_a_line_must_be_picked_before_it_can_be_said_and_nothing_is_given_away_before():
    mistake = mistakes()[3]
    app = shown(4)
    (button,) = [button for button in app.button if button.label == "This is the line"]
    assert button.disabled
    assert app.radio[0].value is None
    assert f"Mistake 4 of {len(mistakes())}" in words(app)
    assert mistake.explanation not in words(app)
    assert mistake.cost not in words(app)
    assert mistake.format(mistake.correct) not in words(app)
    assert not app.metric
    assert not charts_of(app)
    app.radio[0].set_value(app.radio[0].options[0]).run()
    assert mistake.explanation not in words(app)


def test_the_wrong_line_is_found_praised_explained_and_priced():
    mistake = mistakes()[3]
    app = answer(shown(4), mistake.wrong_line)
    assert app.success[0].value.startswith("**Found:**")
    assert mistake.explanation in app.success[0].value
    marked = text.marked(mistake, mistake.wrong_line)
    assert marked in words(app)
    assert marked.count("-badge[") == 1
    assert ":green-badge[the wrong line: found]" in marked.split("\n\n")[mistake.wrong_line]
    assert mistake.cost in words(app)
    assert "You found 1 of 1 so far" in words(app)
    assert [metric.value for metric in app.metric] == ["4.334", "2.374", "1.83 times"]
    assert not app.radio  # one commits to a line
    (figure,) = charts_of(app)
    assert "1.83 times" in figure.proto.alt
    (entry,) = app.session_state["journal"]
    assert (entry.kind, entry.question) == ("mistake", mistake.title)
    assert (entry.given, entry.answer, entry.gap) == ("line 3", "line 3", "found")


def test_another_line_is_corrected_kindly_and_marked():
    mistake = mistakes()[3]
    app = answer(shown(4), 0)
    assert not app.success
    assert "Line 1 holds" in app.info[0].value
    assert "**line 3**" in app.info[0].value
    assert "You found 0 of 1 so far" in words(app)
    lines = text.marked(mistake, 0).split("\n\n")
    assert lines[0].endswith(":gray-badge[your pick: it holds]")
    assert lines[2].endswith(":orange-badge[the wrong line]")
    assert text.marked(mistake, 0) in words(app)
    assert app.session_state["journal"][0].gap == "missed"


def test_all_are_answered_one_after_the_other():
    """The first three and the last two on the page, those between as if on another day."""
    app = shown(1)
    given = {mistake.name: mistake.wrong_line for mistake in mistakes()[3:-2]}
    app.session_state["mistakes_given"] = dict(given)
    found = len(mistakes())
    for number, mistake in enumerate(mistakes(), 1):
        if mistake.name in given:
            continue
        app.session_state["mistakes_at"] = number
        app.run()
        assert app.header[0].value == mistake.title
        missed = number % 3 == 0
        found -= missed
        app = answer(app, (mistake.wrong_line + 1) % 3 if missed else mistake.wrong_line)
        if number < len(mistakes()):
            press(app, "Next mistake")
            assert app.header[0].value == mistakes()[number].title
    last = [button for button in app.button if button.label == "Next mistake"]
    assert last[0].disabled
    assert f"You found {found} of {len(mistakes())} so far" in words(app)
    assert len(app.session_state["journal"]) == 5


def test_an_answer_is_still_there_when_one_comes_back():
    app = answer(shown(2), 1)
    press(app, "Next mistake")
    assert app.radio
    app.pagination[0].set_value(2).run()
    assert mistakes()[1].explanation in words(app)


def test_a_teacher_can_have_every_answer_shown_at_once(monkeypatch):
    monkeypatch.setattr(ui, "asks", lambda: False)
    app = shown(1)
    for place, mistake in enumerate(mistakes(), 1):
        app.pagination[0].set_value(place).run()
        assert not app.exception
        assert mistake.explanation in words(app)
        assert mistake.cost in words(app)
        assert f"It is **line {mistake.wrong_line + 1}**" in app.info[0].value
    assert not app.radio
    assert "None looked at yet" in words(app)
