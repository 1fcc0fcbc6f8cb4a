"""Controls and tables of the page on the critical batch, held to what they stand for."""

import io
import math
from dataclasses import asdict, fields
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.concepts.label_checks import check, check_guess
from tests.example_counts import few
from toylab.experiments import noise_scale
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.fits import critical_batch as hyperbola
from toylab.laws.critical_batch import Tradeoff
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, parse_number
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.tables import batch_steps, csv_reader, step_columns
from ui.concepts.critical_batch import blocks, charts, live, view
from ui.concepts.critical_batch.live import LiveControls
from ui.concepts.critical_batch.view import ClusterControls, Controls, QuadraticControls
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared import training
from ui.concepts.shared.hyperbolas import hyperbolas
from ui.knobs import knobs_of
from ui.labels import Axes
from ui.sections import TRY

RECORDED = CriticalBatchStudy.PRESETS["recorded"]


# --- The controls of the second page ----------------------------------------------------------


@pytest.mark.parametrize("k", range(14, 28))
def test_the_label_of_a_batch_of_the_second_page_stands_for_its_power_of_two(k):
    label = view.BATCHES[k - 14]
    assert Controls(batch=label).tokens == 2**k
    assert parse_number(label) == pytest.approx(2**k, rel=0.005)
    assert len(set(view.BATCHES)) == 14


def test_a_batch_of_the_second_page_that_a_link_misspells_is_the_one_first_shown():
    assert Controls(batch="lots").tokens == Controls().tokens


def test_what_is_first_shown_can_be_chosen():
    first = Controls()
    assert first.loss in view.LOSSES
    assert first.batch in view.BATCHES
    assert [float(loss) for loss in view.LOSSES] == sorted(map(float, view.LOSSES))[::-1]
    for record in ClusterControls(), QuadraticControls():
        for name, knob in knobs_of(record).items():
            assert getattr(record, name) in knob.options
    assert LiveControls().last in live.LASTS


@pytest.mark.parametrize(("k", "label"), list(enumerate(view.DEVICES, 3)))
def test_the_label_of_devices_stands_for_a_power_of_two(k, label):
    assert ClusterControls(label).many == 2**k


def every():
    return st.builds(Controls, st.sampled_from(view.LOSSES), st.sampled_from(view.BATCHES))


def kaplan(loss):
    """C_min in PF-days, S_min, B_crit and N at a loss: Tables 5 and 6, eq. 5.3."""
    C = 3.1e8 / loss ** (1 / 0.050)
    return C, 5.4e3 * C**0.03, 2e8 / loss ** (1 / 0.21), 1.3e9 * C**0.73


@pytest.mark.parametrize("loss", view.LOSSES)
def test_the_curve_is_that_of_kaplans_best_run_to_the_loss(loss):
    one = Controls(loss)
    C, S_min, B_crit, N = kaplan(float(loss))
    assert one.compute == pytest.approx(C)
    assert one.curve.S_min == pytest.approx(S_min)
    assert one.curve.B_crit == pytest.approx(B_crit)
    assert one.params == pytest.approx(N)
    assert 6 * N * one.curve.E_min == pytest.approx(C * 8.64e19, rel=0.35)  # Table 6's own gap


@given(every())
@few
def test_every_dot_of_the_tradeoff_lies_on_the_hyperbola_and_on_the_axes(one):
    tables, hidden = one.tradeoff(), one.tradeoff(seen=False)
    _, S_min, B_crit, _ = kaplan(one.reached)
    E_min = S_min * B_crit
    (left, right), (bottom, top) = view.SPENT
    for name in ("curve", "batches"):
        x, y = tables[name]["examples"] / E_min, tables[name]["steps"] / S_min
        assert ((x - 1) * (y - 1)).to_numpy() == pytest.approx(1, rel=1e-6)
    assert tables["least"].to_numpy().ravel() == pytest.approx([E_min, S_min])
    dots = tables["batches"].set_index("kind")
    for kind, B in {"critical": B_crit, "yours": one.tokens, "double": 2 * one.tokens}.items():
        assert dots.loc[kind, "steps"] == pytest.approx(S_min * (1 + B_crit / B))
        assert dots.loc[kind, "examples"] / dots.loc[kind, "steps"] == pytest.approx(B)
        assert left < dots.loc[kind, "examples"] < right
        assert bottom < dots.loc[kind, "steps"] < top
    names = set(tables["names"]["name"])
    assert f"your batch: {one.batch}" in names
    assert f"critical: {format_count(B_crit)}" in names
    (twice,) = (parse_number(name.split()[1]) for name in names if name.startswith("twice: "))
    assert twice == pytest.approx(2 * one.tokens, rel=0.005)
    assert left < E_min < right
    assert bottom < S_min < top
    check(tables["names"])
    check(one.tradeoff(guess=20.0)["names"])
    assert hidden["curve"].empty
    assert hidden["least"].empty
    assert hidden["batches"]["kind"].tolist() == ["yours"]
    assert set(hidden["names"]["name"]) == {f"your batch: {one.batch}"}


