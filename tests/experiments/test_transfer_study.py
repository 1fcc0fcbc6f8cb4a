"""Studies of rates at several widths: what they train, and what their results say."""

from dataclasses import replace

import numpy as np
import pytest

from tests.experiments import transfer_runs
from toylab.experiments import transfer_study
from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_check import changes, growth
from toylab.experiments.transfer_price import at_rate, gain, noise, price, turns_up
from toylab.experiments.transfer_results import TransferResults
from toylab.experiments.transfer_study import TransferStudy

USUAL = TransferStudy()


def results(study=USUAL, many=None, **how):
    """Of known valleys."""
    rows = transfer_runs.rows(study, **how)[:many]
    return TransferResults(study, study.table(rows), live=many is not None)


def test_every_width_rate_and_seed_is_trained_once_and_the_base_for_both():
    cells = [
        (spec.scaling, spec.width, octave, spec.seed)
        for spec in USUAL.specs()
        for octave in spec.octaves
    ]
    assert len(cells) == len(set(cells)) == USUAL.networks == 9 * 7 * 2
    assert {cell[0] for cell in cells if cell[1] == USUAL.base} == {"standard"}
    assert {cell[1] for cell in cells} == {32, 64, 128, 256, 512}
    cost = sum(spec.cost for spec in USUAL.specs())
    assert cost < 40
    assert max(spec.cost for spec in USUAL.specs()) < 1.5 * transfer_study.STACK_COST


def test_a_command_and_a_description_are_those_of_the_study():
    study = TransferStudy(decay=1.0, independent=True, seeds=3)
    assert study.command() == "python -m toylab transfer --preset independent-decay --seeds 3"
    assert study.preset == "independent-decay"
    assert replace(study, widest=128).preset is None
    assert "weight decay 1 (independent)" in study.describe()
    assert "weight decay" not in USUAL.describe()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"widest": 100}, "widest must be one of 64, 128, 256, 512, 1024, got 100"),
        ({"base": 512}, "base must be one of the widths below the widest, got 512"),
        ({"base": 50}, "base must be one of the widths"),
        ({"lowest": -4}, "highest must be at least 2 octaves above lowest"),
        ({"depth": 1, "branch": "1"}, "branch must be none with one hidden layer"),
        ({"seeds": 1}, "one shows no spread"),
        ({"steps": 1}, "steps must be between"),
        ({"decay": -1.0}, "decay must be between"),
        ({"branch": "half"}, "branch must be one of"),
    ],
)
def test_what_is_no_study_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(USUAL, **change)


def test_known_minima_and_drifts_are_found_within_their_intervals():
    found = results()
    assert len(found.minima) == 10
    for (scaling, width), minimum in found.minima.items():
        up = np.log2(width / USUAL.base)
        place = found.place(scaling, width)
        expected = transfer_runs.BASE_AT + transfer_runs.DRIFTS[scaling] * up
        assert place.low < expected < place.high
        assert minimum.loss == pytest.approx(transfer_runs.bottom(scaling, up), rel=0.01)
    for scaling, slope in transfer_runs.DRIFTS.items():
        assert found.drifts[scaling].slope.holds(slope)
    assert found.drifts["standard"].direction == "down"
    assert found.drifts["mup"].little
    assert not found.edges


def test_the_base_stands_for_both_parametrisations():
    found = results()
    assert found.losses("standard", 64).equals(found.losses("mup", 64))
    assert len(found.runs) == len(found.frame) + 14
    means = found.means.set_index(["scaling", "width", "lr"])["loss"]
    assert means["standard", 64, 2.0**-6] == means["mup", 64, 2.0**-6]


def test_means_are_geometric_and_their_intervals_those_of_a_width():
    found = results()
    logs = np.log(found.losses("mup", 256))
    mine = found.means[(found.means["scaling"] == "mup") & (found.means["width"] == 256)]
    assert mine["loss"].to_numpy() == pytest.approx(np.exp(logs.mean()))
    sd = np.sqrt(logs.var().mean())
    half = 2.3646 * sd / np.sqrt(2)  # Student's t of 7 degrees of freedom
    assert np.log(mine["high"] / mine["loss"]).to_numpy() == pytest.approx(half, rel=1e-3)


