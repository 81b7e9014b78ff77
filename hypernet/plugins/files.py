"""Files of one's own with parts: `--plugin FILE`, or HYPERNET_PLUGINS for the app and workers.

    GENERATORS = {"biases": BiasesOptions}     or FAMILIES, ENCODERS, LEARNERS: what a file says
    def presets(): …                           what it may say: experiments beside the usual ones

Such a file is a program and is run as one. Only who starts a command or the server names files;
nothing that comes through a page is ever loaded.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from hypernet.experiment import Experiment
from hypernet.plugins.register import add, all_or_nothing, lock, said
from hypernet.plugins.roles import ROLES
from hypernet.presets import OWN, PRESETS, Preset
from hypernet.spec import to_plain

#: Files to load, with `os.pathsep` between them; the second is what the first was called once.
VARIABLE, OLD_VARIABLE = "HYPERNET_PLUGINS", "HYPERNET_FAMILIES"

#: A part by its role and name.
Part = tuple[str, str]
_loaded: dict[Path, list[Part]] = {}


def load_plugin(file: str | Path) -> list[str]:
    """The names of the parts in a file, which from now on stand beside the shipped ones.

    All or nothing; a file that has been loaded is not read again.

    Raises:
        ValueError: in one sentence, for a file that is missing, fails, or holds no usable part.
    """
    path = Path(file).resolve()
    with lock:
        if path not in _loaded:
            with all_or_nothing():
                _loaded[path] = _parts_of(path)
        return [name for _, name in _loaded[path]]


def load_named_plugins() -> None:
    """Load what HYPERNET_PLUGINS names.

    Raises:
        ValueError: for the first file that cannot be loaded (see `load_plugin`).
    """
    for file in named_files():
        load_plugin(file)


def named_files() -> list[str]:
    """The files that HYPERNET_PLUGINS names, or HYPERNET_FAMILIES."""
    named = (os.environ.get(name, "").split(os.pathsep) for name in (VARIABLE, OLD_VARIABLE))
    return list(dict.fromkeys(file for files in named for file in files if file))


def plugin_environment() -> dict[str, str]:
    """What tells another process on this machine to load the same files."""
    return {VARIABLE: os.pathsep.join(map(str, _loaded))}


def own_files(experiment: Experiment) -> list[str]:
    """The names of the files that parts of an experiment came from; none for a shipped one."""
    used = set(_parts(to_plain(experiment)))
    return [path.name for path, parts in _loaded.items() if used & set(parts)]


def _parts(plain: dict[str, Any]) -> list[Part]:
    """Role and name of all parts in an experiment's plain values."""
    found = []
    for role, value in plain.items():
        if isinstance(value, dict):
            found += [(role, value["name"]), *_parts(value)]
    return found


def _parts_of(path: Path) -> list[Part]:
    """Run a file and add the parts and presets that it names."""
    before, presets = _registered(), dict(OWN)
    module = _run(path)
    for role, known in ROLES.items():
        table = getattr(module, known.file_table, {})
        if not isinstance(table, dict):
            raise ValueError(f'{known.file_table} of {path.name} must be a table {{"name": Class}}')
        if table is not known.table:  # a file may import the table of the package
            add(role, table, path.name)
    parts = [part for part in _registered() if part not in before]
    if not parts:
        *first, last = (known.file_table for known in ROLES.values())
        raise ValueError(
            f'{path.name} must have a table {", ".join(first)} or {last} = {{"name": Class}}'
        )
    OWN.update(_presets(path.name, module, PRESETS | presets))
    return parts


def _registered() -> list[Part]:
    return [(role, name) for role, known in ROLES.items() for name in known.table]


def _run(path: Path) -> ModuleType:
    """The file as a module under a name of its own."""
    if path.suffix != ".py" or os.pathsep in str(path):
        raise ValueError(f"{path.name} must end in .py and have no {os.pathsep!r} in its path")
    if not path.is_file():
        raise ValueError(f"{path.name} cannot be read: no such file")
    name = f"own_part_{len(_loaded)}_{path.stem}"
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


def _presets(file: str, module: ModuleType, taken: dict[str, Preset]) -> dict[str, Preset]:
    """The file's own presets, which may take the place of the usual ones of its parts."""
    try:
        found: dict[str, Preset] = module.presets() if hasattr(module, "presets") else {}
        entries = list(found.items())
    except Exception as error:
        raise ValueError(f"{file} has no valid presets: {said(error)}") from error
    for name, entry in entries:
        if not isinstance(entry, Preset) or name in taken:
            raise ValueError(f"{file} has a preset {name!r} that is taken or no Preset")
    return found


def _said(error: BaseException, path: Path) -> str:
    """An error in a file in one line, with the line of the file it is in."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    if isinstance(error, SyntaxError):
        lines.append(error.lineno)
        error = type(error)(error.msg)
    return said(error, f" in line {lines[-1]}" if lines else "")
