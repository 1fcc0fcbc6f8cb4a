"""Charts, one module for each concept; what they share is in `house`."""

from toylab.charts import allocation, disagreement, house, isoflop, kaplan, parametric, sweep

__all__ = ["allocation", "disagreement", "house", "isoflop", "kaplan", "parametric", "sweep"]
