"""What the learners without a gradient step share: a meta-trained embedding and a computed head."""

from __future__ import annotations

import math
from abc import ABC
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import filled, linear_init, mlp
from hypernet.protocols import Learner, TaskFamily
from hypernet.sets import ABSENT as ABSENT
from hypernet.spec import check, sizes
from hypernet.target import maxima
from hypernet.types import Batch, Params, Task, Trace


@dataclass(frozen=True)
class EmbeddingOptions:
    """Widths of the embedding network, its output last."""

    widths: tuple[int, ...] = sizes((64, 64, 32), 1, 256, most=4, help="Layers of the embedding.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> nn.Module:
        """The embedding network of this family's inputs."""
        return mlp((family.n_in, *self.widths), rng)


@dataclass(frozen=True)
class PixelsOptions:
    """No embedding: the input as it is."""

    def build(self, family: TaskFamily, rng: torch.Generator) -> nn.Module:
        """The identity."""
        return nn.Identity()


@dataclass(frozen=True)
class ConvOptions:
    """Channels of the 3×3 convolutions; each is followed by a ReLU and halves the image's side."""

    channels: tuple[int, ...] = sizes((32, 64), 1, 256, most=3, help="Channels of each layer.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> nn.Module:
        """The convolutional network of this family's images, one grey value for each input.

        Raises:
            ValueError: where the inputs are no square image that can be halved that often.
        """
        side = math.isqrt(family.n_in)
        if side**2 != family.n_in or side % 2 ** len(self.channels):
            raise ValueError(
                f"{len(self.channels)} convolutions need a square image whose side is a multiple "
                f"of {2 ** len(self.channels)}, got {family.n_in} inputs"
            )
        return Convolutions(side, self.channels, rng)


AnyEmbedding: TypeAlias = EmbeddingOptions | ConvOptions | PixelsOptions
EMBEDDINGS: dict[str, type[AnyEmbedding]] = {
    "mlp": EmbeddingOptions,
    "conv": ConvOptions,
    "pixels": PixelsOptions,
}


class Convolutions(nn.Module):
    """Convolution, ReLU and 2×2 maximum for each of `channels`, flattened to one feature vector.

    Source: the block of Vinyals et al. 2016 (Matching Networks), without batch
    normalisation, so that the features of an image do not depend on the other images.
    """

    def __init__(self, side: int, channels: tuple[int, ...], rng: torch.Generator) -> None:
        super().__init__()
        self.side = side
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise((1, *channels)):
            layers += [_convolution(n_in, n_out, rng), Maxima(), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Flatten())

    def forward(
        self, x: Float[Tensor, "*task point pixel"]
    ) -> Float[Tensor, "*task point feature"]:
        """The features of each image."""
        features: Tensor = self.layers(x.reshape(-1, 1, self.side, self.side))
        return features.view(*x.shape[:-1], -1)


class Maxima(nn.Module):
    """The largest of each four pixels; ReLU after it says the same as before, and is cheaper."""

    def forward(self, maps: Float[Tensor, "image channel side side"]) -> Tensor:
        """Maps of half the side."""
        return maxima(maps)


def _convolution(n_in: int, n_out: int, rng: torch.Generator) -> nn.Conv2d:
    """A 3×3 `nn.Conv2d` that keeps the side, with its usual initialisation, drawn from `rng`."""
    layer = nn.Conv2d(n_in, n_out, 3, padding=1, device="meta")
    weight, bias = linear_init(9 * n_in, n_out, rng)
    return filled(layer, {"weight": weight.view_as(layer.weight), "bias": bias})


class EmbeddingLearner(Learner, ABC):
    """A learner whose head is computed from the embedded support; its trace has one entry."""

    def __init__(self, family: TaskFamily, embedding: nn.Module) -> None:
        super().__init__()
        self.loss = family.loss
        self.embedding = embedding

    def embed(self, x: Float[Tensor, "*task point x_dim"]) -> Float[Tensor, "*task point feature"]:
        """The features of each point."""
        features: Tensor = self.embedding(x)
        return features

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The start alone: no step is taken, whatever `steps` and `rate` say."""
        return [start]

    def meta_loss(self, task: Task) -> Float[Tensor, "*task"]:
        """The query loss of the computed head."""
        head = self.initial(task.description, task.support)
        return self.loss(self.predict(head, task.query.x), task.query)


def class_means(
    features: Float[Tensor, "*task point feature"], labels: Float[Tensor, "*task point ways"]
) -> Float[Tensor, "*task ways feature"]:
    """The mean feature of each class; zero for a class without points."""
    return labels.mT @ features / labels.sum(dim=-2).clamp(min=1).unsqueeze(-1)
