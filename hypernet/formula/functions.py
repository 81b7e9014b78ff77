"""What a formula may use: functions, constants and signs."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

Compute = Callable[..., Tensor]


class Function(NamedTuple):
    """A function that formulas may call, with exactly this many values."""

    arity: int
    compute: Compute


#: step(u) is 1 where u ≥ 0, else 0; where(c, a, b) is a where c > 0, else b.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sin": Function(1, torch.sin),
        "cos": Function(1, torch.cos),
        "tan": Function(1, torch.tan),
        "exp": Function(1, torch.exp),
        "log": Function(1, torch.log),
        "sqrt": Function(1, torch.sqrt),
        "abs": Function(1, torch.abs),
        "sign": Function(1, torch.sign),
        "tanh": Function(1, torch.tanh),
        "floor": Function(1, torch.floor),
        "step": Function(1, lambda u: (u >= 0).to(u.dtype)),
        "min": Function(2, torch.minimum),
        "max": Function(2, torch.maximum),
        "where": Function(3, lambda c, a, b: torch.where(c > 0, a, b)),
    }
)
CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})
#: a % b has the sign of b, as in Python.
OPERATORS: Mapping[type[ast.operator], Compute] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
        ast.Mod: torch.remainder,
    }
)
SIGNS: Mapping[type[ast.unaryop], Compute] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos}
)
