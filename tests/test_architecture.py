"""The layout rules, executable: who may import whom, and what belongs to every page."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from toylab.teaching import contents

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
ENGINE = sorted((ROOT / "toylab").rglob("*.py"))
# torch costs 2 s and 218 MB: at the top of the modules that train only
TORCH_MODULES = {"mlp", "adam", "passes", "ngram", "bigram"}


def imports(path: Path) -> set[str]:
    """Top-level packages that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_knows_nothing_of_the_app(path):
    assert not imports(path) & {"streamlit", "pages", "ui", "app"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_only_asks_and_shows(path):
    """A page that imports numpy is doing science, and one that defines is an engine."""
    assert imports(path) <= {"streamlit", "toylab", "ui"} | set(sys.stdlib_module_names)
    nodes = ast.walk(ast.parse(path.read_text()))
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_is_one_concept_one_module_one_test(path):
    if path.stem != "home":
        assert (ROOT / "toylab" / path.name).exists()
        assert (ROOT / "tests" / f"test_{path.name}").exists()


def test_every_page_is_in_the_menu():
    assert {path.stem for path in PAGES} == set(contents.TITLES)


def test_the_readmes_tree_has_every_page_and_module_and_nothing_that_is_gone():
    tree = (ROOT / "README.md").read_text().split("## What is where")[1].split("```")[1]
    named = set(re.findall(r"\w+\.py\b", tree))
    files = {path.name for path in [*PAGES, *(ROOT / "toylab").glob("*.py")]}
    assert files - named == {"__init__.py"}
    assert named <= {path.name for path in [*ROOT.glob("*.py"), *PAGES, *ENGINE]}


def test_the_server_never_imports_torch():
    everything = ", ".join(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ENGINE
        if path.stem not in TORCH_MODULES | {"__init__", "__main__"}
    )
    code = f"import sys, ui, {everything}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_run_time_needs_are_the_six_and_each_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().split()
    assert sorted(line.split("==")[0] for line in lines if "==" in line) == [
        "altair", "numpy", "pandas", "scipy", "streamlit", "torch",
    ]  # fmt: skip
    assert all("==" in line for line in lines)
