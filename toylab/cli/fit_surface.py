"""Record of a fitted surface L(N, D) on the command line, and its lines of text."""

import argparse
from dataclasses import replace

from toylab.cli.runs_report import Record, ends, plain, predicted, quality, split
from toylab.cli.runs_table import budget
from toylab.fits import parametric
from toylab.fits.outer_exponent import score_test
from toylab.fits.parametric import Fit, Spread
from toylab.fits.parametric_diagnostics import diagnose, diagnose_point
from toylab.fits.parametric_options import FitOptions
from toylab.fits.prediction import predict, score
from toylab.fits.runs import Runs
from toylab.laws import allocation
from toylab.quantities import parse_number
from toylab.tables.imported_runs import ImportedRuns

LAW = "L(N, D)"
FEWEST = 40  # resamples: the 2.5th percentile of fewer is their least
NAMES = ("E", "A", "B", "alpha", "beta")


def record(chosen: argparse.Namespace, imported: ImportedRuns) -> Record:
    """The surface through the runs, and what speaks against it."""
    flops, point = budget(chosen), _point(chosen)
    _refuse_bootstrap(chosen, point)
    options = FitOptions(fixed_E=chosen.floor, equal_exponents=chosen.tied, outer=chosen.outer)
    fit = parametric.fit(imported.runs, options)
    spread = parametric.bootstrap(fit, chosen.bootstrap) if chosen.bootstrap else None
    at = _best_split(fit, spread, flops) if flops else None
    warnings = [
        *imported.notes,
        *diagnose(fit, spread, flops),
        *(diagnose_point(fit, *point) if point else ()),
    ]
    if at and not point:
        point = at["params"], at["tokens"]
    return {
        "law": LAW,
        **_constants(fit, spread),
        **quality(fit.goodness, imported),
        "runs": len(imported.runs),
        **_descent(fit),
        "warnings": warnings,
        **(_test_of_k(fit) if chosen.outer else {}),
        **({"at": at} if at else {}),
        **(_predictions(spread, point, imported.held_out) if spread else {}),
    }


def _refuse_bootstrap(chosen: argparse.Namespace, point: tuple[float, float] | None) -> None:
    if chosen.bootstrap < 0 or 0 < chosen.bootstrap < FEWEST:
        raise ValueError(f"--bootstrap must be 0 or at least {FEWEST}, got {chosen.bootstrap}")
    if not chosen.bootstrap and (point or chosen.hold_out):
        raise ValueError(f"a prediction needs resamples: --bootstrap must be at least {FEWEST}")


def _constants(fit: Fit, spread: Spread | None) -> Record:
    intervals = spread.intervals if spread else {}
    return {
        **{name: getattr(fit.form, name) for name in NAMES},
        "objective": fit.objective,
        "exponent_params": fit.exponent_params,
        "exponent_tokens": fit.exponent_tokens,
        "intervals": {name: ends(estimate) for name, estimate in intervals.items()},
    }


def _descent(fit: Fit) -> Record:
    """The signs of how far to believe the lowest place that was found."""
    return {
        "starts": fit.starts,
        "starts_walked": fit.walked,
        "starts_agreeing": fit.agreeing,
        "gradient": fit.gradient,
        "gain": fit.gain,
        "condition": fit.condition,
        "sloppy": fit.sloppy,
    }


def _test_of_k(fit: Fit) -> Record:
    test = score_test(parametric.fit(fit.runs, replace(fit.options, outer=False)))
    return {"k": fit.k, "k_is_1": {"F": test.statistic, "p": test.p}}


def _best_split(fit: Fit, spread: Spread | None, flops: float) -> Record:
    if spread:
        return split(flops, spread.params, spread.params.complement)
    best = allocation.best(fit.form, flops)
    return plain(flops, best.params, best.tokens) | {"intervals": {}}


def _predictions(
    spread: Spread, point: tuple[float, float] | None, held_out: Runs | None
) -> Record:
    """The loss of the run that is asked about, and the errors on those held out."""
    record: Record = {}
    if point:
        guess = predict(spread, *point)
        record["predict"] = {"params": guess.params, "tokens": guess.tokens} | predicted(guess.loss)
    if held_out is not None:
        record["hold_out"] = vars(score(spread, held_out))
    return record


def _point(chosen: argparse.Namespace) -> tuple[float, float] | None:
    """The size and the tokens at which the loss is asked for."""
    if bool(chosen.at_size) != bool(chosen.at_tokens):
        raise ValueError("these runs vary size and data: give --at-size and --at-tokens together")
    if not chosen.at_size:
        return None
    return parse_number(chosen.at_size), parse_number(chosen.at_tokens)


def lines(record: Record) -> list[str]:
    """The record as lines of text."""
    text = []
    names = (*NAMES, "k", "exponent_params", "exponent_tokens")
    for name in [name for name in names if name in record]:
        low_high = record["intervals"].get(name)
        interval = f"   95 %: {low_high[0]:.4g} to {low_high[1]:.4g}" if low_high else ""
        text.append(f"{name:<16} {record[name]:>10.5g}{interval}")
    text.append(
        f"objective {record['objective']:.8g} over {record['runs']} runs; "
        f"{record['starts_agreeing']} of {record['starts_walked']} walks end there"
    )
    if test := record.get("k_is_1"):
        text.append(f"test of k = 1: F = {test['F']:.3g}, p = {test['p']:.2g}")
    return text
