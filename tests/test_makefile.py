"""`make run` on a machine without packages: what pip is told, by `make --dry-run`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INDEX = "--index-url https://download.pytorch.org/whl/cpu"
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")


@pytest.fixture
def pip(tmp_path):
    """The calls of pip in an empty folder, by the system, its programs, and what make is told."""

    def calls(system: str, *told: str, nvidia: bool) -> list[str]:
        programs = {"uname": f"echo {system}", **({"nvidia-smi": "true"} if nvidia else {})}
        for name, line in programs.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
            (tmp_path / name).chmod(0o755)
        for name in ("Makefile", "requirements.txt"):
            shutil.copy(ROOT / name, tmp_path)
        done = subprocess.run(
            ["make", "--dry-run", "run", *told], cwd=tmp_path, check=True, capture_output=True,
            text=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "CPU": "x86_64"},
        )  # fmt: skip
        return [line for line in done.stdout.splitlines() if " pip install " in line]

    return calls


@pytest.mark.parametrize(
    ("system", "nvidia", "told", "cpu"),
    [
        ("Linux", False, (), True),
        ("Linux", True, (), False),
        ("Darwin", False, (), False),
        ("Linux", True, ("CPU=1",), True),
        ("Linux", False, ("CPU=",), False),
    ],
)
def test_torch_comes_without_cuda_where_there_is_no_use_for_it(pip, system, nvidia, told, cpu):
    """One package from PyTorch's index, without what it needs; the rest and all else from PyPI."""
    *first, last = pip(system, *told, nvidia=nvidia)
    assert "requirements.txt" in last
    assert INDEX not in last
    assert len(first) == cpu
    for line in first:
        assert INDEX in line
        assert "--no-deps" in line
        assert "$(grep ^torch== requirements.txt) ||" in line  # PyPI serves where it is not there


def test_the_torch_that_it_asks_for_is_the_pinned_one():
    found = subprocess.run(
        ["sh", "-c", "echo $(grep ^torch== requirements.txt)"], cwd=ROOT, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.split() == [
        line for line in (ROOT / "requirements.txt").read_text().split() if line.startswith("torch")
    ]
    assert len(found.stdout.split()) == 1
