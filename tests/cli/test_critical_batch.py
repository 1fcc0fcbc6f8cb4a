"""`toylab critical-batch`: somebody's table, fitted without a browser."""

import numpy as np
import pytest

from tests.cli.command import refused, strict
from toylab import __main__ as cli
from toylab.fits.critical_batch import fit
from toylab.laws.critical_batch import Tradeoff

NAMES = ("E_min", "S_min", "B_crit", "B_20pct")
FIELDS = {"group", *NAMES, "rms", "batches", "intervals", "warnings"}
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
    one, two = strict(out)
    assert err == ""
    for record, batch, taken, group in (
        (one, BATCH, steps(0.05), "one"),
        (two, BATCH[:4], rough, "two"),
    ):
        expected = fit(batch, taken)
        assert set(record) == FIELDS
        assert (record["group"], record["batches"]) == (group, len(batch))
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
    (record,) = strict(capsys.readouterr().out)
    assert record["group"] == "all"
    assert [record[name] for name in NAMES] == pytest.approx([1e6, 100, 1e4, 2e3])


def test_the_text_has_a_line_for_each_group_and_warnings_go_to_the_errors(write, capsys):
    short = BATCH[:4]
    path = write(one=(BATCH, steps()), two=(short, steps(batch=short)), three=(short[:2], [9, 8]))
    assert cli.main(["critical-batch", path]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == (
        "one: S_min 100 [100, 100]   E_min 1M [1M, 1M]   B_crit 10k [10k, 10k]   "
        "B_20pct 2k [2k, 2k]   rms 0.0%"
    )
    assert out.splitlines()[1].startswith("two: S_min 100 ")
    assert out.splitlines()[2:] == ["three: a hyperbola needs 3 different batches, got 2"]
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
    (record,) = strict(capsys.readouterr().out)
    low, high = record["intervals"]["B_crit"]
    assert low < record["B_crit"] < high
    assert any("far below B_crit" in warning for warning in record["warnings"])
    vague = any("B_crit is not determined" in warning for warning in record["warnings"])
    assert vague is not (high <= 100 * low)
    assert vague or record["B_crit"] < 1e6
    assert cli.main(["critical-batch", path]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err.count("\n") == len(record["warnings"])


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_status_is_1_if_no_group_has_a_fit(more, write, capsys):
    assert cli.main(["critical-batch", write(a=([1, 2], [9, 8]), b=([4], [7])), *more]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    reasons = [f"a hyperbola needs 3 different batches, got {n}" for n in (2, 1)]
    if more:
        expected = [{"group": g, "refusal": r} for g, r in zip("ab", reasons, strict=True)]
        assert strict(out) == expected
    else:
        assert out.splitlines() == [f"{g}: {r}" for g, r in zip("ab", reasons, strict=True)]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_one_group_without_a_fit_is_no_failure_beside_one_that_has_one(more, write, capsys):
    assert cli.main(["critical-batch", write(a=([1], [9]), b=(BATCH, steps())), *more]) == 0
    assert "needs 3 different batches, got 1" in capsys.readouterr().out


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
        (["a.csv", "--group", "x"], "unrecognized arguments: --group x"),
    ],
)
def test_a_question_without_a_table_is_refused_in_one_line(arguments, sentence, capsys):
    assert sentence in refused(["critical-batch", *arguments], capsys)
