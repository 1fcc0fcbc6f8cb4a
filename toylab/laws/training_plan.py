"""Training plan: a model, its tokens, what they cost, and the size for one that serves."""

from dataclasses import dataclass

from toylab.laws import allocation, serving
from toylab.laws.counting import Count
from toylab.laws.forms import FLOPS, Additive
from toylab.laws.hardware import DEVICES, Device, Site, TrainingCost, training_cost
from toylab.laws.serving import Lifetime

SITE = Site(price=2.0)


@dataclass(frozen=True)
class Budget:
    """Devices to pay for, and the FLOPs to spend on them."""

    device: Device = DEVICES["h100"]
    devices: int = 8
    mfu: float = 0.4  # share of the peak that goes into the model's FLOPs
    site: Site = SITE
    flops: float | None = None  # of training; None: as many as the law has for the model


FIRST = Budget()


@dataclass(frozen=True)
class TrainingPlan:
    """A model of N parameters that is trained on D tokens."""

    params: float  # N of the law: what a token meets, embeddings included
    tokens: float  # D
    flops_per_token: float  # training
    loss: float  # nats/token, by the law
    cost: TrainingCost
    lifetime: Lifetime | None  # the cheapest model of that loss; None where nothing is served

    @property
    def flops(self) -> float:
        """Training FLOPs."""
        return self.flops_per_token * self.tokens


def plan(
    form: Additive,
    counted: Count | None = None,
    budget: Budget = FIRST,
    served: float | None = None,
) -> TrainingPlan:
    """The plan of a model under a law; without a model, of the law's best for the budget.

    Args:
        form: the law's.
        counted: the model's parameters and FLOPs.
        budget: devices, and the FLOPs to spend.
        served: tokens to serve once it is trained; None asks for no cheaper model.

    Raises:
        ValueError: if there is neither a model nor a budget, or a number cannot be.
    """
    if counted:
        params, per_token = float(counted.active), counted.flops
    elif budget.flops:
        params = allocation.best(form, budget.flops).params
        per_token = FLOPS * params
    else:
        raise ValueError("a plan needs a model, a budget of flops, or both")
    flops = budget.flops or per_token * float(allocation.matched(form, params))
    cost = training_cost(flops, budget.device, budget.devices, budget.mfu, budget.site)
    tokens = flops / per_token
    loss = float(form.loss(params, tokens))
    lifetime = None if served is None else serving.best(form, loss, served)
    return TrainingPlan(params, tokens, per_token, loss, cost, lifetime)
