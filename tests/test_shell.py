"""The shell line of a plan has what differs, and nothing else."""

from toylab import batch_steps, lm_grid, shell


def test_the_usual_plan_needs_no_options():
    assert shell.line("lm-grid", lm_grid.Plan()) == "python -m toylab lm-grid"


def test_what_differs_is_an_option_in_the_order_of_the_fields():
    plan = batch_steps.Plan(seeds=2, last=2.4, device="cuda")
    said = "python -m toylab batch-steps --seeds 2 --last 2.4 --device cuda"
    assert shell.line("batch-steps", plan) == said