@pytest.mark.parametrize("batch", view.BATCHES[2::3])
def test_no_name_lies_on_a_guess_whose_words_stand_off_the_curve(batch):
    """Whoever expects twice the batch to save too much stands under the curve."""
    controls, axes = Controls(batch=batch), Axes(*view.SPENT)
    saved = 100 * (
        1 - controls.curve.steps(2 * controls.tokens) / controls.curve.steps(controls.tokens)
    )
    for percent in range(2, 50, 4):
        names = controls.tradeoff(guess=percent)["names"]
        check_guess(names, axes, controls.saved(percent), left=percent > saved)


@given(every())
@few
def test_a_guess_lies_where_twice_the_batch_would_be_and_the_answer_on_the_curve(one):
    curve, twice = one.curve, 2 * one.tokens
    steps = float(curve.steps(one.tokens))
    assert one.saved(0) == pytest.approx((twice * steps, steps))
    assert one.saved(50) == pytest.approx((one.tokens * steps, steps / 2))
    answer = 100 * (1 - float(curve.steps(twice)) / steps)
    assert one.saved(answer) == pytest.approx(
        (float(curve.examples(twice)), float(curve.steps(twice)))
    )


@given(every())
@few
def test_growth_has_kaplans_line_one_as_1_over_l_and_minicpms(one):
    lines = one.growth["lines"]
    by = {law: table.set_index("loss")["batch"] for law, table in lines.groupby("law")}
    loss = by["kaplan"].index.to_numpy()
    assert (loss.min(), loss.max()) == pytest.approx((float(view.LOSSES[-1]), 4))
    assert by["kaplan"].to_numpy() == pytest.approx(2e8 * loss ** (-1 / 0.21))
    assert by["minicpm"].to_numpy() == pytest.approx(1.21e9 / loss**6.24)
    assert (by["inverse"] * loss).to_numpy() == pytest.approx(4 * 2e8 / 4 ** (1 / 0.21))
    here = one.growth["here"].iloc[0]
    assert here["loss"] == float(one.loss)
    assert here["batch"] == pytest.approx(kaplan(one.reached)[2])


@pytest.mark.parametrize("loss", view.LOSSES[::9])
def test_the_table_to_carry_away_has_every_batch_of_the_slider(loss):
    one = Controls(loss)
    _, S_min, B_crit, _ = kaplan(float(loss))
    B = one.table["batch"].to_numpy()
    assert B.tolist() == [Controls(batch=label).tokens for label in view.BATCHES]
    assert one.table["steps"].to_numpy() == pytest.approx(S_min * (1 + B_crit / B))
    assert one.table["tokens"].to_numpy() == pytest.approx(B * one.table["steps"])


# --- Devices ----------------------------------------------------------------------------------


def halls():
    return st.builds(
        ClusterControls, st.sampled_from(view.DEVICES), st.sampled_from(list(view.KINDS)),
        st.sampled_from(view.SYNCS),
    )  # fmt: skip


def days_of(one, hall, devices, batch):
    """Time to the loss, written out."""
    _, S_min, B_crit, N = kaplan(one.reached)
    peak = {"A100": 312e12, "H100": 989e12}[hall.kind]
    step = float(hall.sync) / 1000 + np.asarray(batch) * 6 * N / (devices * peak * 0.4)
    return S_min * (1 + B_crit / np.asarray(batch)) * step / 86_400


@given(every(), halls())
@few
def test_devices_train_in_the_time_of_their_steps_at_the_batch_that_is_fastest(one, hall):
    row = hall.row(one, hall.many)
    days = days_of(one, hall, hall.many, row["batch"])
    assert row["days"] == pytest.approx(days)
    assert row["cost"] == pytest.approx(days * float(hall.devices))
    others = row["batch"] * np.geomspace(1e-3, 1e3, 300)
    assert (days_of(one, hall, hall.many, others) >= days * (1 - 1e-9)).all()
    at = hall.row(one, hall.cluster(one).devices_at(one.curve))
    assert at["batch"] == pytest.approx(kaplan(one.reached)[2])


