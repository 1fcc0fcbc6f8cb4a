"""A Transformer to count: its controls, and the table of its parts."""

from dataclasses import dataclass

import pandas as pd

from toylab.laws import counting
from toylab.laws.counting import Count
from toylab.laws.transformer import Transformer
from toylab.quantities import MINUS, format_count
from ui.concepts.allocation import charts
from ui.knobs import knob

WIDTHS = [str(width) for k in range(7, 15) for width in (2**k, 3 * 2 ** (k - 1))]
CONTEXTS = [str(2**k) for k in range(7, 21)]
MANY = [str(2**k) for k in range(9)]
ALT = (
    "Bars: what each part of the model costs a token, less what 6ND says of it, in percent of "
    "6ND. To the right of zero 6ND leaves something out, to the left it counts what costs "
    "nothing. The text names the longest bar."
)


@dataclass(frozen=True)
class CountControls:
    """The model's shape; as GPT-2 small at first."""

    layers: int = knob(12, "Layers", (1, 128))
    width: str = knob("768", "Width", WIDTHS)
    context: str = knob("1024", "Context, tokens", CONTEXTS)
    vocabulary: int = knob(50_257, "Vocabulary, tokens", (256, 1_000_000), typed=True)
    tied: bool = knob(True, "Output layer uses the embeddings' weights")
    experts: str = knob("1", "Experts in a layer", MANY)
    active: str = knob("1", "Experts that a token meets", MANY)
    recompute: bool = knob(False, "Activations are recomputed")
    biases: bool = knob(True, "Biases and learned positions, as in GPT-2")

    @property
    def counted(self) -> Count:
        """Its parameters and FLOPs. Refuses more active experts than there are."""
        return counting.count(
            Transformer(
                self.layers,
                int(self.width),
                int(self.context),
                self.vocabulary,
                self.tied,
                int(self.experts),
                int(self.active),
                self.recompute,
                self.biases,
                self.biases,
            )
        )

    @property
    def bars(self) -> pd.DataFrame:
        """The table of the chart: what 6ND leaves out of each part, as a share of 6ND."""
        return self.counted.frame[list(charts.LEFT_OUT)]

    @property
    def table(self) -> pd.DataFrame:
        """The parts for reading."""
        frame = self.counted.frame
        numbers = {
            "Parameters": frame["params"].map(_many),
            "FLOPs a token": frame["flops"].map(_many),
            "6ND says": frame["rule"].map(_many),
            "Left out": frame["left_out"].map(_many),
        }
        return pd.DataFrame({"Part": frame["part"]} | numbers)


def _many(number: float) -> str:
    if not number:
        return "0"
    return f"{MINUS if number < 0 else ''}{format_count(abs(number))}"
