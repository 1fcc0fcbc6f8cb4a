"""The page on recipes: true for every model, before and after the guess, and computed."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.text_checks import check, check_numbers
from toylab.laws import recipes
from toylab.laws.allocation import best, regret
from ui.concepts.recipes import advice, blocks, charts, table, tabs_text, text, view
from ui.concepts.recipes.table import Filter
from ui.concepts.recipes.view import Controls

FRAME = recipes.recipes().set_index("name")
SOME = ("GPT-3 175B", "Chinchilla 70B", "Llama 3 8B", "Kimi K2", "MiniCPM-2.4B", "Phi-2")


def first(controls, given=None, *, seen=True):
    (block,) = blocks.figure(controls, stands("recipes", text.question(), given, seen=seen))
    return block


def test_the_question_tells_no_later_year_and_its_answer_is_the_median():
    check_question(text.question)
    question = text.question()
    years = FRAME[FRAME["year"] == view.ASKED]
    assert question.answer == np.median(years["tokens"] / years["active_params"])
    assert f"{len(years)} of {view.ASKED}" in question.text
    before = first(Controls(), seen=False)
    shown = [question.text, before.sentence, str(before.numbers), text.CLAIM, *before.why]
    assert question.say(question.answer) not in " ".join(shown)
    assert before.finding == ""
    tables = Controls().years(seen=False)
    assert tables["models"]["year"].max() == tables["medians"]["year"].max() == view.ASKED - 1
    assert not tables["names"]["name"].isin(years.index).any()


def test_the_finding_says_the_medians():
    table_ = recipes.yearly().set_index("year")["tokens_per_param"]
    early, late = table_[2022], table_[view.ASKED]
    check_numbers(text.finding(Controls(), seen=True), f"{early:.1f}", f"{late:.0f}")
    check_numbers(text.finding(Controls(), seen=True), f"{float(f'{late / early:.2g}'):g}")
    assert first(Controls()).numbers[f"tokens a parameter in {view.ASKED}"] == f"{late:.0f}"


@pytest.mark.parametrize(("compare", "used", "advised"), [
    ("batch", "batch_last", "batch_deepseek"), ("rate", "peak_lr", "lr_deepseek"),
])  # fmt: skip
def test_models_beside_a_law_are_counted(compare, used, advised):
    frame = recipes.with_advice().dropna(subset=[used])
    frame = frame[frame["comparable"]] if compare == "rate" else frame
    below = (frame[used] < frame[advised]).sum()
    sentence = text.finding(Controls(compare), seen=True)
    assert f"{below} of {len(frame)} " in sentence
    check(sentence)


@pytest.mark.parametrize("compare", view.SHOWN)
@pytest.mark.parametrize("model", SOME)
def test_a_figure_has_its_models_its_lines_and_names_that_lie_on_nothing(compare, model):
    controls = Controls(compare, model)
    tables = controls.years(seen=True) if compare == "tokens" else controls.settings()
    label_checks.check(tables["names"])
    (low, high), (bottom, top) = view.AXES[compare].x, view.AXES[compare].y
    up = tables["models"]["tokens_per_param" if compare == "tokens" else "value"]
    assert tables["models"]["x"].between(low, high).all()
    assert up.between(bottom, top).all()
    assert up.notna().all()
    known = compare == "tokens" or FRAME.loc[model, view.WHAT[compare][0]] > 0
    assert list(tables["chosen"]["name"]) == ([model] if known else [])
    assert (model in set(tables["names"]["name"])) == known
    block = first(controls)
    for sentence in (block.sentence, *block.why, *block.numbers.values()):
        check(sentence)


@pytest.mark.parametrize("compare", ["batch", "rate"])
def test_deepseeks_line_is_the_upper_one_at_the_right(compare):
    lines = view.law_lines(compare)
    last = lines[lines["x"] == lines["x"].max()].set_index("law")["value"]
    assert last["DeepSeek's law"] > last["Step Law"]


def test_models_of_a_year_stand_apart_within_it():
    frame = view.spread(recipes.recipes())
    assert (frame["x"] - frame["year"]).abs().max() < view.WIDTH / 2
    assert not frame["x"].duplicated().any()
    for _, rows in frame.groupby("year"):
        assert rows.sort_values("x")["tokens_per_param"].is_monotonic_increasing


def test_a_rate_of_another_scale_is_hollow_and_a_batch_never():
    rates = Controls("rate").settings()["models"].set_index("name")
    assert not rates.loc["MiniCPM-2.4B", "alike"]
    assert rates.loc["Chinchilla 70B", "alike"]
    assert Controls("batch").settings()["models"]["alike"].all()


@pytest.mark.parametrize("guess", [2.0, 20.0, 80.0, 5000.0])
def test_no_name_lies_on_the_guess(guess):
    for seen in (False, True):
        names = Controls().years(seen=seen, guess=guess)["names"]
        axes = view.AXES["tokens"]
        label_checks.check_guess(names, axes, (axes.x[0], guess))
    mark = first(Controls(), guess, seen=False).figures["tokens"].guess
    assert (mark.x, mark.open, mark.y.at[guess], mark.y.value) == (None, True, guess, guess)
    assert first(Controls("batch"), guess).figures["batch"].guess is None


@pytest.mark.parametrize("law", view.SURFACES)
@pytest.mark.parametrize("model", SOME)
def test_a_model_is_judged_by_the_law_that_is_chosen(model, law):
    controls = Controls(model=model, law=law)
    form, row = view.SURFACES[law].form, FRAME.loc[model]
    wasted = regret(form, row["active_params"], row["tokens"]).waste
    said = tabs_text.verdict(controls)
    check(said)
    assert f"{100 * (1 - wasted):.0f} %" in said or wasted < 0.01
    split = best(form, 6 * row["active_params"] * row["tokens"])
    assert ("is smaller" in said) == (wasted >= 0.01 and row["active_params"] < split.params)
    assert ("is larger" in said) == (wasted >= 0.01 and row["active_params"] > split.params)
    assert (tabs_text.DENSE in said) == (row["active_params"] < row["params"])
    other = row["peak_lr"] > 0 and not row["comparable"]
    assert ("another scale" in tabs_text.settings(controls)) == other
    splits, settings = advice.splits(controls), advice.settings(controls)
    assert splits.iloc[0, 0] == settings.iloc[0, 0] == "**what they did**"
    assert (settings.iloc[0]["Batch, tokens"] == advice.NOT_FOUND) == np.isnan(row["batch_last"])
    assert not splits.isna().any(axis=None)
    assert not settings.isna().any(axis=None)
    check(tabs_text.settings(controls))


def test_a_batch_that_was_not_found_is_said_not_to_be():
    assert "not found" in tabs_text.settings(Controls(model="Phi-2"))
    said = tabs_text.settings(Controls(model="DeepSeek LLM 67B"))
    times = recipes.find("DeepSeek LLM 67B").settings()["times_batch"]
    check_numbers(said, f"{times.min():.2g}", f"{times.max():.2g}")


def test_the_table_lets_through_what_it_is_asked_for_and_keeps_numbers():
    assert len(Filter().rows) == len(FRAME)
    assert set(Filter(kind="sparse").rows["name"]) | set(Filter(kind="dense").rows["name"]) == set(
        FRAME.index
    )
    some = Filter(years=(2023, 2023))
    assert set(some.rows["year"]) == {2023}
    shown = some.table
    assert all(shown[column].dtype.kind in "if" for column in table.FORMATS)
    assert shown.loc[shown["Model"] == "Phi-2", ["Last batch", "Optimiser"]].isna().all(axis=None)


def test_a_row_opens_the_pages_with_its_numbers_set():
    mine = recipes.find("Chinchilla 70B")
    ways = table.places(mine)
    assert set(ways) == {"allocation", "batch_lr"}  # its shape is not among those counted
    shaped = table.places(recipes.find("Llama 3 8B"))
    assert set(shaped) == set(table.OPENS)
    assert shaped["planner"].settings["planner_tokens"] == "15T"
    assert shaped["planner"].settings["planner_kv_heads"] == 8
    address = urlsplit(ways["batch_lr"].as_url)
    assert address.path == "batch_lr"
    assert parse_qs(address.query) == {
        "tune_about": ["laws"], "laws_params": ["70B"], "laws_tokens": ["1.4T"],
    }  # fmt: skip
    assert parse_qs(urlsplit(ways["allocation"].as_url).query)["allocation_budget"] == ["5.88e23"]
    assert set(table.LINKS) == set(table.OPENS)


def test_what_changed_and_what_does_not_compare_is_computed():
    last = FRAME[FRAME["year"] == view.LAST]
    for sentence in (*tabs_text.changes(), *tabs_text.comparable()):
        check(sentence)
    (size,) = [one for one in tabs_text.changes() if one.startswith("**Size")]
    check_numbers(size, f"{100 * (last['active_params'] < last['params']).mean():.0f} %")
    (which,) = [one for one in tabs_text.comparable() if one.startswith("**Which N")]
    check_numbers(which, "1.04T", "32B", "14.9", "484")
    rates = FRAME.loc[FRAME["comparable"], "peak_lr"]
    (rate,) = [one for one in tabs_text.comparable() if one.startswith("**Which rate")]
    check_numbers(rate, "0.01", f"{0.01 / rates.median():.2g}")


DRAWN = {
    "tokens": lambda model: charts.years(Controls(model=model).years(seen=True), *_ends("tokens")),
    "batch": lambda model: charts.settings(
        Controls("batch", model).settings(), view.WHAT["batch"][1], *_ends("batch")
    ),
    "rate": lambda model: charts.settings(
        Controls("rate", model).settings(), view.WHAT["rate"][1], *_ends("rate")
    ),
}


def _ends(compare):
    return view.AXES[compare].x, view.AXES[compare].y


@pytest.mark.parametrize("compare", DRAWN)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(compare):
    chart = DRAWN[compare]("GPT-3 175B")
    chart_checks.check(chart)
    assert chart_checks.same_spec(chart, DRAWN[compare]("Kimi K2"))
