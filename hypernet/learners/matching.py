"""Matching network: the last layer is the support set itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.learners.embedding import (
    EMBEDDINGS,
    AnyEmbedding,
    EmbeddingLearner,
    EmbeddingOptions,
)
from hypernet.protocols import ForClasses, TaskFamily
from hypernet.spec import check, part
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params

#: Start of the learned factor on cosine similarities, which alone lie in −1…1.
SHARPNESS = 10.0


@dataclass(frozen=True)
class MatchingOptions(ForClasses):
    """The embedding in which points are compared."""

    embedding: AnyEmbedding = part(EmbeddingOptions(), EMBEDDINGS)

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Matching:
        """The learner for this family; the target network is not used."""
        return Matching(family, self.embedding.build(family, rng))


class Matching(EmbeddingLearner):
    """P(class | x) = Σ_i a(x, x_i) y_i with a the softmax of scaled cosine similarities.

    Logits are the logarithms of these probabilities. The full-context embeddings of the source
    are left out; the factor on the similarities is learned.

    Source: Vinyals et al. 2016 (Matching Networks), equation 1.
    """

    def __init__(self, family: TaskFamily, embedding: nn.Module) -> None:
        super().__init__(family, embedding)
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(SHARPNESS)))

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The embedded support points, of length 1, and their labels."""
        return {"support.embedding": _unit(self.embed(support.x)), "support.label": support.y}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Logarithms of the attention that each class gets."""
        similarity = _unit(self.embed(x)) @ params["support.embedding"].mT
        attention = (self.log_sharpness.exp() * similarity).softmax(dim=-1)
        share = attention @ params["support.label"]
        return share.clamp(min=1e-6).log()


def _unit(features: Tensor) -> Tensor:
    return nn.functional.normalize(features, dim=-1)
