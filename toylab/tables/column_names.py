"""Names of columns, as they are compared: without case, punctuation and folders of logs."""

import re

import pandas as pd

PER = "token|byte|char|character|word|s|sec|second|day"  # other slashes only divide


def normalise(name: str) -> str:
    """The name in small letters and digits only; a single letter stays as it is."""
    text = re.sub(r"-(?=\d)", "minus", name.strip())
    text = re.sub(rf"/(?=\s*({PER})\b)", "per", text, flags=re.IGNORECASE)  # "nats/token"
    return text if len(text) == 1 else re.sub("[^a-z0-9]", "", text.lower())


def leaf(name: str) -> str:
    """The last part of a logged name, normalised: "config/lr" -> lr."""
    return normalise(re.split(r"[/.]", name)[-1])


def named(cells: pd.DataFrame, names: str) -> "pd.Series[str] | None":
    """The first column with a name of this pattern that no other column has."""
    for name in cells.columns:
        if re.fullmatch(names, normalise(str(name))) and list(cells.columns).count(name) == 1:
            return cells[name]
    return None
