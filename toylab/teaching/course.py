"""Course: how far along a way through the pages the reader is.

A trail is all in the address, so that it survives a reload and can be sent to somebody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from toylab.teaching.ways import WAYS, Step, Way

KEYS = ("way", "step", "done")  # of a trail, in the address


@dataclass(frozen=True)
class Trail:
    """A way, the step that the reader is at, from 1, and the steps that are done."""

    way: Way
    at: int = 1
    done: frozenset[int] = frozenset()

    @property
    def step(self) -> Step:
        """The step that the reader is at."""
        return self.way.steps[self.at - 1]

    @property
    def over(self) -> bool:
        """True if every step is done."""
        return len(self.done) == len(self.way.steps)

    def to(self, at: int) -> "Trail":
        """The same trail at another step, as near as there is one."""
        return replace(self, at=min(max(at, 1), len(self.way.steps)))

    def onward(self) -> "Trail":
        """This step done, and at the next; after the last, at the first that is still open."""
        done, many = self.done | {self.at}, len(self.way.steps)
        left = [k for k in range(1, many + 1) if k not in done]
        following = self.at + 1 if self.at < many else next(iter(left), self.at)
        return replace(self, at=following, done=done)

    @property
    def query(self) -> dict[str, str]:
        """The trail as the address has it."""
        query = {"way": self.way.name, "step": str(self.at)}
        return query | ({"done": ".".join(map(str, sorted(self.done)))} if self.done else {})


def read(query: Mapping[str, str]) -> Trail | None:
    """The trail that an address names; None without a way; nonsense in it is ignored."""
    way = WAYS.get(query.get("way", ""))
    if way is None:
        return None
    steps = range(1, len(way.steps) + 1)
    done = {int(k) for k in re.findall(r"\d{1,3}", query.get("done", "")[:200])}
    at = query.get("step", "1")
    here = int(at) if re.fullmatch(r"[0-9]{1,3}", at) else 1
    return Trail(way, done=frozenset(done & set(steps))).to(here)
