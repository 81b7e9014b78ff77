"""The target network equals the one that PyTorch would build."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hypernet.generators import GENERATORS
from hypernet.init import linear, stream
from hypernet.target import ConvTargetOptions, TargetNetwork, TargetOptions
from hypernet.types import Params


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


IMAGES = torch.rand(3, 5, 64, generator=stream(0, "images"))


def convolved(params: Params, images: torch.Tensor, stacks: int) -> torch.Tensor:
    """Two layers of PyTorch's own convolutions for one task, joined, and the last layer on them."""
    maps, found = images.view(-1, 1, 8, 8), []
    for layer, groups in (("0", 1), ("2", stacks)):
        weight = params[f"{layer}.weight"]
        kernels = weight.view(len(weight), -1, 3, 3)
        conv = nn.functional.conv2d(maps, kernels, params[f"{layer}.bias"], 1, 1, 1, groups)
        maps = nn.functional.max_pool2d(conv.relu(), 2)
        found.append(maps.flatten(1))
    return torch.cat(found, dim=-1) @ params["4.weight"].mT + params["4.bias"]


@pytest.mark.parametrize("stacks", [1, 3])
def test_convolutions_are_pytorchs_and_each_task_uses_its_own(stacks: int) -> None:
    target = TargetNetwork(64, 4, ConvTargetOptions(channels=(2, 3), stacks=stacks))
    sets = [target.init(stream(seed, "target")) for seed in range(3)]
    assert {name: tuple(value.shape) for name, value in sets[0].items()} == target.shapes
    stacked = {name: torch.stack([s[name] for s in sets]) for name in sets[0]}
    together = target(stacked, IMAGES)
    for task in range(3):
        torch.testing.assert_close(together[task], convolved(sets[task], IMAGES[task], stacks))
    for_all = target(sets[1], IMAGES)
    torch.testing.assert_close(for_all[2], convolved(sets[1], IMAGES[2], stacks))


def test_convolutions_say_the_same_with_and_without_a_gradient() -> None:
    target = TargetNetwork(64, 4, ConvTargetOptions(channels=(2, 3), stacks=3))
    params = target.init(stream(0, "target"))
    with_gradient = {name: value.clone().requires_grad_() for name, value in params.items()}
    said = target(with_gradient, IMAGES)
    assert said.requires_grad
    assert torch.equal(said, target(params, IMAGES))


def test_stacks_of_convolutions_are_as_many_networks_beside_each_other() -> None:
    options = {"channels": (2, 3), "joined": False}
    wide = TargetNetwork(64, 1, ConvTargetOptions(stacks=2, **options))  # type: ignore[arg-type]
    one = TargetNetwork(64, 1, ConvTargetOptions(**options))  # type: ignore[arg-type]
    params = wide.init(stream(0, "target"))
    body = [name for name in params if not name.startswith(wide.layers[-1])]
    halves = [{name: params[name].chunk(2)[i] for name in body} for i in range(2)]
    alone = [one.features(half, IMAGES) for half in halves]
    torch.testing.assert_close(wide.features(params, IMAGES), torch.cat(alone, dim=-1))


@pytest.mark.parametrize("name", sorted(GENERATORS.keys() - {"similarities"}))
def test_every_generator_writes_convolutions(name: str) -> None:
    target = TargetNetwork(64, 3, ConvTargetOptions(channels=(2, 3)))
    generator = GENERATORS[name]().build(5, target, stream(0, "generator"))
    params = generator(torch.randn(3, 5, generator=stream(0, "z")))
    assert {name: tuple(value.shape[1:]) for name, value in params.items()} == target.shapes
    assert target(params, IMAGES).shape == (3, 5, 3)
    assert target(params, IMAGES[:, :0]).shape == (3, 0, 3)


def test_what_is_no_image_is_refused_by_convolutions() -> None:
    for n_in in (2, 36):
        with pytest.raises(ValueError, match=f"2 convolutions need a square image.*got {n_in} in"):
            TargetNetwork(n_in, 3, ConvTargetOptions(channels=(2, 3)))
