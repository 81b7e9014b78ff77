"""Ridge head: the last layer solves a convex problem in closed form, and is differentiated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.learners.embedding import (
    EMBEDDINGS,
    ConvOptions,
    EmbeddingLearner,
    EmbeddingOptions,
    PixelsOptions,
)
from hypernet.protocols import ForClasses, TaskFamily
from hypernet.spec import check, number, part
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params


@dataclass(frozen=True)
class RidgeOptions(ForClasses):
    """The embedding that the head works on, and the start of its learned numbers."""

    embedding: EmbeddingOptions | ConvOptions | PixelsOptions = part(EmbeddingOptions(), EMBEDDINGS)
    penalty: float = number(1.0, 1e-4, 1e3, help="Start of the learned penalty λ.")
    scale: float = number(5.0, 0.1, 100.0, help="Start of the learned factor on predictions.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Ridge:
        """The learner for this family; the target network is not used."""
        return Ridge(family, self, rng)


class Ridge(EmbeddingLearner):
    """W = (FᵀF + λI)⁻¹ Fᵀ Y on the embedded support F with a constant feature; logits s (f W − ½).

    Source: Bertinetto et al. 2019 (R2-D2); solved here in the primal form, since there are few
    features.
    """

    def __init__(self, family: TaskFamily, options: RidgeOptions, rng: torch.Generator) -> None:
        super().__init__(family, options.embedding.build(family, rng))
        self.log_penalty = nn.Parameter(torch.tensor(math.log(options.penalty)))
        self.log_scale = nn.Parameter(torch.tensor(math.log(options.scale)))

    def embed(self, x: Float[Tensor, "*task point x_dim"]) -> Float[Tensor, "*task point feature"]:
        """The features of each point, and a constant 1 for the bias."""
        features = super().embed(x)
        return torch.cat([features, torch.ones_like(features[..., :1])], dim=-1)

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The solution of the ridge regression onto one-hot labels."""
        features = self.embed(support.x)
        penalty = self.log_penalty.exp() * torch.eye(features.shape[-1])
        gram = features.mT @ features + penalty
        return {"head.weight": torch.linalg.solve(gram, features.mT @ support.y).mT}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Scaled regression values, ½ between the classes."""
        return self.log_scale.exp() * (self.embed(x) @ params["head.weight"].mT - 0.5)
