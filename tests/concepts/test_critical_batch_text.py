"""Sentences of the page on the critical batch: true at every setting, and computed."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.example_counts import few
from tests.text_checks import MINUS, check_numbers, unfinished, zero_shares
from toylab.experiments import critical_batch_study
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.fits import critical_batch
from toylab.fits.estimate import Estimate
from toylab.laws.critical_batch import Tradeoff
from toylab.live.result_source import ResultSource
from toylab.quantities import format_change, format_count, format_number
from toylab.tables import batch_steps
from ui.concepts.critical_batch import blocks, live, live_text, view
from ui.concepts.critical_batch import text as sentences
from ui.concepts.critical_batch.view import ClusterControls, Controls, QuadraticControls
from ui.concepts.shared import baseline, steps_table
from ui.concepts.shared.hyperbolas import hyperbolas

RECORDED = CriticalBatchStudy.PRESETS["recorded"]


# --- Steps against tokens ---------------------------------------------------------------------


views = st.builds(Controls, st.sampled_from(view.LOSSES), st.sampled_from(view.BATCHES))
halls = st.builds(
    ClusterControls, st.sampled_from(view.DEVICES), st.sampled_from(list(view.KINDS)),
    st.sampled_from(view.SYNCS),
)  # fmt: skip


def kaplan(loss):
    """S_min, B_crit and N of Kaplan's best run to a loss: Tables 5 and 6, eq. 5.3."""
    C = 3.1e8 / loss ** (1 / 0.050)
    return 5.4e3 * C**0.03, 2e8 / loss ** (1 / 0.21), 1.3e9 * C**0.73


@given(views)
@few
def test_a_batchs_price_is_told_in_steps_and_tokens_and_that_of_twice_the_batch(one):
    """At the same loss, and where the loss changes."""
    S_min, B_crit, _ = kaplan(one.reached)
    B = one.tokens
    steps, tokens = S_min * (1 + B_crit / B), S_min * (B + B_crit)
    ratio = (1 + B_crit / (2 * B)) / (1 + B_crit / B)
    told = sentences.numbers(one, seen=True)
    assert told == {
        "steps": format_count(steps),
        "tokens": format_count(tokens),
        "critical": format_count(B_crit),
        "steps at twice": sentences.gain(ratio),
    }
    assert float(sentences.question(one).answer) == pytest.approx(100 * (1 - ratio))
    assert not any(unfinished(part) or zero_shares(part) or "e+" in part for part in told.values())
    check_numbers(sentences.headline(one), format_count(B_crit))
    hidden = sentences.numbers(one, seen=False)
    assert hidden == told | {"critical": "?", "steps at twice": "?"}
    assert format_count(B_crit) not in sentences.asked(one) or format_count(B_crit) == one.batch


def test_at_the_critical_batch_a_quarter_of_the_steps_is_saved_for_half_more_tokens():
    """As the sentence has it, from B_crit to twice B_crit."""
    curve = Tradeoff(*(lambda S, B, _: (S, S * B))(*kaplan(2.0)))
    B = curve.B_crit
    assert curve.steps(2 * B) / curve.steps(B) == pytest.approx(1 - 1 / 4)
    assert curve.examples(2 * B) / curve.examples(B) == pytest.approx(1 + 1 / 2)


@given(views)
@few
def test_the_finding_has_the_steps_and_both_batches_that_are_called_critical(one):
    """Kaplan's and Zhang's, at 20 % more than perfect scaling."""
    S_min, B_crit, _ = kaplan(one.reached)
    text = sentences.finding(one)
    check_numbers(text, one.batch, f"{format_count(S_min * (1 + B_crit / one.tokens))} steps")
    check_numbers(
        text, format_count(B_crit), format_count(2 * B_crit), "20 %", format_count(0.2 * B_crit)
    )
    assert S_min * (1 + 1 / 0.2) == pytest.approx(1.2 * S_min * B_crit / (0.2 * B_crit))
    assert not unfinished(text)


