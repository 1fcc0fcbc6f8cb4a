"""`toylab schedules` and its parts: how the learning rate ends, trained and reported."""

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import made, status, train, trained_on_library, write_json
from toylab.data import recorded
from toylab.experiments import (
    collapse_study,
    drawn_study,
    horizon_study,
    wsd_study,
)
from toylab.experiments.collapse_results import CollapseResults
from toylab.experiments.collapse_study import FAMILIES, CollapseStudy
from toylab.experiments.drawn_results import DrawnResults
from toylab.experiments.drawn_study import DrawnStudy
from toylab.experiments.horizon_results import HorizonResults
from toylab.experiments.horizon_study import SHAPES, HorizonStudy
from toylab.experiments.learning_rates import FALLS
from toylab.experiments.wsd_results import WsdResults
from toylab.experiments.wsd_study import WsdStudy

SEEDS = {"seeds": "how many seeds", "seed": "the first seed", "device": "cpu, mps or cuda"}
SIZE = {"size": "hidden units of the network"}
TOKENS = {"tokens": "characters that a run reads"}
END = {"shape": "of the decay", "end": "rate at the end, as a share of the peak"}
DECAY = {"decay": "share of the steps that decay"}
BUDGETS = {"lowest": "smallest budget, FLOPs", "highest": "largest budget, FLOPs"}
WSD = {"longest": "steps of the longest run", "lengths": "how many lengths"}
DRAWN = {"warm": "share of the steps that warm up", "rate": "peak learning rate over the usual one"}
LEFT_OUT = ["device", "diverged"]  # of recorded rows


def add(commands: Commands) -> None:
    """Add the commands."""
    shapes = {"shape": list(FALLS)}
    about = "train under decays that are planned too long, late ones, and compare loss curves"
    add_study(
        commands,
        "schedules",
        about,
        HorizonStudy(),
        "usual",
        SIZE | TOKENS | END | SEEDS,
        _schedules,
        {"shape": list(SHAPES)},
    ).add_argument("--only", action="store_true", help="only the decays that are too long")
    about = "train a stable run with branches that decay, and as many cosines"
    add_study(commands, "wsd", about, WsdStudy(), "usual", SIZE | WSD | DECAY | END | SEEDS,
              lambda chosen: _one(chosen, WsdStudy, WsdResults, _wsd), shapes)  # fmt: skip
    about = "compare the loss curves of networks in the valley and off it"
    add_study(commands, "collapse", about, CollapseStudy(), "usual", BUDGETS | SEEDS,
              lambda chosen: _one(chosen, CollapseStudy, CollapseResults, _collapse))  # fmt: skip
    about = "train under a schedule of your own, and a cosine beside it"
    add_study(commands, "draw-schedule", about, DrawnStudy(), "wsd",
              DRAWN | DECAY | END | SIZE | TOKENS | SEEDS,
              lambda chosen: _one(chosen, DrawnStudy, DrawnResults, _drawn), shapes)  # fmt: skip


def _schedules(chosen: argparse.Namespace) -> int:
    """Train decays that are too long, and unless told otherwise the rest from the same seeds."""
    study = chosen_fields(chosen, HorizonStudy.PRESETS[chosen.preset])
    frame, code = trained_on_library(study, chosen.csv)
    results = HorizonResults(study, frame)
    report: dict[str, Any] = {"horizons": results.records}
    lines = list(_horizons(results))
    if not chosen.only and not code:
        wsd = replace(WsdStudy(), seeds=study.seeds, seed=study.seed, device=study.device)
        collapse = CollapseStudy(seeds=study.seeds, seed=study.seed, device=study.device)
        table, code = trained_on_library(wsd, None)
        branches = WsdResults(wsd, table)
        table, again = trained_on_library(collapse, None)
        curves = CollapseResults(collapse, table)
        report |= {"wsd": branches.records, "collapse": curves.records}
        lines += [*_wsd(branches), *_collapse(curves)]
        code = code or again
    _say(chosen, study, frame, report, lines)
    return code


def _one(
    chosen: argparse.Namespace,
    kind: Any,
    gather: Callable[[Any, pd.DataFrame], Any],
    say: Callable[[Any], Iterable[str]],
) -> int:
    """Train one study and report on it."""
    study = chosen_fields(chosen, kind.PRESETS[chosen.preset])
    frame, code = trained_on_library(study, chosen.csv)
    results = gather(study, frame)
    records = results.records
    named = records if isinstance(records, dict) else {"wsd": records}
    _say(chosen, study, frame, named, say(results))
    return code


def _say(
    chosen: argparse.Namespace,
    study: Any,
    frame: pd.DataFrame,
    parts: dict[str, Any],
    lines: Iterable[str],
) -> None:
    if chosen.json:
        write_json(study, frame, **parts)
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)


def _horizons(results: HorizonResults) -> Iterable[str]:
    for row in results.records:
        yield (
            f"rate x{row['rate']:<4g} horizon {row['horizon']:4g}  loss {row['loss']:.4f}  "
            f"above the usual run {row['excess']:+.4f}  [{row['low']:+.4f}, {row['high']:+.4f}]"
        )


def _wsd(results: WsdResults) -> Iterable[str]:
    spent = results.study.steps
    yield f"steps: stable run and branches {spent['wsd']:,}, cosines {spent['cosine']:,}"
    for row in results.records:
        yield (
            f"rate {row['rate']!s:6} {row['steps']:6,} steps  wsd {row['wsd']:.4f}  "
            f"cosine {row['cosine']:.4f}  gap {row['gap']:+.4f}"
        )


def _collapse(results: CollapseResults) -> Iterable[str]:
    yield f"losses as they are: the valley's curves differ by {100 * results.raw_spread():.1f} %"
    for family in FAMILIES:
        yield (
            f"{family:8} budgets differ by {100 * results.spread(family):.2f} %, seeds by "
            f"{100 * results.noise(family):.2f} %; {100 * results.distance(family):.2f} % from "
            "the valley"
        )


def _drawn(results: DrawnResults) -> Iterable[str]:
    for row in results.means.to_dict("records"):
        yield f"{row['which']:8} {row['done']:6,} steps  loss {row['loss']:.4f}"
    if results.gap:
        yield f"yours less cosine: {results.gap.text('{:+.4f}'.format)}"
    if results.law:
        yield (
            f"the annealing law fits the cosine to {100 * results.law.rms:.2f} % and is "
            f"{results.off:+.4f} off yours"
        )


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    kept = (
        (horizon_study.RECORDED, horizon_study.RECORDED_STUDIES),
        (wsd_study.RECORDED, {"": wsd_study.RECORDED_STUDY}),
        (collapse_study.RECORDED, {"": collapse_study.RECORDED_STUDY}),
        (drawn_study.RECORDED, drawn_study.RECORDED_STUDIES),
    )
    for path, studies in kept:
        tables = []
        for name, known in studies.items():
            progress = train(known.specs())
            if failed := status(progress):
                return failed  # what was recorded before stays
            frame = known.table(progress.rows).drop(columns=LEFT_OUT)
            tables.append(frame.assign(study=name) if name else frame)
        recorded.write(path, pd.concat(tables), made("schedules"))
    return 0
