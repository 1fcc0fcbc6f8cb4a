"""What is learned from and what is tested on: whole files apart, kept, and the same for all."""

import hashlib
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toylab.experiments import corpus
from toylab.experiments.corpus import BEFORE, CHARACTERS, EXAM, SYMBOLS

FILES = 60
ONCE = [one for one in vars(corpus).values() if hasattr(one, "cache_clear")]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache folder of the test's own; nothing that it finds out outlives it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache"
    monkeypatch.undo()
    forget()


def forget():
    """What is found out once a process, as if it never had been."""
    for found in ONCE:
        found.cache_clear()


def stamp(k):
    """A character that only file k has."""
    return CHARACTERS[1 + k]


def fill(folder):
    """A library whose every file repeats a character of its own."""
    for k in range(FILES):
        path = folder / f"part{k % 7}" / f"module{k}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stamp(k).encode() * 200)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small library in the place of Python's."""
    folder = tmp_path / "library"
    fill(folder)
    monkeypatch.setattr(corpus.sysconfig, "get_paths", lambda: {"stdlib": str(folder)})
    monkeypatch.setattr(corpus, "LEAST", 1000)
    forget()
    return folder


def parts(found):
    """The characters to learn from, and those to be tested on; but for the joints."""
    return [set(corpus.text(codes)) - {"\n"} for codes in (found.train, found.held)]


def cached(cache):
    """The one file of the cache."""
    (path,) = (cache / "toylab").iterdir()
    return path


def test_symbols_are_newline_printable_ascii_tab_and_one_for_all_others():
    assert SYMBOLS == 1 + 95 + 1 + 1 == len(set(CHARACTERS))
    assert sorted(CHARACTERS[:-1]) == sorted({"\n", "\t", *map(chr, range(0x20, 0x7F))})


@given(st.text(CHARACTERS[:-1], min_size=1))
def test_numbered_characters_are_read_back(said):
    assert corpus.text(corpus.codes(said.encode())) == said


@given(st.lists(st.integers(0, SYMBOLS - 1), min_size=1))
@example([SYMBOLS - 1])
def test_numbers_are_said_and_numbered_again(numbers):
    said = corpus.text(numbers).replace("\N{REPLACEMENT CHARACTER}", "\0")
    assert corpus.codes(said.encode()).tolist() == numbers


@pytest.mark.parametrize("other", ["\r", "\0", "\x7f", "\xe9", "\N{EURO SIGN}", "\U0001f600"])
def test_every_other_character_has_the_last_number(other):
    numbers = corpus.codes(f"a{other}b".encode()).tolist()
    assert (numbers[0], numbers[-1]) == (CHARACTERS.index("a"), CHARACTERS.index("b"))
    assert set(numbers[1:-1]) == {SYMBOLS - 1}


def test_lines_that_end_as_on_windows_make_the_same_text(library, cache):
    for path in library.rglob("*.py"):
        path.write_bytes(path.read_bytes()[:-1] + b"\n")
    one = corpus.load()
    for path in library.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    forget()
    other = corpus.load()
    assert len(list((cache / "toylab").iterdir())) == 2  # made again, as the sizes differ
    assert other.digest == one.digest
    assert np.array_equal(other.train, one.train)
    assert np.array_equal(other.held, one.held)


@pytest.mark.usefixtures("library")
def test_whole_files_are_held_out_and_every_file_is_somewhere():
    train, held = parts(corpus.load())
    assert not train & held
    assert train | held == {stamp(k) for k in range(FILES)}
    assert held
    for codes in (corpus.load().train, corpus.load().held):
        counts = np.bincount(codes, minlength=SYMBOLS)
        assert set(counts[1:].tolist()) <= {0, 200}
    assert corpus.load().files == FILES


def test_files_come_in_the_order_of_their_names(library):
    said = corpus.text(corpus.load().train)
    names = {
        path.read_text()[0]: path.relative_to(library).as_posix() for path in library.rglob("*.py")
    }
    order = [names[block[0]] for block in said.split("\n")]
    assert order == sorted(order)
    assert len(order) > FILES / 2


@pytest.mark.parametrize(
    "name", ["site-packages/a.py", "test/b.py", "part0/tests/c.py", "part0/notes.txt", "d.pyc"]
)
def test_what_a_distribution_may_leave_out_is_no_part_of_it(name, library):
    before = corpus.load()
    path = library / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("~" * 50)
    forget()
    cached(library.parent / "cache").unlink()
    after = corpus.load()
    assert (after.digest, after.files) == (before.digest, before.files)
    assert "~" not in set.union(*parts(after))


def test_about_a_tenth_of_many_files_is_held_out(library):
    for k in range(1000):
        (library / f"more{k}.py").write_text("~" * 100)
    found = corpus.load()
    tilde = CHARACTERS.index("~")
    held, train = ((codes == tilde).sum() for codes in (found.held, found.train))
    assert held + train == 100_000
    assert held / 100_000 == pytest.approx(0.1, abs=3 * math.sqrt(0.09 / 1000))


