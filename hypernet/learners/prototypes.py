"""Prototypical network: the last layer is made of class means."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.learners.embedding import (
    EMBEDDINGS,
    AnyEmbedding,
    EmbeddingLearner,
    EmbeddingOptions,
    class_means,
)
from hypernet.protocols import ForClasses, TaskFamily
from hypernet.sets import absence
from hypernet.spec import check, part
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params


@dataclass(frozen=True)
class PrototypesOptions(ForClasses):
    """The embedding in which distances to class means are taken."""

    embedding: AnyEmbedding = part(EmbeddingOptions(), EMBEDDINGS)

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Prototypes:
        """The learner for this family; the target network is not used."""
        return Prototypes(family, self.embedding.build(family, rng))


class Prototypes(EmbeddingLearner):
    """Logits −|f(x) − c_k|² with c_k the mean embedding of class k's support.

    Up to −|f(x)|², the same for all classes, that is the linear layer with weight 2 c_k and bias
    −|c_k|², which is what `initial` returns.

    Source: Snell et al. 2017 (Prototypical Networks), section 2.
    """

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The linear layer made of class means."""
        means = class_means(self.embed(support.x), support.y)
        bias = absence(support.y) - means.square().sum(dim=-1)
        return {"head.weight": 2 * means, "head.bias": bias}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Logits of the linear layer on the embedding."""
        return self.embed(x) @ params["head.weight"].mT + params["head.bias"].unsqueeze(-2)
