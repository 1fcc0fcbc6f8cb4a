"""Every word once, true, with a known unit, and named with the pages that use it."""

import ast
import math
import re
from dataclasses import fields, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from toylab.experiments import corpus
from toylab.experiments.sine import SineSpec
from toylab.fits import critical_batch as tradeoff
from toylab.fits import power_law_diagnostics
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.laws import allocation, published
from toylab.laws import critical_batch as critical_batch_law
from toylab.laws import kaplan as ten
from toylab.laws.forms import FLOPS, PF_DAY
from toylab.quantities import format_scientific, format_share
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.teaching import glossary
from toylab.teaching.exercises.allocation import VOCABULARY
from toylab.teaching.glossary import TERMS, Term, find, has, on
from toylab.teaching.glossary_terms import THEMES
from ui.concepts.batch_lr import view as batch_lr
from ui.concepts.critical_batch import view as critical_batch

ROOT = Path(__file__).parent.parent
TRAINED = ("shown", "devices")  # what a page of live runs says, too
SAID = {  # what is said on a page: modules of toylab beside the page itself
    "home": ("words/home", "charts/home", "sweep"),
    "sine": ("sweep", "sine", "reading", "verdict", "findings", "charts/sweep", *TRAINED),
    "charlm": (
        "views/charlm", "words/charlm", "words/known", "charlm", "charts/isoflop", "plan",
        "regression", "isoflop", "valleys", "doubts", *TRAINED,
    ),
    "kaplan": ("views/kaplan", "kaplan", "charts/kaplan"),
    "allocation": ("views/allocation", "views/surface", "worked", "charts/allocation"),
    "disagreement": ("views/disagreement", "disagreement", "charts/disagreement"),
    "isoflop": (
        "views/isoflop", "views/surface", "words/isoflop", "isoflop", "valleys", "envelope",
        "charts/isoflop",
    ),
    "parametric": (
        "views/parametric", "views/surface", "words/parametric", "doubts", "breaking",
        "intake", "charts/parametric", "regression",
    ),
    "batch_lr": (
        "views/batch_lr", "words/batch_lr", "tuning", "tuning_slips", "lm_grid",
        "charts/batch_lr", *TRAINED,
    ),
    "critical_batch": (
        "views/critical_batch", "words/critical_batch", "critical_batch", "batch_slips",
        "charts/critical_batch", *TRAINED,
    ),
}  # fmt: skip
PAGES = tuple(SAID)
DRAWERS = {  # the laws whose constants a page shows
    "kaplan": (*ten.ONE.values(), published.KAPLAN_C, published.KAPLAN_ND, published.KAPLAN_NS, published.REFIT,
               published.KAPLAN_SIZE, published.KAPLAN_OPT_TOKENS),
    "allocation": published.SPLITTING,
    "disagreement": (*published.SURFACES, published.KAPLAN_SIZE, published.KAPLAN_N),
    "isoflop": published.SURFACES,
    "parametric": published.SURFACES,
    "batch_lr": batch_lr.LAWS,
    "critical_batch": critical_batch.LAWS,
}  # fmt: skip
EVERYDAY = {  # also said in another sense: a page may say them without using the term
    "sample", "stopping early", "epoch", "examples", "near-optimal", "tilt", "width",
    "quadratic", "verdict", "step", "net", "fit", "grid", "spread", "repeat", "decay", "live",
    "forecast", "noise",
}  # fmt: skip
SPECIAL = (  # what nobody knows who has not been told; on a page, it is explained with it
    "isoFLOP", "C_min", "PF-days", "N_T", "B_crit", "B_simple", "S_min", "E_min", "B_star",
    "Huber", "L-BFGS", "Adam", "SGD", "bootstrap", "bootstraps", "resamples", "perplexity",
    "entropy", "cross-entropy", "nats", "FLOPs", "FLOP/s", "embeddings", "power law",
    "power-law", "log axes", "log-log", "median", "medians", "quartile", "residual",
    "residuals", "rms", "objective", "envelope", "parabola", "parabolas", "curvature",
    "extrapolated", "overfits", "overfit", "warm-up", "cosine", "learning rate", "gradient",
    "noise scale", "hyperbola", "mixture of experts", "MHA", "GQA", "Fourier",
    "optimisation floor", "diverged", "biased", "standard normal", "condition number",
    "tokens per parameter", "20:1", "Sigma", "model-limited", "data-limited", "vocabulary",
    "unrounded", "refitted", "local exponent", "local slope", "Frontier", "synthetic",
    "held-out", "attention", "forward pass", "beta2", "device-days", "least squares",
    "validation", "neurons", "interval", "intervals", "exponent", "exponents", "floor",
)  # fmt: skip
PLAIN = {"Fourier", "synthetic", "validation", "beta2"}  # in a meaning
UNITS = {
    "", "parameters", "tokens", "examples", "steps", "neurons", "nats", "nats/token", "FLOPs",
    "FLOPs/token", "PF-days", "tokens/parameter", "device-days", "that of X", "none: a ratio",
    "none: a share", "none: a count", "none: a factor", "none: a square", "none: an exponent",
}  # fmt: skip
TITLES = {page: f"The page {page}" for page in PAGES}
every = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
page_ = pytest.mark.parametrize("page", PAGES)


