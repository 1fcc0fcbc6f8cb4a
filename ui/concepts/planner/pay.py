"""Hours, money, energy and memory of a training run: the tab's controls, tables, sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from toylab.laws import published
from toylab.laws.batch_lr import advice
from toylab.laws.hardware import DEVICES, Device, Site, TrainingCost, training_cost
from toylab.laws.training_memory import SPLITS, Memory, training_memory
from toylab.quantities import format_count, format_full, plural
from toylab.teaching.contents import PageLink
from ui.blocks import Caption, Caution, Figure, Link
from ui.concepts.planner import charts
from ui.concepts.planner.view import Controls
from ui.knobs import Values, knob
from ui.label import Label

OWN = "own"
UNITS = (("years", 24 * 365.25), ("days", 24.0), ("hours", 1.0), ("minutes", 1 / 60))
KINDS = {
    key: f"{device.peak / 1e12:g} TFLOP/s, {device.memory / 1e9:g} GB, {device.watts:g} W"
    for key, device in DEVICES.items()
} | {OWN: "your own numbers"}
SPLIT = {
    "all": "weights, gradients and Adam's state are split between the devices",
    "optimizer": "Adam's state alone is split",
    "nothing": "each device has all of it",
}
SOURCES = (published.ZERO, published.KORTHIKANTI)
TON = 1000.0  # kg
TIGHT = 0.9  # of the memory: buffers and fragments want the rest
ALT = {
    "times": "Bars: the time that this training takes on as many devices of each kind.",
    "memory": "Bars: the gigabytes that weights, gradients, the optimizer and activations take on "
    "each device, by what of them the devices split. A dashed line is the device's memory.",
}
SETTINGS = "Hours = FLOPs / (devices x peak x MFU)"
MADE = "Dense bfloat16 peaks, memory and power from NVIDIA's data sheets; MFU is the honest slider."
MEMORY = (
    "Memory is estimated: 16 bytes a parameter for mixed precision with Adam, and two for every "
    "number that the backward pass needs again, without the scores. Buffers come on top."
)
MFU = (
    "30 to 50 % is usual for large dense models (PaLM 46 %, Llama 3 405B 38 to 43 %). A headline "
    "peak *with sparsity* is twice the dense one: half of the MFU, for nothing."
)


def _known(values: Values) -> bool:
    return values["device"] != OWN


@dataclass(frozen=True)
class PayControls:
    """Devices, and what they cost."""

    device: str = knob("h100", "Device", KINDS)
    peak: float = knob(500.0, "Peak, TFLOP/s", (0.001, 1e6), typed=True, gone=_known)
    memory: float = knob(48.0, "Memory, GB", (0.1, 1e5), typed=True, gone=_known)
    watts: float = knob(300.0, "Power, watts", (0.1, 1e5), typed=True, gone=_known)
    devices: int = knob(1024, "Devices", (1, 1_000_000), typed=True)
    mfu: int = knob(40, "MFU, percent of the peak", (1, 100))
    price: float = knob(2.0, "Price of a device-hour", (0.0, 1e4), typed=True)
    on_device: int = knob(8192, "Tokens on a device at once", (1, 10_000_000), typed=True)
    split: str = knob("all", "Split between devices", SPLIT)
    overhead: float = knob(1.3, "Power drawn over the devices'", (1.0, 5.0, 0.05), more=True)
    grid: float = knob(400.0, "Grid, g of CO2 a kWh", (0.0, 2000.0), typed=True, more=True)

    @property
    def chosen(self) -> Device:
        """The device."""
        if self.device != OWN:
            return DEVICES[self.device]
        return Device("own device", self.peak * 1e12, self.memory * 1e9, self.watts, 0)

    @property
    def site(self) -> Site:
        """The place of the devices."""
        return Site(self.price, self.overhead, self.grid)


@dataclass(frozen=True)
class Bill:
    """A model's training on these devices."""

    model: Controls
    pay: PayControls

    @cached_property
    def cost(self) -> TrainingCost:
        """Its cost."""
        return self._on(self.pay.chosen)

    @cached_property
    def memory(self) -> Memory:
        """Its memory, split as chosen."""
        return self._split(self.pay.split)

    @property
    def full(self) -> float:
        """The share of a device's memory that it takes."""
        return self.memory.total / self.pay.chosen.memory

    @property
    def batch(self) -> float:
        """Tokens a step, with as many as fit on each device at once."""
        return float(self.pay.devices * self.pay.on_device)

    @property
    def times(self) -> tuple[dict[str, pd.DataFrame], str]:
        """Time on each kind of device, and the unit that fits the longest."""
        kinds = {**DEVICES, **({OWN: self.pay.chosen} if self.pay.device == OWN else {})}
        hours = {key: self._on(device).hours for key, device in kinds.items()}
        name, each = unit(max(hours.values()))
        rows = [
            (device.name, hours[key] / each, "optimum" if key == self.pay.device else "model")
            for key, device in kinds.items()
        ]
        return {"bars": pd.DataFrame(rows, columns=["device", "time", "meaning"])}, name

    @property
    def gigabytes(self) -> dict[str, pd.DataFrame]:
        """Memory by what is split."""
        rows = [
            (split, holds, size / 1e9, order)
            for split in SPLITS
            for order, (holds, size) in enumerate(vars(self._split(split)).items())
        ]
        has = self.pay.chosen.memory / 1e9
        return {
            "bars": pd.DataFrame(rows, columns=["split", "holds", "gigabytes", "order"]),
            "limit": pd.DataFrame({"gigabytes": [has], "name": [f"{has:g} GB"]}),
        }

    def _on(self, device: Device) -> TrainingCost:
        pay = self.pay
        return training_cost(self.model.flops, device, pay.devices, pay.mfu / 100, pay.site)

    def _split(self, split: str) -> Memory:
        pay, shape = self.pay, self.model.shape
        return training_memory(shape, self.model.counted, pay.on_device, pay.devices, split)


