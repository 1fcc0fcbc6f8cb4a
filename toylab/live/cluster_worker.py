"""A slot's end of a cluster: what `WorkerProcess` is on one machine.

A run goes to the scheduler as one task. Dask repeats it elsewhere if its worker is lost; its
rows come as events while it trains, and the last of them as its result.
"""

import contextlib
import json
import queue
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from toylab.live import cluster_task
from toylab.live.cluster_connection import CONNECT, Cluster, lost

if TYPE_CHECKING:
    from distributed import Client, Future

LOOK = 5.0  # seconds without news, after which it is seen whether anybody is left
LOST = "The connection to the cluster was lost, and with it part of this run."
KILLED: dict[str, Any] = {"killed": True}


class ClusterRun:
    """One request on its way through a cluster."""

    def __init__(self, cluster: Cluster, request: str, messages: "queue.SimpleQueue[Any]") -> None:
        self.cluster, self.name = cluster, f"toylab-{uuid4().hex}"
        self.client: Client = cluster.connect()
        self.able = cluster.members.able(json.loads(request)["fields"].get("device", "cpu"))
        self.at: str | None = None  # the worker that trains it
        cluster.listen(self.name, messages.put)
        self.future: Future = self.client.submit(
            cluster_task.train, cluster.topic, self.name, request,
            key=self.name, workers=self.able, pure=False,
        )  # fmt: skip
        self.future.add_done_callback(lambda _: messages.put({"ended": True}))

    def check(self) -> None:
        """Refuse to wait where no worker is left that Dask may move it to."""
        self.cluster.connect()
        if not set(self.able) & set(self.cluster.members.by_address):
            self.future.cancel()
            raise ValueError("the workers that could train this run have left the cluster")

    def stop(self) -> None:
        """Take it back from the scheduler, and kill what trains it."""
        self.future.cancel()
        workers = [self.at] if self.at else self.able
        with contextlib.suppress(OSError):  # whoever does not hear of it is lost already
            self.client.run(
                cluster_task.stop, self.name, workers=workers, on_error="ignore",
                callback_timeout=CONNECT,
            )  # fmt: skip

    def outcome(self) -> dict[str, Any]:
        """The last message, once it ended."""
        if self.future.status == "finished":
            return dict(self.future.result())
        if self.future.status == "error":
            why = str(self.future.exception()).partition(". ")[0]
            return {"error": f"The cluster gave this run up: {why}."}
        return {"error": LOST}


class ClusterWorker:
    """One of the runs that a cluster trains at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._status, self._killed = cluster, 0, False
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def answer(self) -> dict[str, Any]:
        """The devices and threads of the cluster, or its trouble in a sentence."""
        try:
            self._cluster.connect()
        except ValueError as refusal:
            return {"trouble": str(refusal)}
        return self._news()

    def train(self, request: str) -> Iterator[dict[str, Any]]:
        """The messages of a run, as `WorkerProcess` has them; a lost cluster is an `error`."""
        try:
            yield from self._follow(request)
        except ValueError as refusal:
            yield {"error": str(refusal), "trouble": self._cluster.trouble}
        except lost():
            yield {"error": LOST}

    def kill(self) -> None:
        """End what it trains; the thread that follows it sees to that."""
        self._killed = True
        self._messages.put(KILLED)

    def reap(self) -> int:
        """The exit status of the process that died in training."""
        return self._status

    def _news(self) -> dict[str, Any]:
        devices = [vars(device) for device in self._cluster.members.devices]
        return {"devices": devices, "threads": self._cluster.members.threads, "trouble": ""}

    def _follow(self, request: str) -> Iterator[dict[str, Any]]:
        self._messages = queue.SimpleQueue()  # the end of the run before may still be told
        if self._killed:
            return
        run = ClusterRun(self._cluster, request, self._messages)
        yield self._news()
        try:
            while (message := self._next(run)) is not KILLED:
                if "ended" in message:
                    last = run.outcome()
                    self._status = last.pop("status", 0)
                    yield last
                    return
                run.at = message.get("at", run.at)
                yield message
                if "done" in message or "error" in message:
                    return  # its result would say the same, a while later
            run.stop()
        finally:
            self._cluster.listen(run.name, None)

    def _next(self, run: ClusterRun) -> dict[str, Any]:
        """The next message. Refuses to wait for workers that are gone."""
        while True:
            try:
                return self._messages.get(timeout=LOOK)
            except queue.Empty:
                run.check()
