"""Devices that can train here, and the names that a person knows them by.

Three kinds of device: the processor (cpu), an Apple GPU (mps), an NVIDIA or AMD GPU (cuda).
A device is used or refused; none ever stands in for another. All train in float32.
"""

import os
import platform
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = {"cpu": "the processor", "mps": "an Apple GPU", "cuda": "an NVIDIA or AMD GPU"}


@dataclass(frozen=True)
class Device:
    """A device of this machine."""

    kind: str  # cpu, mps or cuda
    name: str  # what a person knows it by: "Apple M2 GPU", "NVIDIA H100 80GB HBM3"


def cores() -> int:
    """The cores this process may use, eight at most; or what TOYLAB_WORKERS says."""
    if wanted := os.environ.get("TOYLAB_WORKERS"):
        if not (wanted.isdecimal() and int(wanted) >= 1):
            raise ValueError(f"TOYLAB_WORKERS must be a whole number from 1, got {wanted!r}")
        return int(wanted)
    affinity = getattr(os, "sched_getaffinity", None)
    return min(8, len(affinity(0)) if affinity else os.cpu_count() or 1)


@cache
def available() -> tuple[Device, ...]:
    """The devices of this machine, the processor first. Imports torch: slow the first time."""
    import torch

    devices = [Device("cpu", processor())]
    if torch.backends.mps.is_available():
        devices.append(Device("mps", f"{processor()} GPU"))
    if torch.cuda.is_available():
        devices.append(Device("cuda", torch.cuda.get_device_name(0)))
    return tuple(devices)


def find(kind: str, here: tuple[Device, ...], where: str = "on this machine") -> Device:
    """The device of that kind among those that are here.

    Raises:
        ValueError: if there is no such kind of device, or none here.
    """
    if kind not in KINDS:
        raise ValueError(f"device must be one of {', '.join(KINDS)}, got {kind}")
    for device in here:
        if device.kind == kind:
            return device
    present = ", ".join(f"{device.kind} ({device.name})" for device in here)
    raise ValueError(f"device {kind} ({KINDS[kind]}) is not {where}; it has {present}")


@cache
def processor() -> str:
    """The processor's brand name, where the system tells it; else its architecture."""
    if platform.system() == "Darwin":
        answer = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"],
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.stdout.strip() or platform.machine()
    listing = Path("/proc/cpuinfo")
    for line in listing.read_text().splitlines() if listing.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