def blocks(model: Controls, pay: PayControls) -> Iterator[Any]:
    """Days, money, energy; memory; and the batch that so many devices want."""
    bill = Bill(model, pay)
    yield Label("simulated", SETTINGS, MADE, SOURCES)
    yield price(bill)
    yield room(bill)
    if bill.full > 1:
        yield Caution(remedy(bill))
    yield [
        Figure(charts.times(*bill.times), ALT["times"]),
        Figure(charts.memory(bill.gigabytes), ALT["memory"]),
    ]
    yield batch(bill)
    yield Link(PageLink("critical_batch"), "How big a batch is too big?")
    yield Caption(f"{MFU} {MEMORY}")


def price(bill: Bill) -> str:
    """Time, money, energy."""
    cost, pay = bill.cost, bill.pay
    return (
        f"**{duration(cost.hours)}** on {plural(pay.devices, pay.chosen.name, pay.chosen.name)} at "
        f"{pay.mfu} % of their peak: {format_count(cost.device_hours)} device-hours, "
        f"**{money(cost.money)} to pay** at {pay.price:g} each, "
        f"{format_count(cost.energy)} kWh, {mass(cost.co2)} of CO2."
    )


def money(much: float) -> str:
    """Like 1.22M, 0.5, nothing."""
    return format_count(much) if much else "nothing"


def mass(kilograms: float) -> str:
    """Like 220 tons, 38 kg; nothing."""
    if not kilograms:
        return "nothing"
    if kilograms >= TON:
        return f"{format_full(kilograms / TON, 2)} tons"
    return f"{format_full(kilograms, 2)} kg"


def duration(hours: float) -> str:
    """Like 3.4 hours, 12 days, 2.1 years."""
    name, each = unit(hours)
    return f"{format_full(hours / each, 3 if each >= 1 else 2)} {name}"


def unit(hours: float) -> tuple[str, float]:
    """The largest unit of time that it has two of, and its hours."""
    return next(((name, each) for name, each in UNITS if hours >= 2 * each), UNITS[-1])


def room(bill: Bill) -> str:
    """The verdict whether it fits in memory."""
    memory, pay = bill.memory, bill.pay
    state = memory.total - memory.activations
    fits = "does not fit" if bill.full > 1 else "just fits" if bill.full > TIGHT else "fits"
    return (
        f"It **{fits}** in memory: {size(memory.total)} of {pay.chosen.memory / 1e9:,g} GB on each "
        f"device. Weights, gradients and Adam's state take {size(state)} GB, activations of "
        f"{pay.on_device:,} tokens {size(memory.activations)} GB."
    )


def size(bytes_: float) -> str:
    """Gigabytes, in full: 0.125, 40.7, 6,490."""
    return format_full(bytes_ / 1e9)


def remedy(bill: Bill) -> str:
    """The ways to make it fit."""
    ways = []
    if bill.pay.split != "all":
        ways.append("split weights, gradients and state between the devices")
    if bill.memory.activations > bill.memory.total / 2:
        ways.append("put fewer tokens on a device at once")
        if not bill.model.recompute:
            ways.append("recompute activations")
    return f"To make it fit: {', or '.join(ways or ['use more devices, or larger ones'])}."


def batch(bill: Bill) -> str:
    """The batch that the devices want, and those that published laws advise."""
    steps = bill.model.read / bill.batch
    advised = [
        law.batch
        for law in advice(float(bill.model.counted.active), bill.model.read)
        if not law.critical
    ]
    return (
        f"Together the devices work on a batch of {format_count(bill.batch)} tokens, "
        f"{format_count(steps)} steps long; published laws advise {format_count(min(advised), 2)} "
        f"to {format_count(max(advised), 2)} tokens for this model and text. Twice the devices "
        "halve the time only while the batch stays below the critical one."
    )