def test_as_long_as_runs_are_missing_nothing_is_made_of_them():
    found = results(many=30)
    assert ("standard", 32) in found.minima
    assert ("standard", 512) not in found.minima
    assert not found.drifts
    assert price(found, "mup") is None
    assert turns_up(found, "standard", -6.0) is None
    assert growth(found, "standard", "logits") is None
    empty = results(many=0)
    assert (len(empty.means), dict(empty.minima), noise(empty)[1]) == (0, {}, 0)
    assert changes(empty).empty


def test_an_edge_and_a_rate_that_diverged_are_said_and_have_no_drift():
    low = results(replace(USUAL, lowest=-7))
    assert ("standard", 512) in low.edges
    assert "standard" not in low.drifts
    assert "mup" in low.drifts
    lost = results(diverged=((512, -6), (512, -5), (512, -4), (512, -3)))
    assert lost.lost == 16
    assert lost.minima["mup", 512].edge == "high"
    assert "mup" not in lost.drifts
    assert price(lost, "mup") is None  # the base's rate has no loss there


def test_a_price_is_what_the_tuned_rate_loses_at_the_widest_and_what_it_saves():
    found = results()
    at = found.minima["standard", 64].octave
    known = price(found, "standard")
    table = found.losses("standard", 512)
    expected = np.exp(np.log(table[at]).mean()) / found.minima["standard", 512].loss - 1
    assert known.octave == at
    assert known.excess.value == pytest.approx(expected)
    assert known.excess.low > 0
    narrow, wide = (USUAL.spec(width).flops for width in (64, 512))
    assert known.saves == pytest.approx(7 * wide / (7 * narrow + wide))
    assert price(found, "mup").excess.value < known.excess.value
    assert noise(found)[0] == pytest.approx(transfer_runs.NOISE, rel=0.6)


def test_a_price_is_seldom_shown_where_there_is_none(monkeypatch):
    """Two rates are equally good at both widths: which is lower is luck, and is allowed for."""
    monkeypatch.setattr(transfer_runs, "BASE_AT", -5.5)
    monkeypatch.setitem(transfer_runs.DRIFTS, "mup", 0.0)
    studies = [TransferStudy(widest=64, base=32, seed=10 * k) for k in range(40)]
    wrong = sum(price(results(study), "mup").excess.low > 0 for study in studies)
    assert wrong <= 5  # 2 expected at 5 %


def test_widths_and_parametrisations_that_are_alike_are_seldom_told_apart(monkeypatch):
    """25 studies whose valleys are all one: 5 % are told apart, at one rate and at the best."""
    monkeypatch.setattr(transfer_runs, "bottom", lambda *_: 2.6)
    for scaling in SCALINGS:
        monkeypatch.setitem(transfer_runs.DRIFTS, scaling, 0.0)
    found = [results(TransferStudy(widest=128, seed=10 * k)) for k in range(25)]
    assert sum(turns_up(one, "standard", -6.0) for one in found) <= 4
    assert sum(not gain(one, 32).holds(0) for one in found) <= 4
    assert max(gain(one, 32).high - gain(one, 32).low for one in found) < 8 * transfer_runs.NOISE


def test_one_rate_for_all_widths_turns_up_where_it_does_and_not_by_luck():
    found = results()
    table = at_rate(found, "standard", -5.0)
    assert list(table.index) == USUAL.widths
    assert table.shape == (5, 2)
    assert turns_up(found, "standard", -4.0)
    assert not turns_up(found, "mup", -6.0)


def test_the_coordinate_check_tells_what_grows_with_the_width():
    found = results()
    assert list(changes(found)["width"]) == 2 * USUAL.widths
    for scaling in SCALINGS:
        known = [growth(found, scaling, layer) for layer in ("first", "last", "logits")]
        for one, slope in zip(known, transfer_runs.GROWTH[scaling], strict=True):
            assert one.slope.holds(slope)
    assert growth(found, "standard", "logits").much
    assert growth(found, "mup", "logits").little


def test_records_are_plain_numbers_with_a_row_a_width_and_rate():
    records = results().records
    assert set(records) == {"standard", "mup", "minima", "octaves_a_doubling"}
    assert set(records["standard"][0]) == {"width", "lr", "loss"}
    assert len(records["standard"]) == len(records["mup"]) == 5 * 7
    assert len(records["minima"]) == 10
    low, high = records["octaves_a_doubling"]["standard"][1:]
    assert low < -0.5 < high
