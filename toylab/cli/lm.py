"""`toylab lm`: train a study of language models."""

import argparse
import json
import sys
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, json_rows, made, save, status, train
from toylab.data import recorded
from toylab.experiments import charlm_repeats, charlm_study, corpus
from toylab.experiments.charlm_study import USUAL, CharlmStudy, in_language
from toylab.experiments.languages import LANGUAGES, NETS
from toylab.fits import isoflop
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.runs import runs_of
from toylab.quantities import format_count, format_scientific

SPELLED = {"ten seconds": "ten-seconds", "half a minute": "half-minute"}  # as they once were
HELP = {
    "language": "what to learn: " + "; ".join(f"{k}, {v.title}" for k, v in LANGUAGES.items()),
    "lowest": "the smallest budget, FLOPs",
    "highest": "the largest budget, FLOPs",
    "width": "sizes within this factor of the middle one at each budget",
    "seeds": "how many seeds at the smallest budget",
    "halving": "half as many seeds at each next budget",
    "rate": "peak learning rate over the language's usual one",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
    "net": "the network: " + "; ".join(f"{k}, {v}" for k, v in NETS.items()),
    "scaled": "the transformer's learning rate falls as 1 / width; else it is one for all widths",
}


def add(commands: Commands) -> None:
    """Add the command."""
    study = commands.add_parser("lm", help="train a scaling study of small language models")
    study.add_argument(
        "--plan",
        type=lambda name: SPELLED.get(name, name),
        choices=CharlmStudy.PRESETS,
        default=USUAL,
        help="default: %(default)s",
    )
    choices = {"language": list(LANGUAGES), "net": list(NETS)}
    add_options(study, CharlmStudy(), HELP, choices, presets=True)
    study.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    study.add_argument("--json", action="store_true", help="print the fit and the runs as JSON")
    study.set_defaults(run=_lm, refuse=study.error)


def _lm(chosen: argparse.Namespace) -> int:
    """Train a plan and report on it; refuses before it trains."""
    name = in_language(chosen.plan, chosen.language) if chosen.language else chosen.plan
    plan = chosen_fields(chosen, CharlmStudy.PRESETS[name])
    specs = plan.specs()
    check(plan.device, chosen.csv)
    if plan.language == "python":
        sys.stderr.write(corpus.load().sentence + "\n")
    progress = train(specs)
    frame = plan.table(progress.rows)
    unsaved = save(frame, chosen.csv)
    _report(plan, frame, as_json=chosen.json)
    return unsaved or status(progress)


def _valley(valley: Valley) -> dict[str, Any]:
    """The record of a valley, its warning under the key as it is published."""
    return {"trouble" if k == "warning" else k: value for k, value in asdict(valley).items()}


def _report(plan: CharlmStudy, frame: pd.DataFrame, *, as_json: bool) -> None:
    profiles, refusal = None, ""
    try:
        profiles = isoflop.fit(runs_of(frame[~frame["diverged"]]))
    except ValueError as error:
        refusal = str(error)
    if as_json:
        fit = profiles and {
            "exponent": asdict(profiles.params.exponent),
            "valleys": [_valley(valley) for valley in profiles.valleys],
            "warnings": profiles.warnings,
        }
        report = {"plan": asdict(plan), "fit": fit, "refusal": refusal, "runs": json_rows(frame)}
        sys.stdout.write(json.dumps(report) + "\n")
        return
    for valley in profiles.valleys if profiles else ():
        best = valley.params
        sys.stdout.write(
            f"{format_scientific(valley.flops, 2)} FLOPs  {valley.runs:3} runs  "
            f"best size {format_count(best.value)} "
            f"[{format_count(best.low)}, {format_count(best.high)}]  "
            f"loss {valley.loss:.3f}"
            f"{'  ' + valley.warning if valley.warning else ''}\n"
        )
    if profiles:
        a = profiles.params.exponent
        sys.stdout.write(f"N_opt ~ C^{a.value:.3f} [{a.low:.3f}, {a.high:.3f}]\n")
    sys.stdout.write("\n".join(profiles.warnings if profiles else [refusal]) + "\n")


def record_nets() -> int:
    """Train the plan that compares the networks; the exit status."""
    tables = []
    for name, known in charlm_study.NET_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed
        frame = charlm_study.kept(known.table(progress.rows).assign(study=name))
        tables.append(frame.assign(net=known.net))
    recorded.write(charlm_study.RECORDED_NETS, pd.concat(tables), made("lm-nets"))
    return 0


def record() -> int:
    """Train what the pages show before anything is run; the exit status."""
    tables, outcomes = [], []
    for name, known in charlm_study.RECORDED_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed  # what was recorded before stays
        tables.append(known.table(progress.rows).assign(study=name))
    for known in charlm_study.REPEATED:
        for seed in charlm_repeats.seeds():
            again = replace(known, seed=seed)
            progress = train(again.specs())
            if failed := status(progress):
                return failed
            outcomes.append(charlm_repeats.outcome(again, again.table(progress.rows)))
    provenance = made("lm")
    recorded.write(charlm_study.RECORDED, charlm_study.kept(pd.concat(tables)), provenance)
    recorded.write(charlm_repeats.RECORDED, pd.DataFrame(outcomes), provenance)
    return 0
