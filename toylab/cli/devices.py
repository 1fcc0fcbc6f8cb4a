"""`toylab devices`: the devices of this machine, each GPU held against the processor."""

import argparse
import json
import math
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from toylab import devices
from toylab.cli.parser import Commands

if TYPE_CHECKING:
    from toylab.experiments.nets.device_check import Comparison


def add(commands: Commands) -> None:
    """Add the command."""
    listing = commands.add_parser("devices", help="check the GPUs of this machine")
    listing.add_argument("--json", action="store_true", help="print the check as JSON")
    listing.set_defaults(run=_devices, refuse=listing.error)


def _told(one: "Comparison") -> dict[str, Any]:
    """A comparison in strict JSON: null where a result is not finite."""
    difference = one.difference if math.isfinite(one.difference) else None
    return {"what": one.what, "difference": difference, "agrees": one.agrees}


def _devices(chosen: argparse.Namespace) -> int:
    """Compare every GPU with the processor; exit status 1 if one differs."""
    from toylab.experiments.nets.device_check import LIMIT, compare

    comparisons = {device: compare(device.kind) for device in devices.available()}
    if chosen.json:
        told = [
            {**asdict(device), "limit": LIMIT, "checks": [_told(one) for one in checks]}
            for device, checks in comparisons.items()
        ]
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        for device, checks in comparisons.items():
            sys.stdout.write(f"{device.kind:5} {device.name}\n")
            for one in checks:
                verdict = "agrees" if one.agrees else f"DIFFERS by more than {LIMIT:g}"
                sys.stdout.write(f"      {one.what:30} {one.difference:.1e}  {verdict}\n")
    return int(not all(one.agrees for checks in comparisons.values() for one in checks))
