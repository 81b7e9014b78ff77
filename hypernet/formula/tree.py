"""Tokens as a tree of torch operations, by a walk that takes only what is listed."""

from __future__ import annotations

import ast
import bisect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

from hypernet.formula.functions import CONSTANTS, FUNCTIONS, OPERATORS, SIGNS, Compute
from hypernet.formula.order import DEEPEST
from hypernet.formula.tokens import FormulaError, Token

MOST_NODES = 100


@dataclass(frozen=True)
class Operation:
    """A torch operation and the trees of what it is applied to."""

    compute: Compute
    values: tuple[Tree, ...]


#: A number, a name, or an operation.
Tree = float | str | Operation


def evaluate(tree: Tree, values: Mapping[str, Tensor], dtype: torch.dtype) -> Tensor:
    """What a tree comes to at the values of its names."""
    if isinstance(tree, Operation):
        return tree.compute(*(evaluate(value, values, dtype) for value in tree.values))
    return values[tree] if isinstance(tree, str) else torch.tensor(tree, dtype=dtype)


def read_tree(tokens: list[Token]) -> Tree:
    """The tree of tokens in good order; operations on numbers alone are already carried out.

    Nothing but these known tokens, each between blanks, ever comes to `ast.parse`.

    Raises:
        FormulaError: for more than 100 parts, more than 25 signs that act on one another, a wrong
            number of values, or a part that is not a finite number.
    """
    try:
        parsed = ast.parse(" ".join(token.source for token in tokens), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError("this formula cannot be read", tokens[0].at) from None
    return _Walk(tokens).tree(parsed.body, 1)


class _Walk:
    """A walk over what `ast.parse` made of the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._starts = list(accumulate((len(t.source) + 1 for t in tokens), initial=0))[:-1]
        self._nodes = 0

    def tree(self, node: ast.expr, depth: int) -> Tree:
        """The tree of a node that is this deep in the formula."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._error(node, f"the formula has more than {MOST_NODES} parts")
        if depth > DEEPEST:
            raise self._error(node, f"more than {DEEPEST} signs are chained or nested here")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            return node.value
        if isinstance(node, ast.Name):
            return CONSTANTS.get(node.id, node.id)
        compute, parts = self._operation(node)
        values = tuple(self.tree(part, depth + 1) for part in parts)
        return self._folded(node, Operation(compute, values))

    def _operation(self, node: ast.expr) -> tuple[Compute, list[ast.expr]]:
        """What is computed, and the parts that it is computed from."""
        match node:
            case ast.BinOp(op=sign) if type(sign) in OPERATORS:
                return OPERATORS[type(sign)], [node.left, node.right]
            case ast.UnaryOp(op=mark) if type(mark) in SIGNS:
                return SIGNS[type(mark)], [node.operand]
            case ast.Call(func=ast.Name(id=name), args=values, keywords=[]) if name in FUNCTIONS:
                arity, compute = FUNCTIONS[name]
                if len(values) != arity:
                    needs = f"{arity} value{'' if arity == 1 else 's'}"
                    raise self._error(node, f"{name} needs {needs}, got {len(values)}")
                return compute, values
        raise self._error(node, "this cannot stand in a formula")

    def _folded(self, node: ast.expr, operation: Operation) -> Tree:
        """The number that an operation on numbers makes; any other operation as it is."""
        if not all(isinstance(value, float) for value in operation.values):
            return operation
        value = float(evaluate(operation, {}, torch.float64))
        if not math.isfinite(value):
            raise self._error(node, "this part of the formula is not a finite number")
        return value

    def _error(self, node: ast.expr, sentence: str) -> FormulaError:
        first = self._token_at(node.col_offset)
        last = self._token_at((node.end_col_offset or node.col_offset + 1) - 1)
        return FormulaError(sentence, first.at, last.at + len(last.text) - first.at)

    def _token_at(self, column: int) -> Token:
        return self._tokens[bisect.bisect_right(self._starts, column) - 1]
