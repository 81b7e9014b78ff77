"""A part of one's own takes its place in the table of its role, with presets to train it by."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hypernet.names import unknown
from hypernet.plugins.roles import ROLES, Role, missing, other_signature
from hypernet.presets import OWN, PRESETS, Preset, default_presets, part_presets
from hypernet.spec import from_plain, specs, to_plain

NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_SHIPPED = {role: tuple(known.table) for role, known in ROLES.items()}

#: Held while tables change; a file that is loaded may register parts itself.
lock = threading.RLock()


def register(role: str, name: str, options: type) -> None:
    """Add a part of one's own, under this name, to those that an experiment may have.

    It then stands in every table, list and menu of this process, with presets to train it by
    (`FAMILY-NAME`, for a family `NAME-LEARNER`). Other processes know it from a file
    (`--plugin FILE`).

    Args:
        role: family, encoder, generator or learner.
        name: a-z, 0-9, _ and -, at most 32 characters.
        options: the frozen dataclass of its options; for a family, the family itself.

    Raises:
        ValueError: one sentence that says what is wrong with the name or the class.
    """
    if role not in ROLES:
        raise unknown("role", role, ROLES)
    with lock, all_or_nothing():
        add(role, {name: options}, "register")


def own_names(role: str) -> list[str]:
    """The names of the parts of a role that are not shipped."""
    return [name for name in ROLES[role].table if name not in _SHIPPED[role]]


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Leave every table as it was where an error ends the block."""
    tables: list[dict[Any, Any]] = [OWN, *(role.table for role in ROLES.values())]
    before = [dict(table) for table in tables]
    try:
        yield
    except BaseException:
        for table, content in zip(tables, before, strict=True):
            table.clear()
            table.update(content)
        raise


def add(role: str, parts: Mapping[str, Any], source: str) -> None:
    """Check parts of one role and add them, with their presets; `source` is who names them."""
    article = "an" if role == "encoder" else "a"
    table = ROLES[role].table
    for name, kind in parts.items():
        named = f"{source} names {article} {role} {name!r}"
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            raise ValueError(f"{named}; allowed are a-z, 0-9, _ and -")
        if name in table and not _is_renewed(table[name], kind):
            raise ValueError(f"{named}, which is taken; choose another name")
        known = [there for there, other in table.items() if other is kind and there != name]
        if known:
            raise ValueError(f"{named}, whose class is registered as {known[0]!r} already")
        _check(f"{name} of {source}", kind, role)
        if name in table:
            for preset in usual_presets(role, name, table[name]):
                OWN.pop(preset, None)
        table[name] = kind
        _add_presets(source, usual_presets(role, name, kind))


def _is_renewed(known: type, kind: object) -> bool:
    """Whether it is the same class, defined anew: a cell of a notebook may be run twice."""
    if not isinstance(kind, type):
        return False
    return (known.__module__, known.__qualname__) == (kind.__module__, kind.__qualname__)


def usual_presets(role: str, name: str, kind: type) -> dict[str, Preset]:
    """The experiments that any part of this role gets."""
    return default_presets(name, kind()) if role == "family" else part_presets(role, name, kind())


def _add_presets(source: str, presets: Mapping[str, Preset]) -> None:
    taken = [name for name in presets if name in PRESETS | OWN]
    if taken:
        raise ValueError(
            f"{source} would have a preset {taken[0]!r}, which is taken; choose another name"
        )
    OWN.update(presets)


def _check(name: str, kind: object, role: str) -> None:
    """Refuse what is no frozen dataclass of options in this role."""
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        raise ValueError(f"{name} must be a dataclass of options, got {kind!r}")
    if not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise ValueError(f"{name} must be a frozen dataclass: @dataclass(frozen=True)")
    try:
        specs(kind)
    except ValueError as error:
        raise ValueError(f"{name} cannot be used: {error}") from None
    _check_role(name, kind, role, ROLES[role])
    try:
        options = kind()
        same = from_plain(kind, to_plain(options)) == options
    except Exception as error:
        raise ValueError(f"{name} cannot be built from its defaults: {said(error)}") from error
    if not same:
        raise ValueError(f"{name} does not survive its own JSON: to_plain, then from_plain")
    try:
        ROLES[role].attempt(options)
    except Exception as error:
        raise ValueError(f"{name} fails in the role of {_called(role)}: {said(error)}") from error


def _check_role(name: str, kind: type, role: str, known: Role) -> None:
    lacking = missing(kind, known)
    if lacking:
        raise ValueError(f"{name} is no {_words(role)}: it lacks {', '.join(lacking)}")
    seen = other_signature(kind, known)
    if seen is not None:
        asked = ", ".join(("self", *(known.arguments or ())))
        raise ValueError(f"{name} must have build({asked}), got {seen}")


def _words(role: str) -> str:
    return "task family" if role == "family" else role


def _called(role: str) -> str:
    return f"{'an' if role == 'encoder' else 'a'} {_words(role)}"


def said(error: BaseException, where: str = "") -> str:
    """An error of somebody else's program in one line."""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())}"
