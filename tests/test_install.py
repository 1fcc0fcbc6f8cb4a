"""The engine, installed with pip into an empty folder, works without the repository around it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toylab import __main__ as cli

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TRAIN = """
import toylab
from toylab import SineStudy

study = SineStudy(width=4, sizes=(16, 32), steps=5, seeds=2)
frame = toylab.train(study, progress=False)
print(toylab.__file__, len(frame), frame["diverged"].any())
"""
READ = """
import contextlib
from toylab import __main__ as cli
from toylab.teaching import glossary, papers, report

report.SCRIPT.read_text()
for command in ["--help"], ["quiz", "--seed", "1"]:
    with contextlib.suppress(SystemExit):
        cli.main(command)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what pip installs, built from a copy, so that nothing is left behind here."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    shutil.copytree(
        ROOT / "toylab", source / "toylab", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    how = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    done = subprocess.run([*pip, *how, str(source)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    return target


def run(installed, folder, *command):
    """The output of a command that knows the installed engine only, run in another folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=environment | {"PYTHONPATH": str(installed)}, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_of_the_engine_is_installed(installed):
    def files(folder):
        return {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert files(installed / "toylab") == files(ROOT / "toylab")
    assert not {"ui", "pages", "tests"} & {path.name for path in installed.iterdir()}


def test_what_it_offers_and_its_recorded_runs_are_there(installed, tmp_path):
    code = (
        "import toylab; [getattr(toylab, name) for name in dir(toylab)]; "
        "print(toylab.__file__, len(toylab.recorded('sine')))"
    )
    path, rows = run(installed, tmp_path, sys.executable, "-c", code).split()
    assert Path(path) == installed / "toylab/__init__.py"
    lines = (ROOT / "toylab/data/sine.csv").read_text(encoding="utf-8").splitlines()
    assert int(rows) == len(lines) - 2  # without provenance and header


def test_the_command_says_what_the_module_says_in_the_repository(installed, tmp_path, capsys):
    command = ("allocate", "5.76e23")
    said = run(installed, tmp_path, str(installed / "bin/toylab"), *command)
    cli.main(command)
    assert said == capsys.readouterr().out
    assert "params" in said


def test_it_trains_in_worker_processes(installed, tmp_path):
    said = run(installed, tmp_path, sys.executable, "-c", TRAIN)
    assert said.split() == [str(installed / "toylab/__init__.py"), "4", "False"]


def test_what_its_commands_read_is_there(installed, tmp_path):
    """Questions, glossary and script among it."""
    said = run(installed, tmp_path, sys.executable, "-c", READ)
    assert "usage" in said
    assert "Quiz 1" in said