@given(every(), halls())
@few
def test_more_devices_take_less_time_and_more_money_and_each_third_dot_is_named(one, hall):
    tables = hall.clock(one)
    dots = tables["dots"]
    assert dots["devices"].tolist() == [float(label) for label in view.DEVICES]
    assert (np.diff(dots["days"]) < 0).all()
    assert (np.diff(dots["cost"]) > 0).all()
    named = dots[dots["name"] != ""]
    assert [parse_number(label) for label in named["name"]] == pytest.approx(
        named["devices"].tolist(), rel=0.005
    )
    assert np.diff(np.log2(named["devices"])).tolist() == [3] * (len(named) - 1)
    assert tables["here"].iloc[0]["days"] == pytest.approx(hall.row(one, hall.many)["days"])


@given(every(), halls())
@few
def test_the_valley_of_batches_has_its_lowest_point_and_the_critical_one_on_it(one, hall):
    tables = hall.choice(one)
    line, best, critical = (tables[name] for name in ("line", "best", "critical"))
    for table in tables.values():
        assert table["days"].to_numpy() == pytest.approx(
            days_of(one, hall, hall.many, table["batch"])
        )
    assert line["batch"].min() < min(best["batch"][0], critical["batch"][0])
    assert line["batch"].max() > best["batch"][0]
    assert best["days"][0] <= line["days"].min() * (1 + 1e-9)
    assert critical["batch"][0] == pytest.approx(kaplan(one.reached)[2])


@pytest.mark.parametrize(
    "hall",
    [
        ClusterControls(),
        ClusterControls("131072", "H100", "300"),
        ClusterControls("8", "A100", "1"),
    ],
)
def test_the_critical_batch_lies_on_the_line_that_is_drawn(hall):
    tables = hall.choice(Controls(view.LOSSES[-1]))
    assert tables["line"]["batch"].max() > tables["critical"]["batch"][0]


# --- The noisy quadratic ----------------------------------------------------------------------


def test_a_noisy_quadratic_is_the_one_that_the_controls_say():
    for noise, decay, share in product(view.NOISES, view.DECAYS, view.SHARES):
        bowl = QuadraticControls(noise, decay, share)
        assert bowl.quadratic == Quadratic(64, float(decay), float(noise))
        start = sum(i ** -float(decay) for i in range(1, 65)) / 2
        assert bowl.target == pytest.approx(start * float(share) / 100)


@pytest.fixture
def coarse(monkeypatch):
    """The same races with fewer rates: a twentieth of the time, and steps a little more."""
    monkeypatch.setattr("toylab.simulation.noisy_quadratic.RATES", 15)
    view._race.cache_clear()
    yield
    view._race.cache_clear()


@pytest.mark.usefixtures("coarse")
def test_a_race_of_the_quadratic_is_every_batchs_at_its_best_rate_and_their_hyperbola():
    bowl = QuadraticControls("30", "0.5", "20")
    found, task = bowl.result, bowl.quadratic
    B = found.frame["batch"].to_numpy()
    assert B.tolist() == [2.0**k for k in range(-2, 18)]
    for row in found.frame.iloc[::6].itertuples():
        assert float(task.loss(row.batch, row.lr, row.steps)) == pytest.approx(bowl.target)
    S_min, B_crit = found.fit.curve.S_min, found.fit.curve.B_crit
    off = np.log(found.frame["steps"] / (S_min * (1 + B_crit / B)))
    assert math.sqrt((off**2).mean()) == pytest.approx(found.fit.rms)
    assert found.first == task.scales()
    near = found.frame.iloc[(np.log(B / B_crit) ** 2).argmin()]
    assert found.last == task.scales(task.square(near["batch"], near["lr"], near["steps"]))
    assert found.last > found.first
    assert bowl.result is QuadraticControls("30", "0.5", "20").result
    assert len(bowl.drawn["runs"]) == 20
    assert bowl.drawn["knees"].iloc[0]["steps"] == pytest.approx(2 * S_min)


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize(
    "corner", list(product(view.NOISES[::5], view.DECAYS[::3], view.SHARES[::4]))
)
def test_every_setting_of_the_quadratic_can_be_drawn(corner):
    shared_charts.races(QuadraticControls(*corner).drawn, "examples")