@given(views)
@few
def test_growth_is_told_as_a_power_of_the_loss_and_hardly_of_the_size(one):
    """x6.9 and not x1.5 from 3 to 2 nats; twice by 13.5 %; D^0.47 and N^0.087."""
    text = sentences.growing(one)
    check_numbers(text, f"{MINUS}{1 / 0.21:.2f}", f"{100 * (1 - 2**-0.21):.1f} %", "13.5 %")
    check_numbers(text, f"{1.5 ** (1 / 0.21):.1f} times", "6.9 times", "1.5")
    check_numbers(text, "0.47", "0.087", format_count(4096 * 4096), "16.8M")
    check_numbers(text, format_count(kaplan(one.reached)[1]), "1M to 2M", one.loss)
    assert not unfinished(text)


@given(views)
@few
def test_the_label_of_the_tradeoff_has_the_loss_and_the_size_of_kaplans_model(one):
    text = sentences.label(one)
    check_numbers(text, f"{one.loss} nats", format_count(kaplan(one.reached)[2]))
    assert not unfinished(text.replace("-1)", ""))


def test_the_experiments_of_the_second_page_set_what_their_words_say():
    (_, doubling, one), (_, early, two), (*_, three), (*_, four) = blocks.EXPERIMENTS
    labels = re.findall(r"[\d.]+M", doubling)
    assert labels[0] == one.batch
    assert len(labels) == 3
    assert set(labels) <= set(view.BATCHES)
    assert one.loss == Controls().loss
    assert (two.loss, two.batch) == ("4", "8.39M")
    check_numbers(early, "8.4M", "4")
    assert three.about == "live"
    assert four.about == "wall_clock"


# --- Live races -------------------------------------------------------------------------------


RACED = RECORDED.recorded().rows


def races(rows=RACED, unfinished_=None, plan=RECORDED):
    return live.gather(ResultSource(plan, None, None, stale=False), rows, unfinished_)


def raced(B_crits, noise=0.0, seeds_=3, targets=(2.9, 2.7, 2.55), lost=(), edges=()):
    """Rows of races whose critical batch is known, target by target."""
    random, rows = np.random.default_rng(0), []
    for B_crit, target in zip(B_crits, targets, strict=True):
        for k, batch in enumerate(critical_batch_study.BATCHES):
            for seed in range(seeds_):
                steps = 50 * (1 + B_crit / batch) * math.exp(noise * random.standard_normal())
                rows.append(
                    {"target": target, "batch": batch, "seed": seed, "lr": 1.0,
                     "steps": math.nan if (target, k, seed) in lost else steps,
                     "edge": (target, k, seed) in edges, "device": "cpu"}
                )  # fmt: skip
    return rows


def parts(text):
    """What is said of each target."""
    return {line.split(":")[0].removeprefix("- "): line for line in text.split("\n")}


@pytest.mark.parametrize(("plan", "counted"), [
    (CriticalBatchStudy(1, last=2.4), "1 seed"), (RECORDED, "12 seeds"),
])  # fmt: skip
def test_what_the_races_train_is_said_in_one_line(plan, counted):
    text = plan.describe()
    assert text.endswith(f"; {counted}")
    check_numbers(text, f"2.9, 2.7, {plan.last:g}", f"{226 * 32:,} parameters")


def test_recorded_races_have_a_line_for_each_target_with_its_fit():
    found = races()
    text = live_text.race(found)
    assert list(parts(text)) == ["loss 2.9", "loss 2.7", "loss 2.55"]
    for group, line in parts(text).items():
        mine = found.races[found.races["target"] == float(group.split()[1])]
        fit = critical_batch.fit(mine["batch"].to_numpy(float), mine["steps"].to_numpy())
        ends = f"(95 %: {fit.B_crit.low:.3g} to {fit.B_crit.high:.3g})"
        assert f"**B_crit {fit.B_crit.value:.3g} {ends}** characters" in line
        check_numbers(
            line, f"S_min {fit.S_min.value:.0f} steps", f"E_min {format_count(fit.E_min.value)}"
        )
        check_numbers(line, f"{100 * fit.rms:.1f} %")
    assert not unfinished(text)
    assert not zero_shares(text)


