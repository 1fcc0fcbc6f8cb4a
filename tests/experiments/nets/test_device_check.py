"""Device check: a device that computes something else is refused, and it is said by how much."""

import json

import pytest
import torch

from toylab import devices
from toylab.__main__ import main
from toylab.devices import Device
from toylab.experiments import charlm, sine, steps_to_loss
from toylab.experiments.nets import device_check
from toylab.experiments.nets.device_check import CPU, LIMIT, Comparison, results

torch.set_num_threads(1)  # as in a worker

RIGHT = results(CPU)
HERE = (Device("cpu", "Intel Xeon"), Device("mps", "Apple M2 GPU"))
SPECS = {
    "sine": (sine.run, sine.SineSpec(4, 16, steps=2, device="mps")),
    "lm": (charlm.run, charlm.CharlmSpec(2, 1e7, device="mps")),
    "sgd": (steps_to_loss.run, steps_to_loss.StepsToLossSpec(16, device="mps")),
}


@pytest.fixture
def gpu(monkeypatch):
    """A machine with an Apple GPU whose results are what the test says."""

    def computes(found):
        monkeypatch.setattr(device_check, "results", lambda at: RIGHT if at == CPU else found)
        device_check.compare.cache_clear()

    monkeypatch.setattr(devices, "available", lambda: HERE)
    yield computes
    device_check.compare.cache_clear()


def test_the_processor_agrees_with_itself_and_with_double_precision_to_the_limit(monkeypatch):
    again = results(CPU)
    assert all(device_check._difference(RIGHT[what], again[what]) == 0 for what in RIGHT)
    to = torch.Tensor.to
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *a: to(self, *a).double())
    for what in ("the perceptron's gradient", "the perceptron's error"):
        exact = device_check.RESULTS[what](CPU)
        assert device_check._difference(RIGHT[what], exact) < LIMIT / 10


def test_no_right_answer_hangs_on_rounding(monkeypatch):
    """Parameters that are off by a hundred times the rounding give the same answers."""
    marks = ("the n-gram network's right characters", "the task transformer's right symbols")
    assert all(0 < part.mean() < 1 for what in marks for part in RIGHT[what])
    to, noise = torch.Tensor.to, torch.Generator().manual_seed(0)

    def rough(self, *a):
        moved = to(self, *a)
        off = 1 + 1e-5 * torch.randn(moved.shape, generator=noise)
        return moved * off if moved.is_floating_point() else moved

    monkeypatch.setattr(torch.Tensor, "to", rough)
    for what in marks:
        assert device_check._difference(RIGHT[what], device_check.RESULTS[what](CPU)) == 0


def test_the_limit_lets_rounding_pass_and_half_the_digits_not():
    """Tensor cores round the factors of a product to 10 bits, where nobody asked them to."""
    factors = torch.randn(2, 64, 64, generator=torch.Generator().manual_seed(0))
    coarse = (factors * 2**10).round() / 2**10
    product, rough = factors[0] @ factors[1], coarse[0] @ coarse[1]
    exact = (factors[0].double() @ factors[1].double()).float()
    assert device_check._difference([exact], [product]) < LIMIT / 10
    assert device_check._difference([exact], [rough]) > LIMIT


@pytest.mark.parametrize("what", device_check.RESULTS)
def test_a_device_that_is_wrong_in_one_result_is_refused_by_name_and_number(gpu, what):
    gpu({**RIGHT, what: [part * 1.01 for part in RIGHT[what]]})
    (wrong,) = [one for one in device_check.compare("mps") if not one.agrees]
    assert (wrong.what, wrong.difference) == (what, pytest.approx(0.01, rel=1e-3))
    with pytest.raises(ValueError, match="Apple M2 GPU") as refusal:
        device_check.checked_device("mps")
    assert what in str(refusal.value)
    assert f"{wrong.difference:.2g}" in str(refusal.value)


@pytest.mark.parametrize("name", SPECS)
def test_no_experiment_trains_on_a_device_that_is_wrong(gpu, name):
    gpu({**RIGHT, "two steps of Adam": [part + torch.nan for part in RIGHT["two steps of Adam"]]})
    run, spec = SPECS[name]
    with pytest.raises(ValueError, match="two steps of Adam"):
        next(iter(run(spec)))


def test_results_written_in_place_into_strided_windows_and_lost_are_noticed(monkeypatch):
    """A known fault of some GPUs' kernels; only such windows are affected."""
    right = torch.Tensor.baddbmm_

    def faulty(self, *factors):
        return right(self, *factors) if self.is_contiguous() else self

    monkeypatch.setattr(torch.Tensor, "baddbmm_", faulty)
    wrong = results(CPU)
    differs = {what for what in RIGHT if device_check._difference(RIGHT[what], wrong[what]) > LIMIT}
    assert differs == {"the perceptron's gradient"}


def test_a_device_is_compared_once(gpu, monkeypatch):
    gpu(RIGHT)
    assert all(one.agrees for one in device_check.compare("mps"))
    monkeypatch.setattr(device_check, "results", None)  # to be called no more
    assert device_check.checked_device("mps") == torch.device("mps")
    assert device_check.compare("cpu") == ()


@pytest.mark.parametrize(("factor", "status"), [(1.0, 0), (1.5, 1)])
def test_the_command_prints_the_figures_of_every_gpu(gpu, capsys, factor, status):
    gpu({what: [part * factor for part in parts] for what, parts in RIGHT.items()})
    assert main(["devices", "--json"]) == status
    processor, apple = json.loads(capsys.readouterr().out)
    assert (processor["kind"], processor["checks"]) == ("cpu", [])
    assert [one["what"] for one in apple["checks"]] == list(device_check.RESULTS)
    assert all((one["difference"] > apple["limit"]) == (status == 1) for one in apple["checks"])
    assert main(["devices"]) == status
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(HERE) + len(device_check.RESULTS)


def test_what_is_not_finite_never_agrees():
    assert not Comparison("a result", float("inf")).agrees
    assert device_check._difference([torch.ones(2)], [torch.tensor([1.0, torch.nan])]) > LIMIT


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_this_machines_gpu_agrees():
    assert all(one.agrees for one in device_check.compare("cuda"))
