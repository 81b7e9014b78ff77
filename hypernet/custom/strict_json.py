"""JSON from elsewhere: parsed within limits, then taken apart; one sentence for what is wrong.

Sentences name values of simple types only, and cut them, so that they stay short whatever comes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn

from hypernet.custom.table import one_line
from hypernet.spec import Plain

#: No whole number that is meant has more digits.
MOST_DIGITS = 15
#: What JSON calls its types.
TYPES = {dict: "an object", list: "a list", type(None): "null"}


def parse_object(data: str | bytes, name: str, most: int) -> Plain:
    """The object that a JSON text of at most `most` bytes holds; `name` begins every sentence.

    Raises:
        ValueError: for anything else, for a key that comes twice, and for numbers that are not
            finite or have too many digits.
    """
    _check_size(len(data), name, most)
    try:
        raw = data.encode() if isinstance(data, str) else data
        text = raw.decode().removeprefix("\ufeff")
    except UnicodeError:
        raise ValueError(f"{name} is not UTF-8 text") from None
    _check_size(len(raw), name, most)
    try:
        parsed = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_short_whole,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is not JSON: {error.msg} at place {error.pos + 1}") from None
    except RecursionError:
        raise ValueError(f"{name} is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{name} is not used: {error}") from None
    if not isinstance(parsed, dict):
        raise ValueError(f"{name} must be an object, got {_said(parsed)}")
    return parsed


def take(value: object, name: str, keys: Sequence[str]) -> list[Any]:
    """The values of an object that has exactly these keys, in their order."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object, got {_said(value)}")
    if set(value) != set(keys):
        known = one_line(", ".join(value), 100) or "none"
        raise ValueError(f"{name} must have the keys {', '.join(keys)}; got {known}")
    return [value[key] for key in keys]


def take_list(value: object, name: str, least: int, most: int) -> list[Any]:
    """A list of this length."""
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list, got {_said(value)}")
    if not least <= len(value) <= most:
        raise ValueError(f"{name} must have {least}..{most} entries, got {len(value)}")
    return value


def take_numbers(value: object, name: str, least: int, most: int) -> tuple[float, ...]:
    """A list of numbers."""
    return tuple(take_number(item, name) for item in take_list(value, name, least, most))


def take_text(value: object, name: str, most: int) -> str:
    """A text of at most so many characters."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {_said(value)}")
    if len(value) > most:
        raise ValueError(f"{name} must have 0..{most} characters, got {len(value)}")
    return value


def take_number(value: object, name: str) -> float:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number, got {_said(value)}")
    return float(value)


def take_whole(value: object, name: str) -> int:
    """A whole number, written without a point."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be a whole number, got {_said(value)}")
    return value


def _check_size(size: int, name: str, most: int) -> None:
    if size > most:
        raise ValueError(f"{name} has {size} bytes or more; at most {most} are read")


def _object(pairs: list[tuple[str, Any]]) -> Plain:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a finite number")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(one_line(text, 20))


def _short_whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"{one_line(text, 20)} has more than {MOST_DIGITS} digits")
    return int(text)


def _said(value: object) -> str:
    """A JSON value in a few characters."""
    return TYPES.get(type(value)) or one_line(json.dumps(value, ensure_ascii=False), 40)
