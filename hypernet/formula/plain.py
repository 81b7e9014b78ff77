"""A formula as JSON values: for a browser, which knows no torch (ui/live/model/formula.js)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypernet.formula.functions import FUNCTIONS, OPERATORS, SIGNS, Compute
from hypernet.formula.tree import Tree

#: A number, a name, or [operation, value, …].
Plain = float | str | list[Any]

#: What each operation is called in a plain tree.
OPERATIONS: Mapping[Compute, str] = MappingProxyType(
    {
        **{function.compute: name for name, function in FUNCTIONS.items()},
        OPERATORS[ast.Add]: "+",
        OPERATORS[ast.Sub]: "-",
        OPERATORS[ast.Mult]: "*",
        OPERATORS[ast.Div]: "/",
        OPERATORS[ast.Pow]: "**",
        OPERATORS[ast.Mod]: "%",
        SIGNS[ast.USub]: "neg",
        SIGNS[ast.UAdd]: "pos",
    }
)


def plain(tree: Tree) -> Plain:
    """The tree of a formula as numbers, names and lists."""
    if isinstance(tree, float | str):
        return tree
    return [OPERATIONS[tree.compute], *map(plain, tree.values)]
