"""The tab on networks while they learn: larger ones lie lower, and no name covers another."""

import numpy as np
import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from toylab.experiments import collapse_results
from toylab.experiments.charlm import LOOKS
from toylab.fits.envelope import envelope
from ui.concepts.charlm import charts, curves
from ui.concepts.charlm.results import learning_curves


def test_after_as_many_characters_a_larger_network_has_a_lower_loss():
    losses = curves.at(collapse_results.recorded(), curves.READ)
    assert len(losses) >= 3
    assert list(losses) == sorted(losses)
    assert list(losses.values()) == sorted(losses.values(), reverse=True)
    largest = max(losses)
    assert losses[largest] < losses[min(losses)] - 0.3


def test_networks_that_have_read_more_than_half_are_left_out():
    """A run of 88,512 characters is past its middle after 50,000."""
    results = collapse_results.recorded()
    table = curves.means(results)
    ends = table[table["look"] == 10].set_index("params")["tokens"]
    for params in curves.at(results, curves.READ):
        assert ends[params] >= 2 * curves.READ
    assert not curves.at(results, 10.0)


def test_the_tab_says_whole_sentences_and_draws_what_its_table_has():
    for block in curves.curves(None):
        if isinstance(block, str):
            text_checks.check(block)
    tables = curves.tables(collapse_results.recorded())
    chart = charts.learning(tables)
    chart_checks.check(chart)
    label_checks.check(tables["names"])
    assert tables["lines"].groupby("run").ngroups == 12


def test_live_runs_give_approach_1_their_own_curves_and_recorded_ones_are_linked():
    """Curves L = 1 + N^-.3 + 30 D^-.4 at ten looks, two seeds: the envelope has its exponent."""
    done = np.arange(1, LOOKS + 1) / LOOKS
    rows = []
    for params in np.geomspace(1e3, 1e5, 30).astype(int):
        for budget in (1e9, 3e9, 1e10):
            tokens = int(budget / 6 / params)
            curve = 1 + params**-0.3 * 3 + 30 * (tokens * done) ** -0.4
            rows += [
                {"params": int(params), "tokens": tokens, "curve": (curve + k).tolist(),
                 "diverged": False}
                for k in (-0.01, 0.01)
            ]  # fmt: skip
    found = learning_curves([*rows, rows[0] | {"diverged": True, "curve": [0.0] * LOOKS}])
    assert len(found) == 90
    assert found[0].tokens[-1] == pytest.approx(1e9 / 6 / 1e3, rel=1e-3)
    assert found[0].loss[-1] == pytest.approx(rows[0]["curve"][-1] + 0.01)
    scaling = envelope(found).scaling
    assert scaling.exponent.value == pytest.approx(0.4 / 0.7, abs=0.05)
    assert learning_curves([row | {"curve": []} for row in rows]) == []
