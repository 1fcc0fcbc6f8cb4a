"""Checks that hold for the sentences of any concept."""

import re


def check(text):
    """No number is missing, no blank doubled."""
    assert not re.search(r"\b(nan|inf|None)\b|  ", text), text


def holds(text, *numbers):
    """Each number stands in the text by itself, not as part of another."""
    for number in numbers:
        assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", text), (number, text)


def check_question(make):
    """A question is equal to itself asked anew, or a guess would be forgotten; no answer in it."""
    question = make()
    assert question == make()
    assert question.say(question.answer) not in question.text
    assert list(question.options) == sorted(set(question.options))
    assert question.options[0] <= question.answer <= question.options[-1]
    options = [question.say(option) for option in question.options]
    assert len(set(options)) == len(options)
