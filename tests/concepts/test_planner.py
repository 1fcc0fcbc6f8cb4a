"""The planner's tables and sentences against the engine's numbers."""

import json
import math
from dataclasses import replace

import pytest

from tests.tables.test_model_config import CONFIGS
from toylab.laws import published
from toylab.laws.counting import count
from toylab.laws.hardware import DEVICES
from toylab.laws.model_shapes import SHAPES
from toylab.teaching.model_links import planner_link
from ui.concepts.planner import config, pay, serve, text, view
from ui.concepts.planner.pay import Bill, PayControls
from ui.concepts.planner.serve import ServeControls, Service
from ui.concepts.planner.view import RECORDS, Controls

LLAMA = RECORDS["Llama 3 8B"]


def test_the_controls_of_every_published_model_make_its_shape_and_are_known_as_it():
    for name, model in SHAPES.items():
        assert RECORDS[name].shape == model.shape
        assert RECORDS[name].name == name
    assert Controls() == LLAMA
    assert replace(LLAMA, layers=33).name == "This model"


def test_a_link_sets_the_controls_that_make_the_shape():
    for name in ("GPT-2", "Qwen2.5-7B", "DeepSeek-V3"):
        model = SHAPES[name]
        link = planner_link(model.shape, model.tokens)
        record = RECORDS[name]
        for key, value in link.settings.items():
            assert getattr(record, key.removeprefix("planner_")) == value


def test_bars_add_up_to_the_whole_and_hide_it_until_the_guess():
    for name in ("Llama 3 8B", "DeepSeek-V3", "GPT-2"):
        controls = RECORDS[name]
        bars = view.flops(controls, seen=True)["bars"].set_index("part")
        whole = bars.loc[view.WHOLE]
        parts = bars.drop(view.WHOLE)
        assert parts["share"].sum() == pytest.approx(whole["share"])
        assert whole["share"] == pytest.approx(controls.counted.six_n_d["total"])
        assert parts["rule"].sum() == pytest.approx(1)
        hidden = view.flops(controls, seen=False)
        assert hidden["bars"]["share"].isna().all()
        assert hidden["axes"]["x1"].item() == view.ROOM
        params = view.params(controls)["bars"]
        assert params["params"].sum() == controls.counted.params
        met = params[params["met"] == view.MET[0]]["params"].sum()
        assert met == controls.counted.active
        assert view.tensors(controls)["Parameters"].sum() == controls.counted.params


@pytest.mark.parametrize(
    ("controls", "part", "sign"),
    [
        (LLAMA, "attention scores", 1),
        (RECORDS["DeepSeek-V3"], "feed-forward", -1),
        (RECORDS["GPT-2"], "attention scores", 1),
        (replace(LLAMA, recompute=True, context=512), "recomputation", 1),
    ],
)
def test_the_finding_names_the_part_that_is_furthest_off(controls, part, sign):
    most = controls.counted.most
    assert (most.name, math.copysign(1, most.left_out)) == (part, sign)
    assert text.WHY[part][sign < 0] in text.finding(controls)


def test_a_bill_adds_up_and_says_whether_it_fits():
    bill = Bill(LLAMA, PayControls(devices=1024, mfu=40, price=2.0))
    flops = count(SHAPES["Llama 3 8B"].shape).flops * 15e12
    assert bill.cost.hours == pytest.approx(flops / (1024 * 989e12 * 0.4) / 3600)
    bars, unit = bill.times
    times = bars["bars"].set_index("device")["time"]
    assert times["A100"] / times["H100"] == pytest.approx(989 / 312)
    assert unit == "days"
    assert times["H100"] == pytest.approx(bill.cost.days)
    table = bill.gigabytes["bars"]
    all_of_it = table[table["split"] == "nothing"].set_index("holds")["gigabytes"]
    assert all_of_it["optimizer"] == pytest.approx(12 * 8.03, rel=1e-3)
    assert bill.full < 1 < Bill(LLAMA, PayControls(split="nothing")).full
    assert "fits" in pay.room(bill)


def test_a_device_of_ones_own_is_taken():
    mine = PayControls(device="own", peak=100.0, memory=24.0, watts=350.0, devices=8)
    bill = Bill(RECORDS["GPT-2"], mine)
    device = mine.chosen
    assert (device.peak, device.memory, device.watts) == (100e12, 24e9, 350)
    assert len(bill.times[0]["bars"]) == len(DEVICES) + 1


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.5, "30 minutes"), (3, "3 hours"), (72, "3 days"), (24 * 365.25 * 3, "3 years")],
)
def test_a_duration_is_said_in_the_unit_that_fits(hours, said):
    assert pay.duration(hours) == said


@pytest.mark.parametrize(
    ("kilograms", "said"), [(0.0, "nothing"), (0.038, "0.038 kg"), (999.0, "1,000 kg"),
                            (2.2e5, "220 tons")],
)  # fmt: skip
def test_a_mass_is_said_in_the_unit_that_fits(kilograms, said):
    assert pay.mass(kilograms) == said


def test_what_costs_nothing_is_said_so_and_large_sizes_are_in_full():
    assert (pay.money(0.0), pay.money(1.22e6)) == ("nothing", "1.22M")
    assert pay.size(6.4936e12) == "6,490"


