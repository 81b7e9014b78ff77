"""A text as words, numbers and signs; every other character is refused at its place."""

from __future__ import annotations

import difflib
import keyword
import math
import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from hypernet.formula.functions import CONSTANTS, FUNCTIONS

#: What a parameter may be called.
NAME = re.compile(r"[a-z][a-z0-9]{0,7}")

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*|π)"
    r"|(?P<sign>\*\*|[-+*/^%(),−×·÷])"
    r"|(?P<power>[²³])"
)
_MEANS = {"−": "-", "×": "*", "·": "*", "÷": "/", "^": "**", "²": "** 2.0", "³": "** 3.0"}
_BLANK = " \t\r\n"
#: Usual names of functions that are called otherwise here.
_SYNONYMS = {"ln": "log", "pow": "**", "mod": "%"}
#: Longer words are compared with no known one.
_LONGEST_TYPO = 8


class FormulaError(ValueError):
    """One sentence on a formula that is refused, and the place of what is wrong in it.

    Args:
        at: index of the first wrong character of the text as typed; its length where it ends too
            soon.
        length: how many characters are wrong, 1 or more.
    """

    def __init__(self, sentence: str, at: int = 0, length: int = 1) -> None:
        super().__init__(sentence)
        self.at = at
        self.length = max(length, 1)


class Token(NamedTuple):
    """A word, number or sign; `source` is what stands for it in front of `ast.parse`."""

    kind: str
    text: str
    at: int
    source: str

    @property
    def ends_value(self) -> bool:
        """Whether what ends here is a value."""
        return self.kind != "sign" or self.text == ")"

    @property
    def begins_value(self) -> bool:
        """Whether a value begins here."""
        return self.kind in ("number", "word") or self.text == "("


def tokenize(text: str) -> list[Token]:
    """The tokens of a text; its words may still be unknown ones.

    Raises:
        FormulaError: for a character that is part of none, or a number that is not finite.
    """
    at, end = len(text) - len(text.lstrip(_BLANK)), len(text.rstrip(_BLANK))
    tokens: list[Token] = []
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None and text[at] != " ":
            raise FormulaError(f"{_character(text[at])} cannot stand in a formula", at)
        if found is not None:
            tokens.append(_token(str(found.lastgroup), found.group(), at))
        at = at + 1 if found is None else found.end()
    return tokens


def _token(kind: str, text: str, at: int) -> Token:
    if kind == "number":
        value = float(text)
        if not math.isfinite(value):
            raise FormulaError(f"{short(text)} is too large a number", at, len(text))
        return Token(kind, text, at, repr(value))
    if text == "π":
        return Token(kind, text, at, "pi")
    return Token(kind, text, at, _MEANS.get(text, text))


def _character(character: str) -> str:
    """A usual character by itself, any other by its number and name."""
    if character.isascii() and character.isprintable():
        return f"“{character}”"
    name = unicodedata.name(character, "").lower()
    return f"the character U+{ord(character):04X}" + (f" ({name})" if name else "")


def parameters_in(tokens: list[Token], names: Collection[str] | None) -> tuple[str, ...]:
    """The parameters among the tokens, in the order of their first appearance.

    With `names` None any short name is one, else only those are.

    Raises:
        FormulaError: for a word that means nothing here, with what may have been meant.
    """
    fixed = {"x", *CONSTANTS, *FUNCTIONS}
    found: dict[str, None] = {}
    for index, token in enumerate(tokens):
        if token.kind != "word" or token.source in fixed:
            continue
        calls = any(following.text == "(" for following in tokens[index + 1 : index + 2])
        free = names is None and not calls and not keyword.iskeyword(token.text)
        if not (NAME.fullmatch(token.text) if free else token.text in (names or ())):
            raise _unknown(token, names, calls)
        found[token.text] = None
    return tuple(found)


def _unknown(token: Token, names: Collection[str] | None, calls: bool) -> FormulaError:
    word = token.text
    sentence = f"the formula knows no {short(word)}; {_advice(word, names, calls)}"
    return FormulaError(sentence, token.at, len(word))


def _advice(word: str, names: Collection[str] | None, calls: bool) -> str:
    """What to do about an unknown word."""
    known = ["x", *(names or ()), *CONSTANTS, *FUNCTIONS]
    typo = len(word) <= _LONGEST_TYPO and not keyword.iskeyword(word)
    if typo and set(word) <= set(known):
        return f"write {'*'.join(word)} for a product"
    meant = _SYNONYMS.get(word) or _nearest(word.lower(), known) if typo else None
    if meant:
        return f"did you mean {meant}?"
    if names is not None:
        return f"it may use {', '.join(known)}"
    if calls:
        return f"its functions are {', '.join(FUNCTIONS)}; a product needs its *"
    return "a parameter is a small letter, with up to 7 small letters or digits after it"


def _nearest(word: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, 1)), None)


def short(text: str, most: int = 40) -> str:
    """The beginning of a text, as sentences show it."""
    return text if len(text) <= most else text[: most - 1] + "…"
