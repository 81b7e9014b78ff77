"""The target network: a pure function of (params, x), for one task or many at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from hypernet.init import linear_init
from hypernet.spec import check, choice, flag, number, sizes
from hypernet.types import Params

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


@dataclass(frozen=True)
class TargetOptions:
    """Hidden widths and activation of the target network."""

    hidden: tuple[int, ...] = sizes((40, 40), 1, 256, most=4, help="Units of each hidden layer.")
    activation: str = choice("relu", tuple(ACTIVATIONS), help="Non-linearity of the hidden layers.")

    def __post_init__(self) -> None:
        check(self)

    def body(self, n_in: int) -> DenseLayers:
        """The hidden layers on inputs of this size."""
        return DenseLayers((n_in, *self.hidden), ACTIVATIONS[self.activation])


@dataclass(frozen=True)
class ConvTargetOptions:
    """Channels of the 3×3 convolutions, how many stacks of them there are, and what is read."""

    channels: tuple[int, ...] = sizes((32, 64), 1, 256, most=3, help="Channels of each layer.")
    stacks: int = number(1, 1, 4, help="Stacks of convolutions beside each other.")
    joined: bool = flag(True, help="Read every convolution, not the last one alone.")

    def __post_init__(self) -> None:
        check(self)

    def body(self, n_in: int) -> Convolutions:
        """The convolutions on images of this many pixels.

        Raises:
            ValueError: where the inputs are no square image that can be halved that often.
        """
        side, halvings = math.isqrt(n_in), len(self.channels)
        if side**2 != n_in or side % 2**halvings:
            raise ValueError(
                f"{halvings} convolutions need a square image whose side is a multiple of "
                f"{2**halvings}, got {n_in} inputs"
            )
        return Convolutions(side, self)


AnyTarget: TypeAlias = TargetOptions | ConvTargetOptions
TARGETS: dict[str, type[AnyTarget]] = {"mlp": TargetOptions, "conv": ConvTargetOptions}

#: Weight and bias of one layer.
Layer: TypeAlias = tuple[Tensor, Tensor]


#: Tasks of one convolution; more at once fall out of the cache and take half as long again.
AT_ONCE = 50


class DenseLayers:
    """Hidden layers of a multilayer perceptron."""

    def __init__(self, widths: tuple[int, ...], activation: Callable[[Tensor], Tensor]) -> None:
        self.fans = tuple(pairwise(widths))
        self.n_out = widths[-1]
        self.activation = activation

    def __call__(self, layers: Sequence[Layer], x: Tensor) -> Tensor:
        """The units of the last hidden layer."""
        for weight, bias in layers:
            x = self.activation(affine(x, weight, bias))
        return x


class Convolutions:
    """3×3 convolution, ReLU and 2×2 maximum in each layer; several stacks share nothing but images.

    A convolution's weight is a matrix (out, 9 · in), that of `nn.Conv2d` flattened, so that what
    writes matrices can write it. Every task has its own: all are one convolution in groups.

    Source: the block of Vinyals et al. 2016 (Matching Networks), without batch normalisation.
    """

    def __init__(self, side: int, options: ConvTargetOptions) -> None:
        self.side, self.stacks, self.joined = side, options.stacks, options.joined
        self.activation = ACTIVATIONS["relu"]
        pairs = pairwise((1, *options.channels))
        self.fans = tuple((9 * n_in, options.stacks * n_out) for n_in, n_out in pairs)
        places = [(side // 2**depth) ** 2 for depth in range(1, len(self.fans) + 1)]
        #: Numbers that each layer says of an image.
        self.sizes = [n_out * n for (_, n_out), n in zip(self.fans, places, strict=True)]
        self.n_out = sum(self.sizes) if self.joined else self.sizes[-1]

    def __call__(
        self, layers: Sequence[Layer], x: Float[Tensor, "*task point pixel"]
    ) -> Float[Tensor, "*task point feature"]:
        """The features of each image, flattened; of all layers beside each other, or the last."""
        axes = torch.broadcast_shapes(x.shape[:-2], layers[0][0].shape[:-2])
        images = _in_a_row(x, axes, 2).split(AT_ONCE)
        weights = [_in_a_row(weight, axes, 2).split(AT_ONCE) for weight, _ in layers]
        biases = [_in_a_row(bias, axes, 1).split(AT_ONCE) for _, bias in layers]
        rows = zip(images, zip(*weights, strict=True), zip(*biases, strict=True), strict=True)
        features = torch.cat([self._features(*some) for some in rows])
        return features.view(*axes, x.shape[-2], self.n_out)

    def _features(
        self,
        x: Float[Tensor, "task point pixel"],
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
    ) -> Float[Tensor, "task point feature"]:
        """Of some tasks, each with its own layers."""
        n_tasks, points = x.shape[:2]
        maps = x.transpose(0, 1).reshape(points, n_tasks, self.side, self.side)
        groups, found = n_tasks, []
        for weight, bias, size in zip(weights, biases, self.sizes, strict=True):
            kernels = weight.reshape(-1, weight.shape[-1] // 9, 3, 3)
            maps = functional.conv2d(maps, kernels, bias.flatten(), padding=1, groups=groups)
            maps = self.activation(maxima(maps))
            groups = n_tasks * self.stacks
            found.append(maps.reshape(points, n_tasks, size))
        return (torch.cat(found, dim=-1) if self.joined else found[-1]).transpose(0, 1)


def maxima(maps: Float[Tensor, "*map side side"]) -> Float[Tensor, "*map half half"]:
    """The largest of each four pixels; without a gradient 7 times as fast as `max_pool2d`."""
    if maps.requires_grad:
        return functional.max_pool2d(maps, 2)
    rows = torch.maximum(maps[..., ::2, :], maps[..., 1::2, :])
    return torch.maximum(rows[..., ::2], rows[..., 1::2])


def _in_a_row(values: Tensor, axes: torch.Size, own: int) -> Tensor:
    """The values of all tasks, whatever their axes, along one; `own` axes are each task's."""
    shape = values.shape[values.ndim - own :]
    return values.expand(*axes, *shape).reshape(math.prod(axes), *shape)


