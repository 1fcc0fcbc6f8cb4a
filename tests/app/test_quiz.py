"""The quiz on its page: asked, checked, counted, kept with its seed."""

from tests.app.helpers import opened
from toylab.teaching import quiz
from toylab.teaching.quiz import Paper, paper
from toylab.teaching.score_sheets import Sitting

ALL = len(paper(0))


def go_to(app, at):
    app.session_state["quiz_at"] = at
    return app.run()


def press(app, label):
    return next(button for button in app.button if button.label == label)


def field(app, one):
    if one.options:
        return app.radio[0]
    return next(it for it in app.text_input if it.label.startswith("Your answer"))


def answer(app, one, text):
    field(app, one).set_value(text)
    press(app, "Check").click().run()
    assert not app.exception


def texts(app):
    kinds = ("markdown", "success", "info", "error", "caption", "code")
    return "\n".join(element.value for kind in kinds for element in app.get(kind))


def test_questions_are_answered_right_and_wrong_and_counted():
    """A choice and a number of each; none tells before it is checked."""
    app, right = opened("quiz", ask="on", quiz_seed="7"), 0
    for count, at in enumerate((1, 2, 3, 6, 12, ALL), 1):
        one = paper(7)[at - 1]
        go_to(app, at)
        assert f"Question {at} of {ALL}" in texts(app)
        assert one.explanation not in texts(app)
        assert not [link for link in app.get("page_link") if "See it" in link.label]
        fine = count % 2 == 1
        wrong = next((option for option in one.options if option != one.answer), "123456.7")
        answer(app, one, one.answer_text if fine else wrong)
        right += fine
        assert one.explanation in texts(app)
        assert ("Right" if fine else "Not quite") in (app.success if fine else app.info)[0].value
        assert field(app, one).disabled
        assert press(app, "Check").disabled
        assert f"{right} of {count} right" in texts(app)
    assert {bool(paper(7)[at - 1].options) for at in (1, 2, 3)} == {True, False}
    entries = app.session_state["journal"]
    assert [entry.kind for entry in entries] == ["quiz"] * 6
    assert [entry.gap for entry in entries] == ["right", "not right"] * 3


def test_every_question_shows_what_is_right_and_why_once_it_is_answered():
    app = opened("quiz", ask="on", quiz_seed="7")
    given = {one.name: one.answer_text for one in paper(7)} | {"slope": "123456.7"}
    app.session_state["quiz_sittings"] = {7: Sitting(given)}
    for at, one in enumerate(paper(7), 1):
        go_to(app, at)
        assert not app.exception
        assert one.explanation in texts(app)
        assert one.answer_text in texts(app)
        assert [link for link in app.get("page_link") if "See it" in link.label]
        assert field(app, one).disabled
    assert f"{ALL - 1} of {ALL} right, all answered" in texts(app)


def test_bad_input_is_a_sentence_and_nothing_is_counted():
    app = go_to(opened("quiz", ask="on", quiz_seed="7"), 3)
    answer(app, paper(7)[2], "2,5")
    assert "without a comma" in app.error[0].value
    assert f"{ALL} questions, none answered yet" in texts(app)
    assert paper(7)[2].explanation not in texts(app)
    answer(app, paper(7)[2], paper(7)[2].answer_text)
    assert not app.error
    assert f"1 of 1 right so far, {ALL - 1} open" in texts(app)


def test_nothing_chosen_is_a_sentence():
    app = opened("quiz", ask="on", quiz_seed="7")
    press(app, "Check").click().run()
    assert "choose one" in app.error[0].value
    assert "none answered yet" in texts(app)


def test_answers_stay_with_their_seed_and_outlive_other_pages():
    app = opened("quiz", ask="on", quiz_seed="7")
    answer(app, paper(7)[0], paper(7)[0].answer)
    app.query_params.clear()  # as a browser's address follows, and this one does not
    app.number_input(key="quiz_seed").set_value(8).run()
    assert "none answered yet" in texts(app)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/quiz.py").run()
    assert app.session_state["quiz_seed"] == 8
    app.number_input(key="quiz_seed").set_value(7).run()
    assert "1 of 1 right so far" in texts(app)
    assert app.radio[0].disabled
    assert app.radio[0].value == paper(7)[0].answer


def test_another_seed_begins_at_its_first_question():
    app = go_to(opened("quiz", ask="on", quiz_seed="7"), 9)
    app.number_input(key="quiz_seed").set_value(8).run()
    assert f"Question 1 of {ALL}" in texts(app)


def test_topics_and_a_length_make_another_paper_and_an_answer_counts_on_both():
    app = go_to(opened("quiz", ask="on", quiz_seed="7"), 1)
    whole, short = paper(7), Paper(7, ("home", "isoflop"), 3).questions
    assert short[0] == whole[0]
    answer(app, short[0], short[0].answer_text)
    app.session_state["quiz_at"] = 9
    app.query_params.clear()
    app.multiselect(key="quiz_pick").set_value(["home", "isoflop"]).run()
    assert not app.exception
    many = len(Paper(7, ("home", "isoflop")).questions)
    assert f"Question 1 of {many} " in texts(app)
    assert f"1 of 1 right so far, {many - 1} open" in texts(app)
    assert app.query_params["quiz_topics"] == "home.isoflop"
    app = opened("quiz", quiz_seed="7", quiz_topics="isoflop.moon.home", quiz_length="10")
    assert f"Question 1 of {many} " in texts(app)


def test_next_question_goes_on_and_ends_at_the_last():
    app = opened("quiz", ask="on", quiz_seed="7")
    press(app, "Next question").click().run()
    assert f"Question 2 of {ALL}" in texts(app)
    go_to(app, ALL)
    assert press(app, "Next question").disabled


def test_a_first_visit_draws_a_seed_once():
    app = opened("quiz", ask="on")
    seed = app.session_state["quiz_seed"]
    assert 0 <= seed <= quiz.LARGEST
    assert "10 questions, none answered yet" in texts(app)  # a link without a length has all
    app.run()
    assert app.session_state["quiz_seed"] == seed
    assert {opened("quiz", ask="on").session_state["quiz_seed"] for _ in range(2)} != {seed}


def test_the_quiz_asks_also_where_pages_show_their_figures_at_once():
    app = opened("quiz", ask="off", quiz_seed="7")
    assert paper(7)[0].explanation not in texts(app)
    assert not app.info


def test_the_page_offers_the_sheet_and_says_how_it_is_marked_again():
    app = opened("quiz", ask="on", quiz_seed="7")
    assert "python -m toylab quiz --check" in texts(app)
    assert app.get("download_button")
