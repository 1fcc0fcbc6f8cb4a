"""Recipes of real models: size, tokens, batch, peak rate, schedule, and how they were chosen.

Sizes and tokens are those of `trained_models`; `data/recipes.csv` adds what else the reports say.
A recipe is what a laboratory did, not what was best: nobody trained the other choices at that
scale. A rate belongs to its optimiser, and under muP to its base width.
"""

from functools import cache

import pandas as pd

from toylab.data.recorded import DATA
from toylab.laws.trained_models import trained

APPROACHES = ("envelope", "isoFLOP", "parametric", "hyperparameter grid")
WORDS = ["schedule", "warmup", "optimizer", "mup", "approach", "recipe_source"]
ADAM = ("Adam", "AdamW")  # whose rates are of one scale


@cache
def recipes() -> pd.DataFrame:
    """Real models with their recipes: adds to `trained` these columns.

    batch_first and batch_last (tokens a step), peak_lr, schedule, warmup, optimizer, mup ("yes" or
    "no"), approach (of the scaling study, several by commas), exponent (a of N_opt ~ C^a, as
    printed), recipe_source. What was not found is NaN, or "" where it is words.
    """
    found = pd.read_csv(DATA / "recipes.csv", comment="#").rename(
        columns={"source": "recipe_source"}
    )
    unknown = set(found["name"]) - set(trained()["name"])
    if unknown:
        raise ValueError(f"name must be a model of models.csv, got {', '.join(sorted(unknown))}")
    frame = trained().merge(found, on="name", how="left", validate="one_to_one")
    return frame.assign(**{column: frame[column].fillna("") for column in WORDS})
