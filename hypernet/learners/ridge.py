"""Ridge head: the last layer solves a convex problem in closed form, and is differentiated."""

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
class RidgeOptions(ForClasses):
    """The embedding that the head works on, and the start of its learned numbers."""

    embedding: AnyEmbedding = part(EmbeddingOptions(), EMBEDDINGS)
    penalty: float = number(1.0, 1e-4, 1e3, help="Start of the learned penalty λ.")
    scale: float = number(5.0, 0.1, 100.0, help="Start of the learned factor on predictions.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Ridge:
        """The learner for this family; the target network is not used."""
        return Ridge(family, self.embedding.build(family, rng), self.penalty, self.scale)


class Ridge(FittedHead):
    """W = (FᵀF + λI)⁻¹ Fᵀ Y on the embedded support F with a constant feature; logits s (f W − ½).

    Source: Bertinetto et al. 2019 (R2-D2); solved here in the primal form, since there are few
    features.
    """

    def fit(
        self,
        features: Float[Tensor, "*task point feature"],
        labels: Float[Tensor, "*task point ways"],
        offset: Float[Tensor, "*task ways"],
    ) -> Float[Tensor, "*task ways feature"]:
        """The solution of the ridge regression onto one-hot labels; no class's row asks another."""
        penalty = self.log_penalty.exp() * torch.eye(features.shape[-1])
        gram = features.mT @ features + penalty
        solution: Tensor = torch.linalg.solve(gram, features.mT @ labels).mT
        return solution

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Scaled regression values, ½ between the classes; never an absent class's."""
        values = self.embed(x) @ params["head.weight"].mT - 0.5
        return self.log_scale.exp() * values + params["head.bias"].unsqueeze(-2)