def test_a_critical_batch_that_is_not_determined_or_refused_is_not_told():
    """Two batches are too few; three that lie far above it leave it open."""
    few_, flat = (8, 16), (256, 512, 1024)
    rows = [
        row for row in RACED
        if row.get("target") == 2.55
        or (row.get("target") == 2.9 and row["batch"] in few_)
        or (row.get("target") == 2.7 and row["batch"] in flat and row["seed"] == 0)
    ]  # fmt: skip
    found = races(rows)
    assert not found.fits["loss 2.7"].determined
    text = parts(live_text.race(found))
    assert str(found.fits["loss 2.9"]) in text["loss 2.9"]
    check_numbers(text["loss 2.55"], format_number(found.fits["loss 2.55"].B_crit.value, 3))
    for line in (text["loss 2.9"], text["loss 2.7"]):
        assert "B_crit" not in line
        assert "S_min" not in line


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("more", ["lost", "edges"])
def test_races_that_did_not_arrive_and_winners_at_the_edge_are_counted_once_each(n, more):
    """However many of its targets a race missed."""
    places = [(2.55, k, 0) for k in range(n)] + [(2.7, 0, 0)]
    text = live_text.race(races(raced((124, 180, 240), **{more: places})))
    (line,) = (line for line in text.split("\n") if line.startswith("- Races"))
    assert re.findall(r"\d+", line) == [str(n)]
    assert ("did not come" in line) == (more == "lost")
    assert "- Races" not in live_text.race(races(raced((124, 180, 240))))


def test_before_any_race_has_ended_they_are_said_to_be_on_their_way():
    assert "on their way" in live_text.race(races([], []))
    assert "one dot a batch" in live_text.grown(races([], [])).lower()


def test_what_has_ended_is_not_said_to_be_on_its_way():
    assert "on their way" not in live_text.race(races([]))
    assert "after the races" not in live_text.noise(races([]))


def test_warnings_of_a_fit_are_told_of_live_races_too():
    found = races([row for row in RACED if row.get("batch") in (256, 512, 1024)])
    warnings, text = found.fits["loss 2.55"].warnings, live_text.race(found)
    assert warnings
    assert all(warning in text for warning in warnings)


@given(st.floats(60, 400), st.floats(0.3, 4), st.sampled_from([0.0, 0.03, 0.3]))
@few
def test_the_critical_batch_grew_where_the_interval_of_the_ratio_is_above_one(B, ratio, noise):
    found = races(raced((B, B, B * ratio), noise))
    said_, text = found.grown, live_text.grown(found)
    assert ("**grew" in text) == (said_.low > 1)
    assert ("shrank" in text) == (said_.high < 1)
    assert ("not determined" in text) == (said_.low <= 1 <= said_.high)
    check_numbers(
        text,
        format_number(said_.value, 3),
        format_number(said_.low, 3),
        format_number(said_.high, 3),
    )
    check_numbers(text, "2.9", "2.55")
    assert not unfinished(text)
    if not noise:
        assert said_.value == pytest.approx(ratio, rel=1e-3)


def test_a_critical_batch_that_fell_is_not_said_to_be_undetermined():
    found = races(raced((300, 200, 100)))
    assert found.grown.high < 1
    assert "not determined" not in live_text.grown(found)


@pytest.mark.parametrize("rows", [
    [], [row for row in RACED if row["seed"] < 2],
    [row for row in RACED if row.get("target") != 2.55],
])  # fmt: skip
def test_without_three_seeds_that_have_both_ends_growth_is_not_told(rows):
    found = races(rows)
    assert found.grown is None
    assert live_text.grown(found).endswith(live_text.alone())


def test_one_seed_is_held_against_the_recorded_ones():
    frame = CriticalBatchStudy().table(RACED)
    mine = frame[frame["target"] == 2.7]
    alone = [
        critical_batch.fit(one["batch"].to_numpy(float), one["steps"].to_numpy()).B_crit.value
        for _, one in mine.groupby("seed")
    ]
    text = live_text.alone()
    check_numbers(
        text, f"{len(alone)} recorded ones", f"{min(alone):.0f} to {max(alone):.0f}", "2.7"
    )
    assert live_text.grown(races()).endswith(text)


