"""`python -m toylab ...`: the same engine without a browser."""

import io
import os
import sys
from collections.abc import Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy; see app.py

# isort: split
from toylab.cli import (
    architecture,
    batch_steps,
    critical_batch,
    devices,
    fit,
    isoflop,
    laws,
    lm,
    lm_grid,
    maintenance,
    other_texts,
    plan,
    quiz,
    regression,
    repetition,
    schedules,
    shapes,
    sine,
    streaks,
    tasks,
    transfer,
)  # fmt: skip
from toylab.cli.parser import Parser
from toylab.live import cluster


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status: 0, 1 if a run failed, 130 if interrupted."""
    parser = Parser(prog="toylab", description="Scaling laws and experiments, without a browser.")
    commands = parser.add_subparsers(required=True, dest="command")
    for concept in (
        sine, lm, architecture, shapes, lm_grid, streaks, tasks, repetition, other_texts,
        transfer, schedules, critical_batch, batch_steps, laws, plan, fit, isoflop, regression,
        quiz, devices, maintenance,
    ):  # fmt: skip
        concept.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        with cluster.using(getattr(chosen, "cluster", None)):
            return int(chosen.run(chosen))
    except ValueError as refusal:
        chosen.refuse(str(refusal))
        raise


def run() -> None:
    """The console command `toylab`: run it, and end the process with its exit status."""
    _open_streams()
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:  # before or after training; in between it stops the training
        status = 130
    except OSError as trouble:  # a full disk; or whoever read us has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(trouble, BrokenPipeError):
            parts = filter(None, ("toylab", trouble.filename, trouble.strerror))
            sys.stderr.write(": ".join(map(str, parts)) + "\n")
        status = 1
    raise SystemExit(status)


def _open_streams() -> None:
    """See to it that what is said has a place to go."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed: what is said is lost, also by workers
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
            os.set_inheritable(getattr(sys, name).fileno(), True)
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may not know a minus sign
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    run()