def test_llama_3_8b_pays_once_it_has_served_some_ten_trillion_tokens():
    service = Service(LLAMA, ServeControls())
    assert service.own.tokens_per_param == pytest.approx(1870, rel=2e-3)
    usual, own = service.usual, service.own
    assert float(published.REFIT.form.loss(usual.params, usual.tokens)) == pytest.approx(
        service.loss
    )
    before = replace(own, served=service.breakeven)
    assert before.flops == pytest.approx(replace(usual, served=service.breakeven).flops)
    assert 10e12 < service.breakeven < 13e12
    assert service.best.flops <= min(own.flops, usual.flops)
    assert "1,870" in serve.bargain(service)


def test_a_model_that_is_too_large_never_pays():
    service = Service(RECORDS["GPT-3 175B"], ServeControls())
    assert service.breakeven is None
    assert service.own.params > service.usual.params


def test_beyond_the_runs_behind_the_law_a_warning_says_so():
    assert "1,870" in serve.warning(Service(LLAMA, ServeControls(served="1B")))
    gpt3 = Service(RECORDS["GPT-3 175B"], ServeControls(served="1B"))
    assert serve.warning(gpt3) == ""


def test_the_lifetimes_figure_holds_its_dots():
    for name in ("Llama 3 8B", "GPT-3 175B", "DeepSeek-V3"):
        for served in (serve.SERVED[0], serve.SERVED[-1]):
            tables = Service(RECORDS[name], ServeControls(served=served)).tables
            x0, x1, y0, y1 = tables["axes"].iloc[0]
            dots = tables["dots"]
            assert dots["params"].between(x0, x1).all()
            assert dots["flops"].between(y0, y1).all()


def test_a_config_sets_the_controls_and_names_what_it_leaves():
    told = CONFIGS["Llama 3 8B"] | {"sliding_window": 4096, "moon": 1}
    del told["max_position_embeddings"]
    record, notes_of = config.read(json.dumps(told), replace(LLAMA, context=777, tokens="1T"))
    notes = list(notes_of(record))
    assert record == replace(LLAMA, context=777, tokens="1T")
    for word in ("777", "sliding_window", "moon", "stays at 1T tokens"):
        assert any(word in note for note in notes)
    assert not any("longest context" in note for note in notes)
    mended = list(notes_of(replace(record, context=999, tokens="2T")))
    assert [note for note in notes if note not in mended] == [
        note for note in notes if "777" in note or "1T" in note
    ]
    assert list(notes_of(RECORDS["GPT-2"])) == []
    with pytest.raises(ValueError, match="no config of a decoder"):
        config.read("{}", LLAMA)


def test_a_context_far_beyond_that_of_training_is_told_by_what_it_costs():
    for context, dear in ((8192, False), (131_072, True)):
        told = CONFIGS["Llama 3 8B"] | {"max_position_embeddings": context}
        record, notes_of = config.read(json.dumps(told), LLAMA)
        scores = record.counted.frame.set_index("part")["flops"]["attention scores"]
        assert (scores > config.MUCH * record.counted.flops) == dear
        (note,) = [note for note in notes_of(record) if "longest context" in note]
        assert ("5.2 times" in note) == dear


def test_a_config_that_no_control_can_hold_is_refused_and_one_that_lacks_says_what():
    told = CONFIGS["Llama 3 8B"] | {"hidden_size": 64_000_000, "num_attention_heads": 1}
    with pytest.raises(ValueError, match="width must be from 1 to 10,000,000"):
        config.read(json.dumps(told | {"num_key_value_heads": 1}), LLAMA)
    told = CONFIGS["Llama 3 8B"] | {"hidden_size": 4100}
    del told["num_attention_heads"]
    with pytest.raises(ValueError, match=r"lacks heads \(num_attention_heads\)"):
        config.read(json.dumps(told), LLAMA)


@pytest.mark.parametrize("tokens", ["1e300", "1", "999k"])
def test_a_text_that_no_training_reads_is_refused(tokens):
    assert "from 1M to 1e18" in replace(LLAMA, tokens=tokens).refusal
    for end in view.READ:
        assert not replace(LLAMA, tokens=end).refusal


def test_a_law_that_says_worse_than_chance_is_not_asked_for_a_size():
    tiny = replace(
        LLAMA, layers=1, width=8, heads=1, kv_heads=0, feed_forward=8, vocabulary=64, tokens="1M"
    )  # fmt: skip
    service = Service(tiny, ServeControls())
    assert service.loss > service.chance == math.log(64)
    assert not any(isinstance(block, list) for block in serve.blocks(tiny, ServeControls()))
    good = Service(LLAMA, ServeControls())
    assert good.loss < good.chance
    assert any(isinstance(block, list) for block in serve.blocks(LLAMA, ServeControls()))


def test_the_axis_has_room_for_a_guess_beyond_the_answer():
    for seen in (False, True):
        assert view.flops(LLAMA, seen=seen, guess=8.0)["axes"]["x1"].item() > 8


def test_more_than_twice_6nd_is_told_as_a_factor():
    assert "**5.2 times**" in text.finding(replace(LLAMA, context=131_072))
    assert "**20 % more**" in text.finding(LLAMA)