def scale(pairs):
    """tr(Sigma) over |G|^2 of batches of 16 and 4096, averages first."""
    small, big = pairs["small"].mean(), pairs["big"].mean()
    return (small - big) / (1 / 16 - 1 / 4096) / ((4096 * big - 16 * small) / (4096 - 16))


def test_the_noise_scale_stands_beside_the_critical_batch_with_its_ratio():
    """Of the same order, and not the same."""
    found = races()
    text, B_crit = live_text.noise(found), found.fits["loss 2.55"].B_crit.value
    pairs = found.paths[(found.paths["loss"] - 2.55).abs() <= 0.1]
    every_ = []
    for lr in (2.0, 0.4):
        mine = pairs[pairs["lr"] == lr]
        each = np.mean([scale(mine.iloc[[k]]) for k in range(len(mine))])
        alone = [scale(one) for _, one in mine.groupby("seed")]
        assert f"**{format_count(scale(mine))}** at a rate of {lr:g}" in text
        check_numbers(
            text, f"{format_count(min(alone))} to {format_count(max(alone))}", format_count(each)
        )
        every_ += [scale(mine), *alone]
    low, high = min(every_) / B_crit, max(every_) / B_crit
    check_numbers(
        text, f"{format_number(low, 2)} to {format_number(high, 2)} times", format_count(B_crit)
    )
    check_numbers(text, "16", "4,096", "batch 256", "loss 2.55")
    assert 1.5 < low < high < 10  # "the same order of magnitude, not the same number"
    assert not unfinished(text)


def noisy(B_simple, lr=2.0, loss=2.55, seed=0):
    """A pair whose noise scale is known."""
    return {"lr": lr, "seed": seed, "step": 4, "loss": loss, "small": 1 + B_simple / 16,
            "big": 1 + B_simple / 4096}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(480, 960, True), (25, 480, True), (25, 2300, True), (480, 2500, False), (20, 480, False)],
)
def test_the_order_is_the_same_within_a_factor_of_ten_to_either_side(one, other, same):
    """Of a critical batch of 240, and every seed counts."""
    rows = [*raced((124, 180, 240)), noisy(one), noisy(other, seed=1), noisy(480, lr=0.4)]
    text = live_text.noise(races(rows))
    assert ("**not even the same" in text) == (not same)
    check_numbers(
        text, f"{format_number(one / 240, 2)} to {format_number(max(other, 480) / 240, 2)} times"
    )


def test_an_average_of_ratios_that_is_negative_can_be_said():
    """One pair in ten whose gradient is nearly all noise."""
    lost = noisy(480) | {"small": 2.0, "big": 0.001}
    text = live_text.noise(races([*raced((124, 180, 240)), *[noisy(480)] * 9, lost]))
    assert "biased" in text
    assert not unfinished(text)


def test_a_gradient_that_is_all_noise_has_no_noise_scale():
    lost = noisy(480) | {"small": 10.0, "big": 0.01}
    assert "B_simple" not in live_text.noise(races([*raced((124, 180, 240)), lost], []))


def test_without_pairs_or_a_critical_batch_the_noise_scale_waits():
    alone, late = raced((124, 180, 240)), [noisy(480)]
    for rows in (alone, late, [*alone, noisy(480, loss=3.2)]):
        assert "after the races" in live_text.noise(races(rows, []))


@given(
    st.lists(st.sampled_from(range(12)), min_size=1, max_size=12, unique=True),
    st.lists(st.sampled_from(critical_batch_study.BATCHES), unique=True),
    st.booleans(),
    st.booleans(),
)
@few
def test_with_any_of_the_races_every_sentence_has_numbers_that_are_some(
    kept, batches, live, walked
):
    rows = [
        row for row in RACED
        if row["seed"] in kept
        and (row["batch"] in batches if row.get("target", 0) > 0 else walked)
    ]  # fmt: skip
    found = races(rows, [] if live else None)
    text = [live_text.race(found), live_text.grown(found), live_text.noise(found)]
    assert [part for part in text if unfinished(part)] == []
    assert all(text)


# --- Devices ----------------------------------------------------------------------------------


