"""`toylab plan`: what a model has, what training it costs, and the size for one that serves."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from toylab.cli.parser import Commands
from toylab.laws import published
from toylab.laws.counting import Count, count
from toylab.laws.forms import Additive
from toylab.laws.hardware import DEVICES, Site
from toylab.laws.model_shapes import SHAPES
from toylab.laws.training_plan import FIRST, Budget, TrainingPlan, plan
from toylab.laws.transformer import Transformer
from toylab.quantities import (
    format_count,
    format_number,
    format_scientific,
    format_share,
    parse_number,
)
from toylab.tables.model_config import read_config

LAWS = [law.name for law in published.LAWS.values() if isinstance(law.form, Additive)]


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("plan", help="count a model, and what it costs to train and serve")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--model", choices=SHAPES, metavar="NAME", help=", ".join(SHAPES))
    which.add_argument("--config", metavar="FILE", help="a model's config.json")
    parser.add_argument("--context", type=int, metavar="TOKENS", help="instead of the model's own")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--flops", help="training FLOPs; default: the law's best for the model")
    much.add_argument("--tokens", help="training tokens of the model, instead")
    parser.add_argument("--serve", metavar="TOKENS", help="tokens to serve once it is trained")
    parser.add_argument("--law", choices=LAWS, default="besiroglu", help="default: %(default)s")
    parser.add_argument("--device", choices=DEVICES, default="h100", help="default: %(default)s")
    parser.add_argument("--devices", type=int, default=FIRST.devices, help="default: %(default)s")
    parser.add_argument(
        "--mfu", type=float, default=FIRST.mfu, help="share of the peak used; default: %(default)s"
    )
    parser.add_argument(
        "--price",
        type=float,
        default=FIRST.site.price,
        help="of a device for an hour; default: %(default)s",
    )
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")
    parser.set_defaults(run=_plan, refuse=parser.error)


def _plan(chosen: argparse.Namespace) -> int:
    """Count, pay, and over-train."""
    form: Any = published.find(chosen.law).form
    shape = _shape(chosen)
    counted = count(shape) if shape else None
    flops = _flops(chosen, counted)
    budget = Budget(DEVICES[chosen.device], chosen.devices, chosen.mfu, Site(chosen.price), flops)
    made = plan(form, counted, budget, parse_number(chosen.serve) if chosen.serve else None)
    if chosen.json:
        sys.stdout.write(json.dumps(_record(counted, made)) + "\n")
    else:
        lines = [*_counted(counted), *_planned(made, budget)]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _flops(chosen: argparse.Namespace, counted: Count | None) -> float | None:
    """The training FLOPs that are asked for; None where the law is to say."""
    if chosen.tokens is None:
        return parse_number(chosen.flops) if chosen.flops else None
    if counted is None:
        raise ValueError("--tokens needs a model: give --model or --config")
    return counted.flops * parse_number(chosen.tokens)


def _shape(chosen: argparse.Namespace) -> Transformer | None:
    """The model's shape; what of its config is not counted goes to standard error."""
    given = {} if chosen.context is None else {"context": chosen.context}
    if chosen.model:
        return replace(SHAPES[chosen.model].shape, **given)
    if not chosen.config:
        if given:
            raise ValueError("--context needs a model: give --model or --config")
        return None
    try:
        config = read_config(Path(chosen.config).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as trouble:
        raise ValueError(f"cannot read {chosen.config}: {trouble}") from None
    for key in config.unknown:
        sys.stderr.write(f"{key} is not understood, and not counted\n")
    for key, what in config.left_out.items():
        sys.stderr.write(f"{key} is not counted: {what}\n")
    return replace(config.shape(**given), **given)


def _record(counted: Count | None, made: TrainingPlan) -> dict[str, Any]:
    lifetime, cost = made.lifetime, made.cost
    return {
        "params_total": counted.params if counted else made.params,
        "params_active": made.params,
        "params_embedding": counted.embeddings if counted else None,
        "tokens": made.tokens,
        "flops": made.flops,
        "flops_per_token": made.flops_per_token,
        "six_n_d": counted.six_n_d if counted else None,
        "loss": made.loss,
        "hours": cost.hours,
        "device_hours": cost.device_hours,
        "cost": cost.money,
        "energy_kwh": cost.energy,
        "co2_kg": cost.co2,
        "serve": lifetime and {
            "params": lifetime.params, "tokens": lifetime.tokens, "total_flops": lifetime.flops,
        },
    }  # fmt: skip


def _counted(counted: Count | None) -> list[str]:
    if counted is None:
        return []
    return [
        f"{format_count(counted.params)} parameters ({counted.params:,}), of which a token meets "
        f"{format_count(counted.active)}",
        f"{format_count(counted.flops)} training FLOPs a token",
        *(
            f"  {format_number(ratio, 3)} times 6N where N is {name}"
            for name, ratio in counted.six_n_d.items()
        ),
    ]


def _planned(made: TrainingPlan, budget: Budget) -> list[str]:
    cost = made.cost
    lines = [
        f"{format_count(made.params)} parameters on {format_count(made.tokens)} tokens: "
        f"{format_scientific(made.flops)} FLOPs, a loss of {made.loss:.3f} nats/token by the law",
        f"{format_number(cost.hours, 3)} hours on {budget.devices} {budget.device.name} at "
        f"{format_share(budget.mfu)} of their peak: {format_count(cost.device_hours)} "
        f"device-hours, {format_count(cost.money)} at {budget.site.price:g} each, "
        f"{format_count(cost.energy)} kWh",
    ]
    if best := made.lifetime:
        lines.append(
            f"to serve {format_count(best.served)} tokens at that loss: "
            f"{format_count(best.params)} parameters on {format_count(best.tokens)} tokens, "
            f"{format_scientific(best.flops)} FLOPs in all"
        )
    return lines
