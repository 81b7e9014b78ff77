"""Formulas that a visitor types: read by a list of what is allowed, never executed.

    text ── tokenize ──► words, numbers, signs ── check_order ──► ast.parse ── walk ──► operations

Only known tokens are put together again for `ast.parse`, which builds a tree and runs nothing; of
that tree only sums, products, powers and calls of listed functions are taken.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hypernet.formula.functions import CONSTANTS, FUNCTIONS
from hypernet.formula.order import DEEPEST, check_order
from hypernet.formula.plain import Plain
from hypernet.formula.plain import plain as plain_tree
from hypernet.formula.tokens import NAME, FormulaError, parameters_in, short, tokenize
from hypernet.formula.tree import MOST_NODES, Tree, evaluate, read_tree

MOST_CHARACTERS = 200
#: No value of a formula may be beyond this.
LARGEST = 1e6


@dataclass(frozen=True)
class Formula:
    """A formula in x and parameters, as a tree of torch operations.

    Args:
        text: as typed, without blanks around it.
        names: its parameters, in the order of their first appearance.
    """

    text: str
    names: tuple[str, ...]
    tree: Tree = field(repr=False, compare=False)

    def __call__(self, values: Mapping[str, Tensor]) -> Tensor:
        """The formula at values for "x" and every name, which are broadcast; differentiable."""
        used = [values[name] for name in ("x", *self.names)]
        result = evaluate(self.tree, values, used[0].dtype)
        return result.broadcast_to(torch.broadcast_shapes(*(value.shape for value in used)))


def parse(text: str, names: Collection[str] | None = ()) -> Formula:
    """The formula that `text` says.

    Args:
        text: at most 200 characters.
        names: the parameters that are allowed; None for any short name.

    Raises:
        FormulaError: for anything else, in one sentence with its place.
    """
    if len(text) > MOST_CHARACTERS:
        sentence = f"the formula has {len(text)} characters; allowed are {MOST_CHARACTERS}"
        raise FormulaError(sentence, MOST_CHARACTERS, len(text) - MOST_CHARACTERS)
    tokens = tokenize(text)
    used = parameters_in(tokens, names)
    check_order(tokens, len(text))
    return Formula(text.strip(), used, read_tree(tokens))


def plain(formula: Formula) -> Plain:
    """The formula as JSON values: a number, a name, or [operation, value, …]."""
    return plain_tree(formula.tree)


def shown(value: float) -> str:
    """A number as sentences show it."""
    return f"{value:.4g}".replace("-", "−")


def finite_on(formula: Formula, values: Mapping[str, Tensor]) -> Tensor:
    """The formula at these values, where it is a number of at most `LARGEST`.

    Raises:
        FormulaError: with the first place where it is not.
    """
    result = formula(values)
    bad = ~(result.abs() <= LARGEST)
    if not bad.any():
        return result
    index = tuple(bad.nonzero()[0].tolist())
    names = ("x", *formula.names)
    there = {name: values[name].broadcast_to(result.shape)[index].item() for name in names}
    place = ", ".join(f"{name} = {shown(value)}" for name, value in there.items())
    sentence = f"{short(formula.text)} {_wrong(result[index].item(), place)}"
    raise FormulaError(sentence, 0, len(formula.text))


def _wrong(value: float, place: str) -> str:
    if math.isnan(value):
        return f"is not a number at {place}"
    if math.isinf(value):
        return f"is infinite at {place}"
    return f"is {shown(value)} at {place}; allowed is up to {LARGEST:g}"


__all__ = [
    "CONSTANTS",
    "DEEPEST",
    "FUNCTIONS",
    "LARGEST",
    "MOST_CHARACTERS",
    "MOST_NODES",
    "NAME",
    "Formula",
    "FormulaError",
    "Plain",
    "finite_on",
    "parse",
    "plain",
    "shown",
]
