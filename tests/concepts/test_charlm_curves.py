"""The tab on networks while they learn: larger ones lie lower, and no name covers another."""

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from toylab.experiments import collapse_results
from ui.concepts.charlm import charts, curves


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
