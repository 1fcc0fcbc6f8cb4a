"""Cost of training and memory on devices: worked examples, Korthikanti's and ZeRO's numbers."""

from dataclasses import replace

import pytest

from toylab.laws.counting import count
from toylab.laws.hardware import DEVICES, Device, Site, training_cost
from toylab.laws.model_shapes import SHAPES
from toylab.laws.training_memory import training_memory
from toylab.laws.transformer import Transformer

SITE = Site(price=2.0, overhead=1.5, grid=500)
PLAIN = Transformer(10, 1024, 2048, 1)


@pytest.mark.parametrize(("device", "hours"), [("h100", 87.8), ("a100", 278)])
def test_1e21_flops_on_eight_devices_at_forty_percent(device, hours):
    cost = training_cost(1e21, DEVICES[device], 8, 0.4, SITE)
    assert cost.hours == pytest.approx(hours, rel=2e-3)
    assert cost.device_hours == pytest.approx(8 * cost.hours)
    assert cost.money == pytest.approx(2 * cost.device_hours)
    watts = DEVICES[device].watts
    assert cost.energy == pytest.approx(cost.device_hours * watts * 1.5 / 1000)
    assert cost.co2 == pytest.approx(cost.energy / 2)


def test_llama_405bs_device_hours_are_those_of_its_model_card():
    """30.84 million H100 hours are printed; 15.6T tokens at the reported 38 to 43 % MFU."""
    flops = 6 * 405e9 * 15.6e12
    low, high = (training_cost(flops, DEVICES["h100"], 16_384, u, SITE) for u in (0.43, 0.38))
    assert low.device_hours < 30.84e6 < high.device_hours * 1.12


def test_devices_are_as_their_data_sheets_have_them():
    """NVIDIA's, SXM: dense 16-bit peak in TFLOP/s, gigabytes, watts. B200's boards differ."""
    sheets = {"v100": (125, 32, 300), "a100": (312, 80, 400), "h100": (989, 80, 700),
              "h200": (989, 141, 700), "b200": (2250, 180, 1000)}  # fmt: skip
    held = {
        key: (device.peak / 1e12, device.memory / 1e9, device.watts)
        for key, device in DEVICES.items()
    }
    assert held == sheets


def test_halves_and_doubles_go_through():
    one = training_cost(1e21, DEVICES["h100"], 8, 0.4, SITE)
    assert training_cost(1e21, DEVICES["h100"], 16, 0.4, SITE).hours == one.hours / 2
    assert training_cost(1e21, DEVICES["h100"], 8, 0.2, SITE).money == 2 * one.money


@pytest.mark.parametrize(
    "wrong", [{"mfu": 0}, {"mfu": 1.01}, {"flops": 0}, {"devices": 0}, {"flops": float("inf")}]
)
def test_what_cannot_be_is_refused_by_name(wrong):
    given = {"flops": 1e21, "device": DEVICES["h100"], "devices": 8, "mfu": 0.4, "site": SITE}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        training_cost(**(given | wrong))
    with pytest.raises(ValueError, match="overhead"):
        Site(1.0, overhead=0.5)
    with pytest.raises(ValueError, match="peak"):
        Device("none", 0, 1, 1, 2020)


def test_a_plain_layer_keeps_32_bytes_a_number_of_its_width():
    """Korthikanti's 34 s b h without the two bytes of dropout's masks, and no scores."""
    counted = count(PLAIN)
    memory = training_memory(PLAIN, counted, 2048)
    logits = 2 * 2 * 2048 * PLAIN.vocabulary
    assert memory.activations == 32 * 2048 * 1024 * 10 + logits
    again = training_memory(replace(PLAIN, recompute=True), counted, 2048)
    assert again.activations == 2 * 2048 * 1024 * 10 + 32 * 2048 * 1024 + logits


def test_the_state_of_adam_is_sixteen_bytes_a_parameter_and_is_split_as_zero_does():
    """ZeRO, Figure 1: 7.5B parameters on 64 devices: 120, 31.4 and 1.9 GB."""
    counted = count(SHAPES["Llama 3 8B"].shape)
    scale = 7.5e9 / counted.params
    for split, gigabytes in (("nothing", 120), ("optimizer", 31.4), ("all", 1.9)):
        memory = training_memory(PLAIN, counted, 1, 64, split)
        state = memory.weights + memory.gradients + memory.optimizer
        assert state * scale / 1e9 == pytest.approx(gigabytes, abs=0.05)
        assert memory.total == state + memory.activations


def test_a_mixture_keeps_what_its_token_meets():
    mixtral = SHAPES["Mixtral 8x7B"].shape
    one = replace(mixtral, active=1)
    more = training_memory(mixtral, count(mixtral), 100).activations
    less = training_memory(one, count(one), 100).activations
    assert more - less == 2 * 100 * 32 * 3 * 14_336


def test_layers_without_experts_keep_their_own_width():
    """DeepSeekMoE: one layer of 10,944; in the others 6 experts and 2 shared ones of 1,408 each."""
    shape = SHAPES["DeepSeekMoE 16B"].shape
    more = 3 * (8 * 1408 - 10_944)  # numbers a token, gated
    for recompute, layers in ((False, 1), (True, 0)):  # recomputed: one layer at a time, the widest
        mixed = replace(shape, recompute=recompute)
        alike = replace(mixed, dense_layers=0)
        kept = [training_memory(one, count(one), 100).activations for one in (alike, mixed)]
        assert kept[0] - kept[1] == 2 * 100 * layers * more


def test_memory_refuses_by_name():
    for wrong in ({"split": "some"}, {"tokens": 0}, {"devices": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            training_memory(PLAIN, count(PLAIN), **({"tokens": 1} | wrong))
