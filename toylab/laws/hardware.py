"""Hardware to train on, and what a training run costs on it: time, money, energy, CO2.

    T = C / (n p u)        money = n T price        energy = n T watts x overhead

C training FLOPs, n devices of p peak FLOPs a second, u the model FLOPs utilisation (MFU): the
share of the peak that goes into the model's own FLOPs. 0.3 to 0.5 is usual: PaLM 2022 reports
0.46, Llama 3 2024 0.38 to 0.43 (arXiv:2407.21783, Table 4).
"""

from dataclasses import dataclass

from toylab.refusals import positive


@dataclass(frozen=True)
class Device:
    """An accelerator: dense bfloat16 peak (float16 on V100), no sparsity, as its maker says."""

    name: str
    peak: float  # FLOPs a second
    memory: float  # bytes
    watts: float  # at most
    year: int

    def __post_init__(self) -> None:
        for field in ("peak", "memory", "watts"):
            positive(field, getattr(self, field))


DEVICES = {  # NVIDIA's data sheets, in their SXM form; B200: boards differ, 2,250 to 2,500 TFLOPs
    "v100": Device("V100", 125e12, 32e9, 300, 2017),
    "a100": Device("A100", 312e12, 80e9, 400, 2020),
    "h100": Device("H100", 989e12, 80e9, 700, 2022),
    "h200": Device("H200", 989e12, 141e9, 700, 2023),
    "b200": Device("B200", 2250e12, 180e9, 1000, 2024),
}


@dataclass(frozen=True)
class Site:
    """The place of the devices: price, overhead of power, and the grid."""

    price: float  # of a device for an hour, in any currency
    overhead: float = 1.3  # all the power that is drawn over that of the devices
    grid: float = 400.0  # grams of CO2 a kWh

    def __post_init__(self) -> None:
        for field, least in (("price", 0.0), ("overhead", 1.0), ("grid", 0.0)):
            if not least <= getattr(self, field) < float("inf"):
                raise ValueError(
                    f"{field} must be at least {least:g} and finite, got {getattr(self, field)}"
                )


@dataclass(frozen=True)
class TrainingCost:
    """The cost of a training run."""

    hours: float
    device_hours: float
    money: float  # in the currency of the price
    energy: float  # kWh
    co2: float  # kg

    @property
    def days(self) -> float:
        """Days on the clock."""
        return self.hours / 24


def training_cost(
    flops: float, device: Device, devices: int, mfu: float, site: Site
) -> TrainingCost:
    """Hours, money and energy of so many training FLOPs.

    Raises:
        ValueError: if flops or devices is not positive and finite, or mfu not in (0, 1].
    """
    if not 0 < mfu <= 1:
        raise ValueError(f"mfu must be above 0 and at most 1, got {mfu}")
    seconds = float(positive("flops", flops) / (device.peak * mfu))  # of one device
    device_hours = seconds / 3600
    energy = device_hours * device.watts * site.overhead / 1000
    return TrainingCost(
        hours=device_hours / float(positive("devices", devices)),
        device_hours=device_hours,
        money=device_hours * site.price,
        energy=energy,
        co2=energy * site.grid / 1000,
    )
