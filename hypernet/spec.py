"""Options with ranges: one declaration behind form, URL, command line, preset and test.

Options are frozen dataclasses whose fields are declared with `number`, `span`, `choice`, `flag`,
`text`, `ranges` or `part`, or with `data` where they are no options. `check` refuses what is out
of range in one sentence; `to_plain` and `from_plain` turn any of them into JSON values and back.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from hypernet.names import PARTS, one_of, quoted, unknown

Plain = dict[str, Any]
OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True)
class Number:
    """A number in low..high; integers where the default is one."""

    low: float
    high: float
    step: float | None
    unit: str
    help: str

    def parse(self, name: str, value: object) -> object:
        """The value, or a ValueError that names it and the allowed range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} must be a number, got {value!r}")
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise ValueError(f"{name} must be {self.low:g}..{self.high:g}, got {value:g}")
        return value


@dataclass(frozen=True)
class Whole(Number):
    """An integer in low..high."""

    def parse(self, name: str, value: object) -> object:
        """The value, or a ValueError that names it and the allowed range."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{name} must be a whole number, got {value!r}")
        return super().parse(name, value)


@dataclass(frozen=True)
class Span:
    """Two numbers, low end first, both in low..high."""

    item: Number

    def parse(self, name: str, value: object) -> object:
        """The pair as a tuple, or a ValueError that names it and the allowed range."""
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError(f"{name} must be two numbers, got {value!r}")
        low, high = (cast("float", self.item.parse(name, end)) for end in value)
        if low > high:
            raise ValueError(f"{name} must have its low end first, got {low:g}, {high:g}")
        return low, high


@dataclass(frozen=True)
class Sizes:
    """A short list of integers in low..high, such as layer widths."""

    item: Whole
    most: int

    def parse(self, name: str, value: object) -> object:
        """The sizes as a tuple, or a ValueError that names what is wrong."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise ValueError(f"{name} must be 1..{self.most} whole numbers, got {value!r}")
        return tuple(self.item.parse(name, size) for size in value)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    help: str

    def parse(self, name: str, value: object) -> object:
        """The word, or a ValueError that lists the allowed ones."""
        if value not in self.options:
            raise unknown(name, value, self.options, PARTS)
        return value


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    help: str

    def parse(self, name: str, value: object) -> object:
        """The flag, or a ValueError."""
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false, got {value!r}")
        return value


@dataclass(frozen=True)
class Text:
    """One line of at most this many characters."""

    most: int
    help: str

    def parse(self, name: str, value: object) -> object:
        """The line without blanks around it, or a ValueError."""
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text, got {value!r}")
        if len(value) > self.most:
            raise ValueError(f"{name} must have 0..{self.most} characters, got {len(value)}")
        if not value.strip().isprintable():
            raise ValueError(f"{name} must be one line of printable characters, got {value!r}")
        return value.strip()


@dataclass(frozen=True)
class Ranges:
    """A short list of names, each with the low and the high end of its range."""

    item: Number
    most: int

    def parse(self, name: str, value: object) -> object:
        """The ranges as tuples of name and two floats, or a ValueError that names what is wrong."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise ValueError(f"{name} must be 1..{self.most} ranges, got {value!r}")
        ranges = tuple(self._range(name, item) for item in value)
        if len({word for word, _, _ in ranges}) < len(ranges):
            raise ValueError(f"{name} must have different names, got {value!r}")
        return ranges

    def _range(self, name: str, value: object) -> tuple[str, float, float]:
        if not isinstance(value, list | tuple) or len(value) != 3 or not isinstance(value[0], str):
            raise ValueError(f"{name} must be made of a name and two numbers, got {value!r}")
        word, *ends = value
        # The sum makes 0.0 of −0.0, so that equal options have equal JSON.
        low, high = (float(cast("float", self.item.parse(word, end))) + 0.0 for end in ends)
        if low >= high:
            raise ValueError(f"{word} must have its low end first, got {low:g}, {high:g}")
        return word, low, high


@dataclass(frozen=True)
class Part:
    """Options of another station, chosen by name from its table."""

    table: Mapping[str, type]

    def parse(self, name: str, value: object) -> object:
        """The part's options, or a ValueError that lists the allowed names."""
        if type(value) not in self.table.values():
            raise unknown(name, value, self.table, PARTS)
        return value

    def name_of(self, options: object) -> str:
        """The name under which the type of `options` is registered."""
        return next(name for name, kind in self.table.items() if type(options) is kind)


