"""Each mistake says the right number, its price, one wrong line, and where to see it."""

import math
import re

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from tests.text_checks import check_numbers
from toylab.data.recorded import recorded
from toylab.teaching.mistakes.catalogue import mistakes

ALL = {mistake.name: mistake for mistake in mistakes()}
each = pytest.mark.parametrize("mistake", ALL.values(), ids=ALL)


# --- the papers' formulas, written out ------------------------------------------------------
def rounded(N, D):
    """Hoffmann's approach 3 as printed."""
    return 1.69 + 406.4 / N**0.34 + 410.7 / D**0.28


def unrounded(N, D):
    return 1.6934 + 406.4 / N**0.3392 + 410.7 / D**0.2849


def refit(N, D):
    """Besiroglu's constants."""
    return 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658


def joint(N, D):
    """Kaplan's L(N, D), Table 2."""
    return ((6.4e13 / N) ** (0.076 / 0.103) + 1.8e13 / D) ** 0.103


def excess(N, D):
    """Kaplan's overfitting, eq. 4.2."""
    return joint(N, D) / joint(N, math.inf) - 1


def bottom(loss, C):
    """Size and loss of the best split, by search."""
    found = minimize_scalar(
        lambda u: loss(math.exp(u), C / 6 / math.exp(u)), bounds=(5, 45), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    return math.exp(found.x), found.fun


def wasted(loss, N, D):
    """Nats above the best split, and the percentage of compute wasted, by search."""
    C, reached = 6 * N * D, loss(N, D)
    least = brentq(lambda u: bottom(loss, math.exp(u))[1] - reached, 30, 80)
    return reached - bottom(loss, C)[1], 100 * (1 - math.exp(least) / C)


def straight(loss, low, high):
    """Slope of a straight line through ln L against ln N, endless data."""
    N = np.geomspace(low, high, 300)
    return -np.polyfit(np.log(N), np.log(loss(N, np.inf)), 1)[0]


def stop(N):
    """Steps and loss where efficient training ends: Kaplan, eq. B.5, Table 3."""
    converged = (6.5e13 / N) ** 0.077
    above = converged * 0.077 / 0.76
    return brentq(lambda S: (2.1e3 / S) ** 0.76 - above, 1, 1e9), converged + above


def near(C):
    """DeepSeek's batch."""
    return 0.2920 * C**0.3271


def recorded_line(study, **of):
    """Slope, height and losses of a line through the best sizes of recorded runs, by budget."""
    frame = recorded("architecture")
    frame = frame[frame["study"] == study]
    for name, value in of.items():
        frame = frame[frame[name] == value]
    by_budget = frame.assign(C=frame["flops"].map("{:.0e}".format)).groupby(["C", "size"])["loss"]
    best = by_budget.mean().groupby("C").idxmin()
    loss = [np.log(by_budget.get_group(cell)).mean() for cell in best]
    slope, height = np.polyfit(np.log([float(C) for C in best.index]), loss, 1)
    return slope, height, np.exp(loss)


def recorded_ratio():
    """Losses of both lines at 1e10 FLOPs, and what the transformer needs."""
    (s, h, _), (t, k, _) = (recorded_line("nets", net=net) for net in ("ngram", "transformer"))
    low, high = (math.exp(a * math.log(1e10) + b) for a, b in ((s, h), (t, k)))
    return low, high, math.exp((math.log(low) - k) / t) / 1e10


M_7B = (72 * 30 * 4096**2 + 12 * 30 * 4096 * 4096) * 2e12  # DeepSeek 7B: 30 layers, 2T tokens
S_2PCT = (2.1e3**0.76 / (0.02 * (6.5e13 / 1e8) ** 0.077)) ** (1 / 0.76)
SIZE, DATA = 406.4 / 70e9**0.34, 410.7 / 1.4e12**0.28  # Chinchilla's two terms
EXPECTED = {  # said and truth
    "log-of-a-sum": (1.69 + SIZE * DATA, rounded(70e9, 1.4e12)),
    "cost-of-a-run": (4 * 70e9 * 1.4e12, 6 * 70e9 * 1.4e12),
    "size-of-a-net": (3 * 64**2 + 2 * 64 + 1, 64**2 + 4 * 64 + 1),
    "endless-data": ((8.8e13 / 1e8) ** 0.076 + 1.69, (8.8e13 / 1e8) ** 0.076),
    "two-shortages": (joint(1e9, math.inf) + joint(math.inf, 2e10), joint(1e9, 2e10)),
    "small-network": (100 * (1 - 2**-0.103), 100 * (1 - joint(1e7, 4e10) / joint(1e7, 2e10))),
    "eightfold-data": (100 * excess(1e10, 1e9) / 8, 100 * excess(1e10, 8e9)),
    "tokens-of-a-run": ((5.4e13 / 250e3 / 2**19) ** 0.095, (5.4e13 / 2e10) ** 0.095),
    "when-to-stop": (S_2PCT, stop(1e8)[0]),
    "one-slope": (0.34, straight(rounded, 1e8, 1e10)),
    "thousandfold-budget": (
        67e9 * (1e21 / 5.76e23) ** 0.5 * 1000**0.73, 67e9 * (1e24 / 5.76e23) ** 0.5,
    ),
    "three-ways": (math.sqrt(67e9 * 63e9), bottom(unrounded, 5.76e23)[0]),
    "tokens-a-parameter": (
        1.8172 + 482.01 / (1e21 / 120) ** 0.1739 + 2085.43 / (2000e21 / 6) ** 0.1829,
        refit((1e21 / 12e3) ** 0.5, (2000e21 / 6) ** 0.5),
    ),
    "five-constants": (
        (0.3478 / 0.3658) ** (1 / 0.7136) * (5.76e23 / 6) ** (0.3658 / 0.7136),
        bottom(refit, 5.76e23)[0],
    ),
    "line-on-a-chart": (1.25, 10 * math.log10(2) / 8),
    "place-on-the-axis": (near(10**23.5), near(M_7B)),
    "later-in-training": (2e8 / 3 ** (1 / 0.21) * 1.5, 2e8 / 2 ** (1 / 0.21)),
}  # fmt: skip
LOW, HIGH, RATIO = recorded_ratio()
UNTUNED, TUNED, ADAM = (
    recorded_line("optimizers", optimizer=optimizer, lr=lr)
    for optimizer, lr in (("sgd", 0.125), ("sgd", 1.0), ("adam", 0.01))
)
EXAMS = recorded("streaks").query("budget == 3e10").groupby("symbols")[["exact", "loss"]].mean()
LOSS = round(EXAMS["loss"].iloc[0], 2)
COPIES = recorded("tasks").query("study == 'copy' and width == 5")
EXPECTED |= {
    "accuracy-from-loss": (100 * math.exp(-LOSS), 100 * EXAMS.loc[1, "exact"]),
    "power-of-the-mean": (
        100 * round(COPIES["accuracy"].mean(), 3) ** 12,
        100 * COPIES["exact_12"].mean(),
    ),
    "percent-of-loss": (HIGH / LOW, RATIO),
    "untuned-rate": (-UNTUNED[0], -TUNED[0]),
}
R_STAR = 15.387756  # Muennighoff et al. 2023, of the authors' code


def passes(epochs):
    """Fresh passes that so many are worth."""
    return 1 + R_STAR * (1 - math.exp(-(epochs - 1) / R_STAR))


def scarce(N, D, U):
    """Muennighoff's law with the constants of the authors' code."""
    fit = math.exp(0.6254804), math.exp(6.255414), math.exp(7.3049974), 0.3526596
    E, A, B, alpha = fit
    least = min(N, (A / B) ** (1 / alpha) * U)
    size = least + least * 5.309743 * (1 - math.exp(-(N / least - 1) / 5.309743))
    return E + A / size**alpha + B / (U * passes(D / U)) ** alpha


def rereads(C=1e22, U=25e9):
    """Epochs and loss of the best split where only U tokens exist, by search."""
    found = minimize_scalar(
        lambda u: scarce(C / 6 / U / math.exp(u), U * math.exp(u), U), bounds=(0.1, 4),
        method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    return math.exp(found.x), found.fun


def geometric(frame, *by):
    """Geometric mean losses of recorded runs."""
    return np.exp(frame.assign(loss=np.log(frame["loss"])).groupby(list(by))["loss"].mean())


OF_SIZES = geometric(recorded("repetition_sizes"), "decay", "params")
OF_NOISE = geometric(recorded("repetition").query("study == 'filter-or-mix'"),
                     "text", "decay", "epochs")  # fmt: skip
EXPECTED |= {
    "tokens-read-again": (2e12, 140e9 * passes(2e12 / 140e9)),
    "diminishing-returns": (4, rereads()[0]),
    "bigger-overfits": (OF_SIZES[0.0].idxmin(), OF_SIZES[0.3].idxmin()),
    "always-filter": (OF_NOISE["pool", 0.3, 64], OF_NOISE["noisy", 0.0, 64]),
}
EXPECTED["every-expert"] = 6 * 671e9 * 14.8e12, 6 * 37e9 * 14.8e12  # DeepSeek-V3's report
WEIGHTS_7B = 32 * (4 * 4096**2 + 3 * 4096 * 11_008) + 32_000 * 4096  # Llama 2, and its output
EXPECTED |= {
    "third-matrix": (9 * WEIGHTS_7B * 2e12, 6 * WEIGHTS_7B * 2e12),
    "headline-peak": (100 * 400 / 1979, 100 * 400 / 989),
}
LONG = recorded("horizons").query("study == 'usual'").groupby(["rate", "horizon"])["loss"].mean()
COSINES = recorded("wsd").query("kind == 'cosine' and rate == 1").groupby("steps")["loss"].mean()
BRANCHES = sorted(recorded("wsd")["steps"].unique())
EXPECTED |= {
    "one-rate-for-all": (5120, 2560),
    "along-one-run": (
        2560,
        math.exp(np.interp(-math.log(LONG[1.0, 4.0]), -np.log(COSINES), np.log(COSINES.index))),
    ),
    "branches-for-free": (
        round(0.8 * BRANCHES[-1]),
        round(0.8 * BRANCHES[-1]) + sum(T - round(0.8 * T) for T in BRANCHES),
    ),
}
OF_WIDTHS = geometric(
    recorded("transfer").query("study == 'usual' and scaling == 'standard'"), "width", "lr"
)
EXPECTED |= {
    "rate-of-a-narrow-net": (OF_WIDTHS[64].idxmin(), OF_WIDTHS[512].idxmin()),
    "rate-as-the-spread": (0.01 / math.sqrt(4096 / 256), 0.01 * 256 / 4096),
}
SEARCHED = {"three-ways": 1e-5, "five-constants": 1e-5, "diminishing-returns": 1e-5}


@pytest.mark.parametrize("name", EXPECTED)
def test_both_numbers_are_those_of_the_papers_formula(name):
    said, truth = EXPECTED[name]
    assert ALL[name].claimed == pytest.approx(said, rel=1e-6)
    assert ALL[name].correct == pytest.approx(truth, rel=SEARCHED.get(name, 1e-6))


def grid(C=1e20):
    """The noisy grid: 10 batches by 10 rates around DeepSeek's best, a factor 4 each way."""
    floor, batch, lr = bottom(refit, C)[1], near(C), 0.3118 * C**-0.1250
    steps = 4.0 ** np.linspace(-1, 1, 10)
    middle = 2 ** round(math.log2(batch)), 10 ** (round(4 * math.log10(lr)) / 4)
    b, s = np.meshgrid(np.log(middle[0] * steps / batch), np.log(middle[1] * steps / lr),
                       indexing="ij")  # fmt: skip
    return floor, (floor + 0.1 * b**2 + 0.5 * s**2).ravel()


def test_the_annealing_law_promises_a_late_decay_more_than_it_gains():
    mistake = ALL["fitted-so-known"]
    ends = recorded("drawn").query("study == 'wsd-half-rate' and done == steps")
    late, cosine = (ends[ends["decay"] == share]["loss"] for share in (0.2, 1.0))
    assert mistake.correct == pytest.approx(cosine.mean() - late.mean(), rel=1e-6)
    spread = math.hypot(late.std(), cosine.std()) / math.sqrt(len(late))
    assert mistake.claimed > mistake.correct + 4 * spread


def test_at_its_best_rate_a_cosine_that_ends_with_the_run_is_better_than_a_longer_one():
    assert LONG[0.5, 2.0] < LONG[0.5, 1.0]
    assert LONG[:, 1.0].min() < LONG[:, 2.0].min() - 0.01


def test_the_lowest_of_a_hundred_runs_lies_below_the_floor_as_luck_alone_would_have_it():
    """The same noise puts the reported minimum about 7 % below the noise-free floor."""
    mistake = ALL["hundred-runs"]
    floor, clean = grid()
    assert mistake.correct == pytest.approx(floor, rel=1e-6)
    mine = clean * (1 + 0.05 * np.random.default_rng(200).standard_normal((200, 100))[0])
    assert mistake.claimed == pytest.approx(mine.min(), rel=1e-6)
    check_numbers(mistake.explanation, f"{clean[mine.argmin()]:.3f}", "100")
    luck = np.random.default_rng(5).standard_normal((4000, 100))
    minima = (clean * (1 + 0.05 * luck)).min(1)
    low, high = np.percentile(minima, [2.5, 97.5])
    assert low < mistake.claimed < high < floor
    assert minima.mean() / floor == pytest.approx(2.341 / 2.514, abs=0.015)  # at another seed


def test_the_lowest_runs_of_a_study_miss_the_size_that_the_law_behind_it_has():
    mistake = ALL["from-small-runs"]
    assert mistake.correct == pytest.approx(bottom(refit, 1e24)[0], rel=1e-5)
    random, sizes = np.random.default_rng(0), []
    luck = 0.005 * random.standard_normal((7, 8))
    budgets = np.geomspace(1e18, 1e21, 7)
    for C, noise in zip(budgets, luck, strict=True):
        N = bottom(refit, C)[0] * np.geomspace(1 / 4, 4, 8)
        sizes.append(N[(refit(N, C / 6 / N) * np.exp(noise)).argmin()])
    a, level = np.polyfit(np.log(budgets), np.log(sizes), 1)
    assert mistake.claimed == pytest.approx(math.exp(level) * 1e24**a, rel=1e-4)


def test_every_mistake_is_worked_out_here_anew():
    elsewhere = {"hundred-runs", "from-small-runs", "fitted-so-known"}
    assert set(EXPECTED) | elsewhere == set(ALL)


@pytest.mark.parametrize(
    ("name", "which", "printed"),
    [
        ("cost-of-a-run", "correct", 5.88e23),
        ("size-of-a-net", "claimed", 12_417),
        ("size-of-a-net", "correct", 4353),
        ("three-ways", "correct", 40.3e9),
        ("five-constants", "correct", 72.3e9),
        ("from-small-runs", "correct", 95.9e9),
        ("one-slope", "correct", 0.061),
        ("line-on-a-chart", "claimed", 1.25),
        ("line-on-a-chart", "correct", 0.376),
        ("place-on-the-axis", "correct", 9.22e6),
        ("later-in-training", "correct", 7.371e6),
    ],
)
def test_numbers_that_are_printed_elsewhere_come_out(name, which, printed):
    assert getattr(ALL[name], which) == pytest.approx(printed, rel=5e-3)


# --- the prices -----------------------------------------------------------------------------
def price_of(name):
    return ALL[name].cost


def test_the_prices_that_come_from_the_refitted_surface():
    short = refit(70e9, 1.4e12 * 4 / 6) - refit(70e9, 1.4e12)
    check_numbers(price_of("cost-of-a-run"), "933B", "1.4T", f"{short:.3f}")
    N = 432.4e9
    nats, waste = wasted(refit, N, 1e24 / 6 / N)
    check_numbers(
        price_of("thousandfold-budget"),
        "432B",
        "385B",
        "0.89",
        f"{nats:.3f}",
        f"{100 - waste:.0f} %",
    )
    N = (1e21 / 12e3) ** 0.5
    nats, waste = wasted(refit, N, 2000 * N)
    check_numbers(price_of("tokens-a-parameter"), f"{nats:.3f}", f"{100 - waste:.0f} %")
    N = ALL["five-constants"].claimed
    nats, waste = wasted(refit, N, 5.76e23 / 6 / N)
    check_numbers(price_of("five-constants"), "563B", "171B", f"{nats:.3f}", f"{waste:.0f} %")
    N = ALL["from-small-runs"].claimed
    _, waste = wasted(refit, N, 1e24 / 6 / N)
    check_numbers(price_of("from-small-runs"), "71.2B", f"{waste:.1f} %", "38.7B")
    needed = brentq(lambda u: bottom(refit, 10**u)[1] - ALL["hundred-runs"].claimed, 18, 24)
    check_numbers(price_of("hundred-runs"), "0.184", f"{10 ** (needed - 20):.2f}e20", "5.0")


def test_the_price_of_three_ways_grows_with_the_budget():
    N = math.sqrt(67e9 * 63e9)
    _, waste = wasted(unrounded, N, 5.76e23 / 6 / N)
    ratio = 67e9 * (1e26 / 5.76e23) ** 0.5 / bottom(unrounded, 1e26)[0]
    check_numbers(price_of("three-ways"), "65B", f"{waste:.1f} %", "1e26", f"{ratio:.1f}")
    assert ratio > ALL["three-ways"].times_off


def test_the_prices_that_come_from_kaplans_laws():
    tiny = 8.8e13 / ALL["endless-data"].claimed ** (1 / 0.076)
    check_numbers(price_of("endless-data"), "4.52", f"{tiny / 1e3:.0f}k", f"{1e8 / tiny:.0f}")
    both = joint(1e9, math.inf) + joint(math.inf, 2e10)
    over = 100 * (both / joint(1e9, math.inf) - 1), 100 * excess(1e9, 2e10)
    tiny = 6.4e13 / both ** (1 / 0.076)
    check_numbers(
        price_of("two-shortages"), f"{over[0]:.0f} %", f"{over[1]:.1f} %", f"{tiny / 1e3:.0f}k"
    )
    here, data, size = joint(1e7, 2e10), joint(1e7, 4e10), joint(2e7, 2e10)
    check_numbers(price_of("small-network"), f"{here - data:.4f}", f"{here - size:.3f}")
    check_numbers(price_of("small-network"), f"\N{MINUS SIGN}{100 * (1 - size / here):.1f} %")
    need = brentq(lambda D: excess(1e10, D) - excess(1e10, 1e9) / 8, 1e8, 1e13)
    check_numbers(price_of("eightfold-data"), "5.2 %", f"{need / 1e9:.1f}B", f"{need / 8e9:.1f}")
    gap = (5.4e13 / 2e10) ** 0.095 - (5.4e13 / 250e3 / 2**19) ** 0.095
    check_numbers(price_of("tokens-of-a-run"), f"{gap:.2f}", f"{250e3 * 2**19 / 2e10:.1f}")
    promised = rounded(1e9, math.inf) * 10**-0.34
    check_numbers(
        price_of("one-slope"),
        f"{promised:.3f}",
        f"{rounded(1e9, math.inf):.3f}",
        "1.852",
        "9.4",
    )
    assert promised < 1.69


def test_the_prices_of_designs_come_from_the_recorded_runs():
    slope, height, _ = recorded_line("nets", net="transformer")
    reached = math.exp(slope * math.log(1e10 * HIGH / LOW) + height)
    closed = 100 * (HIGH - reached) / (HIGH - LOW)
    check_numbers(price_of("percent-of-loss"), f"{reached:.3f}", f"{closed:.0f} %")
    check_numbers(ALL["percent-of-loss"].question, f"{LOW:.3f}", f"{HIGH:.3f}")
    check_numbers(ALL["untuned-rate"].working[0], *(f"{loss:.3f}" for loss in UNTUNED[2]))
    meets = math.exp((ADAM[1] - UNTUNED[1]) / (UNTUNED[0] - ADAM[0]))
    assert meets > 3e11  # far beyond the budgets
    (said,) = re.findall(r"[\d.]+e\d+", ALL["untuned-rate"].working[3])
    assert float(said) == pytest.approx(meets, rel=0.05)
    x, price = math.log(3e10), price_of("untuned-rate")
    for C in (1e9, 3e10):
        more = (UNTUNED[0] - TUNED[0]) * math.log(C) + UNTUNED[1] - TUNED[1]
        check_numbers(price, f"{100 * (math.exp(more) - 1):.0f} %")
    for slope, height, _ in (UNTUNED, TUNED):
        needed = math.exp((ADAM[0] * x + ADAM[1] - height) / slope - x)
        check_numbers(price, f"{needed:.2f}")


def test_the_prices_of_exams_come_from_the_recorded_runs():
    singles = recorded("streaks").query("budget == 3e10 and symbols == 1")["exact"]
    several = 100 * math.exp(-LOSS) ** 8
    check_numbers(price_of("accuracy-from-loss"), f"{100 * (singles**8).mean():.1f} %")
    (said,) = re.findall(r"([\d.]+)k times", price_of("accuracy-from-loss"))
    assert float(said) == pytest.approx(100 * (singles**8).mean() / several / 1e3, rel=0.05)
    claimed, right = EXPECTED["power-of-the-mean"]
    check_numbers(price_of("power-of-the-mean"), f"{right / claimed:.0f}")
    power, p = ALL["power-of-the-mean"], COPIES["accuracy"]
    check_numbers(power.working[0], *(f"{100 * x:.1f} %" for x in (p.min(), p.max(), p.mean())))
    check_numbers(
        power.explanation,
        f"{100 * (p**12).mean():.2f} %",
        f"{100 * COPIES['exact_12'].max():.1f} %",
    )
    spread = recorded("tasks").query("study == 'copy'").groupby("width")["accuracy"].std()
    assert spread.idxmax() == 5


def test_the_prices_of_repeats_come_from_the_papers_law():
    N, D, U = 7e9, 2e12, 140e9
    check_numbers(price_of("tokens-read-again"), f"{scarce(N, D, U):.3f}", f"{scarce(N, D, D):.3f}")
    needed = brentq(lambda E: U * passes(E) - D, 2, 100)
    check_numbers(price_of("tokens-read-again"), f"{needed:.1f}", f"{needed * U / D:.1f}")
    epochs, loss = rereads()
    large = 1e22 / 6 / 1e11
    more = scarce(large, 1e11, 25e9) - loss
    times = large / (1e22 / 6 / 25e9 / epochs)
    check_numbers(price_of("diminishing-returns"), f"{times:.1f}", f"{more:.3f}")
    check_numbers(
        ALL["diminishing-returns"].explanation,
        f"{100 * passes(4) / 4:.0f} %", f"{100 * (passes(5) - passes(4)):.0f} %", "16.4",
    )  # fmt: skip


def test_the_prices_of_repeats_come_from_the_recorded_runs():
    plain, decayed = OF_SIZES[0.0], OF_SIZES[0.3]
    price = price_of("bigger-overfits")
    small, best = plain.idxmin(), decayed.idxmin()
    check_numbers(price, *(f"{x:.2f}" for x in (plain[small], decayed[small], decayed[best])))
    check_numbers(price, f"{plain[small] - decayed[best]:.2f}")
    check_numbers(ALL["bigger-overfits"].working[0], *(f"{x:.2f}" for x in plain))
    assert plain.iloc[-1] > plain[small]
    assert decayed.iloc[-1] < decayed[best] + 0.02  # hardly worse
    pool, noisy = OF_NOISE["pool", 0.3], OF_NOISE["noisy", 0.0]
    gap = np.log(pool / noisy).to_numpy()
    k = int(np.argmax(gap > 0)) - 1
    (said,) = re.findall(r"from ([\d.]+) with it", ALL["always-filter"].explanation)
    assert noisy.index[k] < float(said) < noisy.index[k + 1]
    enough = np.exp(np.interp(-np.log(pool[64]), -np.log(noisy), np.log(noisy.index)))
    check_numbers(
        price_of("always-filter"),
        f"{pool[64] - noisy[64]:.3f}", f"{pool[64]:.3f}", f"{enough:.0f}", f"{64 / enough:.1f}",
    )  # fmt: skip


def test_the_price_of_counting_every_expert():
    C = 6 * 37e9 * 14.8e12
    N, _ = bottom(refit, C)
    check_numbers(price_of("every-expert"), f"{671 / 37:.1f}", f"{N / 1e9:.0f}B")
    check_numbers(price_of("every-expert"), f"{C / 6 / N / N:.1f}")
    check_numbers(ALL["every-expert"].explanation, f"{14.8e12 / 37e9:.0f}", "20")
    check_numbers(" ".join(ALL["every-expert"].working), "5.96e25", f"{14.8e12 / 671e9:.1f}")


def test_a_product_of_the_terms_is_a_loss_that_takes_absurd_compute():
    """Neither do the logarithms add up where both terms are one: ln 2 is not 0."""
    claimed = 1.69 + SIZE * DATA
    needed = brentq(lambda u: bottom(rounded, math.exp(u))[1] - claimed, 50, 78)
    check_numbers(price_of("log-of-a-sum"), f"{claimed:.3f}")
    (said,) = re.findall(r"asks for ([\d.e]+) FLOPs", price_of("log-of-a-sum"))
    assert float(said) == pytest.approx(math.exp(needed), rel=0.01)
    check_numbers(" ".join(ALL["log-of-a-sum"].working), f"{SIZE:.4f}", f"{DATA:.4f}")
    assert math.log(1 + 1) != math.log(1) + math.log(1)


def test_training_to_two_percent_is_dearer_by_the_factors_that_kaplan_prints():
    """Eq. B.12 to B.14: 2.7 times the parameters, 7.7 times fewer steps, 65 % less compute."""
    loss = 1.02 * (6.5e13 / 1e8) ** 0.077
    larger = brentq(lambda N: stop(N)[1] - loss, 1e7, 1e12)
    fewer = ALL["when-to-stop"].claimed / stop(larger)[0]
    check_numbers(price_of("when-to-stop"), f"{larger / 1e8:.1f}", f"{fewer:.1f}", "65 %")
    assert [larger / 1e8, fewer] == pytest.approx([2.7, 7.7], rel=0.01)
    assert 1 - larger / 1e8 / fewer == pytest.approx(0.65, abs=0.005)


def test_the_prices_of_batches_and_of_a_network():
    check_numbers(price_of("line-on-a-chart"), "65.5k", f"{2**16 * 10**1.25 / 1e6:.2f}M", "156k")
    check_numbers(price_of("line-on-a-chart"), f"{near(1e17) / 1e3:.0f}k")
    steps = [2e12 / near(C) / 1e3 for C in (10**23.5, M_7B)]
    check_numbers(price_of("place-on-the-axis"), "3.16e23", f"{10**23.5 / M_7B:.1f}", "9.44M")
    check_numbers(price_of("place-on-the-axis"), *(f"{k:.0f}k" for k in steps))
    small, right = EXPECTED["later-in-training"]
    slow, cheap = 1 + right / small, 1 + small / right
    check_numbers(price_of("later-in-training"), f"{slow:.1f}", f"{slow / 2:.1f}", f"{cheap:.2f}")
    flat = 1 - math.log(66_561 / 13) / math.log(197_121 / 17)
    check_numbers(price_of("size-of-a-net"), f"{12_417 / 4353:.1f}", f"{100 * flat:.0f} %")
    assert 0.05 <= flat <= 0.09


def test_what_is_said_to_be_true_beside_the_wrong_line_is():
    """Numbers of other lines and of the explanations, worked out here."""
    for name, *numbers in (
        ("cost-of-a-run", "3.92e23"),
        ("endless-data", "8.8e13", "0.076", "1.69", "4.520"),
        ("two-shortages", f"{joint(1e9, math.inf):.3f}", f"{joint(math.inf, 2e10):.3f}"),
        ("small-network", f"{2**-0.103:.3f}", "6.9 %"),
        ("eightfold-data", f"{0.076 / 0.103:.2f}"),
        ("tokens-of-a-run", "131B", "1.772"),
        ("when-to-stop", f"{(6.5e13 / 1e8) ** 0.077:.3f}", "2,100", f"{S_2PCT:,.0f}"),
        ("one-slope", f"{169 / rounded(1e8, math.inf):.0f} %",
         f"{169 / rounded(1e10, math.inf):.0f} %"),
        ("thousandfold-budget", "1,000", f"{1000**0.73:.0f}", "432B"),
        ("three-ways", "67B", "63B", "0.46", "0.50", "0.49"),
        ("tokens-a-parameter", "577B", "0.241", "0.104", "1.817", "0.247"),
        ("five-constants", "0.513", "0.3478", "0.3658", "563B"),
        ("line-on-a-chart", "2^16", "2^26", "10", "8", "1.25", "17.8"),
        ("place-on-the-axis", f"{M_7B / 2e12 / 1e10:.2f}e10", f"{M_7B / 1e22:.2f}e22", "14.2M"),
        ("later-in-training", "1.5", "1.6M"),
        ("size-of-a-net", "12,288", "129", "12,417"),
    ):  # fmt: skip
        check_numbers(" ".join(ALL[name].working), *numbers)
    for name, *numbers in (
        ("small-network", "99.2 %"),
        ("when-to-stop", "10 %", f"{stop(1e8)[1]:.3f}"),
        ("three-ways", "1.7"),
        ("tokens-a-parameter", "289M", "0.550"),
        ("line-on-a-chart", f"{2 ** (10 / 8):.1f}", "0.3271"),
        ("place-on-the-axis", f"{math.log10(M_7B):.2f}"),
        ("hundred-runs", f"{0.05 * bottom(refit, 1e20)[1]:.2f}"),
        ("later-in-training", "4.76", "6.9"),
    ):
        check_numbers(ALL[name].explanation, *numbers)


@each
def test_the_explanation_names_the_right_number_and_no_number_is_missing(mistake):
    everything = " ".join((mistake.question, *mistake.working, mistake.explanation, mistake.cost))
    assert mistake.format(mistake.correct).removesuffix(" %")[:4] in mistake.explanation
    assert not re.search(r"\b(nan|inf|None|endless nats)\b", everything)
    assert everything.count("$") % 2 == 0
    assert "{" not in re.sub(r"\$[^$]*\$", "", everything)


# --- what a mistake is ----------------------------------------------------------------------
@each
def test_a_working_has_three_to_five_lines_and_one_of_them_is_wrong(mistake):
    assert 3 <= len(mistake.working) <= 5
    assert len(set(mistake.working)) == len(mistake.working)
    assert 0 <= mistake.wrong_line < len(mistake.working)
    assert re.fullmatch(r"[a-z-]+", mistake.name)
    assert mistake.link.settings  # tests/app/test_links.py opens it
    assert min(map(len, mistake.working)) > 12


@each
def test_what_is_said_is_off_by_more_than_five_percent(mistake):
    assert mistake.claimed > 0
    assert mistake.correct > 0
    assert mistake.times_off > 1.05
    assert mistake.times_off == pytest.approx(
        math.exp(abs(math.log(mistake.claimed) - math.log(mistake.correct)))
    )


@each
def test_neither_title_nor_question_nor_working_has_the_right_number(mistake):
    right = mistake.format(mistake.correct).removesuffix(" %")
    for text in (mistake.title, mistake.question, *mistake.working):
        assert not re.search(rf"(?<![\d.]){re.escape(right)}(?![\d])", text)


def test_names_and_titles_are_unique_and_the_wrong_line_is_not_always_in_one_place():
    every = mistakes()
    assert len(every) >= 16
    assert len(ALL) == len({mistake.title for mistake in every}) == len(every)
    places = [mistake.wrong_line for mistake in every]
    assert set(places) == {0, 1, 2, 3}
    assert max(places.count(place) for place in places) < len(every) / 2
