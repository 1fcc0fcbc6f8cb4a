"""The search finds the place that a reader means, whatever they call it and however they type."""

import pytest

from toylab.teaching import glossary, search
from toylab.teaching.contents import PageLink
from toylab.teaching.places import PLACES
from toylab.teaching.search import find, nearest

MEANT = [  # what is typed, and the place (page and tab) among the first three answers
    ("over-training", "allocation", "models"),
    ("overtraining", "allocation", "models"),
    ("over training", "allocation", "models"),
    ("inference", "allocation", "models"),
    ("Llama", "allocation", "models"),
    ("mu-transfer", "transfer", ""),
    ("CSV", "own_runs", ""),
    ("CSV", "critical_batch", "table"),
    ("upload", "own_runs", ""),
    ("own data", "own_runs", ""),
    ("6ND", "planner", ""),
    ("6 N D", "planner", ""),
    ("MoE", "planner", ""),
    ("activation checkpointing", "planner", ""),
    ("power law", "sine", ""),
    ("power laws", "kaplan", ""),
    ("isoFLOP", "isoflop", ""),
    ("isoflops", "isoflop", ""),
    ("iso-flop", "isoflop", ""),
    ("iso flop profile", "isoflop", ""),
    ("Kaplan", "kaplan", ""),
    ("Chinchilla", "allocation", ""),
    ("chinchila", "allocation", ""),
    ("hoffman", "allocation", ""),
    ("20:1", "allocation", "ratio"),
    ("tokens per parameter", "allocation", "ratio"),
    ("critical batch", "critical_batch", ""),
    ("critcal batch size", "critical_batch", ""),
    ("gradient noise scale", "critical_batch", "live"),
    ("learning rate", "batch_lr", ""),
    ("lerning rates", "batch_lr", ""),
    ("Huber", "parametric", "variants"),
    ("bootstrap", "parametric", "trust"),
    ("confidence intervals", "parametric", "trust"),
    ("irreducible loss", "parametric", ""),
    ("floor", "parametric", ""),
    ("broken power law", "kaplan", "ends"),
    ("data repetition", "repetition", ""),
    ("muP", "transfer", ""),
    ("coordinate check", "transfer", "rules"),
    ("data quality", "repetition", "mix"),
    ("overfitting", "kaplan", "joint"),
    ("early stopping", "kaplan", "stopping"),
    ("how many GPUs do I need?", "critical_batch", "wall_clock"),
    ("approach 2", "isoflop", ""),
    ("besiroglu", "allocation", "answers"),
    ("embeddings", "disagreement", ""),
    ("arXiv", "glossary", "papers"),
    ("one server for a class", "teaching", "server"),
    ("emergent abilities", "emergence", ""),
    ("what is a scaling law", "home", ""),
]


@pytest.mark.parametrize(("typed", "page", "tab"), MEANT)
def test_the_place_that_is_meant_is_among_the_first_three(typed, page, tab):
    first = [hit.link for hit in find(typed)[:3]]
    (place,) = [p for p in PLACES if (p.page, p.tab) == (page, tab) and not p.missing]
    assert place.link in first


@pytest.mark.parametrize("term", glossary.TERMS, ids=lambda term: term.name)
def test_a_word_of_the_glossary_leads_to_its_meaning_and_to_a_page_that_uses_it(term):
    links = [hit.link for hit in find(term.name)]
    assert PageLink("glossary", {search.GLOSSARY: term.name}) in links
    assert {link.page for link in links} & set(term.pages)
    assert search.shown(term).page in term.pages


def test_a_word_that_a_tab_is_about_leads_to_that_tab():
    word = next(term for term in glossary.TERMS if term.name == "Huber loss")
    assert search.shown(word).tab == "variants"


def test_what_is_not_taught_yet_is_admitted():
    assert "no page yet" in find("data mixture")[0].says


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "zzzz", "muon", "*"])
def test_nothing_asked_or_nothing_there_has_no_answer(nothing):
    assert find(nothing) == []


def test_there_are_at_most_six_answers_and_none_twice():
    for typed in ("e", "loss", "batch", "the", "fit law"):
        links = [(hit.link.page, str(hit.link.query)) for hit in find(typed)]
        assert 0 < len(links) <= search.MOST
        assert len(set(links)) == len(links)


def test_where_nothing_is_found_the_nearest_words_lead_on():
    assert find("kurvature of valeys") == [] or nearest("valeys")
    assert nearest("overfidding")[0] in ("overfitting", "overfit")
    assert nearest("zzzz") == []
    assert all(find(word) for word in nearest("bootstrapping it"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Over-training", ("overtraining",)), ("20:1", ("20:1",)), ("losses", ("loss",)),
        ("Batches", ("batch",)), ("B_crit", ("bcrit",)), ("bias", ("bias",)),
        ("entropies", ("entropy",)), ("Hagèle", ("hagele",)), ("Huber's", ("huber",)),
    ],
)  # fmt: skip
def test_words_are_compared_without_capitals_accents_hyphens_and_plurals(text, words):
    assert search.stems(text) == words


def test_a_word_is_met_exactly_by_its_beginning_or_but_for_a_slip():
    exact, begins, slip = (search.likeness(w, "parametric") for w in
                           ("parametric", "param", "paramteric"))  # fmt: skip
    assert exact == 1 > begins > slip > 0.5
    assert search.likeness("rms", "ram") == 0
    assert search.likeness("loss", "boss") == 0
