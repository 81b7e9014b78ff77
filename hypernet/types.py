"""The words of the project: what flows from one station to the next."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from jaxtyping import Float
from torch import Tensor

#: Weights are data: the named tensors of one target network, or of many (leading task axes).
Params: TypeAlias = dict[str, Tensor]

#: The inner loop, recorded: the parameters after 0, 1, … gradient steps.
Trace: TypeAlias = list[Params]


class Batch(NamedTuple):
    """Labelled points of one task, or of many (leading task axes)."""

    x: Float[Tensor, "*task point x_dim"]
    y: Float[Tensor, "*task point y_dim"]


class Task(NamedTuple):
    """What a learner may see (description, support) and what it is judged on (query)."""

    description: Float[Tensor, "*task entry"]
    support: Batch
    query: Batch


class Parameter(NamedTuple):
    """One entry of a task description: the range it is meta-trained on, for sliders and axes."""

    name: str
    symbol: str
    unit: str
    low: float
    high: float