def test_the_digest_is_the_texts_and_nothing_elses(library, cache):
    def digest():
        forget()
        for path in (cache / "toylab").glob("*"):
            path.unlink()
        return corpus.load().digest

    first = digest()
    assert digest() == first
    (library / "part0" / "module0.py").touch()
    assert digest() == first
    said = stamp(0) * 199 + "~"
    (library / "part0" / "module0.py").write_text(said)
    assert digest() != first


@pytest.mark.usefixtures("library")
def test_the_exam_is_always_the_same_and_of_held_out_text():
    found = corpus.load()
    exam = found.exam
    assert exam.shape == (EXAM, BEFORE + 1)
    forget()
    assert np.array_equal(corpus.load().exam, exam)
    assert np.array_equal(found.exam, exam)
    passages = {found.held[k : k + BEFORE + 1].tobytes() for k in range(len(found.held))}
    assert {row.tobytes() for row in exam} <= passages


def test_draws_are_passages_of_the_text_to_learn_from_and_reach_both_its_ends():
    text = np.arange(60, dtype=np.uint8)
    found = corpus.Corpus(text, text[::-1], 1, "")
    drawn = found.draw(np.random.default_rng(0), 5000)
    assert drawn.shape == (5000, BEFORE + 1)
    starts = np.unique(drawn[:, 0])
    assert starts.tolist() == list(range(60 - BEFORE))
    assert np.array_equal(drawn, drawn[:, :1] + np.arange(BEFORE + 1))


@pytest.mark.parametrize("before", [BEFORE, 20])
def test_a_passage_is_the_text_from_the_place_that_was_drawn(before):
    text = (np.arange(3000) ** 2 % SYMBOLS).astype(np.uint8)
    found = corpus.Corpus(text, text, 1, "").reading(before)
    places = np.random.default_rng(3).integers(0, len(text) - before, 40)
    rows = [text[place : place + before + 1] for place in places]
    assert np.array_equal(found.draw(np.random.default_rng(3), 40), rows)
    ends = np.random.default_rng(corpus.MIXED).integers(0, len(text) - BEFORE, EXAM) + BEFORE
    assert np.array_equal(found.exam[:, -1], text[ends])


@pytest.mark.usefixtures("library")
def test_a_second_build_reads_the_cache(cache, monkeypatch):
    said = list(corpus.build())
    assert said == sorted(said)
    assert said[-1] == 1.0
    first = corpus.load()
    forget()
    monkeypatch.setattr(corpus, "_make", lambda _: pytest.fail("it was made again"))
    assert list(corpus.build()) == []
    again = corpus.load()
    assert np.array_equal(again.train, first.train)
    assert np.array_equal(again.held, first.held)
    assert (again.files, again.digest, again.sentence) == (
        first.files, first.digest, first.sentence,
    )  # fmt: skip
    assert cached(cache).name.startswith("stdlib-")


def added(library, _):
    (library / "new.py").write_text("~" * 50)


def swapped(library, _):
    """Another file, of another size."""
    (library / "part0" / "module0.py").write_text("~" * 50)


def moved(library, monkeypatch):
    """The same files elsewhere."""
    folder = library.rename(library.parent / "elsewhere")
    monkeypatch.setattr(corpus.sysconfig, "get_paths", lambda: {"stdlib": str(folder)})


def renumbered(_, monkeypatch):
    monkeypatch.setattr(corpus, "CHARACTERS", CHARACTERS[1:-1] + "\n" + CHARACTERS[-1])


def narrowed(_, monkeypatch):
    monkeypatch.setattr(corpus, "LEFT_OUT", corpus.LEFT_OUT | {"part3"})


@pytest.mark.parametrize("change", [added, swapped, moved, renumbered, narrowed])
def test_another_recipe_does_not_read_the_cache_of_the_first(change, library, cache, monkeypatch):
    first = corpus.load()
    change(library, monkeypatch)
    forget()
    second = corpus.load()
    assert len(list((cache / "toylab").iterdir())) == 2
    same = change is moved  # where it lies is no part of the text
    assert (second.digest == first.digest) is same


@pytest.mark.usefixtures("library")
def test_what_was_built_is_loaded_though_it_could_not_be_kept(cache, monkeypatch):
    cache.write_text("a file where the folder should be")
    made, make = [], corpus._make
    monkeypatch.setattr(corpus, "_make", lambda texts: made.append(make(texts)) or made[-1])
    list(corpus.build())
    assert corpus.load() is made[0]
    assert len(made) == 1


