"""Pace of training: the seconds that a unit of cost takes here, learned task by task."""

from collections.abc import Sequence

from toylab.live.job import Spec

USUAL = (4.0, 4.0)  # seconds and cost that stand in for what is not known yet
FADING = 0.8  # of what is known at each task


class Pace:
    """By device; 1 until something has been trained there."""

    def __init__(self) -> None:
        self._spent: dict[str, tuple[float, float]] = {}  # by device: lately, seconds and cost

    def seconds(self, device: str) -> float:
        """The seconds that a unit of cost takes."""
        seconds, cost = self._spent.get(device, USUAL)
        return seconds / cost

    def learn(self, spec: Spec, seconds: float) -> None:
        """Sums are compared, not ratios: a tiny task that had to wait says little."""
        before = self._spent.get(spec.device, USUAL)
        self._spent[spec.device] = FADING * before[0] + seconds, FADING * before[1] + spec.cost

    def estimate(self, specs: Sequence[Spec], costs: Sequence[float], lanes: int) -> float:
        """The seconds that specs take which still owe these costs; a GPU has one lane."""
        lanes = lanes if all(spec.device == "cpu" for spec in specs) else 1
        slowest = max((self.seconds(spec.device) for spec in specs), default=1.0)
        return slowest * max(sum(costs) / lanes, max(costs, default=0.0))
