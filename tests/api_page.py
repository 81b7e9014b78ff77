"""docs/api.md from docstrings and tables: `python -m tests.api_page` writes it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ForwardRef

import hypernet
from hypernet import protocols, spec
from hypernet.encoders import ENCODERS
from hypernet.generators import GENERATORS
from hypernet.learners import LEARNERS
from hypernet.spec import Choice, Flag, Number, Part, Ranges, Sizes, Span, Spec, Text, specs
from hypernet.tasks import FAMILIES

PAGE = Path(__file__).parent.parent / "docs" / "api.md"
TABLES: dict[str, dict[str, type]] = {
    "Task families": FAMILIES,
    "Encoders": ENCODERS,
    "Generators": GENERATORS,
    "Learners": LEARNERS,
}
#: What declares, checks, writes and reads options.
DECLARING = (
    *("number", "span", "sizes", "choice", "flag", "text", "ranges", "part", "data"),
    *("check", "to_plain", "from_plain"),
)
HEADING = re.compile(r"(Args|Returns|Raises|Source):\s*(.*)")


class Verbatim:
    """An annotation that is written as it stands in the source."""

    def __init__(self, annotation: object) -> None:
        self.text = (
            annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else str(annotation)
        )

    def __repr__(self) -> str:
        return self.text


def page() -> str:
    """The whole page."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_lines())).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield "# The API"
    yield ""
    yield "Made from docstrings and tables by `make docs`; a test holds that it is up to date."
    yield from _section("From `hypernet`", hypernet.__doc__)
    for name in hypernet.__all__:
        yield from _entry(name, getattr(hypernet, name))
    yield from _section("Roles, from `hypernet.protocols`", protocols.__doc__)
    for name, role in vars(protocols).items():
        if inspect.isclass(role) and role.__module__ == protocols.__name__:
            yield from _entry(name, role)
    for title, table in TABLES.items():
        module = next(iter(table.values())).__module__.split(".")[1]
        yield from _section(f"{title}, from `hypernet.{module}`", None)
        for name, kind in table.items():
            yield from _entry(f'"{name}": {kind.__name__}', kind)
    yield from _section("Declaring options, from `hypernet.spec`", spec.__doc__)
    for name in DECLARING:
        yield from _entry(name, getattr(spec, name))


def _section(title: str, doc: str | None) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from _described(doc)


def _entry(name: str, thing: Any) -> Iterator[str]:
    yield from ("", f"### `{name}`", "")
    if isinstance(thing, type) and dataclasses.is_dataclass(thing):
        yield from _described(thing.__doc__)
        yield from _options(thing)
    elif inspect.isclass(thing):
        if issubclass(thing, tuple):
            yield from _code(thing.__name__, thing)
        yield from _described(thing.__doc__)
        yield from _methods(thing)
    elif inspect.isfunction(inspect.unwrap(thing)):
        yield from _code(name, thing)
        yield from _described(thing.__doc__)
    else:
        yield f"{len(thing)} entries, by name." if isinstance(thing, dict) else _type(thing)


def _code(name: str, thing: Any) -> Iterator[str]:
    signature = inspect.signature(thing)
    written = [
        p if p.annotation is p.empty else p.replace(annotation=Verbatim(p.annotation))
        for p in signature.parameters.values()
    ]
    returned = signature.return_annotation
    if returned is not inspect.Signature.empty and not inspect.isclass(thing):
        returned = Verbatim(returned)
    else:
        returned = inspect.Signature.empty
    yield from ("```python", f"{name}{inspect.Signature(written, return_annotation=returned)}")
    yield from ("```", "")


def _type(thing: object) -> str:
    return f"An alias: `{str(thing).replace('typing.', '')}`."


def _methods(kind: type) -> Iterator[str]:
    """One line for each public method and property of a class of this program."""
    for name, member in vars(kind).items():
        function = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(function) or not function.__doc__:
            continue
        arguments = [a for a in inspect.signature(function).parameters if a != "self"]
        call = name if isinstance(member, property) else f"{name}({', '.join(arguments)})"
        yield f"* `{call}`: {inspect.cleandoc(function.__doc__).splitlines()[0]}"


def _options(kind: type) -> Iterator[str]:
    if not any("spec" in field.metadata for field in dataclasses.fields(kind)):
        return  # no options, such as a report
    known = specs(kind)
    yield from ("", "| option | default | allowed | |", "|---|---|---|---|")
    for field in dataclasses.fields(kind):
        if field.name in known:
            declared = known[field.name]
            cells = (_default(declared, field.default), _allowed(declared), _help(declared))
            yield f"| `{field.name}` | {' | '.join(cells)} |"


def _default(declared: Spec, value: object) -> str:
    return f"`{declared.name_of(value)}`" if isinstance(declared, Part) else f"`{value!r}`"


def _allowed(declared: Spec) -> str:
    match declared:
        case Number(low, high, _, unit):
            return f"{low:.10g}..{high:.10g} {unit}".rstrip()
        case Span(item):
            return f"two of {_allowed(item)}"
        case Sizes(item, most):
            return f"1..{most} of {_allowed(item)}"
        case Choice(options):
            return ", ".join(options)
        case Flag():
            return "true, false"
        case Text(most):
            return f"0..{most} characters"
        case Ranges(item, most):
            return f"1..{most} names with two of {_allowed(item)}"
        case Part(table):
            return ", ".join(table)


def _help(declared: Spec) -> str:
    if isinstance(declared, Part):
        return ""
    help_text = getattr(declared, "help", "")
    return str(help_text or getattr(getattr(declared, "item", None), "help", ""))


def _described(doc: str | None) -> Iterator[str]:
    """A docstring as Markdown: paragraphs, drawings as code, and lists of what it explains."""
    block: list[str] = []
    for line in [*inspect.cleandoc(doc or "").splitlines(), ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield from _block(block)
            block = []


def _block(block: list[str]) -> Iterator[str]:
    heading = HEADING.fullmatch(block[0])
    if heading:
        yield from (f"**{heading[1]}:** {heading[2]}".rstrip(), "")
        yield from _listed(block[1:])
    elif any(line.startswith("  ") or "  " in line.strip() for line in block):
        yield from ("```", *block, "```")
    else:
        yield from block
    yield ""


def _listed(lines: list[str]) -> Iterator[str]:
    """What stands under a heading: a bullet for each entry, with the lines that go on with it."""
    for line in lines:
        deeper = line.startswith("     ")
        name, colon, rest = line.strip().partition(": ")
        if not deeper and colon and name.isidentifier():
            yield f"* `{name}`: {rest}"
        else:
            yield f"  {line.strip()}" if deeper else line.strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
