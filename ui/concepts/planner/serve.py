"""Over-training: the size that is cheapest once a model is trained and has served its tokens."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from toylab.laws import published, serving
from toylab.laws.forms import Additive
from toylab.laws.law import Law
from toylab.laws.serving import Lifetime
from toylab.quantities import (
    format_count,
    format_full,
    format_number,
    format_scientific,
    format_share,
    ladder,
    parse_number,
)
from toylab.teaching.contents import PageLink
from ui.blocks import Caution, Figure, Link
from ui.concepts.planner import charts
from ui.concepts.planner.view import Controls
from ui.concepts.shared.numbers import factor
from ui.knobs import knob
from ui.label import Label
from ui.labels import BESIDE, Axes, Labels

LAWS = {law.name: law.title for law in published.LAWS.values() if isinstance(law.form, Additive)}
SERVED = [format_count(tokens) for tokens in ladder(9, 17, (1, 2, 5))]
SETTINGS = "Least 6ND + 2NT at one loss; T tokens served"
CURVES = {"training": "rival", "serving": "data", "both": "model"}
BEST, USUAL, OWN = "cheapest in all", "cheapest to train", "this model"
HARDLY = 0.01  # of the FLOPs
WIDE, HIGH = 12.0, 20.0  # of the figure: times the usual size, and the least FLOPs
ALT = (
    "FLOPs against the number of parameters at one loss, on log axes: of training, of serving and "
    "of both. Dots: the size that is cheapest to train, the one that is cheapest in all, and the "
    "model above."
)
COUNTED = (
    "A served token costs 2 FLOPs a parameter, read or written. Serving uses less of a device's "
    "peak than training does, so it costs more than this."
)


@dataclass(frozen=True)
class ServeControls:
    """The use of the model, and the law."""

    served: str = knob("10T", "Tokens to serve", SERVED)
    law: str = knob("besiroglu", "Law", LAWS)


@dataclass(frozen=True)
class Service:
    """A model under a law, and cheaper ones of the same loss."""

    model: Controls
    chosen: ServeControls

    @property
    def law(self) -> Law[Any]:
        """The law."""
        return published.find(self.chosen.law)

    @property
    def served(self) -> float:
        """Tokens served."""
        return parse_number(self.chosen.served)

    @cached_property
    def own(self) -> Lifetime:
        """The model as it is; its N is what a token meets."""
        return Lifetime(float(self.model.counted.active), self.model.read, self.served)

    @cached_property
    def loss(self) -> float:
        """Its loss by the law, nats/token."""
        return float(self.law.form.loss(self.own.params, self.own.tokens))

    @property
    def chance(self) -> float:
        """The loss of an even guess among the vocabulary, nats/token."""
        return math.log(self.model.vocabulary)

    @cached_property
    def usual(self) -> Lifetime:
        """The model that is cheapest to train to this loss."""
        cheapest = serving.best(self.law.form, self.loss, 0.0)
        return Lifetime(cheapest.params, cheapest.tokens, self.served)

    @cached_property
    def best(self) -> Lifetime:
        """The model that is cheapest in all."""
        return serving.best(self.law.form, self.loss, self.served)

    @property
    def breakeven(self) -> float | None:
        """Tokens from which on the model costs less than the cheapest to train; None if never."""
        smaller = self.usual.params - self.own.params
        if smaller <= 0:
            return None
        return (self.own.training - self.usual.training) / (2 * smaller)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart."""
        curve = serving.curve(self.law.form, self.loss, self.served, WIDE)
        wide = curve.rename(columns={"flops": "both"})
        lines = wide.melt("params", list(CURVES), "curve", "flops")
        dots = {
            BEST: (self.best, "optimum"),
            USUAL: (self.usual, "theory"),
            OWN: (self.own, "guess"),
        }
        at = {name: (model.params, model.flops) for name, (model, _) in dots.items()}
        sizes = [*curve["params"], self.own.params]
        top = max(HIGH * self.best.flops, self.own.flops)
        low = min(curve[["training", "serving"]].to_numpy().min(), self.best.flops)
        axes = Axes(
            (min(sizes) / 1.2, max(sizes) * 1.2),
            (low / 1.5, top * 1.5),
        )
        labels = Labels(axes, BESIDE)
        drawn = {
            name: list(curve[["params", "flops" if name == "both" else name]].itertuples(
                index=False, name=None))
            for name in CURVES
        }  # fmt: skip
        labels.keep_off(*drawn.values())
        labels.name_points(at, list(at), must=list(at))
        labels.name_lines(drawn)
        return {
            "lines": lines.assign(meaning=lines["curve"].map(CURVES)),
            "dots": pd.DataFrame(
                [(*at[name], meaning) for name, (_, meaning) in dots.items()],
                columns=["params", "flops", "meaning"],
            ),
            "names": labels.table,
            "axes": axes.table,
        }


