"""The texts of a component: its JavaScript with all that it imports, its styles, its HTML.

    entry.js ── imports ──► modules, each after those that it imports ──► one module

A component's JavaScript is loaded from memory, where imports between files do not resolve. So each
imported module becomes a function that is called once and returns what the module exports: names
that it does not export stay its own, as in the files.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

LIVE = Path(__file__).parent

# Each begins with the end of the line before: that is found ten times faster than a line's start.
_IMPORT = re.compile(r'\nimport \{(\s*\w+(?:,\s*\w+)*,?\s*)\} from "(\.[^"]+)";(?=\n)')
_EXPORT = re.compile(r"\nexport (?=(?:function|const) (\w+))")
_DEFAULT = re.compile(r"\nexport default function \(")
_OTHER = re.compile(r"\n(?:import|export)\b.*|import\(.*")


class Module(NamedTuple):
    """One file: the names it takes from each other file, the names it gives, and its text."""

    path: Path
    imports: tuple[tuple[Path, tuple[str, ...]], ...]
    exports: tuple[str, ...]
    text: str


def text_of(*names: str) -> str:
    """These files of `ui/live`, one after the other: styles, or HTML."""
    return "\n".join((LIVE / name).read_text(encoding="utf-8") for name in names)


def script_of(entry: str | Path) -> str:
    """The entry, a file of `ui/live`, with all that it imports, as the text of one module.

    Raises:
        ValueError: where a file or a name that is imported does not exist, where modules import
            each other in a circle, or where an import or export has a form that is not read here;
            the sentence names it.
    """
    *imported, last = modules_of(entry)
    numbers = {module.path: i for i, module in enumerate(imported)}
    wrapped = [_wrapped(module, numbers) for module in imported]
    return "\n".join([*wrapped, *_bindings(last, numbers), last.text])


def modules_of(entry: str | Path) -> list[Module]:
    """The entry and all that it imports, each module after those that it imports."""
    found: dict[Path, Module] = {}
    _follow(LIVE / entry, (), found)
    return list(found.values())


def _follow(path: Path, importers: tuple[Path, ...], found: dict[Path, Module]) -> None:
    """Puts the module and all that it imports into `found`."""
    if path in importers:
        way = " → ".join(map(_name, (*importers[importers.index(path) :], path)))
        raise ValueError(f"modules must not import each other in a circle, got {way}")
    if path in found:
        return
    module = _read(path, entry=not importers)
    for source, names in module.imports:
        if not source.is_file():
            raise ValueError(f"{_name(path)} imports {_name(source)}, which is no file")
        _follow(source, (*importers, path), found)
        missing = sorted(set(names) - set(found[source].exports))
        if missing:
            raise ValueError(
                f"{_name(path)} imports {', '.join(missing)}, which {_name(source)} does not export"
            )
    found[path] = module


def _read(path: Path, *, entry: bool) -> Module:
    whole = "\n" + path.read_text(encoding="utf-8")
    imports = tuple(
        (Path(os.path.normpath(path.parent / source)), tuple(re.findall(r"\w+", names)))
        for names, source in _IMPORT.findall(whole)
    )
    text = _EXPORT.sub("\n", _IMPORT.sub(lambda found: "\n" * found[0].count("\n"), whole))
    rest = _DEFAULT.sub("\n", text, count=1) if entry else text
    if other := _OTHER.search(rest):
        line = rest.count("\n", 0, other.end())
        raise ValueError(
            f'{_name(path)}:{line} must be import {{ names }} from "./file.js"; or export before '
            f"function or const, got {other[0].strip()}"
        )
    return Module(path, imports, tuple(_EXPORT.findall(whole)), text)


def _wrapped(module: Module, numbers: dict[Path, int]) -> str:
    """The module as a function that is called at once, under a comment with its name."""
    return "\n".join(
        [
            f"// {_name(module.path)}",
            f"const module{numbers[module.path]} = (() => {{",
            *_bindings(module, numbers),
            module.text,
            f"return {{ {', '.join(module.exports)} }};",
            "})();",
        ]
    )


def _bindings(module: Module, numbers: dict[Path, int]) -> list[str]:
    """What the module imports, as constants."""
    return [
        f"const {{ {', '.join(names)} }} = module{numbers[source]};"
        for source, names in module.imports
    ]


def _name(path: Path) -> str:
    """The file as it is called under `ui/live`, or as it is where it lies elsewhere."""
    return path.relative_to(LIVE).as_posix() if path.is_relative_to(LIVE) else str(path)
