"""Catalogue of mistakes, in reading order.

Claims that texts make, in our own words, each as a short working with one wrong line. What is
right, and what the mistake costs, come from the same engine as the pages; nothing is typed in.
"""

from functools import cache

from toylab.teaching.mistakes import (
    architecture,
    budgets,
    emergence,
    laws,
    planner,
    recipes,
    repetition,
    schedules,
    size_and_data,
    training,
    transfer,
)
from toylab.teaching.mistakes.mistake import Mistake


@cache
def mistakes() -> tuple[Mistake, ...]:
    """All, in reading order."""
    return (
        budgets.backward_pass(),
        training.width(),
        laws.floor(),
        size_and_data.two_shortages(),
        size_and_data.small_network(),
        size_and_data.eightfold_data(),
        size_and_data.tokens_seen(),
        size_and_data.when_to_stop(),
        laws.one_slope(),
        laws.log_of_a_sum(),
        budgets.thousandfold(),
        budgets.three_ways(),
        budgets.more_tokens(),
        budgets.constants(),
        budgets.lowest_run(),
        training.line_on_a_chart(),
        training.place_on_the_axis(),
        training.hundred_runs(),
        training.critical_batch(),
        architecture.percent_of_loss(),
        architecture.untuned_rate(),
        emergence.accuracy_from_loss(),
        emergence.power_of_the_mean(),
        transfer.rate_of_a_narrow_net(),
        transfer.rate_as_the_spread(),
        schedules.one_rate_for_all(),
        schedules.along_one_run(),
        schedules.branches_for_free(),
        schedules.fitted_so_known(),
        repetition.tokens_read_again(),
        repetition.diminishing_returns(),
        repetition.bigger_overfits(),
        repetition.always_filter(),
        planner.third_matrix(),
        planner.headline_peak(),
        recipes.every_expert(),
    )