# --- Hyperbolas -------------------------------------------------------------------------------


def runs_of(curve, batches, group, noise=0.0):
    random = np.random.default_rng(1)
    steps = curve.steps(batches) * np.exp(noise * random.standard_normal(len(batches)))
    return pd.DataFrame({"batch": batches, "steps": steps, "group": group})


def test_each_group_has_its_dots_its_curve_its_knee_and_its_name():
    curves = {"one": Tradeoff(100, 1e6), "two": Tradeoff(300, 2e7)}
    batches = [1e3, 4e3, 1.6e4, 6.4e4, 2.56e5]
    frame = pd.concat([runs_of(curve, batches, group) for group, curve in curves.items()])
    tables = hyperbolas(frame, batch_steps.fits(frame))
    assert (tables["runs"]["examples"] == frame["batch"] * frame["steps"]).all()
    assert len(tables["runs"]) == 10
    for group, curve in curves.items():
        line = tables["curves"][tables["curves"]["group"] == group]
        x, y = line["examples"] / curve.E_min, line["steps"] / curve.S_min
        assert ((x - 1) * (y - 1)).to_numpy() == pytest.approx(1, rel=1e-4)
        ends = (line["examples"] / line["steps"]).iloc[[0, -1]].tolist()
        assert ends == pytest.approx([500, 5.12e5])
        knee = tables["knees"].set_index("group").loc[group]
        assert knee.tolist() == pytest.approx([2 * curve.E_min, 2 * curve.S_min])
    assert tables["names"]["name"].tolist() == ["one", "two"]


def test_a_group_that_is_refused_has_dots_and_one_that_is_not_determined_no_knee():
    few_ = runs_of(Tradeoff(100, 1e6), [1e3, 1e4], "few")
    flat = runs_of(Tradeoff(100, 1e6), [4e3, 8e3, 1.6e4], "flat", noise=0.2)
    frame = pd.concat([few_, flat])
    fits = batch_steps.fits(frame)
    assert isinstance(fits["few"], str)
    assert not fits["flat"].determined
    tables = hyperbolas(frame, fits)
    assert len(tables["runs"]) == 5
    assert set(tables["curves"]["group"]) == {"flat"}
    assert tables["knees"].empty
    alone = hyperbolas(few_, batch_steps.fits(few_))
    assert alone["curves"].empty
    assert alone["names"].empty
    shared_charts.races(alone, "examples")


def test_a_table_without_groups_has_a_curve_without_a_name():
    frame = runs_of(Tradeoff(100, 1e6), [1e3, 1e4, 1e5], batch_steps.ALL)
    assert hyperbolas(frame, batch_steps.fits(frame))["names"]["name"].tolist() == [""]


def test_the_example_to_fill_in_is_read_back_with_its_three_losses():
    data = live.example().encode()
    found = csv_reader.parse(data)
    columns = step_columns.guess(found)
    assert columns == step_columns.Columns("batch", "steps", "target")
    fits = batch_steps.fits(batch_steps.convert(found, columns).frame)
    recorded = races().fits
    assert len(fits) == 3
    for group, fit in fits.items():
        assert fit.B_crit.value == pytest.approx(recorded[f"loss {group}"].B_crit.value, rel=0.1)
    assert len(pd.read_csv(io.BytesIO(data))) == 24


# --- Live races -------------------------------------------------------------------------------


RACED = RECORDED.recorded().rows
LAST = RECORDED.last


def races(rows=RACED, unfinished=None, plan=RECORDED):
    return live.gather(ResultSource(plan, None, None, stale=False), rows, unfinished)


def is_race(row):
    return row.get("target", 0) > 0


@given(
    st.integers(1, 8), st.sampled_from(live.LASTS), st.integers(0, 10**6),
    st.sampled_from(["cpu", "cuda", "mps"]),
)  # fmt: skip
def test_every_setting_of_the_race_is_the_plan_that_it_says(seeds, last, seed, device):
    asked_ = LiveControls(seeds, last, seed, device).study
    assert asked_ == CriticalBatchStudy(seeds, float(last), seed=seed, device=device)
    assert asked_.targets == (2.9, 2.7, float(last))
    assert {field.name for field in fields(LiveControls)} == {"seeds", "last", "seed", "device"}


