"""Law and paper: a form with constants, their source, and the range of the runs behind them."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from typing import Generic, TypeVar

from toylab.laws.forms import Form
from toylab.quantities import format_count, format_scientific

F_co = TypeVar("F_co", bound=Form, covariant=True)
Interval = tuple[float, float]


@dataclass(frozen=True)
class Paper:
    """A paper that numbers come from."""

    name: str
    arxiv: str
    title: str

    @property
    def url(self) -> str:
        """Its page on arXiv."""
        return f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def cited(self) -> str:
        """A link to it, in Markdown."""
        return f"[{self.name}]({self.url})"


@dataclass(frozen=True)
class Law(Generic[F_co]):
    """A form with published constants."""

    name: str  # for links and the command line
    title: str
    form: F_co
    gives: str  # what the law is about, in a word or two
    paper: Paper
    where: str  # equation, table or figure
    counts: Mapping[str, str]  # what the letters N, D, C, S count there
    measured: Mapping[str, Interval]  # the range of the runs behind it; C always in FLOPs
    spread: Mapping[str, Interval] = field(default_factory=dict)  # of constants, where printed
    spread_is: str = "not printed"
    unit: str = ""  # of the scale or the coefficient, which the form leaves open
    per_unit: float = 1.0  # training FLOPs that one unit of the law's C stands for
    note: str = ""

    @property
    def source(self) -> str:
        """Paper and place, in words."""
        return f"{self.paper.name}, {self.where}"

    @property
    def cited(self) -> str:
        """A link to the paper with the place in it, in Markdown."""
        return f"[{self.source}]({self.paper.url})"

    @property
    def range(self) -> str:
        """The range of the runs behind it, in words."""
        return ", ".join(
            f"{letter} {format_scientific(low)} to {format_scientific(high)} FLOPs"
            if letter == "C"
            else f"{letter} {format_count(low)} to {format_count(high)}"
            for letter, (low, high) in self.measured.items()
        )

    @property
    def constants(self) -> list[dict[str, str]]:
        """One row a constant: law, constant, value, unit, uncertainty, source, link."""
        pairs = zip(fields(self.form), astuple(self.form), strict=True)
        return [
            {
                "law": self.title,
                "constant": constant.name,
                "value": f"{value:.6g}",
                "unit": self.units[constant.name] or "none",
                "uncertainty": self._spread(constant.name),
                "source": self.source,
                "link": self.paper.url,
            }
            for constant, value in pairs
        ]

    @property
    def units(self) -> dict[str, str]:
        """The unit of each constant."""
        open_ = {"scale": self.unit, "coefficient": self.unit}
        return {name: open_.get(name, unit) for name, unit in self.form.units.items()}

    def _spread(self, constant: str) -> str:
        if constant not in self.spread:
            return "not printed"
        low, high = self.spread[constant]
        return f"{low:.4g} to {high:.4g} ({self.spread_is})"
