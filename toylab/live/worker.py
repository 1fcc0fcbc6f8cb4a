"""A worker process that trains: specs come in and rows go out, as lines of JSON.

`python -m toylab.live.worker` imports torch, says which devices it found, and then trains one spec
after the other. A request names the experiment's module and class with the spec's fields:

    {"module": "toylab.experiments.sine", "spec": "SineSpec",
     "fields": {"width": 64, "samples": 256}}

and is answered by any number of {"fraction", "rows"} and one {"done"} or {"error"}. The process
ends itself when its input closes: no server, no workers. It is killed to stop a run.
"""

import dataclasses
import importlib
import json
import os
import queue
import signal
import sys
import threading
from typing import Any

from toylab import devices


def main() -> None:
    """Answer requests until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server, and that ends us
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints goes to the log, not among the answers

    def answer(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    import torch

    torch.set_num_threads(1)  # the cores are shared out between processes
    torch.set_flush_denormal(True)  # what Adam remembers of a dead unit decays to them: slow
    answer(devices=[dataclasses.asdict(device) for device in devices.available()])
    while True:
        request = requests.get()
        try:
            experiment = importlib.import_module(request["module"])
            spec = getattr(experiment, request["spec"])(**request["fields"])
            for fraction, rows in experiment.run(spec):
                answer(fraction=fraction, rows=rows)
            answer(done=True)
        except ValueError as refusal:
            answer(error=str(refusal))


def _listen(requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


if __name__ == "__main__":
    main()
