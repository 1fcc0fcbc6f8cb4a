"""Every page has its place, with words to find it by; what is missing says so."""

import pytest

from toylab.teaching import places
from toylab.teaching.contents import TITLES
from toylab.teaching.places import PLACES, Place
from toylab.teaching.search import stems

MISSING = [place for place in PLACES if place.missing]


def test_every_page_has_one_place_in_the_menus_order_and_no_link_is_there_twice():
    there = [place for place in PLACES if not place.missing]
    assert [place.page for place in there if not place.tab] == list(TITLES)
    assert len({(place.page, place.tab) for place in there}) == len(there)


def test_a_place_is_found_by_several_words_and_each_stands_once():
    for place in PLACES:
        words = [stems(word) for word in place.words]
        assert len(words) >= 3, place
        assert len(set(words)) == len(words), place


@pytest.mark.parametrize("place", MISSING, ids=lambda place: place.words[0])
def test_what_is_said_to_be_missing_is_the_subject_of_no_place(place):
    taught = {stems(word) for other in PLACES if not other.missing for word in other.phrases}
    assert taught.isdisjoint(map(stems, place.words))
    assert "no page yet" in place.says


def test_a_file_is_read_page_by_page_and_what_is_missing_leads_to_a_tab():
    text = (
        '[kaplan]\nabout = "k"\nsays = "K"\nwords = ["a"]\n[kaplan.tabs.ends]\nsays = "E"\n'
        'words = ["b"]\n[[missing]]\nsays = "M"\npage = "kaplan"\ntab = "ends"\nwords = ["c"]\n'
    )
    assert places.read(text) == (
        Place("kaplan", "K", ("a",)),
        Place("kaplan", "E", ("b",), "ends", "k"),
        Place("kaplan", "M", ("c",), "ends", "k", missing=True),
    )
    assert [place.link.query for place in places.read(text)] == [{}, {"k": "ends"}, {"k": "ends"}]
