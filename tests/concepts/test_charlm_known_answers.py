"""Fits of studies whose answer is known, and what is said of them."""

import re

import numpy as np
import pytest

from tests.concepts.charlm_runs import BEND, USUAL, A, best, stated, trend
from tests.text_checks import unfinished
from toylab.experiments import synthetic
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.runs import runs_of
from toylab.laws.forms import Additive
from toylab.live.result_source import ResultSource
from ui.concepts.charlm import known_answers
from ui.concepts.charlm import known_answers_text as answers
from ui.concepts.charlm.known_answers import Floor, Learner

MINUS = "\N{MINUS SIGN}"
LAW = Additive(3.5, 25.0, 40.0, 0.4, 0.35)


@pytest.fixture
def _forgotten():
    """Fits of the recorded study are not mixed up with those of a made one."""
    caches = known_answers.floors, known_answers.removed
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def made(monkeypatch, change):
    """The study of the synthetic language, a seed a size, with other losses."""
    frame = USUAL.table(RECORDED_STUDIES["synthetic"].recorded().rows)
    frame = frame[frame["seed"] == 0]
    monkeypatch.setattr(known_answers, "language", lambda: frame.assign(loss=change(frame)))
    return frame


@pytest.mark.usefixtures("_forgotten")
def test_where_the_form_is_exact_the_fit_finds_the_floor_and_the_exponent(monkeypatch):
    frame = made(monkeypatch, lambda runs: LAW.loss(runs["params"], runs["tokens"]))
    monkeypatch.setattr(known_answers, "RANGES", (1e10, 1e11))
    monkeypatch.setattr(known_answers, "truth", lambda: LAW.E)
    result = known_answers.floors()
    assert [one.highest for one in result] == [1e10, 1e11]
    for one in result:
        inside = frame["flops"] < 1.02 * one.highest
        assert one.runs == inside.sum()
        assert one.E.value == pytest.approx(LAW.E, rel=1e-4)
        assert one.off == pytest.approx(one.E.value / LAW.E - 1)
        assert abs(one.off) < 1e-4
        assert one.rms < 1e-6
        assert one.a == pytest.approx(LAW.beta / (LAW.alpha + LAW.beta), rel=1e-3)


@pytest.mark.usefixtures("_forgotten")
def test_the_residuals_of_a_floor_are_the_noise(monkeypatch):
    luck = np.exp(0.01 * np.random.default_rng(0).standard_normal(999))
    made(
        monkeypatch,
        lambda runs: LAW.loss(runs["params"], runs["tokens"]) * luck[: len(runs)],
    )
    monkeypatch.setattr(known_answers, "RANGES", (1e11,))
    (one,) = known_answers.floors()
    assert one.rms == pytest.approx(0.01, rel=0.3)
    assert one.E.low < one.E.value < one.E.high
    assert one.off == pytest.approx(one.E.value / known_answers.truth() - 1)


@pytest.mark.usefixtures("_forgotten")
def test_with_the_floor_taken_off_the_lines_are_of_what_is_left(monkeypatch):
    """Left are valleys that are exact parabolas, whose bottoms are power laws."""
    study = RECORDED_STUDIES["synthetic"]

    def loss(frame):
        rise = BEND * np.log(frame["params"] / best(study, frame["flops"])) ** 2
        return known_answers.truth() + 0.5 * (frame["flops"] / 1e9) ** -0.4 * np.exp(rise)

    made(monkeypatch, loss)
    result = known_answers.removed()
    assert result.loss.exponent.value == pytest.approx(-0.4, abs=0.003)
    assert result.params.exponent.value == pytest.approx(A, abs=0.005)
    assert result.loss.at(1e9).value == pytest.approx(0.5, rel=0.01)


def test_the_truth_is_below_every_loss_that_was_recorded():
    frame = known_answers.language()
    assert len(frame) == len(RECORDED_STUDIES["synthetic"].recorded().rows)
    assert known_answers.truth() == synthetic.language().entropy
    assert known_answers.truth() < frame["loss"].min()