@given(views, halls)
@few
def test_devices_are_told_with_their_days_their_money_and_what_twice_as_many_do(one, hall):
    S_min, B_crit, N = kaplan(one.reached)
    speed = {"A100": 312e12, "H100": 989e12}[hall.kind] * 0.4 / (6 * N)
    wait, n = float(hall.sync) / 1000, float(hall.devices)

    def fastest(devices):
        """Days at the best batch, in closed form: S_min (sqrt(sync) + sqrt(B_crit / n r))^2."""
        seconds = S_min * (math.sqrt(wait) + math.sqrt(B_crit / devices / speed)) ** 2
        return seconds / 86_400

    text, batch = sentences.cluster(one, hall), math.sqrt(B_crit * n * speed * wait)
    check_numbers(
        text, f"{hall.devices} {hall.kind}", "40 %", format_count(N), f"a loss of {one.loss}"
    )
    check_numbers(text, format_number(fastest(n), 3), f"{format_count(n * fastest(n))} device-days")
    check_numbers(text, format_count(batch), format_count(B_crit))
    faster = fastest(2 * n) / fastest(n)
    time, money = format_change(faster), format_change(2 * faster)
    time = "\N{MINUS SIGN}under 0.1 %" if time == "0.0 %" else time
    check_numbers(text, time, "+under 0.1 %" if money == "0.0 %" else money)
    enough = B_crit / speed / wait
    check_numbers(
        text, f"{hall.sync} ms", f"{format_count(enough)} devices" if enough >= 1 else "even one"
    )
    assert not unfinished(text)


@pytest.mark.parametrize(("devices", "side"), [("8", "below"), ("131072", "above")])
def test_few_devices_are_fastest_below_the_critical_batch_and_many_above(devices, side):
    text = sentences.cluster(Controls("3"), ClusterControls(devices, "H100", "30"))
    assert f", {side} the critical" in text


def test_a_gain_that_is_small_is_not_said_to_be_none():
    for one, hall in (
        (Controls("4"), ClusterControls("131072", "H100", "300")),
        (Controls(view.LOSSES[-1]), ClusterControls("8", "A100", "1")),
    ):
        assert not zero_shares(sentences.cluster(one, hall))


def test_no_part_of_a_device_is_recommended():
    text = sentences.cluster(Controls("4"), ClusterControls("131072", "H100", "300"))
    assert "at 0.0" not in text


# --- The noisy quadratic ----------------------------------------------------------------------


@pytest.fixture
def coarse(monkeypatch):
    """Races with fewer rates: a tenth of the time, and steps a little more."""
    monkeypatch.setattr("toylab.simulation.noisy_quadratic.RATES", 24)
    view._race.cache_clear()
    yield
    view._race.cache_clear()


@pytest.mark.parametrize(
    "asked_",
    [QuadraticControls(), QuadraticControls("300", "1.5", "30"), QuadraticControls("1", "0", "2")],
)
@pytest.mark.usefixtures("coarse")
def test_the_quadratic_is_told_with_its_misfit_its_scales_and_its_rates(asked_):
    text, found = sentences.quadratic(asked_), asked_.result
    frame, task = found.frame, asked_.quadratic
    B, S = frame["batch"].to_numpy(), frame["steps"].to_numpy()
    curve = critical_batch.fit(B, S).curve
    rms = math.sqrt((np.log(S / curve.steps(B)) ** 2).mean())
    check_numbers(text, f"{100 * rms:.1f} %", format_number(curve.B_crit, 3), "64 directions")
    h = np.arange(1, 65) ** -float(asked_.decay)
    near = np.abs(np.log(B / curve.B_crit)).argmin()
    end = task.square(B[near], frame["lr"][near], S[near])
    ratios = []
    for square in (np.ones(64), end):
        G2, s = h**2 * square, float(asked_.noise) * h
        noisy_, simple = (h * s).sum() / (h * G2).sum(), s.sum() / G2.sum()
        check_numbers(text, format_number(noisy_, 3), format_number(simple, 3))
        ratios.append(noisy_)
    between = ratios[0] <= curve.B_crit <= ratios[1]
    assert ("lies between" in text) == between
    assert (f"{format_number(curve.B_crit / ratios[1], 2)} times the last" in text) == (not between)
    lr = frame["lr"].to_numpy()
    check_numbers(text, format_number(lr[0], 2), format_number(lr[-1], 2), "0.25")
    assert (np.diff(lr) >= 0).all()  # "rises"
    assert lr[-1] == pytest.approx(lr[-3])  # "and stays"
    assert not unfinished(text)


