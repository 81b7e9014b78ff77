"""Similarities: the last layer is written by reading how alike the labelled points are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import SharedTensors
from hypernet.init import linear
from hypernet.protocols import ForClasses, ReadsPoints
from hypernet.sets import absence, set_mean
from hypernet.spec import check, number
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params

#: What is read of each pair of a point and a class.
READ = 7
#: Logits are divided by this where they are read, and a coefficient is this much of what is said.
LOGIT, SAID = 5.0, 2.5
#: Start of the learned step.
STEP = 1.25


@dataclass(frozen=True)
class SimilaritiesOptions(ForClasses):
    """How often the points are read, and the size of the net that reads them."""

    rounds: int = number(3, 0, 6, help="Rounds in which the points are read.")
    width: int = number(24, 4, 128, help="Hidden units of the net that reads a point and a class.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> SimilaritiesGenerator:
        """The generator of this target's weights."""
        return SimilaritiesGenerator(n_z, target, self, rng)


class Reading(NamedTuple):
    """What the last layer was written from.

    Args:
        features: fᵢ, what the layers below say of each support point.
        rounds: after class means and after each further round, the coefficient with which each
            point's features stand in each class's weights.
        bias: of each class, after the last round.
    """

    features: Float[Tensor, "*task point feature"]
    rounds: list[Float[Tensor, "*task point ways"]]
    bias: Float[Tensor, "*task ways"]


class SimilaritiesGenerator(ReadsPoints):
    """W_k = Σᵢ aᵢₖ fᵢ: each class's weights are support features, each with a coefficient.

    The layers below are shared by all tasks and say fᵢ of support point i; z shifts the first bias,
    as in conditioning. The coefficients begin as 2 s / nₖ for the points of class k and 0 for
    others, s learned, with the bias −s |mean|²: the class means of a prototypical network. Then
    each round adds

        Δaᵢₖ = (η (yᵢₖ − pᵢₖ) + net(read of i and k)) / (mean |f|² · points of a class)

    with a learned step η and one small net, the same for every pair of a point and a class, that
    begins at 0. It reads the label, the probability at present, the logit less the classes' mean,
    the mean similarity fᵢ · fⱼ to the class's points, the own class's logit less this one, the own
    class's probability, and |fᵢ|². The bias goes along, with a learned share.

    Points and classes may be any number and come in any order: what is written for them does not
    depend on it, but for rounding. A class without points is never the answer.

    Source: weights as sums over the support as in Andrychowicz et al. 2016 (gradients of a linear
    layer are such sums) and Qiao et al. 2018; the start is Snell et al. 2017 (Prototypical
    Networks), equation 8.
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: SimilaritiesOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        self.target = target
        self.first, self.last = f"{target.layers[0]}.bias", target.layers[-1]
        start = target.init(rng)
        del start[f"{self.last}.weight"], start[f"{self.last}.bias"]
        self.shared = SharedTensors(start)
        self.shift = nn.Parameter(torch.zeros(*start[self.first].shape, n_z))
        self.log_sharpness = nn.Parameter(torch.zeros(()))
        self.log_steps = nn.Parameter(torch.full((options.rounds,), math.log(STEP)))
        self.bias_shares = nn.Parameter(torch.zeros(options.rounds))
        self.nets = nn.ModuleList(_net(options.width, rng) for _ in range(options.rounds))

    def forward(self, z: Float[Tensor, "*task z"], support: Batch) -> Params:
        """The named weights of each task."""
        params = self.body(z)
        reading = self.read(params, support)
        weight = reading.rounds[-1].mT @ reading.features
        return params | {f"{self.last}.weight": weight, f"{self.last}.bias": reading.bias}

    def body(self, z: Float[Tensor, "*task z"]) -> Params:
        """The weights of the layers below the last."""
        params: Params = self.shared(z.shape[:-1])
        return params | {self.first: params[self.first] + z @ self.shift.mT}

    def read(self, body: Params, support: Batch) -> Reading:
        """The rounds on these points, for the layers below with these weights."""
        features, labels = self.target.features(body, support.x), support.y
        counts, absent = labels.sum(dim=-2), absence(labels)
        likeness = features @ features.mT
        size = set_mean(likeness.diagonal(dim1=-2, dim2=-1), -1)[..., None, None].clamp(min=1e-6)
        own = likeness.diagonal(dim1=-2, dim2=-1).unsqueeze(-1) / size
        present = (counts > 0).to(labels.dtype)
        shots = (counts.sum(-1) / present.sum(-1).clamp(min=1))[..., None, None].clamp(min=1)
        share = labels / counts.clamp(min=1).unsqueeze(-2)
        alike = likeness @ share / size

        sharpness = self.log_sharpness.exp()
        held = 2 * sharpness * share
        bias = -sharpness * (share * (likeness @ share)).sum(dim=-2)
        rounds = [held]
        steps = zip(self.nets, self.log_steps.exp(), self.bias_shares, strict=True)
        for net, step, bias_share in steps:
            logits = likeness @ held + bias.unsqueeze(-2)
            chance = (logits + absent.unsqueeze(-2)).softmax(dim=-1)
            seen = torch.stack(
                [
                    labels,
                    chance,
                    _centred(logits, present) / LOGIT,
                    alike,
                    ((logits * labels).sum(-1, keepdim=True) - logits) / LOGIT,
                    (chance * labels).sum(-1, keepdim=True).expand_as(chance),
                    own.expand_as(chance),
                ],
                dim=-1,
            )
            said = step * (labels - chance) + SAID * net(seen).squeeze(-1)
            change = said * present.unsqueeze(-2) / (size * shots)
            held = held + change
            bias = bias + bias_share * (change * size).sum(dim=-2)
            rounds.append(held)
        return Reading(features, rounds, bias + absent)


def _centred(logits: Tensor, present: Tensor) -> Tensor:
    """Logits less their mean over the classes that have a point."""
    weight = present.unsqueeze(-2)
    total = (logits * weight).sum(-1, keepdim=True)
    return logits - total / weight.sum(-1, keepdim=True).clamp(min=1)


def _net(width: int, rng: torch.Generator) -> nn.Sequential:
    """From what is read of a point and a class to one number, 0 at first."""
    net = nn.Sequential(linear(READ, width, rng), nn.ReLU(), linear(width, 1, rng))
    with torch.no_grad():
        for tensor in net[-1].parameters():
            tensor.zero_()
    return net
