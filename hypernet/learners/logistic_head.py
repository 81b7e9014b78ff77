"""Logistic head: the last layer is a logistic regression on a learned embedding, differentiated."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.learners.embedding import EMBEDDINGS, AnyEmbedding, EmbeddingOptions
from hypernet.learners.fitted_head import FittedHead
from hypernet.protocols import ForClasses, TaskFamily
from hypernet.spec import check, number, part
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class LogisticHeadOptions(ForClasses):
    """The head's embedding, how the head is fitted, and the start of its learned numbers."""

    embedding: AnyEmbedding = part(EmbeddingOptions(), EMBEDDINGS)
    steps: int = number(5, 1, 100, help="Newton steps of the fit.")
    penalty: float = number(1.0, 1e-4, 1e3, help="Start of the learned penalty λ.")
    scale: float = number(1.0, 0.1, 100.0, help="Start of the learned factor on logits.")

    def __post_init__(self) -> None:
        check(self)

    def build(
        self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator
    ) -> LogisticHead:
        """The learner for this family; the target network is not used."""
        return LogisticHead(family, self, rng)


class LogisticHead(FittedHead):
    """Logits s W f, where W goes to argmin Σᵢ cross-entropy(W fᵢ, yᵢ) + λ/2 |W|² on the support.

    The problem is convex, and W is where `steps` Newton steps from 0 lead: near its one solution if
    they are many. Meta-training differentiates through them; f has a constant 1 for the bias.

    Source: Bertinetto et al. 2019 (LR-D2) for two classes by Newton's method; any convex head,
    Lee et al. 2019 (MetaOptNet).
    """

    def __init__(
        self, family: TaskFamily, options: LogisticHeadOptions, rng: torch.Generator
    ) -> None:
        embedding = options.embedding.build(family, rng)
        super().__init__(family, embedding, options.penalty, options.scale)
        self.steps = options.steps

    def fit(
        self,
        features: Float[Tensor, "*task point feature"],
        labels: Float[Tensor, "*task point ways"],
        offset: Float[Tensor, "*task ways"],
    ) -> Float[Tensor, "*task ways feature"]:
        """The weights after the Newton steps."""
        return newton(features, labels, offset, self.log_penalty.exp(), self.steps)

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Scaled logits of the fitted classifier."""
        logits = self.embed(x) @ params["head.weight"].mT
        return self.log_scale.exp() * logits + params["head.bias"].unsqueeze(-2)


def newton(
    features: Float[Tensor, "*task point feature"],
    labels: Float[Tensor, "*task point ways"],
    offset: Float[Tensor, "*task ways"],
    penalty: Tensor,
    steps: int,
) -> Float[Tensor, "*task ways feature"]:
    """The weights after some Newton steps from 0 on Σ cross-entropy + penalty/2 |W|²."""
    weight = torch.zeros_like(labels.mT @ features)
    for _ in range(steps):
        logits = features @ weight.mT + offset.unsqueeze(-2)
        probability = logits.softmax(dim=-1)
        gradient = (probability - labels).mT @ features + penalty * weight
        curvature = _curvature(features, probability)
        flat = curvature + penalty * torch.eye(curvature.shape[-1], dtype=curvature.dtype)
        step = torch.linalg.solve(flat, gradient.flatten(-2).unsqueeze(-1))
        weight = weight - step.view(weight.shape)
    return weight


def _curvature(
    features: Float[Tensor, "*task point feature"], probability: Float[Tensor, "*task point ways"]
) -> Float[Tensor, "*task weight weight"]:
    """The second derivatives of Σ cross-entropy: Σᵢ (diag pᵢ − pᵢ pᵢᵀ) ⊗ fᵢ fᵢᵀ."""
    within = torch.diag_embed(probability) - probability.unsqueeze(-1) * probability.unsqueeze(-2)
    blocks = torch.einsum("...ikl,...ia,...ib->...kalb", within, features, features)
    return blocks.flatten(-4, -3).flatten(-2)
