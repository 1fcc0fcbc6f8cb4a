"""Numbers that sentences carry without computing them."""

from pathlib import Path

import pytest

from toylab.fits import parametric
from toylab.fits.parametric_variants import ratio
from toylab.tables import training_runs
from ui.concepts.parametric import text as words

PUBLISHED = Path(__file__).parents[2] / "shared/data/epoch_chinchilla/svg_extracted_data.csv"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published points are not here")
@pytest.mark.parametrize(("dropped", "said"), [(5, words.WITHOUT_FIVE), (0, words.WITH_FIVE)])
def test_five_of_the_published_points_turn_eighteen_into_seven(dropped, said):
    runs = training_runs.read(PUBLISHED).runs.without_highest(dropped)
    assert ratio(parametric.fit(runs).form, 5.76e23) == pytest.approx(said, abs=0.005)