def strings(path: Path) -> list[str]:
    """What a module says to a reader: no docstrings, no alternative texts, no bare keys."""
    tree, hidden, all_of_it = ast.parse(path.read_text()), set(), path.parent.name == "pages"
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                hidden.add(first.value)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ALT":
            hidden |= set(ast.walk(node))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in hidden]
    said = [str(node.value) for node in found if isinstance(node.value, str)]
    told = {"a", "b", "alpha", "beta", "mps", "cuda", "live", "recorded"}
    return [
        s for s in said
        if all_of_it or " " in s or "-" in s or s[:1].isupper() or s in told
    ]  # fmt: skip


def printed(law: published.Law) -> list[str]:
    """What the drawer of constants says of a law."""
    names = [field.name for field in fields(law.form)]
    units = [law.unit, *law.form.units.values()]
    return [law.title, law.note, law.spread_is, *units, *law.counts.values(), *names]


@cache
def text(page: str) -> str:
    """All that a page says."""
    files = [ROOT / "pages" / f"{page}.py"]
    files += [ROOT / "toylab" / f"{name}.py" for name in SAID[page]]
    said = [line for file in files for line in strings(file)]
    said += [line for law in DRAWERS.get(page, ()) for line in printed(law)]
    if page == "home":  # its pieces that stand in ui.py
        said += ["live", "recorded", "published", "simulated", "There is no GPU"]
    return " | ".join(said)


def says(page: str, form: str) -> bool:
    """Whether a page says it: a word in any case, a symbol as it is."""
    loose = re.IGNORECASE if len(form) > 3 and form == form.lower() else 0
    return bool(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text(page), loose))


def uses(page: str, term: Term) -> bool:
    return any(says(page, form) for form in (term.name, *term.forms))


def named(name: str) -> Term:
    return next(term for term in TERMS if term.name == name)


@every
def test_a_term_is_used_on_each_page_that_it_names(term):
    assert term.pages
    assert list(term.pages) == [page for page in PAGES if page in term.pages]
    assert [page for page in term.pages if not uses(page, term)] == []


@page_
def test_a_page_that_uses_a_term_is_named_with_it(page):
    """The first page only points at the others, and is left out."""
    missing = [
        term.name
        for term in TERMS
        if page != "home" and term.name not in EVERYDAY
        and page not in term.pages and uses(page, term)
    ]  # fmt: skip
    assert missing == []


@page_
def test_every_special_word_of_a_page_is_explained_with_that_page(page):
    mine = on(page)
    for word in SPECIAL:
        if page == "home" or not says(page, word):
            continue
        kept = [t for t in mine if any(has(word, form) for form in (t.name, *t.forms))]
        assert kept or (word in PLAIN and any(has(word, t.meaning) for t in mine)), word


def test_the_special_words_are_really_said_somewhere():
    assert [word for word in SPECIAL if not any(says(page, word) for page in PAGES)] == []


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
    ("near-optimal", f"{100 * batch_lr.RINGS[0]:g} %"),
    ("width", f"{SineSpec(64, 1).params:,} at width 64"),
    ("n-gram", f"sees {corpus.BEFORE} characters"),
    ("not determined", f"a factor of {VAGUE:g}"),
    ("too little to judge", f"{power_law_diagnostics.FEWEST_SIZES} sizes, or fewer than "
                            f"{power_law_diagnostics.FEWEST_SEEDS} seeds"),
    ("refit", "240 of Hoffmann's runs"),
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
    assert power_law_diagnostics.CARRIED == 0.25  # one point carries it: a quarter
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


def test_a_readers_own_text_is_shown_as_it_is():
    assert glossary.plain(" a*b [c] ") == r"a\*b \[c\]"


def test_themes_keep_their_order_and_their_terms():
    grouped = glossary.by_theme(TERMS)
    assert list(grouped) == list(THEMES)
    assert [term for some in grouped.values() for term in some] == list(TERMS)
    few = [named("floor"), named("batch")]
    assert list(glossary.by_theme(few).values()) == [[few[0]], [few[1]]]
    assert glossary.by_theme([]) == {}


def test_the_list_has_each_term_with_symbol_unit_and_pages():
    floor, verdicts = named("floor"), named("N_T")
    said = glossary.listed([floor, verdicts], TITLES)
    assert said.startswith("**floor** $E$ :small[nats/token]: The loss that")
    assert f"{len(floor.pages)} pages" in said
    assert "The page disagreement" in said
    assert said.count("\n\n") == 1


def test_the_table_has_a_row_for_each_term():
    table = glossary.table(TERMS, TITLES)
    assert list(table["term"]) == [term.name for term in TERMS]
    row = table.set_index("term").loc["N_T"]
    assert (row["symbol"], row["unit"]) == ("N_T", "parameters")
    assert row["pages"] == "The page disagreement"
    assert glossary.table([], TITLES).empty