class TargetNetwork:
    """A network that holds no weights: they come in with every call.

        x ── body (hidden layers) ──► features ── last layer ──► y

    Its parameters are named like those of `nn.Sequential(Linear, activation, Linear, …)`:
    `0.weight` (out, in), `0.bias` (out,), `2.weight`, …; where it is a multilayer perceptron,
    generated weights load into one with `load_state_dict`. The last layer of the weights given may
    have any number of outputs.

    Source: the 1-40-40-1 ReLU network is that of Finn et al. 2017 (MAML), section 5.1.
    """

    def __init__(self, n_in: int, n_out: int, options: AnyTarget) -> None:
        self.body = options.body(n_in)
        #: Inputs and outputs of each layer; of a convolution those of one place in the image.
        self.fans = (*self.body.fans, (self.body.n_out, n_out))
        self.widths = (n_in, *(fan_out for _, fan_out in self.fans))
        self.activation = self.body.activation
        self.layers = tuple(str(2 * i) for i in range(len(self.fans)))
        self.shapes: dict[str, tuple[int, ...]] = {}
        for layer, (fan_in, fan_out) in zip(self.layers, self.fans, strict=True):
            self.shapes[f"{layer}.weight"] = (fan_out, fan_in)
            self.shapes[f"{layer}.bias"] = (fan_out,)

    @property
    def n_parameters(self) -> int:
        """How many numbers one set of weights has."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    def init(self, rng: torch.Generator) -> Params:
        """One ordinary initialisation, without task axes."""
        params: Params = {}
        for layer, (fan_in, fan_out) in zip(self.layers, self.fans, strict=True):
            weight, bias = linear_init(fan_in, fan_out, rng)
            params[f"{layer}.weight"], params[f"{layer}.bias"] = weight, bias
        return params

    def features(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point feature"]:
        """What the last layer reads of each point; its own weights are not looked at."""
        names = self.layers[:-1]
        return self.body([(params[f"{n}.weight"], params[f"{n}.bias"]) for n in names], x)

    def __call__(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """Predictions for every task with its own weights, or one task's weights for all."""
        last = self.layers[-1]
        return affine(self.features(params, x), params[f"{last}.weight"], params[f"{last}.bias"])


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """x Wᵀ + b; one fused kernel where there is exactly one task axis (1.2× faster)."""
    if x.ndim == weight.ndim == 3:
        return torch.baddbmm(bias.unsqueeze(-2), x, weight.mT)
    return x @ weight.mT + bias.unsqueeze(-2)
