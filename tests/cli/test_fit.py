"""`toylab fit` and `toylab isoflop`: fits of somebody's runs, as text and as JSON."""

import numpy as np
import pandas as pd
import pytest

from tests.cli.command import refused, strict
from toylab import __main__ as cli
from toylab.fits import parametric
from toylab.fits.outer_exponent import score_test
from toylab.laws import allocation, published  # fmt: skip
from toylab.quantities import format_count
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

FITTED = simulate(published.REFIT.form, SimulatedStudy(noise=0.001))
SURFACE = {
    "E", "A", "B", "alpha", "beta", "objective", "exponent_params", "exponent_tokens",
    "intervals", "starts_agreeing", "warnings",
}  # fmt: skip
VALLEYS = {"exponent_params", "exponent_tokens", "budgets", "warnings"}
HEAD = "params,tokens,loss\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "runs.csv"
    FITTED.frame.to_csv(path, index=False)
    return str(path)


def test_a_fit_as_json_has_its_constants_intervals_and_warnings(table, capsys):
    line = ["fit", table, "--drop-highest", "4", "--at", "5.76e23", "--json"]
    assert cli.main(line) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) >= SURFACE | {"at"}
    fit = parametric.fit(FITTED.without_highest(4))
    for name in ("E", "A", "B", "alpha", "beta"):
        assert told[name] == pytest.approx(getattr(fit.form, name), rel=1e-6)
        assert told["intervals"][name][0] <= told[name] <= told["intervals"][name][1]
    assert told["objective"] == pytest.approx(fit.objective, rel=1e-6)
    assert told["exponent_params"] == pytest.approx(told["beta"] / (told["alpha"] + told["beta"]))
    assert told["exponent_params"] + told["exponent_tokens"] == pytest.approx(1)
    assert (told["runs"], told["starts_agreeing"]) == (59, fit.agreeing)
    at = told["at"]
    assert 6 * at["params"] * at["tokens"] == pytest.approx(5.76e23)
    assert at["tokens_per_param"] == pytest.approx(at["tokens"] / at["params"])
    for name in ("params", "tokens"):
        low, high = at["intervals"][name]
        assert low < at[name] < high
    assert [w for w in told["warnings"] if "5.76e23 FLOPs lie a factor 576 above the largest" in w]


def test_a_fit_without_resamples_has_no_intervals_and_the_same_constants(table, capsys):
    assert cli.main(["fit", table, "--bootstrap", "0", "--at", "1e21", "--json"]) == 0
    bare = strict(capsys.readouterr().out)
    assert (bare["intervals"], bare["at"]["intervals"]) == ({}, {})
    assert cli.main(["fit", table, "--bootstrap", "40", "--at", "1e21", "--json"]) == 0
    full = strict(capsys.readouterr().out)
    assert bare["A"] == full["A"]
    assert bare["at"]["params"] == pytest.approx(full["at"]["params"])
    assert cli.main(["fit", table, "--bootstrap", "0", "--json"]) == 0
    assert "at" not in strict(capsys.readouterr().out)


