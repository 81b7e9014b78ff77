"""Which token may follow which: so that a wrong formula is refused at the right place."""

from __future__ import annotations

from hypernet.formula.functions import FUNCTIONS
from hypernet.formula.tokens import FormulaError, Token, short

#: Parentheses that may be open at once, and signs that may act on one another.
DEEPEST = 25


def check_order(tokens: list[Token], end: int) -> None:
    """Refuse tokens of a text, `end` characters long, that cannot follow each other.

    Raises:
        FormulaError: with the first token that cannot stand where it does.
    """
    calls: list[bool] = []  # for each open parenthesis, whether it holds a function's values
    before: Token | None = None
    for token in tokens:
        _check_pair(before, token)
        _check_parentheses(token, calls)
        if token.text == "(":
            calls.append(before is not None and before.text in FUNCTIONS)
        elif token.text == ")":
            calls.pop()
        before = token
    _check_end(before, bool(calls), end)


def _check_pair(before: Token | None, token: Token) -> None:
    """Refuse a token that cannot stand after the one before it."""
    if before is not None and before.text in FUNCTIONS:
        if token.text != "(":
            raise _lonely(before)
        return
    after_value = before is not None and before.ends_value
    if not after_value and not token.begins_value and token.source not in ("+", "-"):
        raise FormulaError(f"a number or a name is missing before {token.text}", token.at)
    if before is None or not after_value:
        return
    if token.begins_value:
        raise FormulaError(f"a sign is missing here; {_product(before, token)}", token.at)
    if before.kind == "power" and token.source.startswith("**"):
        raise FormulaError("a power of a power needs parentheses, as in (x²)³", token.at)


def _product(before: Token, token: Token) -> str:
    """How to write what may have been meant by two values side by side."""
    if before.kind == token.kind == "number":
        return f"{short(before.text, 12)} and {short(token.text, 12)} are two numbers"
    left, right = (
        "(…)" if t.text in ("(", ")") else f"{t.text}(…)" if t.text in FUNCTIONS else t.text
        for t in (before, token)
    )
    return f"write {short(left, 12)}*{short(right, 12)} for a product"


def _check_parentheses(token: Token, calls: list[bool]) -> None:
    if token.text == "(" and len(calls) == DEEPEST:
        raise FormulaError(f"more than {DEEPEST} parentheses are open here", token.at)
    if token.text == ")" and not calls:
        raise FormulaError("this ) closes nothing", token.at)
    if token.text == "," and not (calls and calls[-1]):
        raise FormulaError("a comma may only stand between the values of a function", token.at)


def _check_end(last: Token | None, is_open: bool, end: int) -> None:
    """Refuse a formula that ends too soon."""
    if last is None:
        raise FormulaError("the formula is empty; write one such as 2*sin(x)", end)
    if last.text in FUNCTIONS:
        raise _lonely(last)
    if not last.ends_value:
        raise FormulaError(f"a number or a name is missing after {last.text}", end)
    if is_open:
        raise FormulaError("a ) is missing at the end", end)


def _lonely(function: Token) -> FormulaError:
    sentence = f"{function.text} needs its values in parentheses, as in {function.text}(x)"
    return FormulaError(sentence, function.at, len(function.text))
