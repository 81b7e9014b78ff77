"""Encoders: what a hypernetwork is told of a task; to add one, write its file and a line here."""

from hypernet.encoders.description import DescriptionOptions
from hypernet.encoders.points import PointsOptions
from hypernet.protocols import EncoderOptions

ENCODERS: dict[str, type[EncoderOptions]] = {
    "description": DescriptionOptions,
    "points": PointsOptions,
}

__all__ = ["ENCODERS", "DescriptionOptions", "PointsOptions"]