def test_only_the_usual_study_of_the_regression_was_recorded():
    assert len(RegressionStudy().recorded().rows) == len(_learner().runs)
    assert RegressionStudy(seed=1).recorded() is None
    assert RegressionStudy(seeds=7).recorded() is None


def _learner(keep=slice(None), live=False):
    study = RegressionStudy()
    shown = ResultSource(study, None, study.recorded(), stale=False)
    return known_answers.gather(shown, shown.rows[keep], live)


def test_the_learners_exponents_come_out_near_theory_with_a_curvature_for_each_budget():
    """To the bias that unseen features leave: a few hundredths."""
    result, theory = _learner(), RegressionStudy().theory
    assert result.profiles.params.exponent.value == pytest.approx(theory["a"], abs=0.04)
    loss = -theory["alpha"] * theory["a"]
    assert result.profiles.loss.exponent.value == pytest.approx(loss, abs=0.04)
    own = isoflop.fit(result.runs, shared=False)
    assert result.profiles.params.exponent == own.params.exponent
    assert result.profiles.params.exponent != result.profiles.choice.other


def test_the_learners_runs_are_drawn_with_their_valleys_on_axes_that_hold_them():
    result = _learner()
    tables = result.valley_tables
    assert len(tables["runs"]) == len(result.runs)
    assert len(tables["bottoms"]) == len(result.profiles.used)
    assert tables["truth"].empty
    low, high = known_answers.SIZES
    assert tables["runs"]["params"].between(low, high).all()


@pytest.mark.parametrize("many", [0, 1, 5])
def test_the_learners_first_runs_are_drawn_before_there_is_a_line(many):
    result = _learner(slice(many), live=True)
    assert len(result.valley_tables["runs"]) == many
    assert isinstance(result.profiles, str)
    assert result.live


def floor(highest, E, a=0.4):
    return Floor(highest, 100, Estimate(*E), 0.0123, a)


def told(monkeypatch, *floors, truth=3.8):
    monkeypatch.setattr(answers, "floors", lambda: floors)
    for place in answers, known_answers:
        monkeypatch.setattr(place, "truth", lambda: truth)
    return answers.entropy()


LOW, HIGH = (3.6, 3.5, 3.7), (3.9, 3.85, 3.95)
IN = (3.79, 3.7, 3.9)


def test_a_floor_is_said_to_be_too_low_or_too_high_by_its_share(monkeypatch):
    assert re.search(r"\*\*5\.3 ?% too low\*\*", told(monkeypatch, floor(3e9, LOW)))
    assert re.search(r"\*\*2\.6 ?% too high\*\*", told(monkeypatch, floor(3e9, HIGH)))
    said = told(monkeypatch, floor(3e9, LOW))
    assert "**3.8000 nats a word**" in said
    assert "100 runs of up to 3e9 FLOPs has residuals of 1.23 %" in said


def test_fits_whose_interval_misses_the_truth_are_counted(monkeypatch):
    fits = [floor(3e9, LOW), floor(1e10, IN), floor(1e11, HIGH)]
    assert "In 2 of 3 fits the truth lies outside" in told(monkeypatch, *fits)
    said = told(monkeypatch, floor(3e9, IN), floor(1e10, IN))
    assert "The truth lies inside every interval here." in said
    assert "does not identify" not in said


def test_larger_budgets_help_only_where_they_do(monkeypatch):
    worse = [floor(3e9, IN), floor(1e10, HIGH), floor(1e11, LOW)]
    assert "Larger budgets help" not in told(monkeypatch, *worse)
    better = [floor(3e9, LOW), floor(1e10, HIGH), floor(1e11, IN)]
    assert "Larger budgets help" in told(monkeypatch, *better)


def test_the_table_of_floors_has_their_numbers(monkeypatch):
    told(monkeypatch, floor(3e9, LOW), floor(1e11, HIGH, a=0.36))
    table = answers.table()
    assert table.iloc[0].tolist() == [
        "3e9 FLOPs", "3.600 (95 %: 3.500 to 3.700)", f"{MINUS}5.3 %", "1.23 %", "0.40",
    ]  # fmt: skip
    assert table.iloc[1].tolist()[2:] == ["+2.6 %", "1.23 %", "0.36"]
    assert all(isinstance(cell, str) for row in table.to_numpy() for cell in row)


