"""Helpers of the tests of the pages on fits: what may be set, what may be said, commands."""

import json
import shlex

from hypothesis import strategies as st

from toylab import __main__ as cli
from toylab.laws import published as laws
from ui.concepts.shared import loss_surface
from ui.knobs import knobs_of

OUTSIDE = "**outside**"


limits = {name: st.floats(*one.options[:2]) for name, one in knobs_of(loss_surface.Surface).items()}


published = st.sampled_from(laws.SURFACES).map(
    lambda law: {name: getattr(law.form, name) for name in knobs_of(loss_surface.Surface)}
)


def unless_refused(make):
    """What `make` gives, or None where it refuses in a sentence of ours, not of numpy's."""
    try:
        return make()
    except ValueError as refusal:
        if "array" in str(refusal):
            raise
        return None


def numbers_of(table):
    return table.select_dtypes("number").to_numpy()


def run_command(line, frame, folder, monkeypatch, capsys):
    """What the command shown on a page prints as JSON, where runs.csv are the runs below it."""
    frame.to_csv(folder / "runs.csv", index=False)
    monkeypatch.chdir(folder)
    program, dash, module, *arguments = shlex.split(line)
    assert (program, dash, module) == ("python", "-m", "toylab")
    assert cli.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)