@pytest.mark.usefixtures("coarse")
def test_a_rate_that_still_rises_at_the_largest_batch_is_not_said_to_stay():
    asked_ = QuadraticControls("300", "1", "2")
    lr = asked_.result.frame["lr"].to_numpy()
    assert lr[-1] == pytest.approx(lr[-3]) or "and stays" not in sentences.quadratic(asked_)


@pytest.mark.usefixtures("coarse")
def test_the_critical_batch_of_a_quadratic_lies_between_its_noise_scales_or_not():
    """Both happen."""
    told = [
        "lies between" in sentences.quadratic(QuadraticControls("10", d, "10"))
        for d in ("0.5", "1")
    ]
    assert told == [True, False]


@pytest.mark.usefixtures("coarse")
def test_a_hyperbola_that_is_far_off_is_not_called_very_good():
    text = sentences.quadratic(QuadraticControls("10", "0", "30"))
    assert "very good" not in text


@pytest.mark.parametrize(("rms", "verdict"), [(0.01, 0), (0.08, 1), (0.14, 1), (0.3, 2)])
@pytest.mark.usefixtures("coarse")
def test_a_hyperbola_is_praised_by_how_far_it_is_off(monkeypatch, rms, verdict):
    """Beyond 15 % a fit is warned of elsewhere, too."""
    found = QuadraticControls("1", "1.5", "30").result
    monkeypatch.setattr(
        QuadraticControls,
        "result",
        property(lambda _: replace(found, fit=replace(found.fit, rms=rms))),
    )
    text = sentences.quadratic(QuadraticControls())
    verdicts = ["very good", "rough guide", "poor"]
    assert [one in text for one in verdicts] == [k == verdict for k in range(3)]
    check_numbers(text, f"{100 * rms:.1f} % off")


# --- One's own table --------------------------------------------------------------------------


def table(**curves):
    batches = np.array([1e3, 4e3, 1.6e4, 6.4e4, 2.56e5])
    frames = [
        pd.DataFrame({"group": group, "batch": batches, "steps": curve.steps(batches) * off})
        for group, (curve, off) in curves.items()
    ]
    return batch_steps.fits(pd.concat(frames))


WOBBLE = np.array([1.05, 0.96, 1.02, 0.97, 1.01])


def test_a_table_has_a_row_for_each_group_with_its_batches_and_intervals():
    fits = table(one=(Tradeoff(100, 1e6), WOBBLE), two=(Tradeoff(300, 2e7), 1 / WOBBLE))
    rows = steps_table.numbers(fits, "tokens")
    assert rows["Group"].tolist() == ["one", "two"]
    for (_, row), fit in zip(rows.iterrows(), fits.values(), strict=True):
        estimates = (fit.B_crit, fit.B_20pct, fit.S_min, fit.E_min)
        for cell, found in zip(row[1:5], estimates, strict=True):
            value, low, high = map(format_count, (found.value, found.low, found.high))
            assert cell == f"{value} (95 %: {low} to {high})"
        assert row.iloc[5] == f"{100 * fit.rms:.1f} %"
        assert fit.B_20pct.value == pytest.approx(fit.B_crit.value / 5)
    assert steps_table.warnings(fits) == []


def test_what_is_refused_or_not_determined_is_said_in_the_table_and_warned_of():
    fits = table(one=(Tradeoff(100, 1e6), WOBBLE))
    fits["few"] = "a hyperbola needs 3 different batches, got 2"
    flat = critical_batch.fit([1e6, 2e6, 4e6], [100, 104, 99])
    fits["flat"] = flat
    assert not flat.determined
    rows = steps_table.numbers(fits, "tokens").set_index("Group")
    assert rows.loc["few", "B_crit"] == fits["few"]
    assert rows.loc["few"].tolist()[1:] == [""] * 4
    assert rows.loc["flat", "B_crit"] == "not determined"
    assert rows.loc["flat"].iloc[1] == ""
    assert steps_table.warnings(fits) == [f"flat: {warning}" for warning in flat.warnings]
    assert steps_table.warnings({"all": flat}) == list(flat.warnings)
    assert len(flat.warnings) >= 2


