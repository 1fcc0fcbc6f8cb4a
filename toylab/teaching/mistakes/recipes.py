"""Mistakes with the recipes of real models; see `catalogue`."""

from toylab.laws import published, recipes
from toylab.laws.allocation import best
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

MIXTURE = "DeepSeek-V3"
RULE = published.TWENTY.form.tokens_per_param


def every_expert() -> Mistake:
    """All parameters of a mixture of experts taken for its size."""
    mine = recipes.find(MIXTURE)
    claimed, correct = FLOPS * mine.total * mine.tokens, mine.flops
    split = best(published.REFIT.form, mine.flops)
    return Mistake(
        name="every-expert",
        title="A mixture of experts",
        sources=(published.REFIT,),
        question=f"{MIXTURE} has {format_count(mine.total)} parameters, of which a token meets "
        f"{format_count(mine.params)}; it read {format_count(mine.tokens)} tokens. What did its "
        "training take?",
        working=(
            "Compute is 6 N D, N parameters, D tokens.",
            f"N = {format_count(mine.total)}: all of them are trained.",
            f"6 x {format_count(mine.total)} x {format_count(mine.tokens)} = "
            f"{format_scientific(claimed)} FLOPs.",
            f"And {format_count(mine.tokens)}/{format_count(mine.total)} = "
            f"{format_number(mine.tokens / mine.total, 3)} tokens a parameter: Chinchilla's rule.",
        ),
        wrong_line=1,
        explanation="A token goes through a few experts only, and each of its FLOPs belongs to a "
        f"parameter that it meets. With N = {format_count(mine.params)} the training took "
        f"**{format_scientific(correct)} FLOPs**, at {format_number(mine.tokens / mine.params, 3)} "
        f"tokens a parameter: far from {RULE:g}. All {format_count(mine.total)} count for memory.",
        claimed=claimed,
        correct=correct,
        unit="FLOPs",
        cost=f"You would plan {format_number(claimed / correct, 3)} times the compute. And the "
        "ratio is read as a compute-optimal one: by Besiroglu's refit a dense model of this "
        f"compute would have {format_count(split.params)} parameters and read "
        f"{format_number(split.tokens_per_param, 3)} tokens for each.",
        link=PageLink("recipes", {"recipes_model": MIXTURE, "recipes_about": "advice"}),
    )