def blocks(model: Controls, chosen: ServeControls) -> Iterator[Any]:
    """The cheapest model of the same loss, and what this one cost and saves."""
    service = Service(model, chosen)
    yield Label("simulated", SETTINGS, COUNTED, (published.SARDANA, service.law))
    if service.loss > service.chance:
        yield Caution(beyond_chance(service))
        return
    yield cheapest(service)
    yield [Figure(charts.lifetime(service.tables), ALT)]
    yield bargain(service)
    if beyond := warning(service):
        yield Caution(beyond)
    yield COUNTED
    yield Link(PageLink("repetition", {"repetition_about": "law"}), "What if the text runs out?")


def beyond_chance(service: Service) -> str:
    """Why the law is not asked."""
    return (
        f"The law has {format_full(service.loss)} nats/token for this model and text, more than an "
        f"even guess among {service.model.vocabulary:,} tokens ({format_number(service.chance, 3)})"
        ". So small a model, or so short a text, is out of its reach: it is not asked for a size."
    )


def cheapest(service: Service) -> str:
    """The size that is cheapest in all."""
    best, own = service.best, service.own
    saved = 1 - best.flops / own.flops
    verdict = (
        f"{format_share(saved)} less than {service.model.name}"
        if saved > HARDLY
        else f"and {service.model.name} costs as little, to a percent"
    )
    return (
        f"To serve {format_count(service.served)} tokens at this loss "
        f"({service.loss:.3f} nats/token by the law), a model of **{format_count(best.params)} "
        f"parameters on {format_count(best.tokens)} tokens** is cheapest: "
        f"{format_scientific(best.flops)} FLOPs in all, {verdict}."
    )


def bargain(service: Service) -> str:
    """The extra cost of training the model, and the tokens from which on it pays."""
    own, usual = service.own, service.usual
    more = own.training / usual.training - 1
    lead = f"{service.model.name} read {format_full(own.tokens_per_param, 3)} tokens a parameter."
    if more < HARDLY:
        return f"{lead} By this law no other size reaches its loss with less training."
    other = (
        f"{lead} The cheapest training to the same loss is {format_count(usual.params)} parameters "
        f"on {format_count(usual.tokens)} tokens ({format_full(usual.tokens_per_param, 3)} each)"
    )
    if service.breakeven is None:
        return (
            f"{other}: that would have cost {format_share(1 - usual.training / own.training)} less "
            "to train, and less for every token served."
        )
    each = 1 - own.params / usual.params
    return (
        f"{other}. The smaller model cost {factor(more + 1)} times as much to train "
        f"and costs {format_share(each)} less for every token served: it pays from "
        f"**{format_count(service.breakeven)} tokens served** on."
    )


def warning(service: Service) -> str:
    """The warning of an extrapolation beyond the law's runs; empty within them."""
    most = published.MOST_TOKENS_PER_PARAM
    far = {OWN: service.own.tokens_per_param, "the cheapest": service.best.tokens_per_param}
    beyond = [f"{name} ({format_full(ratio, 3)})" for name, ratio in far.items() if ratio > most]
    if not beyond:
        return ""
    return (
        f"The law was fitted to runs of at most {most} tokens a parameter. It is continued for "
        f"{' and '.join(beyond)}: take the direction, not the digits."
    )
