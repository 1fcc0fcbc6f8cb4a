"""Made-up exams of the tasks, for tests."""

from toylab.experiments.task_results import AdditionResults, CopyResults
from toylab.experiments.task_studies import AdditionStudy, CopyStudy
from toylab.experiments.tasks import TaskSpec

STUDY = CopyStudy(widths=(4, 6), seeds=2)


def row(width, seed, accuracy, exact=None, **more):
    """An exam of copying; without `exact` its errors are independent."""
    spec = TaskSpec("copy", width, 300)
    shares = exact or [accuracy**k for k in range(1, 13)]
    return {
        "task": "copy", "width": width, "params": spec.params, "steps": 300, "step": 300,
        "seed": seed, "loss": 1.0, "accuracy": accuracy, "seconds": 0.1,
        **{f"right_{k}": accuracy for k in range(1, 13)},
        **{f"exact_{k}": share for k, share in enumerate(shares, 1)}, **more,
    }  # fmt: skip


def copy_results(*rows):
    return CopyResults(STUDY, STUDY.table(rows))


def addition(tens):
    """One network that knows the last digit from its second look on, the tens as given."""
    study = AdditionStudy(seeds=1, steps=10 * len(tens), looks=len(tens))
    rows = []
    for look, share in enumerate(tens):
        last = 0.1 if look == 0 else 0.99
        rows.append({
            "task": "addition", "width": 16, "params": study.params, "steps": study.steps,
            "step": 10 * (look + 1), "seed": 0, "loss": 1.0, "accuracy": (last + share + 1) / 3,
            "right_1": last, "right_2": share, "right_3": 1.0, "exact_1": (last + share + 1) / 3,
            "exact_2": 0.5, "exact_3": last * share, "seconds": 0.1,
        })  # fmt: skip
    return AdditionResults(study, study.table(rows))
