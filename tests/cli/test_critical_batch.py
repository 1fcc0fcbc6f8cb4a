"""`toylab critical-batch`: somebody's table, fitted without a browser."""

from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import refused, strict
from toylab import __main__ as cli
from toylab.fits.critical_batch import fit
from toylab.laws.critical_batch import Tradeoff

NAMES = ("E_min", "S_min", "B_crit", "B_20pct")
FIELDS = {*NAMES, "rms", "batches", "runs", "intervals", "warnings"}
CURVE = Tradeoff(S_min=100.0, E_min=1e6)
BATCH = np.geomspace(1e3, 1e5, 8)


def steps(noise=0.0, seed=0, batch=BATCH):
    luck = np.random.default_rng(seed).standard_normal(len(batch))
    return CURVE.steps(batch) * np.exp(noise * luck)


@pytest.fixture
def write(tmp_path):
    """A CSV of groups, and its path."""

    def write(**groups):
        lines = ["group,batch,steps"]
        for name, (batch, taken) in groups.items():
            lines += [f"{name},{B:.17g},{S:.17g}" for B, S in zip(batch, taken, strict=True)]
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines))
        return str(path)

    return write


def test_the_fits_as_json_have_their_constants_intervals_and_warnings(write, capsys):
    rough = steps(0.2, 1, BATCH[:4])
    line = ["critical-batch", write(one=(BATCH, steps(0.05)), two=(BATCH[:4], rough)), "--json"]
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    told = strict(out)
    assert told["columns"] == {"batch": "batch", "steps": "steps", "groups": ["group"]}
    assert told["read"].startswith("Read: batch from 'batch', ")
    assert (told["not_used"], told["notes"]) == ([], [])
    assert list(told["groups"]) == ["one", "two"]
    one, two = told["groups"].values()
    assert err == ""
    for record, batch, taken in ((one, BATCH, steps(0.05)), (two, BATCH[:4], rough)):
        expected = fit(batch, taken)
        assert set(record) == FIELDS
        assert (record["batches"], record["runs"]) == (len(batch), len(batch))
        assert record["rms"] == pytest.approx(expected.rms)
        assert record["warnings"] == list(expected.warnings)
        assert set(record["intervals"]) == set(NAMES)
        for name in NAMES:
            said = getattr(expected, name)
            assert record[name] == pytest.approx(said.value, rel=1e-6)
            assert record["intervals"][name] == pytest.approx([said.low, said.high], rel=1e-6)
    assert one["warnings"] == []
    assert two["warnings"] != []
    assert one["B_crit"] == pytest.approx(one["E_min"] / one["S_min"])
    assert one["B_20pct"] == pytest.approx(one["B_crit"] / 5)


def test_a_table_without_groups_is_one_record_called_all(tmp_path, capsys):
    rows = "".join(f"{B},{S}\n" for B, S in zip(BATCH, steps(), strict=True))
    (tmp_path / "table.csv").write_text("batch,steps\n" + rows)
    assert cli.main(["critical-batch", str(tmp_path / "table.csv"), "--json"]) == 0
    ((group, record),) = strict(capsys.readouterr().out)["groups"].items()
    assert group == "all"
    assert [record[name] for name in NAMES] == pytest.approx([1e6, 100, 1e4, 2e3])


