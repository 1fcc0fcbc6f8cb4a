"""Training a study from a script or a notebook: `train(study)` is its table of runs."""

import pandas as pd

from toylab.experiments.study import Study
from toylab.live import training
from toylab.live.progress import draw_bar


def train(study: Study, progress: bool = True) -> pd.DataFrame:
    """The table of a study's runs, trained now: on this machine's cores, or TOYLAB_CLUSTER.

    Args:
        study: what to train, as `SineStudy(seeds=3)` or `CharlmStudy.PRESETS["ten-seconds"]`.
        progress: draw a bar, where there is a terminal to draw it on.

    Raises:
        ValueError: if it is not a study, or its settings are refused.
        KeyboardInterrupt: at Ctrl-C, once the processes have ended.
        RuntimeError: if a run failed.
    """
    if isinstance(study, type) or not hasattr(study, "specs"):
        raise ValueError(f"study must be a study such as SineStudy(), got {study!r}")
    specs = study.specs()
    done = training.train(specs, draw_bar) if progress else training.train(specs)
    if done.stopped:
        raise KeyboardInterrupt
    if done.failures:
        raise RuntimeError("; ".join(dict.fromkeys(done.failures)))
    return study.table(done.rows)
