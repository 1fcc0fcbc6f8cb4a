"""`toylab laws` and `allocate`: the published laws, and what they do with a budget."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from toylab.cli.parser import Commands
from toylab.laws import allocation, published
from toylab.laws.forms import Form
from toylab.laws.law import Law
from toylab.quantities import format_count, parse_number


def add(commands: Commands) -> None:
    """Add the commands of the laws."""
    listing = commands.add_parser("laws", help="list the published laws, or all about some")
    listing.add_argument("names", nargs="*", metavar="NAME", help="default: every law, briefly")
    listing.add_argument("--json", action="store_true", help="print every constant as JSON")
    listing.set_defaults(run=_laws, refuse=listing.error)
    split = commands.add_parser("allocate", help="split a training budget by published laws")
    split.add_argument("flops", help="training FLOPs, such as 5.76e23")
    names = [law.name for law in published.SPLITTING]
    split.add_argument("--law", choices=names, metavar="NAME", help=", ".join(names))
    split.add_argument("--json", action="store_true", help="print the splits as JSON")
    split.set_defaults(run=_allocate, refuse=split.error)


def _laws(chosen: argparse.Namespace) -> int:
    """List the registry; with names, every constant of these laws."""
    laws = [published.find(name) for name in chosen.names]
    if chosen.json:
        sys.stdout.write(
            json.dumps([_record(law) for law in laws or published.LAWS.values()]) + "\n"
        )
    elif laws:
        sys.stdout.write("\n\n".join(map(_page, laws)) + "\n")
    else:
        for law in published.LAWS.values():
            sys.stdout.write(f"{law.name:<18} {law.title:<32} {law.source}\n")
    return 0


def _record(law: Law[Form]) -> dict[str, Any]:
    return {
        "name": law.name,
        "title": law.title,
        "equation": law.form.equation,
        "gives": law.gives,
        "constants": asdict(law.form),
        "units": law.units,
        "intervals": dict(law.spread),
        "intervals_are": law.spread_is,
        "flops_per_unit_of_C": law.per_unit,
        "counts": dict(law.counts),
        "measured": dict(law.measured),
        "source": law.source,
        "link": law.paper.url,
        "note": law.note,
    }


def _page(law: Law[Form]) -> str:
    lines = [f"{law.title} ({law.name})", f"  {law.form.equation}"]
    lines += [
        f"  {row['constant']} = {row['value']}  unit: {row['unit']}  "
        f"uncertainty: {row['uncertainty']}"
        for row in law.constants
    ]
    lines += [f"  {letter}: {what}" for letter, what in law.counts.items()]
    lines += [f"  measured: {law.range}"] if law.range else []
    lines += [f"  {law.note}"] if law.note else []
    return "\n".join([*lines, f"  {law.source}: {law.paper.title}, {law.paper.url}"])


def _allocate(chosen: argparse.Namespace) -> int:
    """Split a budget by one law or by all, and print it."""
    flops = parse_number(chosen.flops)
    laws = [published.find(chosen.law)] if chosen.law else published.SPLITTING
    rows = []
    for law in laws:
        split = allocation.allocate(law, flops)
        ends = {"tokens_per_param": split.tokens_per_param, "source": law.source}
        rows.append({"law": law.name} | asdict(split) | ends)
    if chosen.json:
        sys.stdout.write(json.dumps(rows[0] if chosen.law else rows) + "\n")
        return 0
    for row in rows:
        loss = "" if row["loss"] is None else f"  loss {row['loss']:.3f}"
        sys.stdout.write(
            f"{row['law']:<16} {format_count(row['params']):>6} params  "
            f"{format_count(row['tokens']):>6} tokens  "
            f"{row['tokens_per_param']:>7.3g} tokens/param{loss}\n"
        )
    return 0
