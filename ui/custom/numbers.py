"""Named numbers in one value of the address: `ranges=a_0.1_5~b_0.5_2`, `theta=a_1.2~b_0.8`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from hypernet.formula import NAME
from ui.links import plain

#: More names than any formula can have are not read.
MOST_NAMES = 20
LARGEST = 100.0


@dataclass(frozen=True)
class Numbers:
    """The value `name` of the address: `width` numbers for each name.

    Args:
        usual: what stands for a value that is left out.
    """

    name: str
    width: int
    usual: Mapping[str, Sequence[float]]

    def linked(self) -> dict[str, tuple[float, ...]]:
        """The numbers that the address gives; one sentence is shown where they are bad."""
        text = st.query_params.get(self.name)
        if text is None:
            return {name: tuple(values) for name, values in self.usual.items()}
        try:
            return self.parse(text)
        except ValueError as error:
            st.query_params.pop(self.name, None)
            st.warning(f"The {self.name} of the link are not used: {plain(str(error), 120)}.")
            return {name: tuple(values) for name, values in self.usual.items()}

    def parse(self, text: str) -> dict[str, tuple[float, ...]]:
        """The numbers of a text.

        Raises:
            ValueError: with what is wrong.
        """
        parts = text.split("~")
        if len(parts) > MOST_NAMES:
            raise ValueError(f"names must be 1..{MOST_NAMES}, got {len(parts)}")
        return dict(self._entry(part) for part in parts)

    def put(self, values: Mapping[str, Sequence[float]]) -> None:
        """Write the numbers into the address; what is usual is left out."""
        if not values or {n: tuple(v) for n, v in values.items()} == dict(self.usual):
            st.query_params.pop(self.name, None)
            return
        shown = (f"{name}_{'_'.join(f'{v:g}' for v in row)}" for name, row in values.items())
        st.query_params[self.name] = "~".join(shown)

    def _entry(self, part: str) -> tuple[str, tuple[float, ...]]:
        name, *numbers = part.split("_")
        if not NAME.fullmatch(name) or len(numbers) != self.width:
            raise ValueError(f"a name and {self.width} numbers are needed, got {part!r:.40}")
        values = tuple(_number(name, text) for text in numbers)
        if list(values) != sorted(set(values)):
            raise ValueError(f"{name} must have its low end first, got {part!r:.40}")
        return name, values


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST:
        raise ValueError(f"{name} must be {-LARGEST:g}..{LARGEST:g}, got {text!r:.40}")
    return value
