"""A device is found or refused; none stands in for another."""

import platform
import subprocess
from types import SimpleNamespace

import pytest
import torch

from toylab import devices
from toylab.devices import Device, find

CPU, CUDA = Device("cpu", "Intel Xeon"), Device("cuda", "NVIDIA H100 80GB HBM3")


def test_a_device_that_is_here_is_found():
    assert find("cuda", (CPU, CUDA)) is CUDA
    assert find("cpu", (CPU, CUDA)) is CPU


def test_an_absent_device_is_refused_and_what_is_here_is_named():
    with pytest.raises(ValueError, match="is not on this machine") as refusal:
        find("mps", (CPU, CUDA))
    assert str(refusal.value) == (
        "device mps (an Apple GPU) is not on this machine; "
        "it has cpu (Intel Xeon), cuda (NVIDIA H100 80GB HBM3)"
    )


@pytest.mark.parametrize("kind", ["tpu", "", "CPU", "cuda:0"])
def test_an_unknown_device_is_refused_with_those_that_are_known(kind):
    with pytest.raises(ValueError, match=f"^device must be one of cpu, mps, cuda, got {kind}$"):
        find(kind, (CPU, CUDA))


def test_what_is_available_is_what_torch_can_use_the_processor_first():
    here = devices.available()
    expected = {
        "cpu": True,
        "mps": torch.backends.mps.is_available(),
        "cuda": torch.cuda.is_available(),
    }
    assert [device.kind for device in here] == [kind for kind in expected if expected[kind]]
    for device in here:
        torch.zeros(1, device=device.kind)
        assert device.name.strip()


@pytest.mark.parametrize(
    ("mps", "cuda", "names"),
    [
        (False, False, ["Apple M2"]),
        (True, False, ["Apple M2", "Apple M2 GPU"]),
        (False, True, ["Apple M2", "NVIDIA H100"]),
    ],
)
def test_devices_go_by_the_name_a_person_knows(monkeypatch, mps, cuda, names):
    monkeypatch.setattr(devices, "processor", lambda: "Apple M2")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA H100")
    assert [device.name for device in devices.available.__wrapped__()] == names


@pytest.mark.parametrize(("told", "name"), [("Apple M2\n", "Apple M2"), ("", "arm64")])
def test_a_mac_is_asked_for_its_processor(monkeypatch, told, name):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=told))
    assert devices.processor.__wrapped__() == name


def test_linux_is_asked_for_its_processor(monkeypatch, tmp_path):
    listing = tmp_path / "cpuinfo"
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(devices, "Path", lambda _: listing)
    assert devices.processor.__wrapped__() == "aarch64"
    listing.write_text("processor\t: 0\nmodel name\t: Intel Xeon\n")
    assert devices.processor.__wrapped__() == "Intel Xeon"


def test_servers_that_share_a_machine_are_told_how_many_workers_each_has(monkeypatch):
    monkeypatch.setenv("TOYLAB_WORKERS", "3")
    assert devices.cores() == 3
    for nonsense in "0", "two", "-1", "1.5":
        monkeypatch.setenv("TOYLAB_WORKERS", nonsense)
        with pytest.raises(ValueError, match="TOYLAB_WORKERS must be a whole number from 1"):
            devices.cores()
    monkeypatch.setenv("TOYLAB_WORKERS", "")
    assert 1 <= devices.cores() <= 8