def test_more_than_two_groups_have_one_heading_and_short_names_in_the_figure():
    curves = {f"target={loss}, size=1B": (Tradeoff(100, E), WOBBLE)
              for loss, E in ((3.2, 1e6), (3.0, 2e6), (2.8, 4e6))}  # fmt: skip
    fits = table(**curves)
    found = [fit.B_crit.value for fit in fits.values()]
    ends = f"{format_count(min(found))} to {format_count(max(found))}"
    assert steps_table.finding(fits, "").startswith(f"## Your critical batches are {ends}, by")
    runs = pd.DataFrame({"batch": [1.0], "steps": [1.0], "group": ["x"]})
    names = hyperbolas(runs, fits)["names"]["name"].tolist()
    assert names == ["3.2, 1B", "3.0, 1B", "2.8, 1B"]


def test_a_baseline_that_only_some_groups_tried_is_answered_for_them_and_else_refused():
    fits = table(one=(Tradeoff(100, 1e6), WOBBLE))
    fits["flat"] = critical_batch.fit([1e6, 2e6, 4e6], [100, 104, 99])
    fits["few"] = "a hyperbola needs 3 different batches, got 2"
    said = baseline.finding(fits, "tokens", baseline.Controls("2k"))
    told = fits["one"].beyond(2000).text(format_count)
    assert said.splitlines()[2:] == [f"- one: **{told}**"]
    check_numbers(said, "2k")
    assert "- flat: not determined" in baseline.finding(fits, "", baseline.Controls("1M"))
    assert baseline.finding(fits, "", baseline.Controls(" ")) == baseline.OURS
    for wrong, sentence in (("5", "among the batches"), ("-3", "not a positive number")):
        with pytest.raises(ValueError, match=sentence):
            baseline.finding(fits, "", baseline.Controls(wrong))


@given(st.floats(1e-2, 1e12), st.floats(1.01, 30), st.floats(1.01, 30))
def test_an_estimate_is_said_with_its_ends_in_order(value, down, up):
    said_ = Estimate(value, value / down, value * up)
    for form, digits in (
        (steps_table.with_interval(said_), format_count),
        (live_text.whole(said_), format_number),
    ):
        ends = [digits(x) if digits is format_count else digits(x, 3) for x in
                (said_.value, said_.low, said_.high)]  # fmt: skip
        assert form == f"{ends[0]} (95 %: {ends[1]} to {ends[2]})"
        assert not unfinished(form)


def test_recorded_runs_are_told_with_what_made_them_and_it_ends_before_the_next_sentence():
    kept = RECORDED.recorded()
    text = live_text.made(ResultSource(RECORDED, None, kept, stale=False))
    assert f"{kept.made}. " in text
    assert text.endswith(".")


def test_a_loss_below_those_of_kaplans_runs_is_said_to_be_extrapolated():
    """His largest run had about 5.8 PF-days and came to 2.43; a loss of 2 takes 51 times that."""
    told = {loss: sentences.extrapolated(Controls(loss=loss)) for loss in view.LOSSES}
    assert [loss for loss, said in told.items() if said] == ["2.4", "2.2", "2", "1.8"]
    assert Controls().beyond == pytest.approx(3.1e8 / 2**20 / (5e20 / 8.64e19), rel=1e-6)
    for said in (sentences.asked(Controls()), sentences.headline(Controls())):
        check_numbers(said, "1/51")


@pytest.mark.parametrize(
    ("value", "high", "told"), [(1.0, 1.5, True), (0.99, 1.4, False), (50.0, 1e4, False)]
)
def test_a_least_number_below_one_step_or_of_a_vague_interval_is_none(value, high, told):
    said = steps_table.least(Estimate(value, 0.9, high))
    assert (said == "not determined") != told
