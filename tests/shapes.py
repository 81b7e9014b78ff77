"""The type checker behind the shape annotations; an int is a fine float."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from beartype import BeartypeConf, beartype

Checked = TypeVar("Checked", bound=Callable[..., object])


def check(function: Checked) -> Checked:
    """The function, with its arguments and results checked at every call."""
    checked: Checked = beartype(conf=BeartypeConf(is_pep484_tower=True))(function)
    return checked
