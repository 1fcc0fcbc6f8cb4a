"""Score sheets and the mark book: marked again from the seed, and doubts are named."""

import pandas as pd
import pytest

from toylab.tables import csv_reader
from toylab.teaching import mark_book, quiz, score_sheets
from toylab.teaching.quiz import Paper, paper
from toylab.teaching.score_sheets import Sitting

SEEDS = (0, 7, 99_999, 999_999)
ALL = len(paper(0))
NOON = "2026-03-02T12:00:00+00:00"


def answers(seed, wrong=()):
    """Everything right, but for some."""
    said = {}
    for one in paper(seed):
        other = next((o for o in one.options if o != one.answer), "123456.7")
        said[one.name] = other if one.name in wrong else one.answer_text
    return said


def written(seed, name, said, topics=(), length=0, tried=1):
    """The sheet as a teacher reads it back."""
    times = {name: f"2026-03-02T{12 + k // 60}:{k % 60:02}:30+00:00" for k, name in enumerate(said)}
    rows = score_sheets.sheet(Paper(seed, topics, length), name, Sitting(said, times), tried)
    return csv_reader.parse(rows.to_csv(index=False).encode("utf-8-sig")).cells


def check(*frames):
    return [one for frame in frames for one in mark_book.check(frame)]


def score(one):
    return len(one.right), len(one.given), len(one.paper.questions)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sheet_comes_back_from_its_file_and_is_marked_the_same(seed):
    (found,) = check(written(seed, 'Ada, "L"; x', answers(seed, wrong=("slope", "stair"))))
    assert (found.student, found.paper) == ('Ada, "L"; x', Paper(seed))
    assert (*score(found), found.differs) == (ALL - 2, ALL, ALL, ())
    assert (found.begun, found.minutes, found.tried) == ("2026-03-02 12:00", ALL - 1, "1")


def test_topics_and_length_come_back_and_make_the_same_paper():
    made = Paper(5, ("kaplan", "isoflop"), 4)
    said = {name: text for name, text in answers(5).items() if name in
            [one.name for one in made.questions]}  # fmt: skip
    (found,) = check(written(5, "A", said, made.topics, made.length, tried=3))
    assert (found.paper, score(found), found.tried) == (made, (4, 4, 4), "3")
    with pytest.raises(ValueError, match="on this paper"):
        check(written(5, "A", said).assign(topics="kaplan isoflop", length="3"))


def test_a_sheet_from_before_topics_means_the_whole_quiz():
    old = written(7, "A", answers(7)).drop(columns=list(mark_book.LATER))
    (found,) = check(old)
    assert (found.paper, score(found)) == (Paper(7), (ALL, ALL, ALL))
    assert (found.tried, found.begun, found.minutes) == ("", "", None)


def test_only_the_first_answer_of_a_sitting_stands():
    sitting, one = Sitting(), paper(7)[0]
    sitting.check(one, "first", NOON)
    sitting.check(one, "second", "2026-03-02T13:00:00+00:00")
    assert (sitting.given, sitting.begun) == ({one.name: "first"}, NOON)


def test_a_try_is_counted_by_when_its_first_answer_was_checked():
    one, other = Sitting({"a": "1"}, {"a": NOON}), Sitting({"a": "1"}, {"a": NOON[:11] + "13"})
    sittings = {1: other, 2: one, 3: Sitting()}
    assert [score_sheets.tries(sittings, seed) for seed in (2, 1, 3)] == [1, 2, 3]


def test_what_is_right_is_not_on_the_sheet_of_an_open_question():
    label = next(one for one in paper(7) if one.name == "label")
    rows = written(7, "A", {"label": label.answer_text}).set_index("name")
    assert rows.loc["label", "correct"] == "yes"
    rest = rows.drop("label")
    assert (rest[["given", "right answer", "correct", "checked"]] == "").all().all()
    assert list(rows["number"]) == [str(k) for k in range(1, ALL + 1)]


def test_an_edited_sheet_is_found_out():
    said = answers(3, wrong=("slope",))
    del said["label"]
    rows = written(3, "B", said).set_index("name", drop=False)
    rows.loc["slope", "correct"] = "yes"
    rows.loc["label", "correct"] = "YES"
    (found,) = check(rows)
    assert found.differs == ("label", "slope")
    assert score(found) == (ALL - 2, ALL - 1, ALL)
    assert mark_book.warnings([found]) == ["the sheet says otherwise of label, slope"]


