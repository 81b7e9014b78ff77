"""Bayes: the answer of someone who knows the family of tasks and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.posterior import ClusterPosterior, CurvePosterior, Method, ShapePosterior
from hypernet.protocols import KnownCurves, Learner, TaskFamily
from hypernet.spec import check, number
from hypernet.target import TargetNetwork
from hypernet.tasks import Clusters, Planar
from hypernet.types import Batch, Params, Task, Trace

#: What it is called wherever it stands beside other learners.
TITLE = "What the points allow"


@dataclass(frozen=True)
class BayesOptions:
    """How finely the posterior is computed."""

    samples: int = number(
        10_000, 100, 1_000_000, help="Tasks drawn from a family of curves and weighted."
    )
    particles: int = number(
        1000, 100, 100_000, help="Tasks of planar shapes that are moved towards the points."
    )
    kept: int = number(300, 10, 10_000, help="Tasks that fit and stand for the posterior.")
    tolerance: float = number(
        0.01,
        1e-4,
        1.0,
        help="What stands for noise where curves have none, as a share of their y scale.",
    )

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Bayes:
        """The learner for this family; the target network is not used.

        Raises:
            ValueError: for a family that does not say how likely points are.
        """
        return Bayes(family, self._method(family, rng))

    def _method(self, family: TaskFamily, rng: torch.Generator) -> Method:
        if isinstance(family, KnownCurves):
            return CurvePosterior(
                family, samples=self.samples, kept=self.kept, tolerance=self.tolerance, rng=rng
            )
        if isinstance(family, Planar):
            return ShapePosterior(family, particles=self.particles, kept=self.kept, rng=rng)
        if isinstance(family, Clusters):
            return ClusterPosterior()
        raise ValueError(f"learner bayes does not know how likely points of {family} are")


class Bayes(Learner):
    """The posterior predictive under the family's own distribution of tasks: nobody does better.

    Its mean has the smallest expected squared error of all that can be said from the same points,
    and its most probable class the largest expected accuracy. Nothing is meta-trained, no network
    is written, and no step is taken. What stands in place of weights are tasks that fit.

    Source: Bishop 2006, sections 1.5.5 and 3.3.2; as what meta-learners approach, Müller et al.
    2022 (prior-data fitted networks), section 3.
    """

    def __init__(self, family: TaskFamily, method: Method) -> None:
        super().__init__()
        self.loss = family.loss
        self.method = method

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """What the support points say; the description is not read."""
        return self.method.infer(support)

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The start alone: no step is taken, whatever `steps` and `rate` say."""
        return [start]

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """The posterior mean, or each class's logarithmic probability up to a constant."""
        return self.method.predict(params, x)

    def meta_loss(self, task: Task) -> Float[Tensor, "*task"]:
        """The query loss of the posterior predictive."""
        posterior = self.initial(task.description, task.support)
        return self.loss(self.predict(posterior, task.query.x), task.query)