def test_each_target_has_the_hyperbola_of_its_races():
    found, frame = races(), pd.DataFrame([row for row in RACED if is_race(row)])
    assert list(found.fits) == ["loss 2.9", "loss 2.7", "loss 2.55"]
    assert list(found.good) == [2.9, 2.7, 2.55]
    for target, mine in frame.groupby("target"):
        fit = hyperbola.fit(mine["batch"].to_numpy(), mine["steps"].to_numpy(), mine["seed"])
        assert found.fits[f"loss {target:g}"] == fit
    assert len(found.drawn["runs"]) == 3 * 8 * 12
    assert len(found.drawn["knees"]) == 3


def test_races_that_did_not_arrive_are_in_the_table_and_in_no_fit():
    lost = [row | {"steps": math.nan} if row.get("batch") == 8 else row for row in RACED]
    found = races(lost)
    assert found.races["steps"].isna().sum() == 36
    kept = races([row for row in RACED if row.get("batch") != 8])
    assert found.fits == kept.fits
    assert len(found.drawn["runs"]) == 252


@pytest.mark.parametrize("batches", [(), (8,), (8, 16), (8, 16, 32), (256, 512, 1024)])
@pytest.mark.parametrize("live", [True, False])
def test_with_some_of_the_races_all_can_be_drawn(batches, live):
    rows = [row for row in RACED if row.get("batch") in batches and row["seed"] == 0]
    found = races(rows[:4], rows[4:]) if live else races(rows)
    assert found.live == live
    assert len(found.races) == 3 * len(batches) == len(found.drawn["runs"])
    assert set(found.fits) == ({"loss 2.9", "loss 2.7", "loss 2.55"} if batches else set())
    assert all(isinstance(fit, str) == (len(batches) < 3) for fit in found.fits.values())
    assert found.noise(2.0, LAST) is None
    assert found.scales["looks"].empty
    shared_charts.races(found.drawn, "characters", view.RACED)
    charts.scales(found.scales, view.SCALED)


def test_the_first_three_batches_of_a_live_run_determine_no_critical_batch():
    rows = [row for row in RACED if row.get("batch") in (8, 16, 32) and row["seed"] == 0]
    assert all(fit.B_crit.value < 1e6 for fit in races(rows, []).good.values())


def test_the_scales_have_each_critical_batch_with_its_interval_and_the_recorded_seeds():
    found = races()
    for row in found.scales["critical"].itertuples():
        said = found.fits[f"loss {row.loss:g}"].B_crit
        assert (row.batch, row.low, row.high) == (said.value, said.low, said.high)
    frame = CriticalBatchStudy().table(RACED)
    for row in found.scales["alone"].itertuples():
        alone = [
            hyperbola.fit(mine["batch"].to_numpy(), mine["steps"].to_numpy()).B_crit.value
            for _, mine in frame[frame["target"] == row.loss].groupby("seed")
        ]
        assert (row.low, row.high) == pytest.approx((min(alone), max(alone)))


def scale(pairs):
    """tr(Sigma) over |G|^2 of batches of 16 and 4096, averages first."""
    small, big = pairs["small"].mean(), pairs["big"].mean()
    return (small - big) / (1 / 16 - 1 / 4096) / ((4096 * big - 16 * small) / (4096 - 16))


@pytest.mark.parametrize("lr", [2.0, 0.4])
@pytest.mark.parametrize("target", [2.9, 2.7, 2.55])
def test_the_noise_scale_is_that_of_the_pairs_near_the_target(lr, target):
    found = races()
    pairs = pd.DataFrame([row for row in RACED if not is_race(row)])
    near = pairs[(pairs["lr"] == lr) & (abs(pairs["loss"] - target) <= 0.1)]
    said = found.noise(lr, target)
    assert said.pooled == pytest.approx(scale(near))
    assert said.pooled == noise_scale.scale(near["small"], near["big"])
    alone = [scale(mine) for _, mine in near.groupby("seed")]
    assert said.alone == pytest.approx(alone)
    each = [scale(near.iloc[[k]]) for k in range(len(near))]
    assert said.hasty == pytest.approx(np.mean(each))
    assert found.noise(lr, 1.0) is None
    assert found.noise(1.0, target) is None


