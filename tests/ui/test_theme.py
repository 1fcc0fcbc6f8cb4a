"""The theme's colours: told apart by colour-blind eyes, and strong enough to read."""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ui.charts import MEANINGS

ROOT = Path(__file__).parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB; and eyes that see all.
EYES = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
APART = 14.0  # CIE76, six times what is just noticeable side by side (2.3)
MARK, TEXT = 3.0, 4.5  # contrast that WCAG 2 asks of marks and of letters


def linear(colour: str) -> np.ndarray:
    """Linear RGB of #rrggbb."""
    x = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    t = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    high, low = sorted((TO_XYZ[1] @ linear(one), TO_XYZ[1] @ linear(other)), reverse=True)
    return float((high + 0.05) / (low + 0.05))


def test_the_measures_know_black_from_white_and_red_from_green():
    assert contrast("#000000", "#ffffff") == pytest.approx(21, rel=1e-3)
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.02)
    red, green = linear("#b8564b"), linear("#6b7f4c")
    blind = np.array(EYES["deuteranopia"])
    assert np.linalg.norm(lab(red) - lab(green)) > 50
    assert np.linalg.norm(lab(blind @ red) - lab(blind @ green)) < 25


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_no_two_meanings_look_alike(theme, eyes):
    colours = THEME[theme]["chartCategoricalColors"][: len(MEANINGS)]
    seen = {
        meaning: lab(np.array(EYES[eyes]) @ linear(colour))
        for meaning, colour in zip(MEANINGS, colours, strict=True)
    }
    near = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other]))
        for one, other in combinations(MEANINGS, 2)
    }
    assert {pair: round(d, 1) for pair, d in near.items() if d < APART} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_letters_and_links_stand_out_from_the_ground(theme):
    ours = THEME[theme]
    for colour in ours["chartCategoricalColors"][: len(MEANINGS)]:
        assert contrast(colour, ours["backgroundColor"]) >= MARK
    for name in "textColor", "linkColor":
        for ground in "backgroundColor", "secondaryBackgroundColor":
            assert contrast(ours[name], ours[ground]) >= TEXT
