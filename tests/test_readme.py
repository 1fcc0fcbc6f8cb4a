"""The README is true: its example, its tree, its table, its shortest page, its commands."""

import doctest
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import toylab
import ui.concepts
from toylab.__main__ import main
from toylab.teaching import contents

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_it_is_short_and_names_every_package_and_nothing_that_is_gone():
    """Rule 6: packages, not files."""
    assert len(README.splitlines()) < 150
    tree = README.split("## What is where")[1].split("```")[1]
    named = set(re.findall(r"^  (\w+)/", tree, re.MULTILINE))
    packages = {path.parent.name for path in (ROOT / "toylab").glob("*/__init__.py")}
    assert named == packages | {"concepts"}
    for path in re.findall(r"`((?:toylab|ui|pages|tests)/[\w/.]+)`", README):
        assert (ROOT / path).exists() or "half" in path, path


def test_where_do_i_find_has_ten_rows():
    rows = README.split("| Where do I find ... | |")[1].split("\n\n")[0]
    assert rows.count("\n|") - 1 == 10


def test_its_five_lines_are_true_and_so_is_the_engines_own_example():
    example = doctest.DocTestParser().get_doctest(CODE[0], {}, "README.md", "README.md", 0)
    assert len(example.examples) == 5
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
    assert doctest.testmod(toylab).failed == 0


def test_its_shortest_page_opens_and_follows_its_control(tmp_path, monkeypatch):
    view, blocks = (
        CODE[2].removeprefix("# ui/concepts/half/view.py\n").split("# ui/concepts/half/blocks.py\n")
    )
    (tmp_path / "half").mkdir()
    (tmp_path / "half/__init__.py").write_text("")
    (tmp_path / "half/view.py").write_text(view)
    (tmp_path / "half/blocks.py").write_text(blocks)
    for name in ("app.py", "pages"):
        (tmp_path / "app").mkdir(exist_ok=True)
        target = tmp_path / "app" / name
        target.mkdir() if name == "pages" else target.write_text((ROOT / name).read_text())
    for page in (ROOT / "pages").glob("*.py"):
        (tmp_path / "app/pages" / page.name).write_text(page.read_text())
    (tmp_path / "app/pages/half.py").write_text(CODE[1])
    monkeypatch.setattr(ui.concepts, "__path__", [*ui.concepts.__path__, str(tmp_path)])
    monkeypatch.setitem(contents.SECTIONS, "New", {"half": "Half the loss?"})
    monkeypatch.setitem(contents.TITLES, "half", "Half the loss?")
    app = AppTest.from_file(tmp_path / "app/app.py", default_timeout=30)
    app.switch_page("pages/half.py").run()
    assert not app.exception
    exact = 0.5 ** (-1 / 0.095)
    assert any(f"**{exact:,.0f} times**" in text.value for text in app.markdown)
    app.slider(key="half_share").set_value(0.9).run()
    assert any(f"**{0.9 ** (-1 / 0.095):,.0f} times**" in text.value for text in app.markdown)


COMMANDS = re.findall(r"^toylab (.*?) +#", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_it_shows_is_known_to_the_parser(command, monkeypatch):
    """Parsed, not run: each command's function is replaced."""
    words = re.sub(r"\S+\.csv", str(ROOT / "toylab/data/sine.csv"), command).split()
    parsed = []
    monkeypatch.setattr("toylab.cli.parser.Parser.parse_args", lambda *_: _stop(parsed, *_))
    with pytest.raises(_Parsed):
        main(words)
    assert parsed[0].command == words[0]


class _Parsed(Exception):
    pass


def _stop(parsed, parser, words):
    import argparse

    parsed.append(argparse.ArgumentParser.parse_args(parser, words))
    raise _Parsed
