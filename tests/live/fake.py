"""An experiment that trains nothing: what the queue needs to know of one, made to order."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WITHOUT_TORCH = Path(__file__).parent / "without_torch"  # before PYTHONPATH, for workers of naps


@dataclass(frozen=True)
class Nap:
    """A run that sleeps, in some looks; or ends its process, or refuses."""

    name: str
    seconds: float = 0.0
    ends: str = "well"  # well, dead or refused
    cost: float = 1.0
    device: str = "cpu"
    looks: int = 10


def run(spec: Nap) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Looks at a nap."""
    if spec.ends == "refused":
        raise ValueError(f"{spec.name} must not be run")
    for look in range(1, spec.looks + 1):
        time.sleep(spec.seconds / spec.looks)
        if spec.ends == "dead":
            os._exit(9)
        yield look / spec.looks, [{"name": spec.name, "look": look, "process": os.getpid()}]


class Stand:
    """A worker that is no process: it ends a task for each that is allowed."""

    def __init__(self) -> None:
        self.allowed = threading.Semaphore(0)

    def answer(self) -> dict[str, Any]:
        return {"devices": []}

    def train(self, request: str) -> Iterator[dict[str, Any]]:
        self.allowed.acquire()
        yield {"fraction": 1.0, "rows": [json.loads(request)["fields"]]}
        yield {"done": True}

    def kill(self) -> None:
        self.allowed.release()

    def reap(self) -> int:
        return 0
