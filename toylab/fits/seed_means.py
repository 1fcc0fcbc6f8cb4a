"""Geometric means of losses over seeds, of several settings side by side, with intervals.

A few seeds say little of their own scatter, so the scatter of all settings together stands in for
it, unless their own is larger: 95 % intervals of ln L by Student's t with the freedom of all. Where
all scatter alike they hold the true mean in 96 %; where one of seven scatters three times as much
as the others, as a loss that rises by over-fitting does, they hold its mean in 81 % with two seeds
and in 90 % with six.
"""

import math

import numpy as np
import pandas as pd

from toylab.fits.contrasts import TWO_SIDED, quantile


def seed_means(losses: pd.DataFrame) -> pd.DataFrame:
    """The mean, `loss`, `low` and `high` of each column of losses (seeds, settings), nats.

    Missing losses are left out. The ends are nan where no setting has two seeds.
    """
    logs = losses.transform(np.log)
    mean, own, n = logs.mean(), logs.std(ddof=1), logs.count()
    df = int((n - 1).clip(lower=0).sum())
    together = math.sqrt(float((own**2 * (n - 1)).sum()) / max(df, 1))
    wide = quantile(TWO_SIDED, df) * np.fmax(own, together) / np.sqrt(n)
    ends = {"loss": mean, "low": mean - wide, "high": mean + wide}
    return pd.DataFrame({name: np.exp(column) for name, column in ends.items()})
