"""A linear head fitted to the support under a learned penalty: what ridge and logistic share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.learners.embedding import EmbeddingLearner
from hypernet.protocols import TaskFamily
from hypernet.sets import absence
from hypernet.types import Batch, Params


class FittedHead(EmbeddingLearner, ABC):
    """A linear head on features with a constant 1, fitted with a learned penalty λ.

    A learned factor s scales what the head says. Both are held as their logarithms, which keeps
    them above 0.
    """

    def __init__(
        self, family: TaskFamily, embedding: nn.Module, penalty: float, scale: float
    ) -> None:
        super().__init__(family, embedding)
        self.log_penalty = nn.Parameter(torch.tensor(math.log(penalty)))
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))

    def embed(self, x: Float[Tensor, "*task point x_dim"]) -> Float[Tensor, "*task point feature"]:
        """The features of each point, and a constant 1 for the bias."""
        features = super().embed(x)
        return torch.cat([features, torch.ones_like(features[..., :1])], dim=-1)

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The fitted weights, whose last column is the bias, and what keeps absent classes out."""
        offset = absence(support.y)
        weight = self.fit(self.embed(support.x), support.y, offset)
        return {"head.weight": weight, "head.bias": offset}

    @abstractmethod
    def fit(
        self,
        features: Float[Tensor, "*task point feature"],
        labels: Float[Tensor, "*task point ways"],
        offset: Float[Tensor, "*task ways"],
    ) -> Float[Tensor, "*task ways feature"]:
        """The weights of each class; `offset` is added to its logits wherever they are used."""
