"""Every word once, with a known unit, a true number, and the pages that use it."""

import math
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from toylab.experiments import corpus
from toylab.experiments.sine import SineSpec
from toylab.fits import critical_batch as tradeoff
from toylab.fits import lack_of_fit, power_analysis, power_law_verdicts
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.laws import allocation, published
from toylab.laws import critical_batch as critical_batch_law
from toylab.laws.forms import FLOPS, PF_DAY
from toylab.quantities import format_scientific, format_share
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.teaching import glossary
from toylab.teaching.contents import SECTIONS, TITLES
from toylab.teaching.exercises.allocation import VOCABULARY
from toylab.teaching.glossary import TERMS, THEMES, Term, find, has, on

ROOT = Path(__file__).parents[2]
LAST = ("Check yourself", "Keep at hand")  # sections without terms of their own
PAGES = [page for section, pages in SECTIONS.items() if section not in LAST for page in pages]
UNITS = {
    "", "parameters", "tokens", "examples", "steps", "neurons", "nats", "nats/token", "FLOPs",
    "FLOPs/token", "PF-days", "tokens/parameter", "device-days", "that of X", "none: a ratio",
    "none: a share", "none: a count", "none: a factor", "none: a square", "none: an exponent",
    "nats/token x params^alpha", "nats/token x tokens^beta",
}  # fmt: skip
every = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
page_ = pytest.mark.parametrize("page", PAGES)


def named(name: str) -> Term:
    return next(term for term in TERMS if term.name == name)


@every
def test_the_pages_of_a_term_exist_and_stand_in_the_menus_order(term):
    assert term.pages
    assert list(term.pages) == [page for page in PAGES if page in term.pages]
    assert all((ROOT / "pages" / f"{page}.py").exists() for page in term.pages)


@every
def test_a_term_is_found_by_its_name_and_by_every_other_form(term):
    assert len(set(term.forms)) == len(term.forms)
    assert all(form.strip() == form != "" for form in term.forms)
    for form in (term.name, *term.forms):
        assert term in find(form)


@page_
def test_every_page_has_at_least_six_terms(page):
    assert len(on(page)) >= 6
    assert on(page) == [term for term in TERMS if page in term.pages]


def test_an_unknown_page_has_no_terms():
    assert on("nowhere") == []


def test_no_two_terms_share_a_name():
    names = [term.name.lower() for term in TERMS]
    assert len(names) == len(set(names))
    assert len(names) >= 60


@every
def test_a_meaning_is_a_sentence_or_two_and_a_unit_is_a_known_one(term):
    assert term.unit in UNITS
    assert term.meaning.endswith(".")
    assert 20 < len(term.meaning) < 330
    assert len(re.findall(r"\.(?: |$)", term.meaning)) <= 3
    assert term.symbol == "" or re.fullmatch(r"\$[^$]+\$", term.symbol)
    assert term.meaning.count("$") % 2 == 0
    assert not re.search(r"[~<>\t\n]", re.sub(r"\$[^$]*\$", "", term.meaning))


def test_a_symbol_of_several_terms_is_told_apart_in_the_meaning_of_each():
    by_symbol: dict[str, list[Term]] = {}
    for term in TERMS:
        if term.symbol:
            by_symbol.setdefault(term.symbol, []).append(term)
    shared = {symbol: some for symbol, some in by_symbol.items() if len(some) > 1}
    assert {"$B$", "$E$", "$N$", "$B_*$"} <= set(shared)
    for one, other in (pair for some in shared.values() for pair in combinations(some, 2)):
        assert has(other.name, one.meaning), (one.name, other.name)
        assert has(one.name, other.meaning), (other.name, one.name)


@every
def test_what_a_meaning_points_at_is_a_term_or_is_said_there(term):
    """Words in italics: other terms, page titles, and what the sentence itself explains."""
    known = {form.lower() for other in TERMS for form in (other.name, *other.forms)}
    explained = {"backward pass", "bottom", "delta", "tolerance", "resamples", "spoiled runs",
                 "held", "your own chinchilla"}  # fmt: skip
    for word in re.findall(r"(?<!\w)\*([^*]+)\*(?!\w)", term.meaning):
        assert word.lower() in known | explained


