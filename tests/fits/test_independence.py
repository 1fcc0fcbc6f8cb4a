"""Independence of an answer's errors, against simulated exams."""

import numpy as np
import pytest

from toylab.fits.independence import compare

QUESTIONS, ANSWER = 2048, 12
SHARES = (0.06, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97, 0.99, 0.999)


def exams(p, seed, exams=400, together=0.0):
    """Exams of networks with accuracy p: which symbols are right, (exams, questions, answer).

    A share `together` of the answers is right or wrong as a whole.
    """
    random = np.random.default_rng(seed)
    right = random.random((exams, QUESTIONS, ANSWER), dtype=np.float32) < p
    whole = random.random((exams, QUESTIONS, 1), dtype=np.float32) < together
    return np.where(whole, right[..., :1], right)


def judged(right, k):
    """The comparison for k symbols of each exam."""
    starts = ANSWER - k + 1
    exact = np.logical_and.reduce([right[..., i : i + starts] for i in range(k)]).mean((1, 2))
    return compare(right.mean((1, 2)), exact, k, ANSWER, QUESTIONS)


@pytest.mark.parametrize("p", SHARES)
def test_independent_errors_are_called_dependent_in_one_exam_of_twenty(p):
    """400 exams: 5 % is good to 1.1 %. Where hardly any is whole, a count's steps make it rarer."""
    right = exams(p, seed=round(1000 * p))
    for k in (2, 6, 12):
        wrong = 1 - judged(right, k).agrees.mean()
        assert wrong < 0.085
        if 100 < QUESTIONS * p**k < QUESTIONS - 100:
            assert wrong > 0.02


@pytest.mark.parametrize("p", [0.3, 0.6, 0.9, 0.97])
def test_the_standard_error_is_that_of_simulated_exams(p):
    right = exams(p, seed=7)
    for k in (2, 4, 6, 12):
        result = judged(right, k)
        if QUESTIONS * p**k > 30:
            stated = ((result.tolerance - 0.5 / QUESTIONS / (ANSWER - k + 1)) / 1.96).mean()
            assert result.difference.std() == pytest.approx(stated, rel=0.12)


@pytest.mark.parametrize(("p", "together"), [(0.7, 0.05), (0.9, 0.1), (0.97, 0.1)])
def test_errors_that_come_together_are_seen(p, together):
    result = judged(exams(p, seed=3, exams=100, together=together), 12)
    assert (result.difference > 0).mean() > 0.99
    assert result.agrees.mean() < 0.1


def test_symbols_that_are_not_equally_hard_are_seen_below():
    """The product of unequal shares is less than the power of their mean."""
    right = exams(0.9, seed=4, exams=100)
    right[..., 0] &= exams(0.6, seed=5, exams=100)[..., 0]
    result = judged(right, 12)
    assert (result.difference < 0).all()
    assert result.agrees.mean() < 0.25


def test_all_and_none_right_agree_and_one_answer_too_many_does_not():
    result = compare([0, 1], [0, 1], 12, 12, 2048)
    assert result.agrees.all()
    assert result.expected.tolist() == [0, 1]
    assert not compare(0.06, 1 / 2048, 12, 12, 2048).agrees


def test_an_exam_is_informative_where_some_answers_should_be_whole_and_some_not():
    p = np.array([0.0, 0.678, 0.684, 0.9, 0.999, 0.9995, 1.0])
    whole = QUESTIONS * p**12
    assert ((whole > 19) & (whole < 22)).sum() == 2  # on both sides of the limit
    result = compare(p, p**12, 12, ANSWER, QUESTIONS)
    assert result.informative.tolist() == [False, False, True, True, True, False, False]


def test_what_is_not_informative_hardly_disagrees_even_if_errors_come_together():
    """So networks of that kind say nothing for p^k, however many there are."""
    result = judged(exams(0.1, seed=6, exams=100, together=0.001), 12)
    assert not result.informative.any()
    assert result.agrees.mean() > 0.7
    assert judged(exams(0.8, seed=6, exams=100, together=0.1), 12).informative.all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0.5, 0.5, 0, 12, 9), "symbols must be between 1 and 12, got 0"),
        ((0.5, 0.5, 13, 12, 9), "symbols must be between 1 and 12, got 13"),
        ((1.5, 0.5, 2, 12, 9), "accuracy must be between 0 and 1, got 1.5"),
    ],
)
def test_what_is_no_share_or_no_symbol_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare(*arguments)
