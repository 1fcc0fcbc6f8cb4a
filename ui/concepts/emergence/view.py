"""Controls of the page on emergence, and the tables behind its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments.task_results import CHANCE, WORST, CopyResults
from toylab.experiments.task_studies import STUDIES, WIDTHS, CopyStudy
from toylab.experiments.tasks import TASKS
from toylab.laws.exact_match import exact_match
from ui.concepts.emergence.charts import FULL, LOSS, MEAN, SHARE
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import Axes, Labels

FIRST = CopyStudy.PRESETS["usual"]
SYMBOLS = TASKS["copy"].asked
SHORT, LONG = (CopyStudy.PRESETS[name].steps for name in ("usual", "longer"))  # recorded, both
STEPS = [100, 200, 300, 500, 1000, 2000]
NAMES = {"usual": "usual", "longer": "longer training", "small": "quick", "custom": "custom"}
ONE = "one symbol"
LN = f"pure chance: ln 16 = {CHANCE:.2f}"
ASKED, OPEN = 0.3, (0.03, 0.8)  # the exact match that is best to ask about, and those that will do
FINE = np.linspace(0.0, 1.0, 101)  # p, along the curve


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: k, and the fields of a `CopyStudy`."""

    symbols: int = knob(SYMBOLS, "Symbols that must all be right, k", (1, SYMBOLS))
    steps: int = knob(FIRST.steps, "Steps of training", STEPS)
    seeds: int = knob(FIRST.seeds, "Seeds", (1, 12))
    widths: tuple[int, int] = knob(FIRST.widths, "Widths, from and to", list(WIDTHS), more=True)
    rate: float = knob(
        FIRST.rate, "Times the usual learning rate", (0.001, 1000.0), more=True, typed=True
    )
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> CopyStudy:
        """The study that they ask for."""
        return CopyStudy(**{k: value for k, value in asdict(self).items() if k != "symbols"})


def presets(controls: Controls) -> Presets:
    """The studies to choose from, for the exam and the device as they are."""
    records = {
        name: Controls(controls.symbols, **asdict(replace(study, device=controls.device)))
        for name, study in CopyStudy.PRESETS.items()
        if name in NAMES
    }
    preset = controls.study.preset
    return Presets(records, preset if preset in records else None, NAMES)


def fallback(study: CopyStudy) -> CopyStudy:
    """The recorded study that stands in for one: that of as many steps, if there is one."""
    known = [one for one in STUDIES.values() if isinstance(one, CopyStudy)]
    return next((one for one in known if one.steps == study.steps), known[0])


@lru_cache
def recorded(steps: int) -> CopyResults:
    """The recorded networks that copied for so many steps, or for the usual number."""
    study = fallback(CopyStudy(steps=steps))
    runs = study.recorded()
    return CopyResults(study, study.table(runs.rows if runs else []))


def differs(study: CopyStudy, shown: CopyStudy) -> bool:
    """True where more than seeds sets a study apart from the one that is shown."""
    return replace(shown, seeds=study.seeds, seed=study.seed, device=study.device) != study


def network(results: CopyResults, symbols: int) -> dict[str, Any] | None:
    """The network that is asked about: its exact match is far below p, and p^k explains it."""
    table = results.independence(symbols)
    fit = table[table["exact"].between(*OPEN) & table["agrees"] & table["informative"]]
    if symbols == 1 or fit.empty:
        return None
    nearest = fit.sort_values("exact", key=lambda exact: (exact - ASKED).abs(), kind="stable")
    return {str(name): value for name, value in nearest.to_dict("records")[0].items()}


def axes(study: CopyStudy, top: float) -> Axes:
    """The ends of the axes of what stands against size."""
    sizes = study.sizes
    return Axes((sizes[0] / 1.15, sizes[-1] * 1.15), (0.0, top), (True, False))