NUMBERS = [
    ("PF-day", format_scientific(PF_DAY)),
    ("nats", f"{format_share(math.exp(-1), 1)}, which is 1/e"),
    ("nats", f"{1 / math.log(2):.4g} bits"),
    ("perplexity", f"2 nats is a perplexity of {math.exp(2):.3g}"),
    ("vocabulary", f"ln {VOCABULARY:,} = {math.log(VOCABULARY):.3g} nats"),
    ("compute", f"{FLOPS} FLOPs for each"),
    ("forward pass", f"2 + 4 make the {FLOPS}"),
    ("exponent a", f"{10**0.5:.3g} times as large"),
    ("critical batch", format_share(1 - 2**-published.KAPLAN_BATCH.form.alpha_B, 1)),
    ("perfect scaling", format_share(tradeoff.OVERHEAD)),
    ("width", f"{SineSpec(64, 1).params:,} at width 64"),
    ("n-gram", f"sees {corpus.BEFORE} characters"),
    ("not determined", f"a factor of {VAGUE:g}"),
    ("too little to judge", f"{power_law_verdicts.FEWEST_SIZES} sizes, or fewer than "
                            f"{lack_of_fit.ERRORS.seeds} seeds"),
    ("no slope", f"less than a factor of {lack_of_fit.ERRORS.hardly:g}"),
    ("refit", "240 of Hoffmann's runs"),
    ("compute ratio", f"{100 * (1.04 ** (1 / 0.075) - 1):.0f} % more compute"),
    ("20:1", f"{published.TWENTY.form.tokens_per_param:g} tokens for each parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "number"), NUMBERS)
def test_the_numbers_of_a_meaning_are_those_of_the_engine(name, number):
    assert number in named(name).meaning


def test_statements_without_a_number_hold_in_the_engine_too():
    curve = critical_batch_law.Tradeoff(3.0, 6e6)
    assert curve.beyond(tradeoff.OVERHEAD) == pytest.approx(curve.B_crit / 5)  # perfect scaling
    assert curve.steps(curve.B_crit) == 2 * curve.S_min
    assert curve.examples(curve.B_crit) == 2 * curve.E_min
    assert published.KAPLAN_SIZE.per_unit == 2 * PF_DAY  # C_min is half of what a run spends
    assert power_law_verdicts.CARRIED == 0.25  # one point carries it: a quarter
    assert pytest.approx(2 / 3) == power_analysis.FLOOR  # a law excludes two thirds,
    assert power_analysis.CHANGE == 0.5  # and half of the slope
    assert power_law_verdicts.PREFERRED == 0.9  # nine of ten resamples
    assert lack_of_fit.ERRORS.astray == 1.5
    assert "240" in published.REFIT.note
    width = 7
    assert SineSpec(width, 1).params == width**2 + 4 * width + 1
    full, rounded = published.HOFFMANN_3_FULL.form, published.HOFFMANN_3.form
    mixed = replace(full, beta=rounded.beta)
    sizes = [allocation.best(form, published.BUDGET).params for form in (mixed, full)]
    assert abs(sizes[0] / sizes[1] - 0.8) < 0.03  # rounding beta alone: a fifth
    scales = Quadratic(decay=0.0, noise=3.0).scales()
    assert scales[0] == pytest.approx(scales[1])  # B_noise, where all directions curve alike


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("noise scale", "noise scale"), ("Noise Scale", "noise scale"), ("regret", "regret"),
        ("irreducible", "floor"), ("compute-optimal", "best split"), ("lack of fit", "misfit"),
        ("resampled", "bootstrap"), ("B_crit", "critical batch"), ("MHA", "attention"),
    ],
)  # fmt: skip
def test_a_search_finds_names_symbols_meanings_and_other_forms_in_any_case(sought, name):
    assert name in [term.name for term in find(sought)]
    assert len(find(sought)) < len(TERMS) / 4


def test_one_letter_is_searched_as_a_symbol_and_not_inside_words():
    found = [term.name for term in find("B")]
    assert {"batch", "coefficient B"} <= set(found)
    assert "vocabulary" not in found
    assert len(find("E")) < len(TERMS) / 4
    assert "floor" in [term.name for term in find("E")]


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_search_finds_everything(nothing):
    assert find(nothing) == list(TERMS)


@pytest.mark.parametrize("odd", ["zzz", "(", "[", "*", "\\", "$$$"])
def test_a_search_for_what_is_nowhere_finds_nothing_or_little_and_does_not_fail(odd):
    assert len(find(odd)) < len(TERMS)
    assert find("zzz") == []


def test_themes_keep_their_order_and_their_terms():
    grouped = glossary.by_theme(TERMS)
    assert list(grouped) == list(THEMES)
    assert [term for some in grouped.values() for term in some] == list(TERMS)
    few = [named("floor"), named("batch")]
    assert list(glossary.by_theme(few).values()) == [[few[0]], [few[1]]]
    assert glossary.by_theme([]) == {}


def test_the_list_has_each_term_with_symbol_unit_and_pages():
    floor, verdicts = named("floor"), named("N_T")
    text = glossary.to_markdown([floor, verdicts], TITLES)
    assert text.startswith("**floor** $E$ :small[nats/token]: The loss that")
    assert f"{len(floor.pages)} pages" in text
    assert TITLES["disagreement"] in text
    assert text.count("\n\n") == 1


def test_a_file_is_read_theme_by_theme_and_an_unknown_field_is_refused():
    text = '[["T"]]\nname = "a"\nmeaning = "A."\npages = ["sine"]\n'
    assert glossary.read(text) == {"T": (Term("a", "A.", pages=("sine",)),)}
    with pytest.raises(TypeError, match="colour"):
        glossary.read(text + 'colour = "red"\n')


def test_the_table_has_a_row_for_each_term():
    table = glossary.table(TERMS, TITLES)
    assert list(table["term"]) == [term.name for term in TERMS]
    row = table.set_index("term").loc["N_T"]
    assert (row["symbol"], row["unit"]) == ("N_T", "parameters")
    assert row["pages"] == TITLES["disagreement"]
    assert glossary.table([], TITLES).empty
