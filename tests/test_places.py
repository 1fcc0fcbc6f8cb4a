"""Places: what a link into the app says."""

from toylab.places import Place


def test_values_are_said_as_the_address_has_them():
    place = Place("p", {"a": 10, "b": "70B", "c": True, "d": ("1e18", "1e21"), "e": 0.5})
    assert place.query == {
        "a": "10", "b": "70B", "c": "true", "d": ["1e18", "1e21"], "e": "0.5",
    }  # fmt: skip
    assert Place("p").query == {}
