"""What pictures are sent in: arrays as base64, and the checks that each part of a view makes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

Range = tuple[float, float]
Part = TypeVar("Part")

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def base64_floats(array: np.ndarray) -> str:
    """Base64 of the array's numbers as little-endian float32."""
    return _base64(array, "<f4")


def base64_bytes(array: np.ndarray) -> str:
    """Base64 of the array's numbers as one byte each; all must lie in 0..255."""
    return _base64(array, "u1")


def _base64(array: np.ndarray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def require(holds: bool, sentence: str) -> None:
    """Raises ValueError with this sentence unless it holds."""
    if not holds:
        raise ValueError(sentence)


def numbered(name: str, parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    """Each part after its name, as errors call it: `fits[0]`, `fits[1]`, and so on."""
    return ((f"{name}[{i}]", part) for i, part in enumerate(parts))


def check_array(
    name: str, array: np.ndarray, shape: tuple[int, ...], usable: int | None = None
) -> None:
    """The array has this shape; its first `usable` rows, or all, are finite."""
    got = np.shape(array)
    require(got == shape, f"{name} must have shape {shape}, got {got}")
    require(bool(np.isfinite(array[:usable]).all()), f"{name} must be finite")


def check_colour(name: str, colour: str) -> None:
    """The colour is written as #rrggbb."""
    require(_COLOUR.fullmatch(colour) is not None, f"{name} must be #rrggbb, got {colour!r}")
