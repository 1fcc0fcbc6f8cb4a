"""The shortest page, as the README has it."""

import re

from streamlit.testing.v1 import AppTest

import ui.concepts
from tests.app.helpers import ROOT
from toylab.teaching import contents

README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_it_opens_and_follows_its_control(tmp_path, monkeypatch):
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
