"""What all learners with gradient steps share: the inner loop and the meta-loss."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.inner import InnerOptions, descend
from hypernet.protocols import Learner, TaskFamily
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params, Task, Trace


class GradientLearner(Learner, ABC):
    """A learner that walks from `initial` by gradient steps on the support loss."""

    def __init__(self, family: TaskFamily, target: TargetNetwork, inner: InnerOptions) -> None:
        super().__init__()
        self.loss = family.loss
        self.target = target
        self.inner = inner
        self.log_rates: nn.ParameterDict | None = None
        if inner.learned_rate:
            start = torch.tensor(inner.rate).log()
            self.log_rates = nn.ParameterDict(
                {_key(name): nn.Parameter(start.clone()) for name in target.shapes}
            )

    def rates(self) -> float | Mapping[str, Tensor]:
        """α of the inner loop: one for all tensors, or one learned for each."""
        if self.log_rates is None:
            return self.inner.rate
        return {name: self.log_rates[_key(name)].exp() for name in self.target.shapes}

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The weights after 0…steps gradient steps on the support loss."""
        return descend(
            lambda params: self.loss(self.target(params, support.x), support),
            start,
            steps=steps,
            rate=self.rates() if rate is None else rate,
            first_order=self.inner.first_order,
        )

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """What the target network with these weights says at x."""
        return self.target(params, x)

    def meta_loss(self, task: Task) -> Float[Tensor, "*task"]:
        """The query loss after the last inner step, or averaged over steps 0…k.

        Source: last step, Finn et al. 2017 (MAML); a loss over all steps, Antoniou et al. 2019
        (MAML++), here with equal weights and step 0 included.
        """
        trace = self.adapt(task.description, task.support, self.inner.steps)
        scored = trace[-1:] if self.inner.weighting == "last" else trace
        losses = [self.loss(self.predict(params, task.query.x), task.query) for params in scored]
        return torch.stack(losses).mean(dim=0)


class OneStart(GradientLearner, ABC):
    """Every task starts from the same weights: random ones, or meta-learned ones."""

    def __init__(
        self,
        family: TaskFamily,
        target: TargetNetwork,
        inner: InnerOptions,
        rng: torch.Generator,
        *,
        trainable: bool,
    ) -> None:
        super().__init__(family, target, inner)
        self.start = tensors(target.init(rng), trainable=trainable)

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The shared start with the task axes of the support, without a copy."""
        return for_tasks(named(self.start, self.target), support)


class SharedStart(OneStart):
    """The shared start, followed by plain gradient steps."""


def tensors(params: Params, *, trainable: bool) -> nn.ParameterDict:
    """Named weights as a part of a learner; `named` gives them back."""
    return nn.ParameterDict(
        {_key(name): nn.Parameter(value, requires_grad=trainable) for name, value in params.items()}
    )


def named(kept: nn.ParameterDict, target: TargetNetwork) -> Params:
    """What `tensors` keeps, under the names of the target network."""
    return {name: kept[_key(name)] for name in target.shapes}


def for_tasks(params: Params, support: Batch) -> Params:
    """The same weights for every task of the support, without a copy."""
    tasks = support.x.shape[:-2]
    return {name: value.expand(*tasks, *value.shape) for name, value in params.items()}


def _key(name: str) -> str:
    """Modules may not hold a dot in a parameter's name."""
    return name.replace(".", "_")