def test_rows_taken_away_do_not_raise_the_score():
    rows = written(3, "B", answers(3, wrong=("slope",)))
    (found,) = check(rows[rows["correct"] == "yes"])
    assert score(found) == (ALL - 1, ALL - 1, ALL)


def test_another_seed_has_other_answers():
    (found,) = check(written(3, "B", answers(3)).assign(seed="4"))
    assert found.paper.seed == 4
    assert len(found.right) < ALL / 2  # where options stand in another order too
    assert len(found.differs) == ALL - len(found.right)


def test_sheets_of_two_students_in_one_file_are_told_apart():
    both = pd.concat([written(1, "A", answers(1)), written(2, "B", {})])
    assert [(one.student, len(one.right)) for one in check(both)] == [("A", ALL), ("B", 0)]


@pytest.mark.parametrize("column", mark_book.NEEDED)
def test_a_missing_column_is_named(column):
    with pytest.raises(ValueError, match=f"a column '{column}'"):
        check(written(1, "A", {}).drop(columns=column))


def test_sheets_that_make_no_sense_are_refused():
    rows = written(1, "A", {})
    for broken, sentence in (
        (rows.assign(seed="x"), "seed must be"), (rows.assign(seed="1234567"), "seed must be"),
        (rows.assign(topics="moon"), "no topic 'moon'"), (rows.assign(length="x"), "length must"),
        (rows.assign(name="x"), "no question 'x'"), (pd.concat([rows, rows[:1]]), "twice"),
        (rows[:0], "no rows"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=sentence):
            check(broken)


def test_an_answer_that_the_page_would_refuse_counts_as_wrong_and_a_bad_time_as_none():
    rows = written(1, "A", {})
    rows.loc[rows["name"] == "slope", ["given", "checked"]] = "0,75"
    (found,) = check(rows)
    assert (*score(found), found.differs, found.minutes) == (0, 1, ALL, (), None)


def test_a_name_is_no_formula_for_a_spreadsheet():
    rows = score_sheets.sheet(Paper(1), "=1+1\n x", Sitting())
    assert set(rows["student"]) == {"1+1 x"}


def test_a_shared_paper_and_a_second_sheet_of_a_name_are_pointed_at():
    slip = answers(7, wrong=("slope",))
    sheets = check(
        written(7, "Ada", slip), written(7, "Ben", slip), written(7, "Cy", answers(7)),
        written(8, "cy", answers(8)), written(9, "", {}), written(9, "Di", {}),
    )  # fmt: skip
    ada, ben, cy, again, nobody, di = mark_book.warnings(sheets)
    assert (ada, ben) == ("same seed and answers as Ben", "same seed and answers as Ada")
    assert cy == "another sheet has this name"
    assert again.startswith("another sheet has this name")
    assert (nobody, di) == ("no name", "")  # an empty paper is nobody's copy


def test_the_mark_book_has_a_row_a_sheet_and_what_was_missed():
    sheets = check(
        written(7, "Ada", answers(7, wrong=("slope", "stair"))),
        written(8, "Ben", {"slope": "123456.7"}, ("sine",)),
    )
    book = mark_book.mark_book(sheets).set_index("name")
    assert list(book.loc["Ada", ["seed", "topics", "right", "of"]]) == [7, "all", ALL - 2, ALL]
    assert list(book.loc["Ben", ["seed", "topics", "right", "answered"]]) == [8, "sine", 0, 1]
    assert book.loc["Ben", "of"] == len(Paper(8, ("sine",)).questions)
    questions = mark_book.missed(sheets)
    counts = questions.set_index("question")[["wrong", "of"]]
    assert list(questions["question"][:2]) == ["slope", "stair"]
    assert list(counts.loc["slope"]) == [2, 2]
    assert list(counts.loc["stair"]) == [1, 1]
    assert counts["wrong"].sum() == 3
    topics = mark_book.missed_topics(questions).set_index("topic")
    titles = quiz.topics()
    assert topics.loc[titles["sine"], "wrong"] == 2
    assert topics.loc[titles["disagreement"], "wrong"] == 1
    assert topics["of"].sum() == ALL + 1


def test_a_mark_book_of_no_sheets_is_empty():
    assert mark_book.mark_book([]).empty
    assert mark_book.missed([]).empty


def test_the_worst_missed_is_that_of_the_largest_share():
    often = pd.DataFrame({"topic": list("aab"), "wrong": [1, 2, 2], "of": [9, 9, 3]})
    topics = mark_book.missed_topics(often)
    assert topics.to_dict("list") == {"topic": ["b", "a"], "wrong": [2, 3], "of": [3, 18]}
