"""What classification families share: one-hot labels, their loss and their accuracy."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.sets import set_mean
from hypernet.types import Batch


def one_hot_labels(tasks: torch.Size, ways: int, shots: int) -> Float[Tensor, "*task point ways"]:
    """Labels of `shots` points of class 0, then of class 1, …."""
    labels = torch.eye(ways).repeat_interleave(shots, dim=0)
    return labels.expand(*tasks, *labels.shape)


def cross_entropy(
    prediction: Float[Tensor, "*task point ways"], batch: Batch
) -> Float[Tensor, "*task"]:
    """Mean cross-entropy in nats of each task, 0 without points; `prediction` holds logits."""
    log_probability = prediction.log_softmax(dim=-1)
    return set_mean(-(log_probability * batch.y).sum(dim=-1), dim=-1)


def accuracy(prediction: Float[Tensor, "*task point ways"], batch: Batch) -> Float[Tensor, "*task"]:
    """Share of the points whose largest logit is that of their class."""
    right = prediction.argmax(dim=-1) == batch.y.argmax(dim=-1)
    return right.float().mean(dim=-1)


class LabelledTasks:
    """What every family of tasks with classes measures."""

    def loss(
        self, prediction: Float[Tensor, "*task point ways"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """Mean cross-entropy in nats of each task."""
        return cross_entropy(prediction, batch)

    def accuracy(
        self, prediction: Float[Tensor, "*task point ways"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """Share of the points that get their class."""
        return accuracy(prediction, batch)
