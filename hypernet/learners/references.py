"""Plain references without any meta-training: logistic regression and k nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.learners.embedding import ABSENT, EmbeddingLearner
from hypernet.protocols import ForClasses, TaskFamily
from hypernet.spec import check, number
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params


@dataclass(frozen=True)
class LogisticOptions(ForClasses):
    """Strength of the L2 penalty, as scikit-learn counts it."""

    inverse_penalty: float = number(1.0, 1e-3, 1e3, help="Inverse of the penalty, C.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Logistic:
        """The learner for this family; neither target network nor rng is used."""
        return Logistic(family, self)


class Logistic(EmbeddingLearner):
    """scikit-learn's logistic regression, fitted to the support of each task."""

    def __init__(self, family: TaskFamily, options: LogisticOptions) -> None:
        super().__init__(family, nn.Identity())
        self.options = options

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """Weight and bias of each class."""
        tasks = support.x.shape[:-2]
        fits = [
            self._fit(x, y)
            for x, y in zip(
                support.x.flatten(0, -3) if tasks else support.x[None],
                support.y.flatten(0, -3) if tasks else support.y[None],
                strict=True,
            )
        ]
        weight, bias = (torch.stack(part) for part in zip(*fits, strict=True))
        return {
            "head.weight": weight.view(*tasks, *weight.shape[1:]),
            "head.bias": bias.view(*tasks, *bias.shape[1:]),
        }

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Logits of the linear classifier."""
        return x @ params["head.weight"].mT + params["head.bias"].unsqueeze(-2)

    def _fit(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Weight and bias; a class without points gets the bias of an absent one."""
        from sklearn.linear_model import LogisticRegression  # here, for it is slow to import

        labels = y.argmax(dim=-1)
        present = labels.unique()
        weight = torch.zeros(y.shape[-1], x.shape[-1])
        bias = torch.full((y.shape[-1],), ABSENT)
        bias[present] = 0.0
        if len(present) < 2:
            return weight, bias
        fit = LogisticRegression(C=self.options.inverse_penalty, max_iter=200)
        fit.fit(x.numpy(), labels.numpy())
        slope, offset = (
            torch.tensor(values, dtype=torch.float32) for values in (fit.coef_, fit.intercept_)
        )
        if len(present) == 2:  # scikit-learn stores only the second
            slope, offset = torch.cat([-slope, slope]) / 2, torch.cat([-offset, offset]) / 2
        weight[present], bias[present] = slope, offset
        return weight, bias


@dataclass(frozen=True)
class NeighboursOptions(ForClasses):
    """How many neighbours vote."""

    k: int = number(3, 1, 20, help="Neighbours that vote; fewer where there are fewer points.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Neighbours:
        """The learner for this family; neither target network nor rng is used."""
        return Neighbours(family, self)


class Neighbours(EmbeddingLearner):
    """scikit-learn's k nearest neighbours; the parameters are the support itself."""

    def __init__(self, family: TaskFamily, options: NeighboursOptions) -> None:
        super().__init__(family, nn.Identity())
        self.options = options

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The support points and their labels."""
        return {"support.point": support.x, "support.label": support.y}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point ways"]:
        """Logarithms of the share of votes for each class."""
        tasks = x.shape[:-2]
        parts = (params["support.point"], params["support.label"], x)
        flat = [part.flatten(0, -3) if tasks else part[None] for part in parts]
        votes = torch.stack([self._votes(*task) for task in zip(*flat, strict=True)])
        return votes.clamp(min=1e-3).log().view(*tasks, *votes.shape[1:])

    def _votes(self, points: Tensor, labels: Tensor, x: Tensor) -> Tensor:
        from sklearn.neighbors import KNeighborsClassifier  # here, for it is slow to import

        votes = torch.zeros(len(x), labels.shape[-1])
        if len(points) == 0:
            return votes
        # A tree on one thread: for so few points, threads cost more than they bring.
        fit = KNeighborsClassifier(min(self.options.k, len(points)), algorithm="kd_tree")
        fit.fit(points.numpy(), labels.argmax(dim=-1).numpy())
        votes[:, fit.classes_] = torch.tensor(fit.predict_proba(x.numpy()), dtype=torch.float32)
        return votes
