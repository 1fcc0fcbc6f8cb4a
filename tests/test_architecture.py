"""The six rules of the house, executable: who may import whom, and what belongs to every page."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import toylab
from toylab.teaching import contents

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
ENGINE = sorted((ROOT / "toylab").rglob("*.py"))
SCREEN = sorted((ROOT / "ui").rglob("*.py"))
ENGINE_TESTS = [
    path
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if not {"ui", "concepts", "app", "browser"} & set(path.parts[len(ROOT.parts) :])
]
RANKS = {  # a module imports its own package or a lower rank
    "quantities": 0, "refusals": 0, "devices": 0, "data": 0, "laws": 1, "fits": 2, "tables": 3,
    "simulation": 3, "experiments": 3, "teaching": 4, "benchmarks": 4, "cli": 5,
}  # fmt: skip
LIVE = {"data", "devices"}  # what the queue knows of the rest
TRAINING = {"cli", "benchmarks", "training", "__main__"}  # who may hand it work
APP = {"streamlit", "altair", "pages", "ui", "app"}  # what the engine does without
LINES = 90  # of a page, at most


def name(path: Path) -> str:
    """The dotted name of a file's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name(path) for path in [*ENGINE, *SCREEN]}


@cache
def tree(path: Path) -> ast.Module:
    """A file, parsed once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path, top: bool = False) -> tuple[str, ...]:
    """Dotted names of the modules that a file imports; only those at its top, if `top`."""
    return tuple(_imports(tree(path), top))


def _imports(tree: ast.Module, top: bool) -> Iterator[str]:
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def outside(path: Path) -> set[str]:
    """Top-level packages that a file imports."""
    return {module.split(".")[0] for module in imports(path)}


def package(module: str) -> str:
    """The package of the engine that a module lies in, or its own name at the top."""
    return [*module.split("."), ""][1]


def test_a_module_imports_its_own_package_or_a_lower_rank():
    """Rule 1: no law imports a fit, no question a page, and the queue knows no experiment."""
    assert [
        (name(path), module)
        for path in ENGINE
        if package(name(path)) not in ("", "training", "__main__")  # what joins the packages
        for module in imports(path)
        if module.startswith("toylab.") and not may_import(package(name(path)), package(module))
    ] == []


def may_import(mine: str, other: str) -> bool:
    """True if a module of one package of the engine may import one of another."""
    if other == mine:
        return True
    if "live" in (mine, other):
        return mine in TRAINING if other == "live" else other in LIVE
    return RANKS[other] < RANKS[mine]


def test_a_test_of_the_engine_needs_no_app():
    """`pytest -m engine` on its folders imports no Streamlit."""
    assert [name(path) for path in ENGINE_TESTS if outside(path) & APP] == []


def test_the_engine_knows_nothing_of_the_app_and_torch_is_for_the_nets():
    """Rule 2."""
    assert [name(path) for path in ENGINE if outside(path) & APP] == []
    assert [
        name(path)
        for path in ENGINE
        if not path.is_relative_to(ROOT / "toylab/experiments/nets")
        and "torch" in set(imports(path, top=True))
    ] == []


def test_streamlit_is_for_the_kit_altair_for_charts_and_concepts_are_apart():
    """Rule 3."""
    for path in SCREEN:
        modules, concept = set(imports(path)), path.is_relative_to(ROOT / "ui/concepts")
        charts = path.name == "charts.py"
        assert "streamlit" not in outside(path) or not (concept or charts), path
        assert "altair" not in outside(path) or charts, path
        assert "toylab" not in outside(path) or not charts, path
        load_test = any(module.startswith("ui.load_test") for module in modules)
        assert not load_test or path.parent.name == "load_test", path
        others = {module.split(".")[2] for module in modules if module.startswith("ui.concepts.")}
        assert others <= ({path.parent.name, "shared"} if concept else set()), path
        if path.name == "view.py":
            assert f"{name(path.parent / '__init__.py')}.live" not in modules, path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_only_asks_and_shows(path):
    """Rule 3: no definition, no arithmetic; what it imports is the kit, its concept and names."""
    assert outside(path) <= {"streamlit", "toylab", "ui"} | set(sys.stdlib_module_names)
    assert "altair" not in outside(path)
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(tree(path)))
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.BinOp)]
    assert len(text.splitlines()) <= LINES


@pytest.mark.parametrize("stem", [path.stem for path in PAGES])
def test_a_page_has_a_line_in_the_contents_a_folder_and_tests(stem):
    """Rule 4: the sentence says what a page lacks."""
    lacks = [
        what
        for what, there in {
            "a line in toylab/teaching/contents.py": stem in contents.TITLES,
            f"ui/concepts/{stem}/": (ROOT / "ui/concepts" / stem / "__init__.py").exists(),
            f"a test of the stem {stem}": any((ROOT / "tests").rglob(f"test_{stem}*.py")),
        }.items()
        if not there
    ]
    assert not lacks, f"pages/{stem}.py lacks {', '.join(lacks)}"


def test_the_contents_name_no_page_that_is_gone():
    assert set(contents.TITLES) == {path.stem for path in PAGES}


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_engine_is_imported_at_no_cost():
    """Rule 5: and changes no environment variable."""
    code = (
        "import os, sys; before = dict(os.environ); import toylab; "
        "heavy = 'torch', 'streamlit', 'scipy.optimize'; "
        "print([m for m in heavy if m in sys.modules], before == dict(os.environ))"
    )
    assert python(code) == "[] True"


def test_the_server_never_imports_torch_and_dask_only_for_a_cluster():
    everything = ", ".join(
        name(path)
        for path in [*ENGINE, *SCREEN]
        if "toylab/experiments/nets" not in path.as_posix() and path.stem != "__main__"
    )
    code = f"import sys, {everything}; print({{'torch', 'distributed'}} & set(sys.modules))"
    assert python(code) == "set()"


def test_the_engine_offers_what_it_says():
    assert len(dir(toylab)) <= 25
    for offered in dir(toylab):
        assert callable(getattr(toylab, offered))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = toylab.nothing


def test_the_top_of_the_engine_has_few_files():
    files = [path for path in (ROOT / "toylab").iterdir() if path.is_file()]
    assert len(files) <= 8


def test_the_run_time_needs_are_the_six_and_each_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().split()
    assert sorted(line.split("==")[0] for line in lines if "==" in line) == [
        "altair", "numpy", "pandas", "scipy", "streamlit", "torch",
    ]  # fmt: skip
    assert all("==" in line for line in lines)
