"""Entry point: draws the frame, runs the chosen page. `streamlit run app.py`."""

import os

# Before numpy. OpenBLAS would give each small matrix to all cores and keep them spinning: on a
# busy machine a fit with scipy's L-BFGS-B took 25 times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pandas as pd

# Small tables are made, chosen from and joined in two thirds of the time.
pd.set_option("mode.string_storage", "python")

import ui  # noqa: E402 (after both settings)

ui.run(ui.frame())
ui.warm()