def test_looks_within_a_tenth_of_a_nat_are_one_whatever_their_seed():
    looks = races().scales["looks"]
    pairs = pd.DataFrame([row for row in RACED if not is_race(row)])
    seen = []
    for (lr, _), mine in pairs.groupby(["lr", (pairs["loss"] * 10).round()]):
        if 0 < scale(mine) < math.inf:
            seen.append((lr == 2.0, mine["loss"].mean(), scale(mine)))
    found = [tuple(row) for row in looks[["tuned", "loss", "batch"]].to_numpy()]
    assert sorted(found) == [pytest.approx(one) for one in sorted(seen)]
    assert set(looks["tuned"]) == {True, False}


def test_a_look_whose_gradient_is_all_noise_is_not_drawn():
    pair = {"lr": 2.0, "seed": 0, "step": 4, "loss": 3.0, "small": 10.0, "big": 0.01}
    calm = pair | {"loss": 2.5, "small": 0.02, "big": 0.01}
    looks = races([pair, calm]).scales["looks"]
    assert looks["loss"].tolist() == [2.5]
    assert races([pair]).noise(2.0, 3.0) is None


@pytest.mark.parametrize("seeds", [range(12), [0, 3, 4], [1, 2, 5, 6]])
def test_the_growth_is_the_mean_over_seeds_each_fitted_alone(seeds):
    """In logarithms, with Student's t interval: scipy's, of a sample's mean."""
    frame = pd.DataFrame([row for row in RACED if is_race(row) and row["seed"] in seeds])
    logs = []
    for _, mine in frame.groupby("seed"):
        high, low = (
            hyperbola.fit(one["batch"].to_numpy(), one["steps"].to_numpy()).curve.B_crit
            for one in (mine[mine["target"] == 2.9], mine[mine["target"] == 2.55])
        )
        logs.append(math.log(low / high))
    error = stats.sem(logs)
    low, high = stats.t.interval(0.95, len(logs) - 1, np.mean(logs), error)
    found = races([row for row in RACED if row["seed"] in seeds]).grown
    assert (found.value, found.low, found.high) == pytest.approx(
        (math.exp(np.mean(logs)), math.exp(low), math.exp(high))
    )


@pytest.mark.parametrize("rows", [
    [], [row for row in RACED if row["seed"] < 2],
    [row for row in RACED if row.get("target") != 2.9],
    [row for row in RACED if row.get("target") != 2.55],
])  # fmt: skip
def test_fewer_than_three_seeds_with_both_ends_tell_no_growth(rows):
    assert races(rows).grown is None


def test_targets_are_those_of_the_plan():
    plan = LiveControls(last="2.4").study
    rows = [row | {"target": 2.4} if row.get("target") == 2.55 else row for row in RACED]
    found = races(rows, plan=plan)
    assert list(found.good) == [2.9, 2.7, 2.4]
    assert found.grown == races().grown


def test_recorded_races_and_noise_lie_on_their_axes():
    found = races()
    (left, right), (bottom, top) = view.RACED
    assert found.drawn["runs"]["examples"].between(left, right).all()
    assert found.drawn["runs"]["steps"].between(bottom, top).all()
    (losses, batches) = view.SCALED
    for name in ("critical", "alone"):
        assert found.scales[name]["loss"].between(*losses).all()
        for end in ("low", "high"):
            assert found.scales[name][end].between(*batches).all()
    looks = found.scales["looks"]
    assert looks[looks["loss"] <= losses[1]]["batch"].between(*batches).all()


def test_what_is_carried_away_of_the_races_is_every_race_and_target():
    shown = ResultSource(
        RECORDED,
        None,
        RECORDED.recorded(),
        stale=False,
    )
    assert len(training.table(shown)) == 3 * 8 * 12
    plan = CriticalBatchStudy(2)
    assert training.corpus_specs(plan) == plan.specs()


# --- Descriptions, experiments and sources ------------------------------------------------------


def test_every_chart_has_a_description_that_is_a_sentence():
    for sentence in view.ALT.values():
        assert sentence.endswith(".")
        assert len(sentence) > 40


def test_an_experiment_sets_what_can_be_chosen():
    for *_, experiment in blocks.EXPERIMENTS:
        record = asdict(experiment)
        assert record["about"] in (TRY, *blocks.TABS)
        assert record["loss"] in view.LOSSES
        assert record["batch"] in view.BATCHES


def test_the_laws_whose_constants_are_listed_are_those_that_are_drawn():
    assert {law.name for law in view.LAWS} == {
        "kaplan-batch", "kaplan-Cmin", "kaplan-opt-steps", "kaplan", "minicpm-batch",
        "zhang-tokens", "zhang-params",
    }  # fmt: skip
