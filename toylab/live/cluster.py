"""A Dask cluster in place of this machine's processes: which one, and who works in it.

Dask's `distributed` is asked for when a cluster is named, and only then. A worker whose software
differs from that of this machine is left out, as it would train other rows.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from toylab import devices
from toylab.devices import Device
from toylab.live import cluster_task
from toylab.live.software import differences

if TYPE_CHECKING:
    from distributed import Client

VARIABLE = "TOYLAB_CLUSTER"
CONNECT = 4.0  # seconds a scheduler may take to answer
WARM = 60.0  # seconds a worker may take to import torch
FRESH = 2.0  # seconds for which what was found of a cluster holds
_chosen: ContextVar[str | None] = ContextVar("cluster", default=None)


def address() -> str:
    """The scheduler's address, as tcp://host:8786; empty where this machine trains."""
    chosen = _chosen.get()
    return os.environ.get(VARIABLE, "") if chosen is None else chosen


def place() -> str:
    """Where runs are trained, in words."""
    return "the cluster" if address() else "this machine"


@contextmanager
def using(chosen: str | None) -> Iterator[None]:
    """Within it, another address than the environment's; None for none other."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


@dataclass(frozen=True)
class Member:
    """A worker of the cluster."""

    threads: int  # runs at a time
    devices: tuple[Device, ...]
    misfit: str  # why it is left out; mostly empty


class Cluster:
    """The connection to a scheduler, made at the first need and anew after it was lost."""

    def __init__(self, address: str) -> None:
        self.address, self.topic = address, f"toylab-{uuid4().hex}"
        self.trouble = ""  # why it cannot train, in a sentence
        self.members: dict[str, Member] = {}  # by address; those that are there
        self._client: Client | None = None
        self._listeners: dict[str, Callable[[dict[str, Any]], None]] = {}  # by name of the run
        self._lock = threading.Lock()
        self._looked = self._failed = -FRESH  # time.monotonic()

    def connect(self) -> "Client":
        """The connection, after a look at who works there.

        Raises:
            ValueError: if there is none to be had, or nobody who could train.
        """
        with self._lock:
            try:
                client = self._connected()
            except ValueError as refusal:
                self.trouble = str(refusal)
                raise
            self.trouble = ""
            return client

    def _connected(self) -> "Client":
        if self._client is None or self._client.status != "running":
            self.close()
            self._client = self._open()
        if time.monotonic() - self._looked > FRESH:
            self._look(self._client)
        if not self.fit():
            raise ValueError(self._nobody())
        return self._client

    def close(self) -> None:
        """Let go of the connection; what trains is stopped before."""
        client, self._client, self._looked = self._client, None, -FRESH
        if client is not None:
            client.close(timeout=CONNECT)

    def fit(self, device: str = "cpu") -> list[str]:
        """The addresses of the workers that may train on a device."""
        return [
            address
            for address, member in self.members.items()
            if not member.misfit and device in {found.kind for found in member.devices}
        ]

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices of all that may train, each once."""
        found = (device for address in self.fit() for device in self.members[address].devices)
        return tuple(dict.fromkeys(found))

    @property
    def threads(self) -> int:
        """The runs that train at a time."""
        return sum(self.members[address].threads for address in self.fit())

    def able(self, device: str) -> list[str]:
        """The same as `fit`. Refuses a device that no worker has."""
        devices.find(device, self.devices, "in the cluster")
        return self.fit(device)

    def listen(self, name: str, listener: Callable[[dict[str, Any]], None] | None) -> None:
        """Have a function hear what is said of a run; None for nobody any more."""
        if listener is None:
            self._listeners.pop(name, None)
        else:
            self._listeners[name] = listener

    def _open(self) -> "Client":
        try:
            from distributed import Client
        except ImportError as missing:
            raise ValueError(
                "a cluster needs Dask on this machine too: pip install -r requirements-cluster.txt"
            ) from missing
        nobody = f"no Dask scheduler answers at {self.address}: start one there (dask scheduler)"
        if time.monotonic() - self._failed < FRESH:
            raise ValueError(nobody)  # many runs ask at once
        try:
            logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it
            client = Client(self.address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as trouble:
            self._failed = time.monotonic()
            raise ValueError(nobody) from trouble
        client.subscribe_topic(self.topic, self._hear)
        return client

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        _, message = event
        if "rows" in message:
            message["rows"] = list(message["rows"])  # on its way it became a tuple
        if listener := self._listeners.get(message["name"]):
            listener(message)

    def _look(self, client: "Client") -> None:
        """See who works there; whoever is new is asked about its software and devices."""
        there = client.scheduler_info(n_workers=-1)["workers"]
        new = [address for address in there if address not in self.members]
        told = self._ask(client, new)
        asked = {name: _member(name, there[name]["nthreads"], told[name]) for name in new}
        self.members = {n: m for n, m in (self.members | asked).items() if n in there}
        self._looked = time.monotonic()
        for member in asked.values():
            if member.misfit and self.fit():
                logging.getLogger(__name__).warning(member.misfit)

    def _ask(self, client: "Client", workers: list[str]) -> dict[str, Any]:
        """What workers say of themselves, or the exception that this ended in."""
        if not workers:
            return {}
        try:
            return dict(client.run(
                cluster_task.describe, workers=workers, on_error="return", callback_timeout=WARM,
            ))  # fmt: skip
        except OSError as silence:
            return dict.fromkeys(workers, silence)

    def _nobody(self) -> str:
        misfits = [member.misfit for member in self.members.values() if member.misfit]
        return misfits[0] if misfits else (
            f"the cluster at {self.address} has no workers: start some (dask worker {self.address})"
        )  # fmt: skip


def _member(name: str, threads: int, told: dict[str, Any] | Exception) -> Member:
    """A worker, by what it answered."""
    remedy = "it is left out until the same is installed there as here"
    if isinstance(told, Exception):
        return Member(threads, (), f"the worker {name} cannot run toylab ({told}): {remedy}")
    if unlike := differences(told["software"]):
        return Member(threads, (), f"the worker {name} has other software, {unlike}: {remedy}")
    return Member(threads, tuple(Device(**device) for device in told["devices"]), "")
