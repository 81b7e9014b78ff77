"""Learned optimiser: a small recurrent network reads each weight's gradient and writes its step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import constant
from hypernet.init import filled, linear, uniform
from hypernet.inner import MOST_STEPS, InnerOptions, check_walk, first_entry, weighting
from hypernet.learners.gradient import OneStart
from hypernet.protocols import TaskFamily
from hypernet.spec import check, flag, number
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params, Trace

#: Gradients below e^−10 are no longer told by their logarithm.
SMALLEST = 10.0
#: So many coordinates are read at once: what lies between then stays in the processor's cache.
BLOCK = 4096
#: Hidden and cell state of each layer, for each coordinate.
State = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class LearnedOptimiserOptions:
    """The recurrent network, and the steps that it is meta-trained for."""

    width: int = number(20, 1, 64, help="Units of each LSTM layer.")
    layers: int = number(2, 1, 3, help="LSTM layers.")
    steps: int = number(5, 1, MOST_STEPS, help="Steps that are unrolled during meta-training.")
    scale: float = number(0.1, 1e-6, 10.0, help="Factor on its output, in the place of α.")
    factors: bool = flag(False, help="Write a factor for each gradient beside the step itself.")
    learned_start: bool = flag(False, help="Learn the start too; else it stays random.")
    first_order: bool = flag(True, help="Treat the gradients that it reads as constants.")
    weighting: str = weighting("mean")

    def __post_init__(self) -> None:
        check(self)

    def build(
        self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator
    ) -> LearnedOptimiser:
        """The learner for this family and target network."""
        return LearnedOptimiser(family, target, self, rng)


class LearnedOptimiser(OneStart):
    """w ← w + s m(∇w loss, h): one LSTM m for all weights, with a state h for each of them.

    With `factors` it also writes the logarithm a of a rate for each gradient g, and the step is
    s (m − e^a g); m and a begin at 0, so it begins as gradient descent with α = s.

    The factor s stands where other learners have their step size: a `rate` that is given takes
    its place. Learners are meta-trained for the query loss here, not for the support loss.

    Source: Andrychowicz et al. 2016, section 2; the gradient is read as in appendix A. A rate for
    each gradient and a learned start: Ravi and Larochelle 2017, section 3, where a gate has the
    place of e^a.
    """

    def __init__(
        self,
        family: TaskFamily,
        target: TargetNetwork,
        options: LearnedOptimiserOptions,
        rng: torch.Generator,
    ) -> None:
        inner = InnerOptions(
            options.steps,
            options.scale,
            first_order=options.first_order,
            weighting=options.weighting,
        )
        super().__init__(family, target, inner, rng, trainable=options.learned_start)
        sizes = [2] + [options.width] * options.layers
        self.cells = nn.ModuleList(
            _cell(n_in, options.width, rng) for n_in in sizes[: options.layers]
        )
        self.factors = options.factors
        blank = constant(options.width, torch.zeros(2))
        self.out = blank if self.factors else linear(options.width, 1, rng)

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The weights after 0…steps steps that the recurrent network writes."""
        check_walk(steps, rate)
        scale = self.inner.rate if rate is None else rate
        trace, states = [first_entry(start)], self._blank(start)
        for _ in range(steps):
            gradients = self._gradients(trace[-1], support)
            said, states = self._read(_joined(gradients), states)
            trace.append(_moved(trace[-1], scale * said))
        return trace

    def _gradients(self, params: Params, support: Batch) -> list[Tensor]:
        """The gradient of each task's support loss, tensor by tensor."""
        through = torch.is_grad_enabled() and not self.inner.first_order
        with torch.enable_grad():
            here = {
                name: value if through and value.requires_grad else value.detach().requires_grad_()
                for name, value in params.items()
            }
            loss = self.loss(self.predict(here, support.x), support).sum()
            return list(torch.autograd.grad(loss, list(here.values()), create_graph=through))

    def _blank(self, params: Params) -> list[State]:
        """Nothing remembered of any coordinate, block by block."""
        count = sum(value.numel() for value in params.values())
        zeros = self.out.weight.new_zeros(count, self.out.in_features)
        return [[(block, block)] * len(self.cells) for block in zeros.split(BLOCK)]

    def _read(self, gradient: Tensor, states: list[State]) -> tuple[Tensor, list[State]]:
        """What is said to each coordinate, and what is remembered of it, block by block."""
        blocks = zip(gradient.split(BLOCK), states, strict=True)
        said, after = zip(*(self._read_block(block, state) for block, state in blocks), strict=True)
        return torch.cat(said), list(after)

    def _read_block(self, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        said, after = seen(gradient), []
        for cell, before in zip(self.cells, state, strict=True):
            after.append(cell(said, before))
            said = after[-1][0]
        written = self.out(said)
        if self.factors:
            step, log_rate = written.unbind(-1)
            return step - log_rate.exp() * gradient, after
        return written[:, 0], after


def seen(gradient: Float[Tensor, " coordinate"]) -> Float[Tensor, "coordinate 2"]:
    """(log|g| / p, sign g), or (−1, e^p g) where |g| < e^−p, with p = 10.

    Source: Andrychowicz et al. 2016, appendix A.
    """
    size = gradient.abs()
    large = size >= math.exp(-SMALLEST)
    logarithm = size.clamp(min=math.exp(-SMALLEST)).log() / SMALLEST
    return torch.stack(
        [logarithm, torch.where(large, gradient.sign(), math.exp(SMALLEST) * gradient)], dim=-1
    )


def _cell(n_in: int, width: int, rng: torch.Generator) -> nn.LSTMCell:
    """An `nn.LSTMCell` with its usual initialisation, drawn from `rng`."""
    cell = nn.LSTMCell(n_in, width, device="meta")
    bound = 1 / math.sqrt(width)
    drawn = {name: uniform(p.shape, -bound, bound, rng) for name, p in cell.named_parameters()}
    return filled(cell, drawn)


def _joined(values: list[Tensor]) -> Tensor:
    """All numbers of some tensors one after another."""
    return torch.cat([value.flatten() for value in values])


def _moved(params: Params, step: Tensor) -> Params:
    """The weights moved by the steps of all their numbers, in the order of `_joined`."""
    parts = step.split([value.numel() for value in params.values()])
    return {
        name: value + part.view(value.shape)
        for (name, value), part in zip(params.items(), parts, strict=True)
    }
