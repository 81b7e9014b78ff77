"""How generators begin: tensors that all tasks share, and heads that are constant at first."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hypernet.init import filled
from hypernet.target import TargetNetwork
from hypernet.types import Params


class SharedTensors(nn.Module):
    """An ordinary target network as trainable tensors, the same for every task."""

    def __init__(self, start: Params) -> None:
        super().__init__()
        self.names = tuple(start)
        self.tensors = nn.ParameterList(nn.Parameter(value) for value in start.values())

    def forward(self, tasks: torch.Size) -> Params:
        """The tensors with these task axes, without a copy."""
        return {
            name: tensor.expand(*tasks, *tensor.shape)
            for name, tensor in zip(self.names, self.tensors, strict=True)
        }


def shared_network(target: TargetNetwork, rng: torch.Generator) -> SharedTensors:
    """One ordinary initialisation of the target as shared tensors."""
    return SharedTensors(target.init(rng))


def constant(n_in: int, value: Tensor) -> nn.Linear:
    """A linear layer that begins as a constant: weight 0, the flat `value` as its bias."""
    layer = nn.Linear(n_in, value.numel(), device="meta")
    weight = torch.zeros(value.numel(), n_in)
    return filled(layer, {"weight": weight, "bias": value.detach().flatten().clone()})
