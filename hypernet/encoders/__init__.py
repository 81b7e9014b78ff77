"""Encoders: what the hypernetwork is told of a task."""

from hypernet.encoders.description import DescriptionOptions
from hypernet.encoders.kind import KindOptions
from hypernet.encoders.noisy import NoisyOptions
from hypernet.encoders.none import NoneOptions
from hypernet.encoders.points import PointsOptions
from hypernet.encoders.task_code import TaskCodeOptions

EncoderOptions = (
    DescriptionOptions | PointsOptions | NoneOptions | KindOptions | NoisyOptions | TaskCodeOptions
)

ENCODERS: dict[str, type[EncoderOptions]] = {
    "description": DescriptionOptions,
    "points": PointsOptions,
    "none": NoneOptions,
    "kind": KindOptions,
    "noisy": NoisyOptions,
    "task_code": TaskCodeOptions,
}

__all__ = [
    "ENCODERS",
    "DescriptionOptions",
    "EncoderOptions",
    "KindOptions",
    "NoisyOptions",
    "NoneOptions",
    "PointsOptions",
    "TaskCodeOptions",
]
