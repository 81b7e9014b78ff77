"""Many random texts as formulas and tables: `python -m tests.fuzz --formulas 20000 --tables 2000`.

While a formula is read, Python's audit events are watched. The only one that reading a formula may
raise is `compile`, which `ast.parse` raises itself before it builds a tree; what it is given must
then consist of known tokens alone. No file, no process, no import and no `exec` is allowed.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from hypernet.formula import FUNCTIONS, LARGEST, Formula, FormulaError, finite_on, parse
from hypernet.tasks import FormulaFamily
from hypernet.tasks.formula import MOST_PARAMETERS
from tests.hostile_formulas import HOSTILE

SLOWEST = 1.0
LONGEST_SENTENCE = 400
X = torch.linspace(-5, 5, 201)
#: All that `ast.parse` may ever see: names, numbers, and signs, with blanks between them.
TOKENS = re.compile(r"(?:[a-z][a-z0-9]*|[0-9.]+(?:e[+-]?[0-9]+)?|\*\*|[-+*/%(),])(?: |$)")
PIECES = [
    *FUNCTIONS,
    *("x", "a", "b", "pi", "e", "foo", "__import__", "lambda", "if", "not", "None"),
    *("1", "2.5", ".5", "1e3", "1e999", "0x1F", "1_0", "3j", "9"),
    *("+", "-", "*", "/", "**", "^", "%", "(", ")", ",", "−", "×", "·", "÷", "π", "²", "³"),
    *(".", ":", ";", "=", "==", "<", "[", "]", "{", "}", "'", '"', "\\", "\n", "@", "//", "\0"),
]


# ------------------------------------------------------------ texts

numbers = st.one_of(
    st.integers(0, 12).map(str), st.floats(0, 1e4, allow_subnormal=False).map("{:.3g}".format)
)
leaves = st.one_of(numbers, st.sampled_from(["x", "x", "a", "b", "pi", "e", "π"]))


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = [name for name, function in FUNCTIONS.items() if function.arity == 1]
    return st.one_of(
        st.builds("{} {} {}".format, parts, st.sampled_from("+-*/^%×−"), parts),
        st.builds("{}({})".format, st.sampled_from(one), parts),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), parts, parts),
        st.builds("where({}, {}, {})".format, parts, parts, parts),
        st.builds("({})".format, parts),
        st.builds("-{}".format, parts),
        st.builds("({})²".format, parts),
    )


#: Formulas in good order.
valid = st.recursive(leaves, _larger, max_leaves=12)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid formula with up to three places changed."""
    text = draw(valid)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        put = draw(st.one_of(st.sampled_from(["", *PIECES]), st.characters()))
        text = text[:at] + put + text[at + draw(st.integers(0, 3)) :]
    return text


texts = st.one_of(
    st.text(max_size=250),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    valid,
    mutated(),
    st.sampled_from([text for text, _ in HOSTILE]),
)


# ------------------------------------------------------------ what happens


class Watch(threading.local):
    """The audit events of this thread while it watches."""

    def __init__(self) -> None:
        self.on = False
        self.events: list[str] = []


_watch = Watch()


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not _watch.on:
        return
    source = arguments[0] if event == "compile" else None
    text = source.decode() if isinstance(source, bytes) else source
    if isinstance(text, str) and not TOKENS.sub("", text):
        return
    _watch.events.append(f"{event} {arguments!r}"[:200])


@contextmanager
def watched() -> Iterator[list[str]]:
    """The audit events that are not allowed, as they happen; no garbage is collected meanwhile."""
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    _watch.events = []
    gc.disable()
    _watch.on = True
    try:
        yield _watch.events
    finally:
        _watch.on = False
        gc.enable()


_hooked: list[bool] = []


@dataclass
class Tally:
    """What became of the formulas so far; a text stands beside its seconds of computation."""

    accepted: int = 0
    refused: int = 0
    slowest: tuple[float, str] = field(default=(0.0, ""))

    def __str__(self) -> str:
        seconds, text = self.slowest
        return (
            f"{self.accepted + self.refused} formulas: {self.accepted} accepted, "
            f"{self.refused} refused, slowest {1000 * seconds:.1f} ms ({text[:40]!r}), "
            "no file, process or import"
        )

    def count(self, text: str) -> None:
        """Read a text as a formula, as a visitor's curve and as a family."""
        started = time.thread_time()
        with watched() as events:
            problems = [problem(text, ()), problem(text, None)]
        seconds = time.thread_time() - started
        assert not events, f"{text!r} raised {events}"
        assert seconds < SLOWEST, f"{text!r} took {seconds:.1f} s"
        self.slowest = max(self.slowest, (seconds, text))
        self.refused += all(problems)
        self.accepted += not all(problems)


def problem(text: str, names: tuple[str, ...] | None) -> ValueError | None:
    """Why a text is refused; None where it is a formula with finite values on [−5, 5]."""
    try:
        formula = parse(text, names)
        values = _values(formula)
    except ValueError as error:
        check_refusal(text, error)
        return error
    assert (values.abs() <= LARGEST).all(), text
    return None


def _values(formula: Formula) -> torch.Tensor:
    """Values on [−5, 5]: of a family where the formula has one to six parameters."""
    if not 1 <= len(formula.names) <= MOST_PARAMETERS:
        return finite_on(formula, {"x": X, **dict.fromkeys(formula.names, torch.tensor(0.5))})
    family = FormulaFamily(formula.text, tuple((name, -1.0, 1.0) for name in formula.names))
    return family.truth(torch.ones(len(formula.names)), X.unsqueeze(-1))


def check_refusal(text: str, error: ValueError) -> None:
    """A refusal is one printable sentence; a formula's own names a place in the text."""
    sentence = str(error)
    assert sentence.isprintable(), (text, sentence)
    assert 10 < len(sentence) <= LONGEST_SENTENCE, (text, sentence)
    if isinstance(error, FormulaError):
        assert 0 <= error.at <= len(text), (text, error.at)
        assert 1 <= error.length <= max(len(text) - error.at, 1), (text, error.length)


def warm_up() -> None:
    """Load what torch loads late, so that it is not taken for something a formula does."""
    for text in ("9**2 % 5 / where(1, min(2, 3), -abs(floor(x + a)))", "step(x)", "log(x)", "x ="):
        problem(text, None)


def fuzz_formulas(count: int, first: int = 0, *, derandomize: bool = False) -> str:
    """Read `count` random texts as formulas; a summary in one line.

    Raises:
        AssertionError: with the first text that is neither accepted with finite values nor refused
            in one sentence, takes over a second, or does anything beside being read.
    """
    tally = Tally()
    warm_up()

    @settings(
        max_examples=count,
        derandomize=derandomize,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],  # explaining traces frames, which raises events
        suppress_health_check=list(HealthCheck),
    )
    @given(texts)
    def every(text: str) -> None:
        tally.count(text)

    (every if derandomize else seed(first)(every))()
    return str(tally)


def main() -> None:
    """Fuzz as many formulas and tables as the command line says."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formulas", type=int, default=20_000)
    parser.add_argument("--tables", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.formulas:
        print(fuzz_formulas(options.formulas, options.seed))
    if options.tables:
        from tests.fuzz_tables import fuzz_tables  # which itself needs this module

        print(fuzz_tables(options.tables, options.seed))


if __name__ == "__main__":
    main()
