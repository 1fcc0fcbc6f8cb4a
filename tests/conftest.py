"""Settings of all tests, their marks by folder, and the published points."""

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy; see app.py

# isort: split
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from toylab.fits.runs import Runs, make_runs

TESTS = Path(__file__).parent
SCREEN = {"ui", "concepts", "app", "browser"}  # folders whose tests need the app
ENGINE = {"test_devices.py", "test_quantities.py"}  # beside the other folders
settings.register_profile("ci", max_examples=15, deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`pytest -m engine` does not import the tests of the app, nor the app."""
    engine_only = config.option.markexpr == "engine"
    return True if engine_only and collection_path in {TESTS / name for name in SCREEN} else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests of the engine, and those in Chromium, which come first."""
    items.sort(key=lambda item: "browser" not in item.path.parts)  # the longest first
    for item in items:
        *folders, file = item.path.relative_to(TESTS).parts
        if "browser" in folders:
            item.add_marker("browser")
        engine = not SCREEN & set(folders) if folders else file in ENGINE
        if engine and "slow" not in item.keywords:
            item.add_marker("engine")


class Groups(LoadFileScheduling):
    """A file at a time for each process; what needs Chromium by its folder, first of all.

    So there is one Chromium with its server for the pages, and one for live runs: while one
    waits for a page or for training, the other has the processor.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return file.rpartition("/")[0] if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    """The same for every `--dist`; the order holds with `--no-loadscope-reorder`."""
    return Groups(config, log)


POINTS = "shared/data/epoch_chinchilla/svg_extracted_data.csv"


@pytest.fixture(scope="session")
def published_points() -> Path:
    """The 245 runs that Besiroglu et al. 2024 read off Figure 4 of Hoffmann et al. 2022.

    The file has no licence, so it is not shipped. Where it is missing, its tests are skipped;
    under CI they fail.
    """
    path = Path(os.environ.get("TOYLAB_PUBLISHED_POINTS", TESTS.parent.parent / POINTS))
    if path.is_file():
        return path
    why = (
        f"the published points are not at {path}: download data/svg_extracted_data.csv of "
        "github.com/epoch-research/analyzing-chinchilla at commit 9225883 and set "
        "TOYLAB_PUBLISHED_POINTS to its path"
    )
    return pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


@pytest.fixture(scope="session")
def published_runs(published_points: Path) -> Runs:
    """The same as runs, tokens from C = 6 N D."""
    table = pd.read_csv(published_points)
    N, C, L = (table[name] for name in ("Model Size", "Training FLOP", "loss"))
    return make_runs(params=N, flops=C, loss=L)
