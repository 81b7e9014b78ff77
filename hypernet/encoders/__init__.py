"""Encoders: what a hypernetwork is told of a task; to add one, write its file and a line here."""

from hypernet.encoders.description import DescriptionOptions
from hypernet.encoders.kind import KindOptions
from hypernet.encoders.noisy import NoisyOptions
from hypernet.encoders.none import NoneOptions
from hypernet.encoders.points import PointsOptions
from hypernet.encoders.set_attention import SetAttentionOptions
from hypernet.encoders.task_code import TaskCodeOptions
from hypernet.protocols import EncoderOptions

ENCODERS: dict[str, type[EncoderOptions]] = {
    "description": DescriptionOptions,
    "points": PointsOptions,
    "set_attention": SetAttentionOptions,
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
    "SetAttentionOptions",
    "TaskCodeOptions",
]