def test_a_floor_that_is_held_and_exponents_that_are_tied_are_so(table, capsys):
    line = ["fit", table, "--bootstrap", "0", "--json"]
    assert cli.main([*line, "--floor", "1.7"]) == 0
    assert strict(capsys.readouterr().out)["E"] == pytest.approx(1.7)
    assert cli.main([*line, "--tied"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["alpha"] == told["beta"]


def test_an_outer_exponent_comes_with_its_interval_and_its_test(table, capsys):
    line = ["fit", table, "--bootstrap", "40", "--drop-highest", "30", "--outer"]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    low, high = told["intervals"]["k"]
    assert low < told["k"] < high
    fit = parametric.fit(FITTED.without_highest(30))
    assert told["k_is_1"]["p"] == pytest.approx(score_test(fit).p, rel=1e-6)
    assert cli.main(line) == 0
    out = capsys.readouterr().out
    assert f"{told['k']:.5g}   95 %: {low:.4g} to {high:.4g}" in out
    assert f"test of k = 1: F = {told['k_is_1']['F']:.3g}, p = {told['k_is_1']['p']:.2g}" in out
    assert cli.main(["fit", table, "--bootstrap", "0", "--json"]) == 0
    assert not {"k", "k_is_1"} & set(strict(capsys.readouterr().out))


def test_valleys_as_json_have_their_budgets(table, capsys):
    assert cli.main(["isoflop", table, "--at", "1e23", "--drop-highest", "4", "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert set(told) >= VALLEYS | {"at"}
    assert [b["flops"] for b in told["budgets"]] == pytest.approx(list(np.geomspace(1e18, 1e21, 7)))
    assert sum(b["runs"] for b in told["budgets"]) == 59
    for budget in told["budgets"]:
        assert set(budget) >= {"flops", "params_opt", "tokens_opt", "loss_opt", "interior"}
        assert budget["interior"] is True
        assert 6 * budget["params_opt"] * budget["tokens_opt"] == pytest.approx(
            budget["flops"], rel=1e-6
        )
        best = allocation.best(published.REFIT.form, budget["flops"])
        assert budget["loss_opt"] == pytest.approx(best.loss, rel=0.01)
    for name in ("params", "tokens"):
        low, high = told["at"]["intervals"][name]
        assert low < told["at"][name] < high
    assert 6 * told["at"]["params"] * told["at"]["tokens"] == pytest.approx(1e23, rel=1e-6)
    low, high = told["intervals"]["exponent_params"]
    assert low < 0.5126 < high  # the law's
    assert 0 < told["rms"] < told["spread"] < 0.002
    assert told["r2"] > 0.999
    assert abs(told["worst"][0]["over"] - 1) >= abs(told["worst"][2]["over"] - 1) > told["rms"]


def test_a_budget_without_a_bottom_is_null_in_strict_json(tmp_path, capsys):
    frame = FITTED.without_highest(4).frame
    first = frame["flops"] < 2e18
    frame.loc[first, "loss"] = 3 - 0.05 * np.log(frame.loc[first, "params"] / 1e7) ** 2
    frame.to_csv(tmp_path / "runs.csv", index=False)
    line = ["isoflop", str(tmp_path / "runs.csv"), "--curvature", "own"]
    assert cli.main([*line, "--json"]) == 0
    budget = strict(capsys.readouterr().out)["budgets"][0]
    assert (budget["params_opt"], budget["interior"], budget["used"]) == (None, False, False)
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    assert "no bottom  (left out)" in out.splitlines()[1]
    assert "warning: Left out: at 1e18 FLOPs" in err


def test_a_window_and_a_curvature_each_change_the_fit(table, capsys):
    exponents = []
    for more in [], ["--within", "3"], ["--curvature", "shared"]:
        assert cli.main(["isoflop", table, "--drop-highest", "4", *more, "--json"]) == 0
        exponents.append(strict(capsys.readouterr().out)["exponent_params"])
    assert len(set(exponents)) == 3


@pytest.mark.slow
def test_the_text_of_a_fit_has_the_numbers_of_its_json(table, capsys):
    line = ["fit", table, "--drop-highest", "4", "--at", "5.76e23"]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    said = {row.split()[0]: row for row in out.splitlines()}
    for name in ("E", "A", "B", "alpha", "beta", "exponent_params", "exponent_tokens"):
        assert f"{told[name]:.5g}" in said[name]
        assert f"95 %: {told['intervals'][name][0]:.4g} to" in said[name]
    assert f"{told['starts_agreeing']} of {told['starts_walked']} walks" in said["objective"]
    assert f"{format_count(told['at']['params'])} params (95 %:" in said["at"]
    assert err == "".join(f"warning: {warning}\n" for warning in told["warnings"])
    assert err


def test_the_text_of_valleys_has_a_line_for_each(table, capsys):
    assert cli.main(["isoflop", table, "--at", "1e23"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert sum(" bottom " in row for row in out) == 7
    assert [row.split()[0] for row in out[8:]] == [
        "exponent_params", "exponent_tokens", "fitted:", "at", "rms",
    ]  # fmt: skip
    assert cli.main(["fit", table, "--bootstrap", "0"]) == 0
    assert "95 %" not in capsys.readouterr().out


def test_what_was_chosen_and_left_out_is_in_the_json_and_the_text(tmp_path, capsys):
    """Off centre, with one diverged run: both exponents, the test, the run."""
    study = SimulatedStudy(off_centre=3, width=8, sizes=11, noise=0.002)
    frame = simulate(published.REFIT.form, study).frame
    frame.loc[14, "loss"] = 9.8
    frame.to_csv(tmp_path / "runs.csv", index=False)
    line = ["isoflop", str(tmp_path / "runs.csv")]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert (told["curvature"], told["within"]) == ("own", 10)
    assert told["exponent_params"] == pytest.approx(0.5126, abs=0.02)
    assert told["other_curvature"]["exponent_params"] > 0.55
    assert told["equal_curvature_p"] < 0.001
    assert [outlier["run"] for outlier in told["outliers"]] == [15]
    assert cli.main([*line, "--curvature", "shared"]) == 0
    out, err = capsys.readouterr()
    assert f"{told['other_curvature']['exponent_params']:.4f}" in out
    assert f"{told['exponent_params']:.3f}" in err


ROWS = "1e8,2e9,3.5\n2e8,4e9,3.1\n"
FILES = {
    "empty": (b"", "empty"),
    "text": (f"{HEAD}{ROWS}big,4e9,3\n".encode(), "'big'"),
    "short row": (f"{HEAD}{ROWS}1e8,2e9\n".encode(), "line 4"),
    "no loss": (b"params,tokens\n1e8,2e9\n", "no column holds the loss"),
    "workbook": (b"PK\x03\x04" + bytes(100), "Excel"),
    "diverged": (f"{HEAD}1e8,3e9,nan\n".encode(), "'nan'"),
    "too few runs": (f"{HEAD}{ROWS}".encode(), "at least 8 runs, got 2"),
}


@pytest.mark.parametrize(("data", "sentence"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", ["fit", "isoflop"])
def test_a_broken_file_is_refused_in_one_line(command, data, sentence, tmp_path, capsys):
    if command == "isoflop" and "at least 8" in sentence:
        sentence = "isoFLOP profiles need 3 budgets"
    (tmp_path / "runs.csv").write_bytes(data)
    said = refused([command, str(tmp_path / "runs.csv")], capsys)
    assert said.startswith(f"toylab {command}: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fit", "{}", "--at", "many"], "'many' is not a positive number such as 5.76e23"),
        (["fit", "{}", "--at", "0"], "'0' is not a positive number"),
        (["fit", "{}", "--bootstrap", "3"], "--bootstrap must be 0 or at least 40, got 3"),
        (["fit", "{}", "--bootstrap", "-1"], "--bootstrap must be 0 or at least 40, got -1"),
        (["fit", "{}", "--bootstrap", "all"], "invalid int value: 'all'"),
        (["fit", "{}", "--floor", "-1"], "floor must be zero or positive, got -1.0"),
        (["fit", "{}", "--floor", "nan"], "floor must be zero or positive, got nan"),
        (["fit", "{}", "--drop-highest", "63"], "can drop between 0 and 62 of these runs"),
        (["fit", "{}", "--drop-highest", "-1"], "can drop between 0 and 62 of these runs"),
        (["fit", "{}", "--drop-highest", "58"], "need at least 8 runs, got 5"),
        (["fit", "{}.gone"], "cannot read"),
        (["fit"], "the following arguments are required: RUNS.csv"),
        (["isoflop", "{}", "--at", "nan"], "'nan' is not a positive number"),
        (["isoflop", "{}", "--within", "0.5"], "--within must be above 1, got 0.5"),
        (["isoflop", "{}", "--within", "nan"], "--within must be above 1, got nan"),
        (["isoflop", "{}", "--within", "1.01"], "isoFLOP profiles need 3 budgets"),
        (["isoflop", "{}", "--curvature", "none"], "invalid choice: 'none'"),
        (["isoflop", "{}", "--drop-highest", "55"], "isoFLOP profiles need 3 budgets"),
        (["isoflop", "{}.gone"], "cannot read"),
    ],
)
def test_a_wrong_question_about_runs_is_refused(arguments, sentence, table, capsys):
    assert sentence in refused([part.format(table) for part in arguments], capsys)


def test_fewer_than_three_budgets_are_refused(tmp_path, capsys):
    two = FITTED.frame[FITTED.frame["flops"] < 4e18]
    two.to_csv(tmp_path / "runs.csv", index=False)
    said = refused(["isoflop", str(tmp_path / "runs.csv")], capsys)
    assert "these 18 runs have 2" in said


@pytest.fixture
def two_studies(tmp_path):
    """Two corpora in one file, one with a higher floor; the loss goes by another name."""
    web = FITTED.frame.assign(corpus="web")
    code = FITTED.frame.assign(corpus="code", loss=FITTED.frame["loss"] - 0.9)
    path = tmp_path / "two.csv"
    pd.concat([web, code]).rename(columns={"loss": "nll_x"}).to_csv(path, index=False)
    return str(path)


def test_each_study_of_a_file_is_fitted_by_its_column_or_one_alone(two_studies, table, capsys):
    plain = ["--bootstrap", "0", "--json"]
    assert cli.main(["fit", table, *plain]) == 0
    alone = strict(capsys.readouterr().out)
    line = ["fit", two_studies, "--loss", "nll_x", *plain]
    assert cli.main([*line, "--by", "corpus"]) == 0
    groups = strict(capsys.readouterr().out)["groups"]
    assert list(groups) == ["web", "code"]
    assert groups["web"]["E"] == pytest.approx(alone["E"])
    assert groups["code"]["E"] == pytest.approx(alone["E"] - 0.9, abs=0.01)
    assert groups["web"]["columns"]["loss"] == "nll_x"
    assert "corpus" in groups["web"]["not_used"]
    assert cli.main([*line, "--where", "corpus=code"]) == 0
    assert strict(capsys.readouterr().out)["E"] == groups["code"]["E"]
    assert cli.main(["isoflop", *line[1:4], "--by", "corpus", "--json"]) == 0
    valleys = strict(capsys.readouterr().out)["groups"]
    assert all(set(one) >= VALLEYS for one in valleys.values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "column 'corpus' tells them apart"),
        (["--where", "corpus"], "--where must be COLUMN=VALUE"),
        (["--where", "corpus=books"], "no row has 'books'"),
        (["--by", "tokens"], "values; at most"),
        (["--params", "size"], "column 'size' is not in the file"),
    ],
)
def test_pooled_studies_and_rows_that_are_not_there_are_refused(
    arguments, sentence, two_studies, capsys
):
    said = refused(["fit", two_studies, "--loss", "nll_x", *arguments], capsys)
    assert sentence in said


def test_several_files_are_one_and_a_product_of_columns_can_be_chosen(tmp_path, capsys):
    """Tokens of half a study a file, in steps of 512 sequences of 2,048 tokens."""
    frame = FITTED.frame.assign(step=FITTED.frame["tokens"] / (512 * 2048), batch_size=512)
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    for path, half in zip(paths, (frame[::2], frame[1::2]), strict=True):
        half[["params", "step", "batch_size", "loss"]].to_csv(path, index=False)
    line = ["fit", *paths, "--bootstrap", "0", "--json"]
    told = refused(line, capsys)
    assert "does 'batch_size' count tokens or sequences?" in told
    product = "step x batch_size x 2048"
    assert f"'{product}'" in told
    assert cli.main([*line, "--tokens", product]) == 0
    found = strict(capsys.readouterr().out)
    assert found["columns"]["tokens"] == product
    assert found["not_used"] == ["file"]
    assert "tokens from 'step' x 'batch_size' x 2048" in found["read"]
    assert found["runs"] == len(FITTED)
    fit = parametric.fit(FITTED)
    assert found["exponent_params"] == pytest.approx(fit.exponent_params, rel=1e-4)


def test_a_group_that_cannot_be_fitted_says_why_and_the_others_have_their_laws(tmp_path, capsys):
    path = tmp_path / "runs.csv"
    groups = [FITTED.frame.assign(corpus="web"), FITTED.frame[:3].assign(corpus="code")]
    pd.concat(groups).to_csv(path, index=False)
    line = ["fit", str(path), "--by", "corpus", "--bootstrap", "0"]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)["groups"]
    assert set(told["web"]) >= SURFACE
    assert set(told["code"]) >= {"refusal"}
    assert "alpha" not in told["code"]
    assert cli.main(line) == 0
    assert f"not fitted: {told['code']['refusal']}" in capsys.readouterr().out
    assert "corpus = code" in refused([*line, "--where", "corpus=code"], capsys)
