"""`toylab fit` on runs in one variable, its predictions, and the scores of held-out rows."""

import numpy as np
import pandas as pd
import pytest

from tests.cli.command import refused, strict
from toylab import __main__ as cli

N = np.geomspace(1e6, 1e9, 9)
CURVES = {  # by option: law, column, sizes, loss
    "--at-size": ("L(N)", "params", N, 1.7 + 400 * N**-0.34),
    "--at-tokens": ("L(D)", "tokens", 20 * N, (1e15 / N) ** 0.1),
    "--at": ("L(C)", "flops", 1e12 * N, (1e14 / N) ** 0.05),
}


def told(capsys, frame, tmp_path, *options):
    frame.to_csv(tmp_path / "runs.csv", index=False)
    assert cli.main(["fit", str(tmp_path / "runs.csv"), *options, "--json"]) == 0
    return strict(capsys.readouterr().out)


def surface(noise=0.002, seed=0):
    rows = pd.MultiIndex.from_product([np.geomspace(1e7, 1e9, 5), np.geomspace(1e9, 1e11, 5)])
    frame = rows.to_frame(index=False, name=["params", "tokens"])
    noisy = np.exp(noise * np.random.default_rng(seed).standard_normal(len(frame)))
    loss = 1.7 + 400 * frame["params"] ** -0.34 + 2000 * frame["tokens"] ** -0.36
    return frame.assign(loss=loss * noisy)


@pytest.mark.parametrize("option", CURVES)
def test_a_table_of_one_size_column_has_the_law_in_it(option, tmp_path, capsys):
    law, column, sizes, loss = CURVES[option]
    asked = 10 * sizes[-1]
    record = told(
        capsys, pd.DataFrame({column: sizes, "loss": loss}), tmp_path, option, f"{asked:g}"
    )
    floor = option == "--at-size"
    assert (record["law"], record["verdict"]) == (law, "floor" if floor else "power_law")
    exponent = {"--at-size": 0.34, "--at-tokens": 0.1, "--at": 0.05}[option]
    assert record["exponent"] == pytest.approx(exponent, rel=1e-3)
    assert record["floor"] == (pytest.approx(1.7, rel=1e-3) if floor else None)
    assert record["columns"] == {column: column, "loss": "loss"}
    truth = 1.7 + 400 * asked**-0.34 if floor else loss[-1] * 10**-exponent
    predict = record["predict"]
    assert predict[column] == pytest.approx(asked)
    assert predict["loss"] == pytest.approx(truth, rel=1e-4)
    assert predict["low"] <= predict["loss"] <= predict["high"]
    assert record["rms"] < 1e-5
    assert record["r2"] == pytest.approx(1)


def test_size_and_data_in_step_are_a_law_of_compute_and_one_of_them_fixed_is_of_the_other(
    tmp_path, capsys
):
    step = pd.DataFrame({"params": N, "tokens": 20 * N, "loss": (1e15 / N) ** 0.1})
    record = told(capsys, step, tmp_path)
    assert (record["law"], record["exponent"]) == ("L(C)", pytest.approx(0.05))
    assert told(capsys, step.assign(params=1e8), tmp_path)["law"] == "L(D)"
    assert told(capsys, step.assign(tokens=1e10), tmp_path)["law"] == "L(N)"


def test_a_surface_predicts_scores_and_names_its_worst_rows(tmp_path, capsys):
    frame = surface()
    frame.loc[7, "loss"] *= 1.05  # on line 9 of the file
    record = told(capsys, frame, tmp_path, "--at-size", "2B", "--at-tokens", "3e11")
    truth = 1.7 + 400 * 2e9**-0.34 + 2000 * 3e11**-0.36
    assert record["law"] == "L(N, D)"
    assert record["predict"]["low"] < truth < record["predict"]["high"]
    assert record["worst"][0]["line"] == 9
    assert record["worst"][0]["over"] == pytest.approx(1.05, abs=0.01)
    assert 0.005 < record["rms"] < 0.015
    assert 0.99 < record["r2"] < 1
    text = ["fit", str(tmp_path / "runs.csv"), "--at", "1e22"]
    assert cli.main(text) == 0
    assert record["goodness"] in capsys.readouterr().out