def test_the_text_has_a_line_for_each_group_and_warnings_go_to_the_errors(write, capsys):
    short = BATCH[:4]
    path = write(one=(BATCH, steps()), two=(short, steps(batch=short)), three=(short[:2], [9, 8]))
    assert cli.main(["critical-batch", path]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == (
        "Read: batch from 'batch', steps from 'steps', groups by 'group'."
    )
    assert out.splitlines()[1] == (
        "one: S_min 100 [100, 100]   E_min 1M [1M, 1M]   B_crit 10k [10k, 10k]   "
        "B_20pct 2k [2k, 2k]   rms 0.0%"
    )
    assert out.splitlines()[2].startswith("two: S_min 100 ")
    assert out.splitlines()[3:] == ["three: a hyperbola needs 3 different batches, got 2"]
    assert err == "".join(
        f"warning: two: {said}\n" for said in fit(short, steps(batch=short)).warnings
    )
    assert err.count("\n") == 2


def test_the_text_quotes_intervals_in_the_order_of_low_and_high(write, capsys):
    noisy = steps(0.3, 3)
    assert cli.main(["critical-batch", write(one=(BATCH, noisy))]) == 0
    out = capsys.readouterr().out.replace(",", "").replace("[", "").replace("]", "").split()
    said = fit(BATCH, noisy)
    for name in NAMES:
        place = out.index(name)
        numbers = [
            float(word.rstrip("kM")) * {"k": 1e3, "M": 1e6}.get(word[-1], 1)
            for word in out[place + 1 : place + 4]
        ]
        one = getattr(said, name)
        assert numbers == pytest.approx([one.value, one.low, one.high], rel=6e-3)
    assert f"{said.rms:.1%}" in out


@pytest.mark.parametrize("seed", range(8))
def test_where_a_curve_hardly_bends_the_text_and_the_json_say_so(seed, write, capsys):
    """B_crit is 100 times the largest batch: half of such tables fit one without a bend."""
    batch = np.geomspace(10, 100, 8)
    path = write(one=(batch, steps(0.02, seed, batch)))
    assert cli.main(["critical-batch", path, "--json"]) == 0
    (record,) = strict(capsys.readouterr().out)["groups"].values()
    low, high = record["intervals"]["B_crit"]
    assert low < record["B_crit"] < high
    assert any("far below B_crit" in warning for warning in record["warnings"])
    vague = any("B_crit is not determined" in warning for warning in record["warnings"])
    assert vague is not (high <= 100 * low)
    assert vague or record["B_crit"] < 1e6
    assert cli.main(["critical-batch", path]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 2
    assert err.count("\n") == len(record["warnings"])


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_status_is_1_if_no_group_has_a_fit(more, write, capsys):
    assert cli.main(["critical-batch", write(a=([1, 2], [9, 8]), b=([4], [7])), *more]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    reasons = [f"a hyperbola needs 3 different batches, got {n}" for n in (2, 1)]
    if more:
        expected = {g: {"refusal": r} for g, r in zip("ab", reasons, strict=True)}
        assert strict(out)["groups"] == expected
    else:
        assert out.splitlines()[1:] == [f"{g}: {r}" for g, r in zip("ab", reasons, strict=True)]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_one_group_without_a_fit_is_no_failure_beside_one_that_has_one(more, write, capsys):
    assert cli.main(["critical-batch", write(a=([1], [9]), b=(BATCH, steps())), *more]) == 0
    assert "needs 3 different batches, got 1" in capsys.readouterr().out


MODELS = "size,note,B,took\n" + "".join(
    f"{name},{note},{B},{S}\n"
    for note, times in (("a", 1), ("b", 2))
    for name, E in (("small", 2e4), ("large", 2e5))
    for B, S in ((B, times * (100 + E / B)) for B in (64, 128, 256, 512, 1024, 2048))
)


def test_columns_rows_and_a_baseline_can_be_asked_for(tmp_path, capsys):
    """The least examples at B_crit 200 and 2000, and 20 % over a batch of 128: 1.2 x 128 + 40."""
    (tmp_path / "table.csv").write_text(MODELS)
    line = ["critical-batch", str(tmp_path / "table.csv"), "--steps", "took", "--batch", "B"]
    chosen = ["--group", "size", "--where", "note=b", "--baseline", "128", "--json"]
    assert cli.main([*line, *chosen]) == 0
    told = strict(capsys.readouterr().out)
    assert told["columns"] == {"batch": "B", "steps": "took", "groups": ["size"]}
    assert told["not_used"] == ["note"]
    for (name, record), B_crit in zip(told["groups"].items(), (200, 2000), strict=True):
        assert record["S_min"] == pytest.approx(200), name
        assert record["baseline"]["batch"] == 128
        assert record["baseline"]["B_20pct"] == pytest.approx(1.2 * 128 + B_crit / 5)
    assert cli.main([*line, "--baseline", "128"]) == 0
    out = capsys.readouterr().out.splitlines()
    groups = [f"size={size}, note={note}" for note in "ab" for size in ("small", "large")]
    assert [one.split(":")[0] for one in out[1:]] == groups
    assert "20 % over batch 128: 194 [194, 194]" in out[1]
    for wrong, said in (("32", "among the batches of the table, 64 to 2.05k"), ("x", "'x' is not")):
        assert said in refused([*line, "--baseline", wrong], capsys)
    assert "must be COLUMN=VALUE" in refused([*line, "--where", "note"], capsys)


def test_of_several_files_each_is_a_group(tmp_path, capsys):
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    for path, times in zip(paths, (1, 2), strict=True):
        rows = "".join(f"{B},{times * S}\n" for B, S in zip(BATCH, steps(), strict=True))
        Path(path).write_text("batch,steps\n" + rows)
    assert cli.main(["critical-batch", *paths, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["columns"]["groups"] == ["file"]
    assert [one["S_min"] for one in told["groups"].values()] == pytest.approx([100, 200])


def test_what_was_left_out_is_noted_beside_the_fits(tmp_path, capsys):
    swept = "".join(f"{B},{lr},{S * (1 + lr)}\n" for B, S in zip(BATCH, steps(), strict=True)
                    for lr in (0, 1))  # fmt: skip
    (tmp_path / "table.csv").write_text(f"batch,lr,steps\n{swept}9,1,nan\n")
    line = ["critical-batch", str(tmp_path / "table.csv")]
    assert cli.main([*line, "--json"]) == 0
    told = strict(capsys.readouterr().out)
    assert told["groups"]["all"]["S_min"] == pytest.approx(100)
    assert told["columns"]["least_over"] == ["lr"]
    assert cli.main(line) == 0
    assert capsys.readouterr().err == "".join(f"note: {note}\n" for note in told["notes"])
    assert [n for n in ("on line 18", "8 of 16 rows") if n in " ".join(told["notes"])] != []


FILES = {
    "empty": (b"", "empty"),
    "header": (b"batch,steps\n", "a header and no rows"),
    "no steps": (b"batch,loss\n1,2\n", "no column holds the steps"),
    "text": (b"batch,steps\n1,9\n2,many\n", "line 3, column 'steps': 'many' is not a number"),
    "zero": (b"batch,steps\n0,9\n", "line 2, column 'batch': 0 is not positive"),
    "nan": (b"batch,steps\n1,nan\n", "line 2, column 'steps': 'nan' is no result"),
    "twice": (b"batch,steps,steps\n1,2,3\n", "column 'steps' is there 2 times"),
    "short row": (b"batch,steps\n1,2\n3\n", "line 3"),
    "workbook": (b"PK\x03\x04" + bytes(50), "Excel"),
    "binary": (b"batch,\0steps", "binary"),
}


@pytest.mark.parametrize(("data", "sentence"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_broken_file_is_refused_in_one_line(data, sentence, more, tmp_path, capsys):
    (tmp_path / "table.csv").write_bytes(data)
    said = refused(["critical-batch", str(tmp_path / "table.csv"), *more], capsys)
    assert said.startswith("toylab critical-batch: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "the following arguments are required: TABLE.csv"),
        (["no/such/table.csv"], "cannot read no/such/table.csv: No such file"),
        (["."], "cannot read .: Is a directory"),
        (["a.csv", "--by", "x"], "unrecognized arguments: --by x"),
    ],
)
def test_a_question_without_a_table_is_refused_in_one_line(arguments, sentence, capsys):
    assert sentence in refused(["critical-batch", *arguments], capsys)
