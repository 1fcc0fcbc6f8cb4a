"""The steps of the Dockerfile in an empty folder, in place of a container.

Every instruction is carried out as it stands in the file. Three things are not what they are in
an image: paths begin at the folder; `useradd` and `pip` only note what they were asked, so what is
installed here serves; and the user stays who runs the tests.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTED = ("useradd", "pip")


@dataclass
class Image:
    """An image in a folder."""

    folder: Path  # its "/"
    env: dict[str, str]  # all that a process in it sees
    base: str = ""
    user: str = "root"
    workdir: Path = Path("/")
    health: list[str] = field(default_factory=list)  # command lines
    start: list[str] = field(default_factory=list)

    @property
    def here(self) -> Path:
        """The present folder."""
        return self.folder / self.workdir.relative_to("/")

    def noted(self, program: str) -> list[list[str]]:
        """The arguments of each call of a program that is not carried out."""
        notes = self.folder / f"{program}.calls"
        return [shlex.split(line) for line in notes.read_text(encoding="utf-8").splitlines()]

    def run(self, command: list[str]) -> int:
        """The exit status of a command in it."""
        how = {"cwd": self.here, "env": self.env, "stderr": subprocess.DEVNULL}
        return subprocess.run(command, check=False, **how).returncode


def build(folder: Path) -> Image:
    """The image that the Dockerfile makes, in an empty folder."""
    programs = folder / "programs"
    programs.mkdir()
    lines = {name: f'echo "$@" >> {folder}/{name}.calls' for name in NOTED}
    for program, line in {"python": f'exec {sys.executable} "$@"', **lines}.items():
        (programs / program).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / program).chmod(0o755)
    image = Image(folder, {"PATH": f"{programs}:{os.defpath}", "HOME": str(folder / "home")})
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        if not line.startswith("#"):
            _carry_out(image, *line.split(None, 1))
    return image


def _carry_out(image: Image, instruction: str, rest: str) -> None:
    match instruction:
        case "FROM":
            image.base = rest
        case "ARG" | "ENV":
            name, _, value = rest.partition("=")
            image.env[name] = value
        case "WORKDIR":
            image.workdir = Path(rest)
            image.here.mkdir(parents=True)
        case "USER":
            image.user = rest
        case "RUN":
            assert image.run(["sh", "-c", rest]) == 0, rest
        case "COPY":
            _copy(image, *rest.split())
        case "HEALTHCHECK":
            image.health = ["sh", "-c", rest.partition("CMD ")[2]]
        case "CMD":
            image.start = json.loads(rest)
        case "EXPOSE":
            assert rest == image.env["PORT"]
        case _:
            raise AssertionError(f"{instruction} is not known here")


def _copy(image: Image, source: str, target: str) -> None:
    """As Docker does: what a folder holds goes into the target.

    What is compiled comes along, unlike there, so that it need not be compiled for a test.
    """
    assert source in _sent(), f"{source} is kept out by .dockerignore"
    if (ROOT / source).is_dir():
        shutil.copytree(ROOT / source, image.here / target)
    else:
        shutil.copy(ROOT / source, image.here / target)


def _sent() -> set[str]:
    """What Docker sees of the repository: the exceptions to a .dockerignore that begins with *."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    return {pattern[1:] for pattern in patterns if pattern.startswith("!")}
