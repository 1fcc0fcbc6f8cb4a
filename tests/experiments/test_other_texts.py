"""Exams on other texts: what is left out of training, what is asked for, and what is absent."""

import ast
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from toylab.experiments import charlm, corpus, other_texts
from toylab.experiments.other_texts import EXAM, TEXTS, TOPICS, OtherTextsSpec

torch.set_num_threads(1)  # as in a worker

SMALL = OtherTextsSpec(size=4, tokens=8192, seed=5)


def rows(spec):
    *_, (done, found) = other_texts.run(spec)
    assert done == 1
    return found


def lines(text, least=60):
    """The long lines of a text, as the corpus numbers its characters."""
    return {corpus.codes(line).tobytes() for line in text.split(b"\n") if len(line) >= least}


def share(asked, text):
    """The share of lines that a text holds."""
    whole = text.tobytes()
    return sum(line in whole for line in asked) / len(asked)


def test_the_file_of_topics_is_gone_from_the_training_text_and_nothing_else_is():
    whole, left = corpus.load(), other_texts.training_text()
    raw = (corpus.library() / TOPICS).read_bytes()
    first, end = other_texts.span(whole.train)
    assert corpus.text(whole.train[first:end]) == corpus.text(corpus.codes(raw))
    assert len(whole.train) - len(left.train) == len(raw)
    assert np.array_equal(left.train[:first], whole.train[:first])
    assert np.array_equal(left.train[first:], whole.train[end:])
    assert np.array_equal(left.exam, whole.exam)
    assert 0.07 < len(raw) / len(whole.train) < 0.09
    asked = set(sorted(lines(raw))[::120])
    assert share(asked, whole.train) == 1
    assert share(asked, left.train) < 0.02


def test_a_text_that_does_not_hold_the_file_is_refused():
    with pytest.raises(ValueError, match=r"topics\.py must be a part of the training text"):
        other_texts.span(corpus.load().train[:1000])


def test_the_exams_are_of_texts_that_are_not_trained_on():
    """By beginnings of lines of topics, and whole lines of the held-out files."""
    whole, left = corpus.load().train, other_texts.training_text().train
    begun = (line.strip()[:40] for line in other_texts.topics().split(b"\n"))
    english = set(sorted(lines(b"\n".join(begun), 40))[::120])
    assert share(english, whole) > 0.9  # but for quotes that the file has to escape
    assert share(english, left) < 0.04
    files = [path.read_bytes() for path in corpus.held_out() if "encodings" not in path.parts]
    python = set(sorted(lines(b"\n".join(files)))[::120])
    assert share(python, left) < 0.08  # what files share, such as licences


def test_comments_and_docstrings_are_those_that_the_parser_finds():
    """By `ast`: all strings that stand alone are marked, and all else that is begins with a #."""
    marked = whole = 0
    for path in corpus.held_out():
        if "encodings" in path.parts:
            continue
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        said, alone = other_texts.prose(raw.decode("latin1")), strings_alone(raw)
        assert said[alone].all(), path
        rest = said & ~alone
        starts = np.flatnonzero(rest & ~np.r_[False, rest[:-1]])
        assert (np.frombuffer(raw, np.uint8)[starts] == ord("#")).all(), path
        marked, whole = marked + int(said[8:].sum()), whole + len(raw) - 8
    texts = other_texts.present_texts()
    assert len(texts["comments"]) == marked
    assert len(texts["code"]) == whole - marked
    assert 0.25 < marked / whole < 0.45


def strings_alone(raw):
    """True for each byte of a source in a statement that is a string."""
    begins = np.cumsum([0, *(len(line) + 1 for line in raw.split(b"\n"))])
    marked = np.zeros(len(raw), bool)
    for node in ast.walk(ast.parse(raw)):
        value = getattr(node, "value", None)
        if isinstance(node, ast.Expr) and isinstance(getattr(value, "value", None), str):
            first = begins[node.lineno - 1] + node.col_offset
            marked[first : begins[node.end_lineno - 1] + node.end_col_offset] = True
    return marked


def test_the_exam_ends_in_the_text_that_it_is_named_after():
    exams = other_texts.exams()
    assert set(exams) <= set(TEXTS)
    assert {len(exam) for exam in exams.values()} == {EXAM}
    spaces = {
        text: float((exam[:, -1] == corpus.CHARACTERS.index(" ")).mean())
        for text, exam in exams.items()
    }
    raw = other_texts.topics()
    assert spaces["topics"] == pytest.approx(raw.count(b" ") / len(raw), abs=0.015)


def test_prose_is_marked_character_by_character():
    source = '"""Doc."""\nx = "no"  # yes\n\n\ndef f():\n    """Two\n    lines."""\n    return 1\n'
    said = "".join(c for c, m in zip(source, other_texts.prose(source), strict=True) if m)
    assert said == '"""Doc."""# yes"""Two\n    lines."""'


def test_a_run_on_the_whole_text_is_that_of_the_language_models_bit_for_bit(monkeypatch):
    monkeypatch.setattr(other_texts, "training_text", corpus.load)
    *_, (_, plain) = charlm.run(SMALL.plain)
    assert rows(SMALL)[0]["loss"] == plain[0]["loss"]


def test_a_run_repeats_itself_and_reads_without_topics():
    found, again = rows(replace(SMALL, runs=2)), rows(replace(SMALL, runs=2))
    for mine, other in zip(found, again, strict=True):
        assert {**mine, "seconds": 0} == {**other, "seconds": 0}
    *_, (_, plain) = charlm.run(SMALL.plain)
    assert found[0]["loss"] != plain[0]["loss"]
    assert found[0]["loss"] == pytest.approx(plain[0]["loss"], abs=0.1)


def test_exams_on_the_way_end_in_those_of_the_end():
    along, end = rows(replace(SMALL, along=True)), rows(SMALL)
    done = [row["done"] for row in along]
    assert done == sorted(done)
    assert (len(done), done[-1]) == (charlm.LOOKS, 1)
    assert {**along[-1], "seconds": 0} == {**end[0], "seconds": 0}
    assert along[0]["topics"] > along[-1]["topics"]


def test_a_text_that_is_absent_has_no_loss(monkeypatch):
    monkeypatch.setattr(other_texts, "headers", lambda: b"")
    present = other_texts.present_texts.__wrapped__()
    assert set(present) == set(TEXTS) - {"headers"}
    monkeypatch.setattr(other_texts, "present_texts", lambda: present)
    asked = other_texts.exams.__wrapped__()
    monkeypatch.setattr(other_texts, "exams", lambda: asked)
    (row,) = rows(SMALL)
    assert math.isnan(row["headers"])
    assert not row["diverged"]
    assert row["topics"] == rows(SMALL)[0]["topics"] > row["loss"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"tokens": 100}, "tokens must be between 4,096 and 4,000,000"),
        ({"tokens": 8191}, "tokens must be whole batches of 16"),
        ({"size": 0}, "size must be between"),
        ({"runs": 0}, "runs must be between"),
    ],
)
def test_settings_that_are_none_are_refused(change, rule):
    with pytest.raises(ValueError, match=rule):
        replace(SMALL, **change)
