"""Table of every recipe, to sort and to search; and the links from a recipe to other pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd

from toylab.laws import recipes
from toylab.laws.model_shapes import SHAPES
from toylab.laws.recipes import Recipe
from toylab.quantities import format_count, format_scientific
from toylab.teaching.contents import TITLES, PageLink
from toylab.teaching.model_links import planner_link
from ui.concepts.recipes.view import FIRST, LAST
from ui.knobs import knob

YEARS = list(range(FIRST, LAST + 1))
KINDS = {"all": "every model", "dense": "dense models", "sparse": "mixtures of experts"}
FORMATS = {
    "Year": "%d", "Parameters": "compact", "Active": "compact", "Tokens": "compact",
    "Tokens per parameter": "%.3g", "First batch": "compact", "Last batch": "compact",
    "Peak rate": "%.2e", "Its exponent a": "%.3g",
}  # fmt: skip
OPENS = {"planner": "Plan it", "allocation": "Split its budget", "batch_lr": "Ask the laws"}
LINKS = {
    "planner": "Plan a model of this size",
    "allocation": "Its budget on the plane of size and data",
    "batch_lr": "The laws of batch and rate, for this model",
}


@dataclass(frozen=True)
class Filter:
    """The controls of the table of recipes."""

    years: tuple[int, int] = knob((FIRST, LAST), "Years, from and to", YEARS)
    kind: str = knob("all", "Show", KINDS)

    @property
    def rows(self) -> pd.DataFrame:
        """The recipes that it lets through."""
        frame = recipes.recipes()
        kept = frame["year"].between(*self.years)
        if self.kind != "all":
            kept &= frame["sparse"] == (self.kind == "sparse")
        return frame[kept]

    @property
    def table(self) -> pd.DataFrame:
        """The recipes for reading and sorting: numbers stay numbers."""
        rows = self.rows
        ways = [places(recipes.find(name)) for name in rows["name"]]
        return pd.DataFrame(
            {
                "Model": rows["name"],
                "Year": rows["year"],
                "By": rows["org"],
                "Parameters": rows["params"],
                "Active": rows["active_params"],
                "Tokens": rows["tokens"],
                "Tokens per parameter": rows["tokens_per_param"],
                "First batch": rows["batch_first"],
                "Last batch": rows["batch_last"],
                "Peak rate": rows["peak_lr"],
                "Optimiser": _said(rows["optimizer"]),
                "Schedule": _said(rows["schedule"]),
                "Warm-up": _said(rows["warmup"]),
                "muP": rows["mup"].map({"yes": "yes", "no": "no"}),
                "Scaling study": _said(rows["approach"]),
                "Its exponent a": rows["exponent"],
                **{
                    title: [way[page].as_url if page in way else None for way in ways]
                    for page, title in OPENS.items()
                    if page in TITLES
                },
                "Report": rows["link"],
                "Sources": (rows["source"] + "; " + rows["recipe_source"]).str.removesuffix("; "),
            }
        )


@dataclass(frozen=True)
class Way(PageLink):
    """A link from a recipe to a page, with its numbers set."""

    @property
    def as_url(self) -> str:
        """The address, from a page of this app."""
        return f"{self.page}?{urlencode(self.query, doseq=True)}"


def places(recipe: Recipe) -> dict[str, Way]:
    """Where a recipe can be looked into, by page; in the planner where its shape is known."""
    N, D = format_count(recipe.params), format_count(recipe.tokens)
    model = SHAPES.get(recipe.name)
    planned = {"planner": planner_link(model.shape, recipe.tokens).settings} if model else {}
    settings: dict[str, Mapping[str, object]] = {
        **planned,
        "allocation": {"allocation_budget": format_scientific(recipe.flops)},
        "batch_lr": {"tune_about": "laws", "laws_params": N, "laws_tokens": D},
    }
    return {page: Way(page, values) for page, values in settings.items() if page in TITLES}


def _said(words: "pd.Series[str]") -> "pd.Series[str]":
    return words.mask(words == "", None)
