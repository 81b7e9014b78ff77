"""Task families from a file of one's own: `--family FILE`, or HYPERNET_FAMILIES for the app.

    FAMILIES = {"triangle": Triangle}     what the file must say: docs/add_a_task_family.md
    def presets(): …                      what it may say: named experiments beside the usual ones

Such a file is a program and is run as one. Only who starts a command or the server names files;
nothing that comes through a page is ever loaded.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import sys
import threading
import traceback
from pathlib import Path
from types import ModuleType

from hypernet.presets import OWN, PRESETS, Preset, default_presets
from hypernet.protocols import TaskFamily
from hypernet.spec import from_plain, specs, to_plain
from hypernet.tasks import FAMILIES

#: Files to load, with `os.pathsep` between them.
VARIABLE = "HYPERNET_FAMILIES"
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
ROLE = [name for name in vars(TaskFamily) if not name.startswith("_")]

_lock = threading.Lock()
_loaded: dict[Path, list[str]] = {}


def load_families(file: str | Path) -> list[str]:
    """The names of the families in a file, which from now on stand beside the shipped ones.

    All or nothing; a file that has been loaded is not read again.

    Raises:
        ValueError: in one sentence, for a file that is missing, fails, or holds no usable family.
    """
    path = Path(file).resolve()
    with _lock:
        if path not in _loaded:
            _loaded[path] = _register(path.name, _run(path))
        return _loaded[path]


def load_named_families() -> None:
    """Load what HYPERNET_FAMILIES names.

    Raises:
        ValueError: for the first file that cannot be loaded (see `load_families`).
    """
    for file in named_files():
        load_families(file)


def named_files() -> list[str]:
    """The files that HYPERNET_FAMILIES names."""
    return [file for file in os.environ.get(VARIABLE, "").split(os.pathsep) if file]


def families_environment() -> dict[str, str]:
    """What tells another process on this machine to load the same files."""
    return {VARIABLE: os.pathsep.join(map(str, _loaded))}


def file_of(family: str) -> str | None:
    """The name of the file that a family came from; None for a shipped one."""
    return next((path.name for path, names in _loaded.items() if family in names), None)


def _run(path: Path) -> ModuleType:
    """The file as a module under a name of its own."""
    if path.suffix != ".py" or os.pathsep in str(path):
        raise ValueError(f"{path.name} must end in .py and have no {os.pathsep!r} in its path")
    if not path.is_file():
        raise ValueError(f"{path.name} cannot be read: no such file")
    name = f"own_family_{len(_loaded)}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path.name} cannot be read: no such file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ValueError(f"{path.name} cannot be loaded: {_said(error, path)}") from error
    return module


def _register(file: str, module: ModuleType) -> list[str]:
    """Add the families of a module and their presets to the tables."""
    families = getattr(module, "FAMILIES", None)
    if not isinstance(families, dict) or not families:
        raise ValueError(f'{file} must have a table FAMILIES = {{"name": Class}}')
    for name, kind in families.items():
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            raise ValueError(f"{file} names a family {name!r}; allowed are a-z, 0-9, _ and -")
        if name in FAMILIES:
            raise ValueError(f"{file} names a family {name!r}, which is taken; choose another name")
        _check(f"{name} of {file}", kind)
    FAMILIES.update(families)
    try:
        OWN.update(_presets(file, module, list(families)))
    except BaseException:
        for name in families:
            del FAMILIES[name]
        raise
    return list(families)


def _check(name: str, kind: object) -> None:
    """Refuse what is not a frozen dataclass in the role of a task family."""
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        raise ValueError(f"{name} must be a dataclass of options, got {kind!r}")
    if kind.__hash__ is None:
        raise ValueError(f"{name} must be a frozen dataclass: @dataclass(frozen=True)")
    undeclared = [f.name for f in dataclasses.fields(kind) if f.name not in specs(kind)]
    if undeclared:
        raise ValueError(f"{name} has an option without a range, {undeclared[0]!r}: hypernet.spec")
    missing = [part for part in ROLE if not hasattr(kind, part)]
    if missing:
        raise ValueError(f"{name} is no task family: it lacks {', '.join(missing)}")
    try:
        family = kind()
        same = isinstance(family, TaskFamily) and from_plain(kind, to_plain(family)) == family
    except Exception as error:
        raise ValueError(f"{name} cannot be built from its defaults: {_said(error)}") from error
    if not same:
        raise ValueError(f"{name} does not survive its own JSON: to_plain, then from_plain")


def _presets(file: str, module: ModuleType, families: list[str]) -> dict[str, Preset]:
    """The usual presets of each family, and those of the file in their place or beside them."""
    found: dict[str, Preset] = {}
    try:
        for name in families:
            found |= default_presets(name, FAMILIES[name]())
        if hasattr(module, "presets"):
            found |= module.presets()
    except Exception as error:
        raise ValueError(f"{file} has no valid presets: {_said(error)}") from error
    for name, entry in found.items():
        if not isinstance(entry, Preset) or name in PRESETS | OWN:
            raise ValueError(f"{file} has a preset {name!r} that is taken or no Preset")
    return found


def _said(error: BaseException, path: Path | None = None) -> str:
    """An error of somebody else's program in one line, with the line of the file it is in."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    if isinstance(error, SyntaxError):
        lines.append(error.lineno)
        error = type(error)(error.msg)
    where = f" in line {lines[-1]}" if lines else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())}"
