"""The target network equals the one that PyTorch would build."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hypernet.init import linear, stream
from hypernet.target import TargetNetwork, TargetOptions


def test_it_equals_nn_sequential_with_the_same_weights() -> None:
    target = TargetNetwork(2, 3, TargetOptions(hidden=(5, 4), activation="relu"))
    params = target.init(stream(0, "target"))
    with torch.device("meta"):
        network = nn.Sequential(
            nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)
        )
    network.load_state_dict(params, assign=True)
    x = torch.linspace(-3, 3, 12).view(6, 2)
    torch.testing.assert_close(target(params, x), network(x))
    assert target.n_parameters == sum(p.numel() for p in network.parameters())


def test_each_task_uses_its_own_weights() -> None:
    target = TargetNetwork(1, 1, TargetOptions(hidden=(5,), activation="tanh"))
    sets = [target.init(stream(seed, "target")) for seed in range(3)]
    stacked = {name: torch.stack([s[name] for s in sets]) for name in sets[0]}
    x = torch.linspace(-1, 1, 4).view(1, 4, 1).expand(3, 4, 1)
    together = target(stacked, x)
    for task in range(3):
        torch.testing.assert_close(together[task], target(sets[task], x[task]))


def test_the_usual_initialisation_keeps_its_bounds() -> None:
    layer = linear(16, 400, stream(0, "layer"))
    assert layer.weight.abs().max() <= 0.25
    assert layer.weight.abs().max() > 0.24
    assert layer.weight.std().item() == pytest.approx(0.25 / 3**0.5, rel=0.05)


def test_sizes_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"hidden must be 1\.\.256, got 0"):
        TargetOptions(hidden=(0,))
    with pytest.raises(ValueError, match="one of relu, tanh, sigmoid, got 'sine'"):
        TargetOptions(activation="sine")
