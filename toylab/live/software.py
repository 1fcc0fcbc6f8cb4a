"""Software that two machines must share, if one is to train the rows that the other would.

Language models read Python's own library, so its version counts like that of torch.
"""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "torch", "distributed")
ENGINE = Path(__file__).parents[1]


@cache
def software() -> Mapping[str, str]:
    """The versions on this machine, by name; toylab's is a digest of its source."""
    versions = {name: _version(name) for name in PACKAGES}
    return {"toylab": _digest(), "Python": platform.python_version()} | versions


def differences(there: Mapping[str, str]) -> str:
    """The parts of another machine's software that are not those of this one: in words, or none."""
    return ", ".join(
        f"{name} {there.get(name)} (here {version})"
        for name, version in software().items()
        if there.get(name) != version
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name).partition("+")[0]  # CPU builds of torch say +cpu
    except metadata.PackageNotFoundError:
        return "missing"


def _digest() -> str:
    digest = hashlib.sha256()
    files = {path.relative_to(ENGINE).as_posix(): path for path in ENGINE.rglob("*.py")}
    for name, path in sorted(files.items()):
        digest.update(name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:8]
