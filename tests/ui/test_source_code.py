"""The code on the page is the code in the file."""

import inspect
import subprocess
import sys

import pytest

from toylab.experiments import sine
from toylab.experiments.nets import mlp
from toylab.experiments.nets.adam import Adam
from ui import source_code


@pytest.mark.parametrize(
    "definition",
    [mlp.train, mlp.add_gradient, Adam, sine.SineSpec, sine.run],
    ids=lambda definition: definition.__name__,
)
def test_the_text_is_what_python_itself_finds(definition):
    """Decorators too: train and Runs have one."""
    name = f"{definition.__module__}.{definition.__qualname__}"
    assert source_code.text(name) == inspect.getsource(definition).rstrip("\n")


@pytest.mark.parametrize(
    "name",
    [
        "toylab.experiments.nets.mlp.nothing",
        "toylab.nothing.train",
        "toylab.experiments.nets.mlp",
        "train",
        "",
    ],
)
def test_what_is_not_defined_is_refused(name):
    with pytest.raises(ValueError, match=f"^there is no definition {name}$"):
        source_code.text(name)


def test_reading_the_code_that_trains_does_not_import_torch():
    check = (
        "import sys; from ui import source_code; "
        "source_code.text('toylab.experiments.nets.mlp.train');"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], cwd=source_code.ROOT, check=True)
