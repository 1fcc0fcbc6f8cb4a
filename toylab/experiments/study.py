"""Which shell line repeats a plan? The command, and what differs from its usual plan."""

from typing import Any


def shell_line(command: str, plan: Any) -> str:
    """`python -m toylab <command>` with an option for each field that is not the default."""
    usual = type(plan)()
    options = [
        f" --{name} {value}" for name, value in vars(plan).items() if value != getattr(usual, name)
    ]
    return f"python -m toylab {command}{''.join(options)}"
