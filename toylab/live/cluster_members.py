"""Workers of a cluster: who is there, what each trains on, and who is left out.

A worker whose software differs from that of this machine would train other rows, or none.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toylab import devices
from toylab.devices import Device
from toylab.live import cluster_task
from toylab.live.software import differences

if TYPE_CHECKING:
    from distributed import Client

WARM = 60.0  # seconds a worker may take to import torch


@dataclass(frozen=True)
class Member:
    """A worker of the cluster."""

    threads: int  # runs at a time
    devices: tuple[Device, ...]  # none where it is left out
    misfit: str  # why it is; mostly empty


class Members:
    """The workers that were there at the last look, by address."""

    def __init__(self) -> None:
        self.by_address: dict[str, Member] = {}

    def look(self, client: "Client") -> None:
        """See who works there; whoever is new is asked about its software and devices."""
        workers = client.scheduler_info(n_workers=-1)["workers"]
        new = [address for address in workers if address not in self.by_address]
        answers = _ask(client, new)
        members = {
            name: _member(name, workers[name]["nthreads"], answer)
            for name, answer in answers.items()
        }
        self.by_address = {n: m for n, m in (self.by_address | members).items() if n in workers}
        for member in members.values():
            if member.misfit and self.fit():
                logging.getLogger(__name__).warning(member.misfit)

    def fit(self, device: str = "cpu") -> list[str]:
        """The addresses of the workers that may train on a device."""
        return list(self._fit(device))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices of all that may train, each once."""
        devices = (device for member in self._fit().values() for device in member.devices)
        return tuple(dict.fromkeys(devices))

    @property
    def threads(self) -> int:
        """The runs that train at a time."""
        return sum(member.threads for member in self._fit().values())

    def _fit(self, device: str = "cpu") -> dict[str, Member]:
        """One look at who is there: another thread may be at the next."""
        return {
            address: member
            for address, member in self.by_address.items()
            if device in {one.kind for one in member.devices}
        }

    def able(self, device: str) -> list[str]:
        """The same as `fit`. Refuses a device that no worker has."""
        devices.find(device, self.devices, "on the cluster")
        return self.fit(device)

    @property
    def misfits(self) -> list[str]:
        """Why workers are left out, a sentence each."""
        return [member.misfit for member in self.by_address.values() if member.misfit]


def _ask(client: "Client", workers: list[str]) -> dict[str, Any]:
    """What workers say of themselves, or the exception that this ended in."""
    if not workers:
        return {}
    try:
        answers = client.run(
            cluster_task.describe, workers=workers, on_error="return", callback_timeout=WARM
        )
    except OSError as silence:
        return dict.fromkeys(workers, silence)
    return dict(answers)


def _member(name: str, threads: int, answer: dict[str, Any] | Exception) -> Member:
    """A worker, by what it answered."""
    remedy = "it is left out until the same is installed there as here"
    if isinstance(answer, Exception):
        return Member(threads, (), f"the worker {name} cannot run toylab ({answer}): {remedy}")
    if unlike := differences(answer["software"]):
        return Member(threads, (), f"the worker {name} has other software, {unlike}: {remedy}")
    return Member(threads, tuple(Device(**device) for device in answer["devices"]), "")