def shares(
    results: CopyResults,
    symbols: int,
    *,
    asked: Mapping[str, Any] | None = None,
    seen: bool = True,
    guess: tuple[float, float] | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of shares against size; until they are `seen` of single symbols alone.

    Args:
        results: the networks.
        symbols: k.
        asked: the network that is asked about, if one is.
        seen: whether its exact match may be told.
        guess: the place of the guess, if there is one.
    """
    exams = {"accuracy": 1, "exact": symbols} if seen and symbols > 1 else {"accuracy": 1}
    seeds, means = [], []
    for exam, k in exams.items():
        table, mean = results.seeds(k), results.means(k)
        spread = {"share": "exact", "low": "exact_low", "high": "exact_high"}
        seeds.append(table.assign(share=table["exact"], exam=exam))
        means.append(mean.assign(exam=exam, **{name: mean[of] for name, of in spread.items()}))
    drawn = pd.concat(means)[list(MEAN)]
    rows = [(asked["params"], asked["exact" if seen else "accuracy"])] if asked else []
    network = pd.DataFrame(rows, columns=["params", "share"])
    return {
        "seeds": pd.concat(seeds)[list(SHARE)],
        "means": drawn,
        "asked": network.iloc[:0] if seen else network,
        "network": network,
        "names": _share_names(results.study, drawn, symbols, rows, guess),
    }


def _share_names(
    study: CopyStudy,
    means: pd.DataFrame,
    symbols: int,
    asked: Sequence[tuple[float, float]],
    guess: tuple[float, float] | None,
) -> pd.DataFrame:
    ends = axes(study, FULL[1])
    labels = Labels(ends)
    labels.keep_off([(ends.x[0], 0.5), (ends.x[1], 0.5)])
    for params, share in asked:
        labels.keep_off([(params, end) for end in FULL])
        labels.keep_free((params, share), "this network: 99% ", 14, 4)
    if guess:
        labels.keep_guess(guess)
    said = {"accuracy": ONE, "exact": f"{symbols} in a row"}
    lines = {
        said[str(exam)]: _points(part, "params", "share") for exam, part in means.groupby("exam")
    }
    labels.keep_off_points([at for line in lines.values() for at in line])
    rising = {name: [at for at in line if at[1] < 0.9] or line for name, line in lines.items()}
    labels.keep_off(*lines.values())
    labels.name_points(
        {name: line[-1] for name, line in rising.items()}, list(rising), must=list(rising)
    )
    return labels.table


def losses(results: CopyResults) -> dict[str, pd.DataFrame]:
    """The tables of the cross-entropy against size."""
    means, ends = results.means(SYMBOLS), axes(results.study, WORST)
    line = _points(means, "params", "loss")
    labels = Labels(ends)
    labels.keep_off(line)
    labels.name_lines({LN: [(ends.x[0], CHANCE), (ends.x[1], CHANCE)]})
    return {
        "seeds": results.seeds(SYMBOLS)[list(LOSS)],
        "means": means[["params", "loss"]],
        "names": labels.table,
    }


def powers(results: CopyResults, symbols: int) -> dict[str, pd.DataFrame]:
    """The tables of exact match against accuracy, and means of sizes whose seeds differ."""
    networks, means = results.seeds(symbols), results.means(symbols)
    apart = means[means["accuracy_high"] - means["accuracy_low"] > 0.1]
    curve = pd.DataFrame({"accuracy": FINE, "exact": exact_match(FINE, symbols)})
    labels = Labels(Axes(FULL, FULL, (False, False)))
    labels.keep_off_points(_points(networks, "accuracy", "exact"))
    labels.name_lines({f"p^{symbols}": _points(curve[curve["exact"] < 0.8], "accuracy", "exact")})
    at = {
        f"mean at N = {params:,.0f}": (accuracy, exact)
        for params, accuracy, exact in apart[["params", "accuracy", "exact"]].to_numpy(float)
    }
    labels.name_points(at, list(at), must=list(at)[:3])
    return {
        "networks": networks,
        "means": apart,
        "curve": curve,
        "names": labels.table,
    }


def _points(table: pd.DataFrame, *columns: str) -> list[tuple[float, float]]:
    return list(table[list(columns)].dropna().itertuples(index=False, name=None))
