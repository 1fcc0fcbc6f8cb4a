"""Charts, one module for each concept; what they share is in `house`."""

from toylab.charts import (
    allocation,
    batch_lr,
    critical_batch,
    disagreement,
    home,
    house,
    isoflop,
    kaplan,
    mistakes,
    parametric,
    sweep,
)

__all__ = [
    "allocation", "batch_lr", "critical_batch", "disagreement", "home", "house", "isoflop",
    "kaplan", "mistakes", "parametric", "sweep",
]  # fmt: skip
