"""Source code of a definition, read from its file, so that it cannot drift.

Nothing is imported for it: the modules that train would bring in torch.
"""

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


@lru_cache
def _parsed(path: Path, changed: float) -> tuple[ast.Module, list[str]]:
    """A file's tree and lines; `changed` makes an edited file a new one."""
    whole = path.read_text(encoding="utf-8") if changed else ""
    return ast.parse(whole), whole.splitlines()


def text(name: str) -> str:
    """The source of a class or function, named like toylab.experiments.nets.mlp.train.

    Raises:
        ValueError: if there is no such definition.
    """
    module, _, definition = name.rpartition(".")
    path = ROOT / (module.replace(".", "/") + ".py")
    tree, lines = _parsed(path, path.stat().st_mtime if path.exists() else 0.0)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == definition:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            return "\n".join(lines[first - 1 : node.end_lineno])
    raise ValueError(f"there is no definition {name}")
