"""The shell line of a plan has what differs, and nothing else."""

from toylab.experiments import batch_lr_study, critical_batch_study, study


def test_the_usual_plan_needs_no_options():
    assert study.shell_line("lm-grid", batch_lr_study.BatchLrStudy()) == "python -m toylab lm-grid"


def test_what_differs_is_an_option_in_the_order_of_the_fields():
    plan = critical_batch_study.CriticalBatchStudy(seeds=2, last=2.4, device="cuda")
    said = "python -m toylab batch-steps --seeds 2 --last 2.4 --device cuda"
    assert study.shell_line("batch-steps", plan) == said