def test_the_exponents_without_the_floor_are_those_of_the_fit(monkeypatch):
    said = told(monkeypatch, floor(3e9, IN))
    fitted = known_answers.removed()
    loss, params = (stated(line.exponent) for line in (fitted.loss, fitted.params))
    assert f"fall as C^{loss.replace('-', MINUS)}, and N_opt ~ C^{params}." in said
    assert fitted.loss.exponent.value < 0


def test_the_recorded_fits_of_the_floor_are_told_as_they_are():
    result, said = known_answers.floors(), answers.entropy()
    outside = [one for one in result if not one.E.low <= known_answers.truth() <= one.E.high]
    assert (f"In {len(outside)} of {len(result)} fits" in said) == bool(outside)
    assert f"{known_answers.truth():.4f} nats" in said
    assert [one.highest for one in result] == list(known_answers.RANGES)
    frame = known_answers.language()
    assert [one.runs for one in result] == [
        int((frame["flops"] < 1.1 * C).sum()) for C in known_answers.RANGES
    ]
    assert not unfinished(said)


def test_how_the_study_of_the_language_was_made_is_told():
    assert RECORDED_STUDIES["synthetic"].recorded().made in answers.made()


def test_the_learners_exponents_are_held_against_theory():
    result = _learner()
    said, theory = answers.learner(result).replace(MINUS, "-"), result.study.theory
    assert said.startswith(f"{len(result.runs)} runs: ")
    for line, truth in (
        (result.profiles.params, theory["a"]),
        (result.profiles.loss, -theory["alpha"] * theory["a"]),
    ):
        e = line.exponent
        inside = "inside" if e.low <= truth <= e.high else "**outside**"
        assert f"C^**{stated(e)}** (theory {truth:.3f}, {inside})" in said


def test_the_learners_task_is_told_with_theorys_exponents():
    study = RegressionStudy()
    a, alpha = 1 / (1 + 2 * study.spectrum), 2 * (study.spectrum + study.target) - 1
    said = answers.task(study)
    assert f"N_opt ~ C^{a:.3f}, and the loss falls as C^{MINUS}{alpha * a:.3f}." in said


@pytest.mark.parametrize("exponent", [0.3, 0.4, 0.5])
def test_inside_and_outside_are_said_of_theory_as_the_interval_has_it(monkeypatch, exponent):
    """Theory's exponent of the best size is 0.4."""

    class Lines:
        params = trend(exponent - 0.05, exponent + 0.05)
        loss = trend(exponent - 1.0, exponent - 0.9)

    monkeypatch.setattr(Learner, "profiles", property(lambda _: Lines))
    said = answers.learner(_learner(slice(5)))
    assert said.count("(theory 0.400, inside)") == (exponent == 0.4)
    assert said.count("(theory 0.400, **outside**)") == (exponent != 0.4)


@pytest.mark.parametrize("many", [0, 5])
def test_without_a_line_the_learners_runs_are_counted_or_the_reason_is_given(many):
    live, ended = (_learner(slice(many), live) for live in (True, False))
    assert answers.learner(live) == f"{many} runs so far."
    assert answers.learner(ended) == f"{many} runs: {ended.profiles}."


def test_the_parabolas_of_the_learner_are_those_whose_bottoms_are_told():
    """One fit with a curvature for each valley, in the figure and in the sentence."""
    study = RegressionStudy()
    frame = study.recorded().frame
    learner = known_answers.Learner(study, runs_of(frame), False)
    bottoms = learner.valley_tables["bottoms"]["params"].tolist()
    assert bottoms == [valley.params.value for valley in learner.profiles.used]
    alike = isoflop.fit(runs_of(frame), shared=True).used
    assert bottoms != [valley.params.value for valley in alike]
