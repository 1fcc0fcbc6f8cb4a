"""Connection to a Dask scheduler, made at the first need and anew after it was lost.

Dask's `distributed` is imported where a cluster is asked for, and only there.
"""

import gc
import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from toylab.live.cluster_members import Members

if TYPE_CHECKING:
    from distributed import Client

CONNECT = 4.0  # seconds a scheduler may take to answer
FRESH = 2.0  # seconds for which what was found of a cluster holds


def lost() -> tuple[type[Exception], ...]:
    """The exceptions by which Dask says that a connection is gone."""
    from distributed.client import ClosedClientError

    return OSError, CancelledError, ClosedClientError


class Cluster:
    """A scheduler, whoever works for it, and whoever listens to what they say of their runs."""

    def __init__(self, address: str) -> None:
        self.topic = f"toylab-{uuid4().hex}"
        self._absent = f"no Dask scheduler answers at {address}; start one with: dask scheduler"
        self._empty = f"the cluster has no workers; start some with: dask worker {address}"
        self._address = address
        self.trouble = ""  # why it cannot train, in a sentence
        self.members = Members()
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
            except lost() as gone:
                self.trouble = self._absent
                raise ValueError(self._absent) from gone
            self.trouble = ""
            return client

    def _connected(self) -> "Client":
        if self._client is None or self._client.status != "running":
            self.close()
            self._client = self._open()
        if time.monotonic() - self._looked > FRESH:
            self.members.look(self._client)
            self._looked = time.monotonic()
        if not self.members.fit():
            raise ValueError(next(iter(self.members.misfits), self._empty))
        return self._client

    def close(self) -> None:
        """Let go of the connection; what trains is stopped before."""
        client, self._client, self._looked = self._client, None, -FRESH
        if client is not None:
            with suppress(OSError):  # it is gone
                client.close(timeout=CONNECT)

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
        if time.monotonic() - self._failed < FRESH:
            raise ValueError(self._absent)  # many runs ask at once
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it
        with suppress(OSError, ValueError):
            client = Client(self._address, timeout=CONNECT, set_as_default=False)
            client.subscribe_topic(self.topic, self._hear)
            return client
        gc.collect()  # the client ends now; with Python itself it would do so in a traceback
        self._failed = time.monotonic()
        raise ValueError(self._absent)

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        name, line = event[1]
        if listener := self._listeners.get(name):
            listener(json.loads(line))