def test_rows_are_held_out_by_value_by_size_and_by_their_split(tmp_path, capsys):
    frame = surface()
    last = frame["params"].max()
    by_value = told(
        capsys, frame.assign(big=frame["params"] == last), tmp_path, "--hold-out", "big=True"
    )
    assert (by_value["runs"], by_value["hold_out"]["runs"]) == (20, 5)
    assert by_value["hold_out"]["rms"] < 0.01
    low = frame.sort_values(["tokens", "params"], ascending=False)  # the largest come first
    low.iloc[12, 2] *= 1.05  # on line 14 of the file
    largest = told(capsys, low, tmp_path, "--hold-out", "largest")
    assert largest["hold_out"]["runs"] == 3
    assert largest["worst"][0]["line"] == 14
    parts = np.where(frame["params"] == last, "holdout", "train")
    high = frame["loss"] * np.where(frame["params"] == last, 1.1, 1)
    split = told(capsys, frame.assign(split=parts, loss=high), tmp_path)
    assert split["hold_out"]["mean"] == pytest.approx(-np.log(1.1), abs=0.01)
    assert split["exponent_params"] == pytest.approx(0.514, abs=0.03)
    curve = pd.DataFrame({"params": N, "loss": CURVES["--at-size"][3]})
    record = told(capsys, curve, tmp_path, "--hold-out", "largest")
    assert (record["runs"], record["hold_out"]["runs"]) == (6, 3)
    assert record["hold_out"]["rms"] < 1e-3


def test_the_lowest_of_each_cell_is_fitted_where_it_is_asked_for(tmp_path, capsys):
    frame = surface(noise=0)
    worse = pd.concat([frame.assign(loss=frame["loss"] * k) for k in (1.3, 1, 1.1)])
    assert told(capsys, worse, tmp_path, "--best")["exponent_params"] == pytest.approx(0.514, 0.002)
    noted = " ".join(told(capsys, worse, tmp_path, "--best")["warnings"])
    assert "25 of 75" in noted


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--at", "1e22"], "--at is not for these runs, whose law is in params alone"),
        (["--tied"], "--tied is not for these runs"),
        (["--hold-out", "params"], "--hold-out must be COLUMN=VALUE"),
        (["--hold-out", "size=3"], "there is no one column 'size'"),
        (["--at-size", "many"], "'many' is not a positive number"),
    ],
)
def test_options_that_do_not_fit_the_table_are_refused(options, sentence, tmp_path, capsys):
    frame = pd.DataFrame({"params": N, "loss": CURVES["--at-size"][3]})
    frame.to_csv(tmp_path / "runs.csv", index=False)
    assert sentence in refused(["fit", str(tmp_path / "runs.csv"), *options], capsys)


def test_a_size_without_tokens_is_refused_for_a_surface(tmp_path, capsys):
    surface().to_csv(tmp_path / "runs.csv", index=False)
    line = ["fit", str(tmp_path / "runs.csv")]
    assert "--at-size and --at-tokens" in refused([*line, "--at-size", "1e9"], capsys)
    bare = [*line, "--hold-out", "largest", "--bootstrap", "0"]
    assert "needs resamples" in refused(bare, capsys)


def test_too_few_runs_to_hold_the_largest_out_say_so_and_so_does_a_file_without_any_size(
    tmp_path, capsys
):
    path = tmp_path / "runs.csv"
    pd.DataFrame({"params": N[:5], "loss": CURVES["--at-size"][3][:5]}).to_csv(path, index=False)
    said = refused(["fit", str(path), "--hold-out", "largest"], capsys)
    assert "of 5 runs the largest 3 would be held out and 2 left" in said
    path.write_text("step,loss\n1,3\n2,2\n")
    assert "one or two of params, tokens" in refused(["fit", str(path)], capsys)
