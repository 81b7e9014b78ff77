"""Encoders: what the hypernetwork is told of a task."""

from hypernet.encoders.description import DescriptionOptions
from hypernet.encoders.points import PointsOptions

ENCODERS: dict[str, type[DescriptionOptions] | type[PointsOptions]] = {
    "description": DescriptionOptions,
    "points": PointsOptions,
}

__all__ = ["ENCODERS", "DescriptionOptions", "PointsOptions"]
