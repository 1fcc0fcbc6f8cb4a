"""Recipes of real models: size, tokens, batch, peak rate, schedule, and what laws would advise.

Sizes and tokens are those of `trained_models`; `data/recipes.csv` adds what else the reports say.
A recipe is what a laboratory did, not what was best: nobody trained the other choices at that
scale. Laws are asked for the model's own 6 N D, or its own N and D, with N the parameters that a
token meets. A rate belongs to its optimiser, and under muP to its base width.
"""

from dataclasses import dataclass
from functools import cache

import pandas as pd

from toylab.data.recorded import DATA
from toylab.laws import allocation, batch_lr, published
from toylab.laws.forms import FLOPS, Additive
from toylab.laws.trained_models import trained

APPROACHES = ("envelope", "isoFLOP", "parametric", "hyperparameter grid")
WORDS = ["schedule", "warmup", "optimizer", "mup", "approach", "recipe_source"]
ADAM = ("Adam", "AdamW")  # whose rates are of one scale


@cache
def recipes() -> pd.DataFrame:
    """Real models with their recipes, a row each; adds to `trained` these columns.

    flops (6 N D), sparse (a mixture of experts), batch_first and batch_last (tokens a step),
    peak_lr, schedule, warmup, optimizer, mup ("yes" or "no"), approach (of the scaling study,
    several by commas), exponent (a of N_opt ~ C^a, as printed), recipe_source, comparable (the
    rate is one of Adam's, without muP), late_decay (the rate is constant but for its end). What
    was not found is NaN, or "" where it is words.
    """
    found = pd.read_csv(DATA / "recipes.csv", comment="#")
    found = found.rename(columns={"source": "recipe_source"})
    frame = trained().merge(found, on="name", how="left", validate="one_to_one")
    frame[WORDS] = frame[WORDS].fillna("")
    return frame.assign(
        flops=FLOPS * frame["active_params"] * frame["tokens"],
        sparse=frame["active_params"] < frame["params"],
        comparable=frame["optimizer"].isin(ADAM) & (frame["mup"] != "yes"),
        late_decay=frame["schedule"].str.match(r"constant(?!.*sqrt)"),
    )


@cache
def yearly() -> pd.DataFrame:
    """Medians by year: tokens_per_param, batch (tokens, at a run's end), lr (comparable ones).

    models, batches and rates count those that each is of; NaN where no report of the year says.
    """
    frame = recipes()
    frame = frame.assign(lr=frame["peak_lr"].where(frame["comparable"]))
    years = frame.groupby("year")
    return pd.DataFrame(
        {
            "models": years.size(),
            "tokens_per_param": years["tokens_per_param"].median(),
            "batch": years["batch_last"].median(),
            "batches": years["batch_last"].count(),
            "lr": years["lr"].median(),
            "rates": years["lr"].count(),
        }
    ).reset_index()


@cache
def with_advice() -> pd.DataFrame:
    """Recipes beside two laws of batch and rate: adds batch_deepseek, lr_deepseek, and of Step Law.

    DeepSeek's laws are asked for 6 N D, Step Law for N and D: batch_step, lr_step. Both are far
    beyond the runs that they were fitted on.
    """
    frame, rule = recipes(), batch_lr.RULES["deepseek"]
    sizes, tokens = frame["active_params"], frame["tokens"]
    return frame.assign(
        batch_deepseek=[rule.batch(C) for C in frame["flops"]],
        lr_deepseek=[rule.lr(C) for C in frame["flops"]],
        batch_step=published.STEP_BATCH.form.at(sizes, tokens),
        lr_step=published.STEP_LR.form.at(sizes, tokens),
    )


@dataclass(frozen=True)
class Recipe:
    """One model's recipe as far as laws can be asked about it."""

    name: str
    params: float  # those that a token meets
    total: float  # all parameters
    tokens: float
    batch: float  # tokens a step, at the run's end; NaN where not found
    lr: float  # peak; NaN where not found
    comparable: bool  # the rate is one of Adam's, without muP

    @property
    def sparse(self) -> bool:
        """True for a mixture of experts."""
        return self.total > self.params

    @property
    def flops(self) -> float:
        """6 N D."""
        return FLOPS * self.params * self.tokens

    def splits(self, form: Additive) -> pd.DataFrame:
        """Every law's split of this model's compute, see `allocation.compare`; adds times_params.

        That is the size advised over this model's.
        """
        table = allocation.compare(form, self.flops)
        return table.assign(times_params=table["params"] / self.params)

    def regret(self, form: Additive) -> allocation.Regret:
        """The regret of this model's own split under a law."""
        return allocation.regret(form, self.params, self.tokens)

    def settings(self) -> pd.DataFrame:
        """Every law's batch and rate for this size and data, and how many times them were used.

        Columns law, needs, critical, batch, lr (NaN where the law says nothing), times_batch,
        times_lr (NaN where the rate is of another scale).
        """
        advice = batch_lr.advice(self.params, self.tokens)
        columns = ["law", "needs", "critical", "batch", "lr"]
        rows = [[getattr(one, column) for column in columns] for one in advice]
        frame = pd.DataFrame(rows, columns=columns).astype({"lr": float})
        used = self.lr if self.comparable else float("nan")
        return frame.assign(times_batch=self.batch / frame["batch"], times_lr=used / frame["lr"])


def find(name: str) -> Recipe:
    """The recipe of a model.

    Raises:
        ValueError: if there is no model of that name.
    """
    rows = recipes()[recipes()["name"] == name].to_dict("records")
    if not rows:
        raise ValueError(f"name must be a model of models.csv, got {name!r}")
    (row,) = rows
    return Recipe(
        name=name,
        params=float(row["active_params"]),
        total=float(row["params"]),
        tokens=float(row["tokens"]),
        batch=float(row["batch_last"]),
        lr=float(row["peak_lr"]),
        comparable=bool(row["comparable"]),
    )
