"""The Dockerfile, step by step in an empty folder: its server comes up, shows a page and ends."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests import image as images
from tests.visitor import follow

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the image's commands are a shell's"),
]

ROOT = Path(__file__).parent.parent
SOON = 60.0  # seconds; three where nothing else runs


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return images.build(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def url(image):
    """The address at which it serves, once it says that it is well; it ends when it is told to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        image.env["PORT"] = str(probe.getsockname()[1])
    assert image.run(image.health) != 0, "well before it was started"
    server = subprocess.Popen(image.start, cwd=image.here, env=image.env)
    end = time.monotonic() + SOON
    while image.run(image.health) != 0:
        assert server.poll() is None, "it ended by itself"
        assert time.monotonic() < end, "it does not get well"
        time.sleep(0.3)
    yield f"http://127.0.0.1:{image.env['PORT']}"
    server.terminate()
    assert server.wait(SOON) in (0, -15)


def test_it_is_slim_has_the_cpus_torch_and_a_user_of_its_own(image):
    assert re.fullmatch(r"python:3\.\d+-slim", image.base)
    (installed,) = image.noted("pip")
    assert image.env["INDEX"] in installed
    assert image.env["INDEX"].endswith("/whl/cpu")
    assert installed[-2:] == ["--requirement", "requirements.txt"]
    (user,) = image.noted("useradd")
    assert "--create-home" in user
    assert image.user == user[-1] != "root"
    assert image.workdir.is_relative_to(f"/home/{image.user}")


def test_its_visitors_find_the_port_that_the_documents_name():
    text = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    (port,) = re.findall(r"^app_port: (\d+)$", text, re.MULTILINE)
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "ENV" in line)
    assert line == f"ENV PORT={port}"
    assert f"or else at {port}" in " ".join(text.split())


def test_it_has_all_that_a_page_needs(url):
    visit = follow(url, "critical_batch", [("ask", "off")])
    assert not visit.errors
    assert "critical_batch" in visit.keys