def drop(path):
    """The same archive without its last array."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()[:-1]}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(name, data)


def flip(path):
    """One wrong bit in the text."""
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "emptied": lambda path: path.write_bytes(b""),
    "no archive": lambda path: path.write_bytes(b"not an archive" * 100),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-200]),
    "a bit flipped": flip,
    "an array gone": drop,
    "pickled": lambda path: np.savez(path, train=np.array([{}], dtype=object)),
}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_cache_is_made_again(damage, cache):
    whole = corpus.load().digest
    damage(cached(cache))
    assert corpus._read(cached(cache)) is None
    forget()
    assert corpus.load().digest == whole
    assert corpus._read(cached(cache)).digest == whole


@pytest.mark.slow
def test_no_flipped_bit_of_a_cache_is_an_error_or_another_text(tmp_path):
    path = tmp_path / "kept.npz"
    codes = np.arange(30, dtype=np.uint8)
    corpus._write(corpus.Corpus(codes, codes[:9], 5, "abc"), path)
    whole = path.read_bytes()
    listed = 8 * (len(whole) - 300)  # from here on: the archive's list of what is in it
    for place in (*range(0, listed, 31), *range(listed, 8 * len(whole), 3)):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        found = corpus._read(path)
        assert found is None or np.array_equal(found.train, codes)


@pytest.mark.usefixtures("library")
def test_a_cache_folder_that_cannot_be_made_is_done_without(cache, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert corpus.load().files == FILES
    assert not cache.exists()


@pytest.mark.usefixtures("library")
def test_a_user_whom_the_system_does_not_know_has_no_cache(monkeypatch):
    """As in a container that is run by a number."""

    def unknown(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", classmethod(unknown))
    assert corpus.load().files == FILES
    forget()
    assert list(corpus.build())[-1] == 1.0  # nothing was kept


@pytest.mark.usefixtures("library")
def test_a_file_where_the_cache_folder_should_be_is_done_without(cache):
    cache.write_text("a file")
    assert corpus.load().files == FILES
    assert cache.read_text() == "a file"


@pytest.mark.usefixtures("library")
def test_a_full_disk_leaves_no_half_written_cache(cache, monkeypatch):
    def half(path, **_):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", half)
    assert corpus.load().files == FILES
    assert list((cache / "toylab").iterdir()) == []


@pytest.mark.usefixtures("library")
def test_a_build_that_is_given_up_leaves_nothing(cache):
    for _ in corpus.build():
        break
    assert not cache.exists()


@pytest.mark.parametrize("missing", ["all", "most"])
def test_a_python_without_its_source_is_refused_in_a_sentence(missing, library, monkeypatch):
    if missing == "all":
        for path in library.rglob("*.py"):
            path.unlink()
    else:
        monkeypatch.setattr(corpus, "LEAST", 1_000_000)
    forget()
    assert not corpus.present()
    sentence = (
        "^this Python carries no source of its standard library to learn from; choose the "
        "synthetic language$"
    )
    for ask in (corpus.load, lambda: list(corpus.build()), corpus.check):
        with pytest.raises(ValueError, match=sentence):
            ask()


@pytest.mark.usefixtures("library")
def test_it_is_ready_once_it_is_loaded():
    corpus.check()
    assert not corpus.ready()
    list(corpus.build())
    assert not corpus.ready()
    corpus.load()
    assert corpus.ready()


@pytest.mark.slow
def test_this_pythons_library_is_learned_from():
    found = corpus.load()
    held, train = len(found.held), len(found.train)
    assert corpus.present()
    assert train > 8e6  # so that the longest run meets few characters twice
    assert 0.05 < held / (held + train) < 0.15  # whole files: no exact tenth
    assert held > EXAM
    head = hashlib.__doc__.splitlines()[3]  # a line that is in one file only
    said = corpus.text(found.train), corpus.text(found.held)
    assert sorted(head in text for text in said) == [False, True]
    others = (np.concatenate([found.train, found.held]) == SYMBOLS - 1).mean()
    assert others < 0.01


def test_it_is_described_by_its_size_version_and_digest():
    codes = np.zeros(9_240_000, np.uint8)
    said = corpus.Corpus(codes, codes[:860_000], 514, "ad74bac3").sentence
    for part in ("9.2 million", "0.86 million", "514 files", "text ad74bac3", "Python 3."):
        assert part in said


def test_longer_passages_of_the_exam_end_in_the_same_characters():
    """Newlines stand before the beginning of the text."""
    text = corpus.load()
    longer, exam = text.reading(32).exam, text.exam
    assert longer.shape == (corpus.EXAM, 33)
    assert (longer[:, -9:] == exam).all()
    begin = corpus.Corpus(text.train, text.held[:20], 1, "", before=32).exam
    assert (begin[:, :12] == 0).all()
    assert {row.tobytes() for row in begin[:, -9:]} == {
        text.held[k : k + 9].tobytes() for k in range(12)
    }
