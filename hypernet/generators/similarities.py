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
#: Logits are divided by this where they are read.
LOGIT = 5.0
#: Starts of the learned sharpness and of the learned step of each round.
SHARPNESS, STEP = 30.0, 0.1
#: The least mean |f|² that features are divided by.
TINY = 1e-6


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
    """What the last layer was written from: class means first, then one entry for each round.

    Args:
        features: fᵢ, what the layers below say of each support point, as the target network has it.
        scale: 2 s over the mean of |fᵢ|².
        coefficients: aᵢₖ, with which each point's features stand in each class's weights.
        biases: of each class.
    """

    features: Float[Tensor, "*task point feature"]
    scale: Float[Tensor, "*task 1 1"]
    coefficients: list[Float[Tensor, "*task point ways"]]
    biases: list[Float[Tensor, "*task ways"]]

    def layer(self, rounds: int) -> tuple[Tensor, Tensor]:
        """Weight (*task, ways, feature) and bias (*task, ways) after so many rounds; −1: all."""
        weight = (self.scale * self.coefficients[rounds]).mT @ self.features
        return weight, self.biases[rounds]


class SimilaritiesGenerator(ReadsPoints):
    """W_k = 2 s Σᵢ aᵢₖ fᵢ: each class's weights are support features, each with a coefficient.

    The layers below are shared by all tasks and say fᵢ of support point i, here in units in which
    the mean of |fᵢ|² over a task's points is 1; z shifts the first bias, as in conditioning. The
    sharpness s is learned. The coefficients begin as 1 / nₖ for the nₖ points of class k and 0 for
    all others, the bias as −s |mean|²: the class means of a prototypical network. Then each round
    adds

        Δaᵢₖ = (η (yᵢₖ − pᵢₖ) + net(what is read of i and k)) / points of a class

    with a learned step η and one small net, the same for every pair of a point and a class, that
    begins at 0. It reads the label, the probability pᵢₖ at present, the logit less the classes'
    mean, the mean similarity fᵢ · fⱼ to the class's points, the own class's logit less this one,
    the own class's probability, and |fᵢ|². The bias moves by a learned share of 2 s Σᵢ Δaᵢₖ.

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
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(SHARPNESS)))
        self.log_steps = nn.Parameter(torch.full((options.rounds,), math.log(STEP)))
        self.bias_shares = nn.Parameter(torch.zeros(options.rounds))
        self.nets = nn.ModuleList(_net(options.width, rng) for _ in range(options.rounds))

    def forward(self, z: Float[Tensor, "*task z"], support: Batch) -> Params:
        """The named weights of each task."""
        params = self.body(z)
        return params | self.named(*self.read(params, support).layer(-1))

    def named(self, weight: Tensor, bias: Tensor) -> Params:
        """A last layer under the target network's names."""
        return {f"{self.last}.weight": weight, f"{self.last}.bias": bias}

    def body(self, z: Float[Tensor, "*task z"]) -> Params:
        """The weights of the layers below the last."""
        params: Params = self.shared(z.shape[:-1])
        return params | {self.first: params[self.first] + z @ self.shift.mT}

    def read(self, body: Params, support: Batch) -> Reading:
        """The rounds on these points, with these weights of the layers below."""
        features, labels = self.target.features(body, support.x), support.y
        counts, absent = labels.sum(dim=-2), absence(labels)
        present = (counts > 0).to(labels.dtype).unsqueeze(-2)
        shots = (counts.sum(dim=-1) / present.sum(dim=(-2, -1)).clamp(min=1)).clamp(min=1)
        alike = features @ features.mT
        own = alike.diagonal(dim1=-2, dim2=-1).unsqueeze(-1)
        size = set_mean(own, (-2, -1))[..., None, None].clamp(min=TINY)
        alike, own, twice = alike / size, own / size, 2 * self.log_sharpness.exp()

        held = labels / counts.clamp(min=1).unsqueeze(-2)
        near = alike @ held
        bias = -twice / 2 * (held * near).sum(dim=-2)
        coefficients, biases = [held], [bias]
        rounds = zip(self.nets, self.log_steps.exp(), self.bias_shares, strict=True)
        for net, step, share in rounds:
            logits = twice * alike @ held + bias.unsqueeze(-2)
            chance = (logits + absent.unsqueeze(-2)).softmax(dim=-1)
            said = step * (labels - chance) + net(
                _read(labels, logits, chance, present, near, own)
            ).squeeze(-1)
            change = said * present / shots[..., None, None]
            held, bias = held + change, bias + twice * share * change.sum(dim=-2)
            coefficients.append(held)
            biases.append(bias)
        return Reading(features, twice / size, coefficients, [bias + absent for bias in biases])


def _read(
    labels: Tensor, logits: Tensor, chance: Tensor, present: Tensor, near: Tensor, own: Tensor
) -> Float[Tensor, "*task point ways 7"]:
    """What the net reads of each pair of a point and a class."""
    centre = (logits * present).sum(dim=-1, keepdim=True) / present.sum(-1, keepdim=True).clamp(
        min=1
    )
    of_own = (logits * labels).sum(dim=-1, keepdim=True)
    sure = (chance * labels).sum(dim=-1, keepdim=True)
    told = (labels, chance, (logits - centre) / LOGIT, near, (of_own - logits) / LOGIT, sure, own)
    return torch.stack([part.expand_as(labels) for part in told], dim=-1)


def _net(width: int, rng: torch.Generator) -> nn.Sequential:
    """From what is read of a point and a class to one number, 0 at first.

    It has no last bias: what is the same for all classes changes no answer.
    """
    first, last = linear(READ, width, rng), linear(width, 1, rng)
    last.register_parameter("bias", None)
    nn.init.zeros_(last.weight)
    return nn.Sequential(first, nn.ReLU(), last)
