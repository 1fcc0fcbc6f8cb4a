"""The page on repeated text: what is hidden, what its sentences say, and where names stand."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.experiments.repetition_runs import STUDY, known, results, rows
from toylab.experiments import repetition_sizes
from toylab.experiments.repetition_results import RepetitionResults, recorded
from toylab.experiments.repetition_sizes import SizesStudy
from toylab.experiments.repetition_study import (
    AGAINST,
    DECAYED,
    PLAIN,
    RECORDED_STUDIES,
    RepetitionStudy,
)
from toylab.live.result_source import ResultSource
from ui.concepts.repetition import blocks, charts, law, live, mix, sizes, text, view
from ui.concepts.repetition.view import Controls
from ui.guess import GuessState
from ui.labels import LOW

MIX = replace(STUDY, dirty=0.3)


def curve(name, losses):
    """The usual curves, and one of these losses."""
    table = dict(zip(STUDY.lengths, losses, strict=True))
    return lambda study, of, epochs: table[epochs] if of == name else known(study, of, epochs)


def source(study=RECORDED_STUDIES["usual"]):
    return ResultSource(study, None, study.recorded(), stale=False)


CASES = {
    **{name: lambda name=name: recorded(name) for name in RECORDED_STUDIES},
    "one curve diverged": lambda: results(lost=(PLAIN,)),
    "all diverged": lambda: results(lost=tuple(STUDY.curves)),
    "fresh diverged": lambda: results(lost=(AGAINST["fresh"],)),
    "two lengths": lambda: results(replace(STUDY, epochs=2)),
    "noise": lambda: results(MIX),
}
every = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


@every
def test_every_sentence_is_whole_and_every_number_known(make):
    found = make()
    for told in (
        text.headline(found, seen=True), text.lost(found), text.made(""), text.size(found.study),
        *text.numbers(found, seen=True).values(), *text.details(found),
    ):  # fmt: skip
        text_checks.check(told)


@every
def test_charts_draw_what_their_tables_have_and_no_name_covers_another(make):
    found = make()
    chart = charts.loss(view.loss(found), "loss")
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"])
    hidden = charts.loss(view.loss(found, seen=False), "loss")
    assert chart_checks.same_spec(chart, hidden)
    if found.means.empty:
        return
    for other in (charts.loss(view.by_heart(found), "loss"), charts.worth(view.worth(found))):
        chart_checks.check(other)
        label_checks.check(other.tables["names"])


def test_until_it_is_seen_fresh_text_alone_is_drawn_and_no_number_told():
    found = recorded("usual")
    tables = view.loss(found, seen=False)
    for name in "runs", "means":
        assert set(tables[name]["meaning"]) == {"rival"}
    assert tables["lowest"].empty
    assert set(tables["names"]["name"]) == {AGAINST["fresh"]}
    assert set(text.numbers(found, seen=False).values()) == {"?"}
    shown = view.loss(found)
    assert list(shown["lowest"]["epochs"]) == [4, 16]
    assert set(shown["means"]["meaning"]) == {"data", "model", "rival"}
    assert shown["axes"].equals(tables["axes"])


def test_the_axis_holds_the_usual_losses_whatever_runs_there_are_so_far():
    """A network that hardly over-fits has the axis of one that does, and of none."""
    empty = RepetitionResults(STUDY, STUDY.table([]), live=True)
    for found in empty, recorded("small-net"), recorded("usual"):
        ends = view.axes(found)
        assert ends.y[0] <= 1.6
        assert ends.y[1] >= 4.6
    assert view.axes(recorded("small-net")) == view.axes(empty)


def test_the_question_asks_for_the_lowest_epochs_and_its_guess_stands_on_them():
    found = recorded("usual")
    question = text.question(found)
    check_question(lambda: text.question(found))
    assert question.answer == 4
    (sight,) = list(blocks.figure(live.state(STUDY, source(), stands("r", question, 8.0)), found))
    assert list(sight.figures) == ["Loss"]
    figure = sight.figures["Loss"]
    assert figure.guess.x.at == {epochs: epochs for epochs in question.options}
    ends = view.axes(found)
    assert all(ends.x[0] < at < ends.x[1] for at in question.options)
    (sight,) = list(blocks.figure(live.state(STUDY, source(), GuessState(seen=True)), found))
    assert list(sight.figures) == ["Loss", "Worth", "By heart"]


def test_there_is_nothing_to_ask_where_runs_diverged_and_no_answer_while_they_run():
    assert text.question(results(lost=(PLAIN,))) is None
    assert text.question(results(live=True)).answer is None
    empty = RepetitionResults(STUDY, STUDY.table([]), live=True)
    assert text.question(empty).answer is None
    text_checks.check(text.headline(empty, seen=True))
    chart_checks.check(charts.loss(view.loss(empty), "loss"))


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        ((3, 2.8, 2.6, 2.4, 2.2, 2.1, 2.0), "still falls at **64 epochs**"),
        ((3, 2.8, 2.6, 2.4, 2.2, 2.2, 2.2), "falls until **16 epochs** and then stays"),
        ((2.4,) * 7, "changes less than these seeds can tell"),
        ((3, 2.5, 2.2, 2.4, 2.5, 2.7, 3), "is lowest after **4 epochs** and 0.80 nats higher"),
        ((3, 2.5, 2.2, 2.2, 2.5, 2.7, 3), "is lowest after **4 to 8 epochs** and 0.80 nats"),
        ((2.2, 2.5, 2.6, 2.7, 2.7, 2.8, 3), "is lowest after **1 epoch** and 0.80 nats higher"),
    ],
)
def test_what_is_said_of_a_curve_follows_from_its_losses(losses, told):
    sentence = text.finding(results(law=curve(PLAIN, losses), noise=0.001))
    assert sentence.startswith(f"Without weight decay the loss {told}")
    assert "With it, the loss falls until **16 epochs** and then stays." in sentence


def test_runs_that_diverged_are_counted_below_the_figure():
    found = results(lost=(DECAYED,))
    assert text.headline(found, seen=True) == (
        "Too few runs ended well to say where the loss is lowest. "
        "21 runs of 63 diverged and are left out."
    )


def test_why_says_how_much_a_character_is_worth_with_weight_decay_and_without():
    found = recorded("usual")
    told = text.worth(found)
    for name in PLAIN, DECAYED:
        share = text.worth_at(found, name)
        text_checks.check_numbers(told, f"{100 * share:.0f} %")
    assert math.isnan(text.worth_at(found, PLAIN, 3))
    assert text.worth(recorded("large-net")) == ""  # there it is worse than no repeats


@pytest.mark.parametrize("name", ["usual", "small-net", "large-net", "more-text", "quarter-rate"])
def test_a_preset_sets_the_controls_of_its_study(name):
    records = view.presets(Controls()).records
    assert records[name].study == RepetitionStudy.PRESETS[name]
    assert "filter-or-mix" not in records  # a tab has it


# --- tabs -------------------------------------------------------------------------------------
def test_crossings_are_told_with_their_interval_or_as_not_there():
    told = mix.crossings(recorded("filter-or-mix"))
    at = recorded("filter-or-mix").crossing(PLAIN)
    assert (
        f"from **{at.value:.2f} (95 %: {at.low:.2f} to {at.high:.2f}) epochs** on without" in told
    )
    assert told.count("epochs** on") == 2
    apart = results(MIX, law=lambda _, name, __: 3.0 if name == AGAINST["noisy"] else 2.0)
    assert mix.crossings(apart).count("at **no length**") == 2
    one = results(MIX, law=lambda study, name, epochs: (
        2.2 if name == DECAYED else 2.3 if name == AGAINST["noisy"] else known(study, name, epochs)
    ))  # fmt: skip
    told = mix.crossings(one)
    assert "**every length** without" in told
    assert "**no length** with it" in told
    noisy = results(MIX, noise=0.3)
    assert "these seeds agree on" in mix.crossings(noisy)
    for found in apart, one, noisy, results(MIX, lost=(PLAIN,)):
        text_checks.check(mix.crossings(found))


def test_the_lesson_on_filters_is_told_where_lines_cross_and_not_where_none_does():
    assert mix.LESSON in mix._curves(recorded("filter-or-mix"))
    apart = results(MIX, law=lambda _, name, __: 3.0 if name == AGAINST["noisy"] else 2.0)
    assert mix.LESSON not in mix._curves(apart)
    assert mix.NOWHERE in mix._curves(apart)
    unfinished = mix._curves(results(MIX, live=True))
    assert len(unfinished) == 2


def of_sizes(**laws):
    """Results of sizes whose losses are laws of the size, by curve."""
    study = SizesStudy(seeds=2)
    made = []
    for spec in study.specs():
        for k in range(spec.runs):
            loss = laws["decayed" if spec.decay else "plain"](spec.params) * (1 + 0.002 * k)
            row = rows(replace(STUDY, epochs=2, seeds=2))[0]
            made.append(row | {
                "text": "pool", "size": spec.size, "params": spec.params, "decay": spec.decay,
                "seed": k, "loss": loss, "diverged": math.isnan(loss),
            })  # fmt: skip
    return sizes.Results(study, study.table(made), live=False)


def recorded_sizes():
    study = repetition_sizes.RECORDED_STUDY
    return sizes.Results(study, study.table(study.recorded().rows), live=False)


def test_one_diamond_stands_on_each_curve_of_sizes_at_its_lowest_loss():
    found = recorded_sizes()
    lowest = found.tables["lowest"].set_index("meaning")["params"]
    assert dict(lowest) == {"data": 1808, "model": 14_464}
    chart = charts.loss(found.tables, "loss", across="params")
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"], LOW)


def test_of_sizes_the_best_is_named_and_by_how_much_the_largest_is_worse():
    told = recorded_sizes().sentence
    assert "Without weight decay the best of these networks has **1.81k parameters**" in told
    assert "and the largest (28.9k) is 2.30 nats worse." in told
    assert "**14.5k parameters**, and seeds do not tell the largest (28.9k) from it." in told
    falls = of_sizes(plain=lambda n: 3 - n / 1e5, decayed=lambda n: 2.9 - n / 1e5)
    assert falls.sentence.count("**28.9k parameters**.") == 2
    half = of_sizes(plain=lambda _: math.nan, decayed=lambda n: 2.9 - n / 1e5)
    assert half.sentence.startswith("With it")
    none = of_sizes(plain=lambda _: math.nan, decayed=lambda _: math.nan)
    assert none.sentence == "No run ended well."
    for found in falls, half, none:
        chart_checks.check(charts.loss(found.tables, "loss", across="params"))
    begun = sizes.Results(SizesStudy(), SizesStudy().table([]), live=True)
    assert begun.sentence == "0 of 24 networks trained."
    chart_checks.check(charts.loss(begun.tables, "loss", across="params"))


def test_the_tab_of_sizes_has_the_seeds_and_the_device_of_the_page():
    state = SimpleNamespace(asked=replace(STUDY, seeds=4, seed=9))
    study = sizes.Controls(unique=5120, epochs=4, decay=1.0).study(state)
    assert study == SizesStudy(unique=5120, epochs=4, decay=1.0, seeds=4, seed=9)


ENDS = [(C, D) for C in (*law.BUDGETS[::4], law.BUDGETS[-1]) for D in law.TOKENS[::4]]


@pytest.mark.parametrize(("budget", "tokens"), ENDS)
def test_the_published_law_is_drawn_and_told_at_the_ends_of_its_sliders(budget, tokens):
    chosen = law.Controls(budget, tokens)
    chart = charts.split(chosen.tables)
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"], LOW)
    text_checks.check(chosen.sentence)
    split, fresh = chosen.split, chosen.fresh
    once = split.epochs <= 1
    assert ("are more than this budget wants" in chosen.sentence) == once
    assert ("used up" in chosen.sentence) == chosen.used_up
    if not once and not chosen.used_up:
        assert split.params < fresh.params  # else "times smaller" would be wrong
        assert split.loss > fresh.loss
    assert len(chosen.tables["best"]) == (1 if chosen.used_up else 2)
    low, high = chosen.tables["axes"].loc[0, ["y0", "y1"]]
    ticks = [tick for tick in charts.FINE_LOSSES if low < tick < high]
    assert len(ticks) >= 3


def test_the_experiments_are_studies_that_can_be_trained():
    for _, _, controls in blocks.EXPERIMENTS:
        assert controls.study.specs()
