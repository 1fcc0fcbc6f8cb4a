"""`toylab allocate` and `toylab laws`: every law, as text and as JSON."""

from dataclasses import asdict

import pytest

from tests.cli.command import refused, strict
from toylab import __main__ as cli
from toylab.laws import published  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["allocate"], "the following arguments are required: flops"),
        (["allocate", "many"], "'many' is not a positive number such as 5.76e23 or 70B"),
        (["allocate", "-1"], "'-1' is not a positive number"),
        (["allocate", "inf"], "'inf' is not a positive number"),
        (
            ["allocate", "1e21", "--law", "kaplan-N"],
            "argument --law: invalid choice: 'kaplan-N'",
        ),
        (["laws", "newton"], "law must be one of kaplan-N, "),
    ],
)
def test_a_wrong_question_about_laws_is_refused(arguments, sentence, capsys):
    assert sentence in refused(arguments, capsys)


def test_every_law_splits_a_budget_as_json(capsys):
    assert cli.main(["allocate", "5.76e23", "--json"]) == 0
    rows = strict(capsys.readouterr().out)
    assert [row["law"] for row in rows] == [law.name for law in published.SPLITTING]
    for row in rows:
        assert 6 * row["params"] * row["tokens"] == pytest.approx(5.76e23)
        assert row["tokens_per_param"] == pytest.approx(row["tokens"] / row["params"])
        assert row["loss"] is None or 1.9 < row["loss"] < 2


def test_one_law_splits_a_budget(capsys):
    assert cli.main(["allocate", "5.76e23", "--law", "hoffmann-3", "--json"]) == 0
    row = strict(capsys.readouterr().out)
    assert row["params"] == pytest.approx(32.2e9, rel=2e-3)
    assert row["loss"] == pytest.approx(1.931, abs=5e-4)
    assert cli.main(["allocate", "5.76e23", "--law", "hoffmann-3"]) == 0
    assert "32.2B params" in capsys.readouterr().out


def test_the_registry_is_listed_and_a_law_told_in_full(capsys):
    assert cli.main(["laws"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(
        published.LAWS
    )
    assert cli.main(["laws", "besiroglu"]) == 0
    told = capsys.readouterr().out
    for constant in ("1.8172", "482.01", "2085.43", "0.3478", "0.3658", "0.331 to 0.415"):
        assert constant in told
    assert "https://arxiv.org/abs/2404.10102" in told


def test_the_registry_as_json_holds_every_constant(capsys):
    assert cli.main(["laws", "--json"]) == 0
    for record in strict(capsys.readouterr().out):
        law = published.LAWS[record["name"]]
        assert record["constants"] == asdict(law.form)
        assert set(record["units"]) == set(record["constants"])
