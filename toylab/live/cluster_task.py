"""Far end of a cluster: what the workers of Dask are asked to do.

A worker of Dask trains nothing itself. It hands a request to a warm `toylab.live.worker` process
beside it, as a slot of the pool does on one machine: so threads, denormals and rows are the same
as there, and Stop kills the training at once, which no thread allows.
"""

import asyncio
import json
import threading
from collections import deque
from typing import Any

from toylab.live.software import software
from toylab.live.worker_process import WorkerProcess

_LOCK = threading.Lock()
_idle: list[WorkerProcess] = []  # warm
_training: dict[str, WorkerProcess] = {}  # by the name of the run
_stopped: deque[str] = deque(maxlen=1000)  # names; a stop may come before its run


async def describe() -> dict[str, Any]:
    """This machine's software and devices. Leaves a process warm."""
    return await asyncio.to_thread(_describe)


def _describe() -> dict[str, Any]:
    process = WorkerProcess()
    hello = process.answer()
    if hello:
        _idle.append(process)
    else:
        process.reap()
    return {"software": dict(software()), "devices": hello.get("devices", [])}


def train(topic: str, name: str, request: str) -> dict[str, Any]:
    """The last of a run: its rows with `done`, or an `error`, or the `status` of a dead process.

    What comes before goes to the listeners of a topic with its name, {"fraction", "rows"} at a
    time; first of all {"at"}: the address of this worker.
    """
    from distributed import get_worker

    worker = get_worker()

    def tell(message: dict[str, Any]) -> None:
        worker.log_event(topic, (name, json.dumps(message)))

    tell({"at": worker.address})
    process = _begin(name)
    last: dict[str, Any] = {}
    for message in process.train(request):
        last |= message
        tell(message)
    with _LOCK:
        del _training[name]
        survived = ("done" in last or "error" in last) and name not in _stopped
        if survived:
            _idle.append(process)
    return last if survived else last | {"status": process.reap()}


def _begin(name: str) -> WorkerProcess:
    """A warm process for a run; a dead one if the run has been stopped by now."""
    with _LOCK:
        process = _idle.pop() if _idle else None
    if process is None:
        process = WorkerProcess()
        process.answer()
    with _LOCK:
        _training[name] = process
        if name in _stopped:
            process.kill()
    return process


def stop(name: str) -> None:
    """Kill what trains a run here, now or when it begins."""
    with _LOCK:
        _stopped.append(name)
        if name in _training:
            _training[name].kill()
