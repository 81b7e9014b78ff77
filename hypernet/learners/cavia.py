"""CAVIA: a few context numbers take the gradient steps, all weights are shared by all tasks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import linear_init
from hypernet.inner import InnerOptions, descend, first_entry
from hypernet.learners.gradient import GradientLearner, for_tasks, named, tensors
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number, part
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params, Trace

#: What the context is called among the weights.
CONTEXT = "context"


@dataclass(frozen=True)
class CaviaOptions:
    """How many numbers a task is told apart by, and the inner loop that finds them."""

    context: int = number(2, 1, 50, help="Context numbers beside the input.")
    inner: InnerOptions = part(InnerOptions(rate=1.0, weighting="last"), {"gradient": InnerOptions})

    def __post_init__(self) -> None:
        check(self)
        if self.inner.learned_rate:
            raise ValueError("learned_rate must be false for cavia, which steps with one fixed α")

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Cavia:
        """The learner for this family and target network."""
        return Cavia(family, target, self, rng)


class Cavia(GradientLearner):
    """φ ← φ − α ∇φ loss, with φ = 0 at first; the network reads [x; φ] and is the same for all.

    W₁ [x; φ] + b₁ = Wx x + (Wφ φ + b₁): the weights that `initial` and `walk` return are those
    of the target network without φ, with Wφ φ added to the first bias, and φ itself beside them.

    Source: Zintgraf et al. 2019 (CAVIA), section 3.
    """

    def __init__(
        self,
        family: TaskFamily,
        target: TargetNetwork,
        options: CaviaOptions,
        rng: torch.Generator,
    ) -> None:
        super().__init__(family, target, options.inner)
        n_in, width = target.fans[0]
        first, bias = linear_init(n_in + options.context, width, rng)
        weight, context_weight = first.split([n_in, options.context], dim=-1)
        shared = target.init(rng) | {"0.weight": weight.clone(), "0.bias": bias}
        self.shared = tensors(shared, trainable=True)
        self.context_weight = nn.Parameter(context_weight.clone())

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The shared weights, and the context 0."""
        nothing = self.context_weight.new_zeros(self.context_weight.shape[-1])
        return for_tasks({**named(self.shared, self.target), CONTEXT: nothing}, support)

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The weights as the context takes 0…steps gradient steps on the support loss."""
        contexts = descend(
            lambda moved: self.loss(self.predict(self._told(moved, start), support.x), support),
            {CONTEXT: start[CONTEXT]},
            steps=steps,
            rate=self.inner.rate if rate is None else rate,
            first_order=self.inner.first_order,
        )
        start = first_entry(start)
        return [start, *(self._told(moved, start) for moved in contexts[1:])]

    def _told(self, moved: Params, start: Params) -> Params:
        """The weights of `start` with another context."""
        gap = moved[CONTEXT] - start[CONTEXT]
        bias = start["0.bias"] + gap @ self.context_weight.mT
        return {**start, "0.bias": bias, CONTEXT: moved[CONTEXT]}
