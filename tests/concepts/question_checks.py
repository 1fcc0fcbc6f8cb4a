"""Checks that hold for the question of any page, and a guess as its slider has it."""

from ui.guess import GuessState


def stands(key, question, number=None, *, seen=False):
    """A guess of one number, to be placed until it is seen."""
    return GuessState(key, (question,), (number,), seen, open=not seen)


def check_question(make):
    """A question is equal to itself asked anew, or a guess would be forgotten; no answer in it."""
    question = make()
    assert question == make()
    assert question.say(question.answer) not in question.text
    assert list(question.options) == sorted(set(question.options))
    assert question.options[0] <= question.answer <= question.options[-1]
    options = [question.say(option) for option in question.options]
    assert len(set(options)) == len(options)