Spec = Number | Span | Sizes | Choice | Flag | Text | Ranges | Part


def number(
    default: float, low: float, high: float, *, step: float | None = None, unit: str = "", help: str
) -> Any:
    """A field for a number in low..high; for whole numbers where the default is an int."""
    kind = Whole if isinstance(default, int) else Number
    return _field(default, kind(low, high, step, unit, help))


def span(default: tuple[float, float], low: float, high: float, *, help: str) -> Any:
    """A field for a pair of numbers in low..high; for whole numbers where the defaults are ints."""
    kind = Whole if isinstance(default[0], int) else Number
    return _field(default, Span(kind(low, high, None, "", help)))


def sizes(default: tuple[int, ...], low: int, high: int, *, most: int, help: str) -> Any:
    """A field for one to `most` whole numbers in low..high."""
    return _field(default, Sizes(Whole(low, high, None, "", help), most))


def choice(default: str, options: tuple[str, ...], *, help: str) -> Any:
    """A field for one word of `options`."""
    return _field(default, Choice(options, help))


def flag(default: bool, *, help: str) -> Any:
    """A field for yes or no."""
    return _field(default, Flag(help))


def text(default: str, *, most: int, help: str) -> Any:
    """A field for one line of at most `most` characters."""
    return _field(default, Text(most, help))


def ranges(
    default: tuple[tuple[str, float, float], ...], low: float, high: float, *, most: int, help: str
) -> Any:
    """A field for one to `most` names with a range in low..high each."""
    return _field(default, Ranges(Number(low, high, None, "", help), most))


def part(default: object, table: Mapping[str, type]) -> Any:
    """A field for the options of a part registered in `table`."""
    return _field(default, Part(table))


def data(default: Any = ...) -> Any:
    """A field that is no option, such as points: without a range, and left out of the JSON.

    Without a default it must be given.
    """
    default = dataclasses.MISSING if default is ... else default
    return dataclasses.field(default=default, metadata={"spec": None})


def _field(default: object, spec: Spec) -> Any:
    return dataclasses.field(default=default, metadata={"spec": spec})


def specs(kind: type) -> dict[str, Spec]:
    """The declared options of a dataclass, by field name.

    Raises:
        ValueError: for a field that is declared neither as an option nor as data.
    """
    fields = dataclasses.fields(kind)
    for field in fields:
        if "spec" not in field.metadata:
            raise ValueError(
                f"{kind.__name__} has an option without a range, {field.name!r}: declare it with "
                "hypernet.spec, as `data` where it is none"
            )
    found = {field.name: field.metadata["spec"] for field in fields}
    return {name: spec for name, spec in found.items() if spec is not None}


def check(options: object) -> None:
    """Refuse any field that is out of range; call it from `__post_init__`.

    Raises:
        ValueError: one sentence with the field, its value and the allowed range.
    """
    for name, spec in specs(type(options)).items():
        value = spec.parse(name, getattr(options, name))
        object.__setattr__(options, name, value)


def to_plain(options: Any) -> Plain:
    """The options as JSON values; a part becomes its own object with a `name`."""
    plain: Plain = {}
    for name, spec in specs(type(options)).items():
        value = getattr(options, name)
        if isinstance(spec, Part):
            plain[name] = {"name": spec.name_of(value), **to_plain(value)}
        else:
            plain[name] = _listed(value)
    return plain


def _listed(value: object) -> object:
    """Tuples as the lists that JSON makes of them."""
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def from_plain(kind: type[OptionsT], plain: object) -> OptionsT:
    """The options that `to_plain` wrote; missing fields take their defaults.

    Raises:
        ValueError: for anything but an object with known fields and allowed values.
    """
    if not isinstance(plain, dict):
        raise ValueError(f"{kind.__name__} must be an object, got {type(plain).__name__}")
    known = specs(kind)
    for name in plain:
        if name not in known:
            allowed = one_of(known, name, PARTS)
            raise ValueError(f"{kind.__name__} has no option {quoted(name)}; it must be {allowed}")
    values = {name: _read(known[name], name, value) for name, value in plain.items()}
    return kind(**values)


def _read(spec: Spec, name: str, value: object) -> object:
    if not isinstance(spec, Part):
        return spec.parse(name, value)
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object with a name, got {quoted(value)}")
    part = value.get("name")
    if not isinstance(part, str) or part not in spec.table:
        raise unknown(name, part, spec.table, PARTS)
    own = {key: item for key, item in value.items() if key != "name"}
    return from_plain(spec.table[part], own)
