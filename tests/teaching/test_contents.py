"""Pages and links into them: what a link says in the address."""

from pathlib import Path

from toylab.teaching.contents import NAMES, SECTIONS, TITLES, PageLink

ROOT = Path(__file__).parents[2]


def test_values_are_said_as_the_address_has_them():
    link = PageLink("home", {"a": 10, "b": "70B", "c": True, "d": ("1e18", "1e21"), "e": 0.5})
    assert link.query == {
        "a": "10", "b": "70B", "c": "true", "d": ["1e18", "1e21"], "e": "0.5",
    }  # fmt: skip
    assert PageLink("home").query == {}
    assert link.without({"a", "c", "d", "e", "z"}).query == {"b": "70B"}
    assert link.title == "Scaling laws, live"


def test_every_page_has_one_title_of_its_own():
    stems = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert set(TITLES) == stems
    assert len(set(TITLES.values())) == len(stems)
    assert sum(map(len, SECTIONS.values())) == len(stems)
    assert NAMES.keys() == TITLES.keys()


def test_a_link_leaves_out_what_is_as_it_is_at_first():
    link = PageLink("sine", {"a": 0.30000001, "b": (32, 2048), "c": True, "d": "", "e": 7})
    firsts = {"a": 0.3, "b": (32, 2048), "c": True}
    assert link.beyond(firsts).settings == {"a": 0.30000001, "e": 7}
    assert link.beyond({"d": "text"}).settings["d"] == ""  # cleared by the reader
