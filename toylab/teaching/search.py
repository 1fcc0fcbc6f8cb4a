"""Search over places and words: what a reader types, and the links that answer it, best first.

A text is cut into words; capitals, accents, hyphens and plurals are forgiven, and a word is met
by its beginning or but for a slip (difflib's ratio). A phrase is as good as its words are met,
and better the fewer it has besides; "over training" is "overtraining", too.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from toylab.teaching.contents import TITLES, PageLink
from toylab.teaching.glossary import TERMS, Term
from toylab.teaching.places import PLACES, Place

MOST = 6
STOP = frozenset(re.findall(r"\w+", "a an and are do does for how i in is it of on or the to what"))
GOOD, BEGINS, SLIP = 0.5, 0.9, 0.8  # least score of a hit; a beginning; least ratio of a slip
NEAR = 0.7  # least ratio of a word that is offered where nothing was found
SHORT = 4  # letters: a shorter word bears no slip
PLURALS = {r"ies$": "y", r"(ss|ch|sh|x)es$": r"\1", r"(?<![suia])s$": ""}
GLOSSARY = "glossary_find"  # the key of the glossary's own search in the link


@dataclass(frozen=True)
class Hit:
    """A link that answers a search: what it says, where it leads to, and the link."""

    says: str
    where: str
    link: PageLink


@lru_cache(maxsize=10_000)
def stems(text: str) -> tuple[str, ...]:
    """The words of a text, as they are compared."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+(?:[:/.=][^\W_]+)*", re.sub(r"['-]|(?<=\w)_(?=\w)", "", plain))
    return tuple(map(_singular, words))


def _singular(word: str) -> str:
    if len(word) < SHORT:
        return word
    for plural, singular in PLURALS.items():
        word, changed = re.subn(plural, singular, word)
        if changed:
            break
    return word


@lru_cache(maxsize=100_000)
def likeness(asked: str, word: str) -> float:
    """The likeness of a word to the one that was asked for, from 0 to 1."""
    if asked == word:
        return 1.0
    if word.startswith(asked) and len(asked) > 1:
        return BEGINS
    if min(len(asked), len(word)) < SHORT or abs(len(asked) - len(word)) > 2:
        return 0.0
    if asked[0] != word[0]:
        return 0.0
    ratio = SequenceMatcher(None, asked, word).ratio()
    return SLIP * ratio if ratio >= SLIP else 0.0


def score(asked: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """The likeness of a phrase to what was asked for, from 0 to 1."""
    if not phrase:
        return 0.0
    whole = likeness("".join(asked), "".join(phrase))
    met = [max(likeness(one, word) for word in phrase) for one in asked]
    spare = max(0, len(phrase) - len(asked))
    return max(whole, sum(met) / len(met) * (1 - 0.04 * min(spare, 5)))


def best(asked: tuple[str, ...], phrases: Iterable[str]) -> float:
    """The likeness of the best of several phrases; or of all their words together, for less."""
    words = [stems(phrase) for phrase in phrases]
    together = tuple(dict.fromkeys(word for phrase in words for word in phrase))
    return max(0.8 * score(asked, together), *(score(asked, phrase) for phrase in words))


def find(text: str, most: int = MOST) -> list[Hit]:
    """The links that answer a search, best first; none for an empty one.

    A word of the glossary has two: its meaning, and the place where it is at work.
    """
    words = _asked(text)
    if not words:
        return []
    ranked: list[tuple[float, Place | Term]] = [
        *((best(words, place.phrases), place) for place in PLACES),
        *((0.99 * best(words, _names(term)), term) for term in TERMS),
    ]
    ranked = sorted((pair for pair in ranked if pair[0] >= GOOD), key=lambda pair: -pair[0])
    hits: dict[tuple[str, str], Hit] = {}
    for _, found in ranked:
        for hit in [_place(found)] if isinstance(found, Place) else _term(found):
            hits.setdefault((hit.link.page, str(hit.link.query)), hit)
    return list(hits.values())[:most]


def _asked(text: str) -> tuple[str, ...]:
    words = stems(text)
    return tuple(word for word in words if word not in STOP) or words


def _names(term: Term) -> tuple[str, ...]:
    return (term.name, term.symbol.strip("$"), *term.forms)


def _place(place: Place) -> Hit:
    return Hit(place.says, TITLES[place.page], place.link)


def _term(term: Term) -> list[Hit]:
    meaning = PageLink("glossary", {GLOSSARY: term.name})
    return [Hit(term.name, TITLES["glossary"], meaning), _place(shown(term))]


@cache
def shown(term: Term) -> Place:
    """The place where a word of the glossary is at work: of its pages the one that names it."""
    places = [place for place in PLACES if place.page in term.pages and not place.missing]
    forms = [stems(form) for form in (term.name, *term.forms)]
    return max(
        places,
        key=lambda place: (max(best(one, place.phrases) for one in forms), place.tab != ""),
    )


def nearest(text: str, most: int = 3) -> list[str]:
    """The words of the app that are spelled most like a search that found nothing."""
    stem = "".join(stems(text))
    known = {term.name for term in TERMS} | {w for p in PLACES for w in p.words if not p.missing}
    ratio = {
        word: SequenceMatcher(None, stem, "".join(stems(word))).ratio() for word in sorted(known)
    }
    return sorted((word for word in ratio if ratio[word] >= NEAR), key=lambda w: -ratio[w])[:most]
