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
from ui.labels import BESIDE, SIZES, Axes, Plane, text_box

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
        ((3, 2.8, 2.6, 2.4, 2.2, 2.2, 2.2), "falls until **16 epochs** and then changes less"),
        ((2.4,) * 7, "changes less than these seeds can tell"),
        ((3, 2.5, 2.2, 2.4, 2.5, 2.7, 3), "is lowest after **4 epochs** and 0.80 nats higher"),
        ((3, 2.5, 2.2, 2.2, 2.5, 2.7, 3), "is lowest after **4 to 8 epochs** and 0.80 nats"),
        ((2.2, 2.5, 2.6, 2.7, 2.7, 2.8, 3), "is lowest after **1 epoch** and 0.80 nats higher"),
    ],
)
def test_what_is_said_of_a_curve_follows_from_its_losses(losses, told):
    sentence = text.finding(results(law=curve(PLAIN, losses), noise=0.001))
    assert sentence.startswith(f"Without weight decay the loss {told}")
    assert "With it, the loss falls until **16 epochs** and then changes less than" in sentence


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
    assert text.worth_at(found, PLAIN, 3) is None
    assert text.worth(recorded("filter-or-mix")) == ""  # there is no fresh text beside it


def test_worse_than_one_epoch_is_worth_less_than_a_share_and_no_question_mark():
    """The large network at four epochs: less than the first of them alone is worth, 1/4."""
    found = recorded("large-net")
    assert math.isnan(text.worth_at(found, PLAIN))
    assert text.numbers(found, seen=True)["worth at 4 epochs"] == "under 25 %"
    assert text.numbers(found, seen=False)["worth at 4 epochs"] == "?"
    assert "takes under 25 % of the characters" in text.worth(found)


def test_the_axis_of_worth_holds_what_weight_decay_adds_at_one_epoch():
    found = recorded("large-net")
    tables = view.worth(found)
    assert tables["points"]["worth"].max() > 1.1
    assert tables["axes"]["y1"].iloc[0] > tables["points"]["worth"].max()
    assert tables["axes"]["x1"].iloc[0] < 2 * found.study.epochs  # no tick for what was not run


def test_one_epoch_is_best_in_the_singular():
    rises = results(law=curve(PLAIN, (2.2, 2.5, 2.6, 2.7, 2.7, 2.8, 3)), noise=0.001)
    assert text.numbers(rises, seen=True)["epoch is best"] == "1"
    assert "epochs are best" in text.numbers(recorded("usual"), seen=True)


def test_a_preset_shows_its_own_recorded_runs_and_another_study_the_usual_ones():
    """The test's stand-in for a session has no job."""
    for name, study in RepetitionStudy.PRESETS.items():
        found = live.source(study)
        assert found.about == RECORDED_STUDIES[name]
        assert not found.stale
    other = live.source(RepetitionStudy(size=16))
    assert other.about == RECORDED_STUDIES["usual"]
    assert other.stale
    noisy = live.source(RepetitionStudy(dirty=0.6))
    assert noisy.about == RECORDED_STUDIES["filter-or-mix"]
    assert noisy.stale


def test_names_stand_off_the_runs_of_each_seed():
    found = recorded("usual")
    names = view.loss(found)["names"]
    ends = view.axes(found)
    plane = Plane(ends, SIZES[True])
    for row in names[names["wide"]].to_dict("records"):
        at = (row["across"] * plane.size[0], (1 - row["up"]) * plane.size[1])
        left, top, right, bottom = text_box(at, row["name"], row["dx"], row["dy"])
        for epochs, loss in found.runs[["epochs", "loss"]].itertuples(index=False):
            x, y = plane.pixel((float(epochs), loss))
            assert not (left < x < right and top < y < bottom), row["name"]


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
        f"without weight decay from **{at.value:.2f} epochs** on "
        f"(95 %: {at.low:.2f} to {at.high:.2f}); with it, from" in told
    )
    assert told.count("epochs** on") == 2
    apart = results(MIX, law=lambda _, name, __: 3.0 if name == AGAINST["noisy"] else 2.0)
    assert mix.crossings(apart).count("at **no length**") == 2
    one = results(MIX, law=lambda study, name, epochs: (
        2.2 if name == DECAYED else 2.3 if name == AGAINST["noisy"] else known(study, name, epochs)
    ))  # fmt: skip
    told = mix.crossings(one)
    assert "without weight decay at **every length**" in told
    assert "with it, at **no length**" in told
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
    label_checks.check(chart.tables["names"])


def test_the_lesson_of_sizes_is_the_one_that_the_runs_show():
    """Weight decay mends it; or does not, when there is little; or there is nothing to mend."""
    rises, falls = (lambda n: 2 + n / 1e4), (lambda n: 3 - n / 1e5)
    assert recorded_sizes().lesson == sizes.LESSON
    assert of_sizes(plain=rises, decayed=falls).lesson == sizes.LESSON
    assert of_sizes(plain=rises, decayed=rises).lesson == sizes.STILL_WORSE
    assert of_sizes(plain=falls, decayed=falls).lesson == sizes.NOT_YET
    lost = of_sizes(plain=lambda n: math.nan if n > 20_000 else 2.0, decayed=falls)
    assert lost.lesson == ""


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


def chosen_ends(chart):
    """The ends of a chart's axes."""
    ends = chart.tables["axes"].iloc[0]
    return (ends["x0"], ends["x1"]), (ends["y0"], ends["y1"])


ENDS = [(C, D) for C in (*law.BUDGETS[::4], law.BUDGETS[-1]) for D in law.TOKENS[::4]]


@pytest.mark.parametrize(("budget", "tokens"), ENDS)
def test_the_published_law_is_drawn_and_told_at_the_ends_of_its_sliders(budget, tokens):
    chosen = law.Controls(budget, tokens)
    chart = charts.split(chosen.tables)
    chart_checks.check(chart)
    label_checks.check(chart.tables["names"], BESIDE)
    text_checks.check(chosen.sentence)
    for _, row in chart.tables["names"].iterrows():
        plane = Plane(Axes(*chosen_ends(chart)), BESIDE[row["wide"]])
        at = (row["across"] * plane.size[0], (1 - row["up"]) * plane.size[1])
        left, top, right, bottom = text_box(at, row["name"], row["dx"], row["dy"])
        for dot in chart.tables["best"][["params", "loss"]].itertuples(index=False):
            x, y = plane.pixel(tuple(dot))
            apart = max(left - x, x - right, top - y, y - bottom)
            assert apart >= law.RADIUS - 0.1, row["name"]
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
