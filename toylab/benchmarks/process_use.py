"""A process's use of the machine: the seconds of processor time, and the memory it holds."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Use:
    """Of one process, without its children."""

    cpu: float  # seconds since it began
    memory: float  # MB that are in the machine's memory


def use(pid: int) -> Use:
    """The use of a running process: from /proc on Linux, elsewhere to the second from `ps`."""
    stat = PROC / str(pid) / "stat"
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()  # from the third on
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return Use(cpu, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
    command = ["ps", "-o", "time=,rss=", "-p", str(pid)]
    time, memory = subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.split()
    seconds = 0.0
    for part in time.replace("-", ":").split(":"):
        seconds = 60 * seconds + float(part)
    return Use(seconds, int(memory) / 1e3)
