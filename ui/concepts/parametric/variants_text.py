"""Sentences on the same runs under other recipes, and on what recipes did to published fits."""

import pandas as pd

from toylab.fits.huber_objective import TINY
from toylab.laws import allocation, published
from toylab.quantities import format_number, format_scientific
from ui.concepts.parametric.text import ratio
from ui.concepts.parametric.view import Answer, VariantControls

# Tokens per parameter at 5.76e23 FLOPs by our own fit of the 245 points that Besiroglu et al. 2024
# (arXiv:2404.10102) read off Hoffmann's Figure 4, without their five highest losses and with
# them; tests/concepts/test_parametric.py fits both anew.
WITHOUT_FIVE, WITH_FIVE = 17.92, 6.82
OUTLIERS = (
    "And five of the 245 published points suffice: without the five highest losses they "
    f"advise {WITHOUT_FIVE:.0f} tokens per parameter, with them {WITH_FIVE:.0f}."
)
OUTLIERS_MADE = (
    "Our fits of the points read off Hoffmann's Figure 4 (see Find runs): python "
    "-m toylab fit svg_extracted_data.csv --at 5.76e23, with and without --drop-highest 5"
)


def variants(answer: Answer, chosen: VariantControls) -> str:
    """The distance between the recipes, and the optimiser's report on its own."""
    rows = sorted(answer.advised(chosen)["recipes"].to_dict("records"), key=lambda r: r["ratio"])
    low, high = rows[0], rows[-1]
    plain = [each.success for each in answer.variants(chosen) if each.success is not None]
    optimiser = (
        f"Of L-BFGS's {len(plain)} answers scipy reports {sum(plain)} as a success: compare "
        "their objectives below."
        if plain
        else "L-BFGS frees all five constants, so it is left out here."
    )
    return (
        f"The same runs advise from **{format_number(low['ratio'], 3)}** tokens per parameter "
        f"({low['recipe']}) to **{format_number(high['ratio'], 3)}** ({high['recipe']}); the fit "
        f"above says {ratio(answer.ratio)}. {optimiser}"
    )


def recipes(answer: Answer, chosen: VariantControls) -> pd.DataFrame:
    """Each recipe with what it changes and what it costs."""
    rows = []
    for each in answer.variants(chosen):
        advice = answer.advice(each)
        times = each.objective / max(answer.fit.objective, TINY)
        judged = "none: the fit is exact" if answer.fit.exact else f"{times:.3f}"
        rows.append(
            {
                "Recipe": each.name,
                "What it does": each.why,
                "Tokens per parameter": format_number(advice, 3)
                if advice > 0
                else "no law comes of it",
                "Objective, times that of the fit above": judged if each.form else "",
            }
        )
    return pd.DataFrame(rows)


def published_advice() -> str:
    """The effect of the same mistakes on the published fit."""
    C = 5.76e23
    ours, full, rounded = (
        allocation.best(law.form, C).tokens_per_param
        for law in (published.REFIT, published.HOFFMANN_3_FULL, published.HOFFMANN_3)
    )
    return (
        f"It has happened. At {format_scientific(C)} FLOPs the refitted constants advise "
        f"{ours:.0f} tokens per parameter, those of the original fit, which probably stopped "
        f"early, {full:.0f}, and the same as printed, rounded, {rounded:.0f}."
    )
