"""What code ran? The text of a definition, read from its file, so that it cannot drift.

Nothing is imported for it: the modules that train would bring in torch.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    """The source of a class or function, named like toylab.mlp.train.

    Raises:
        ValueError: if there is no such definition.
    """
    module, _, definition = name.rpartition(".")
    path = ROOT / (module.replace(".", "/") + ".py")
    whole = path.read_text(encoding="utf-8") if path.exists() else ""
    for node in ast.parse(whole).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == definition:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            return "\n".join(whole.splitlines()[first - 1 : node.end_lineno])
    raise ValueError(f"there is no definition {name}")
