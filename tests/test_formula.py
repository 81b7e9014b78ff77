"""A formula means what it says, and nothing but a formula is read."""

from __future__ import annotations

import ast
import copy
import json
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hypernet.formula import FUNCTIONS, FormulaError, finite_on, parse, plain
from hypernet.formula.tokens import tokenize
from hypernet.formula.tree import _Walk
from tests.fuzz import check_refusal, fuzz_formulas, valid, warm_up, watched
from tests.hostile_formulas import HOSTILE

Array = NDArray[np.float64]
X = np.linspace(-5, 5, 41)

MEANINGS: dict[str, Callable[[Array], Array]] = {
    "x": lambda x: x,
    "3": lambda x: 3 + 0 * x,
    ".5*x": lambda x: 0.5 * x,
    "1.5e-1*x": lambda x: 0.15 * x,
    "007": lambda x: 7 + 0 * x,
    "-x**2": lambda x: -(x**2),
    "(-x)**2": lambda x: x**2,
    "2**-x": lambda x: 2**-x,
    "2^x^2/1e9": lambda x: 2 ** (x**2) / 1e9,
    "x²": lambda x: x * x,
    "2·x": lambda x: 2 * x,
    "-x³": lambda x: -(x**3),
    "2^x²/1e9": lambda x: 2 ** (x**2) / 1e9,
    "(x + 1)²": lambda x: (x + 1) ** 2,
    "x - 1 - 2": lambda x: x - 3,
    "x/2*3": lambda x: x * 1.5,
    "12/(x + 6)/2": lambda x: 6 / (x + 6),
    "x % 2": lambda x: np.mod(x, 2),
    "x % -2": lambda x: np.mod(x, -2),
    "+x - -x": lambda x: 2 * x,
    "x − 1 × 2 ÷ 4": lambda x: x - 0.5,
    "π*x + pi": lambda x: np.pi * (x + 1),
    "e**x": np.exp,
    "sin(x) + cos(x)*tan(x/9)": lambda x: np.sin(x) + np.cos(x) * np.tan(x / 9),
    "exp(x)*tanh(x)": lambda x: np.exp(x) * np.tanh(x),
    "log(x + 6)": lambda x: np.log(x + 6),
    "sqrt(abs(x))": lambda x: np.sqrt(np.abs(x)),
    "sign(x) + floor(x)": lambda x: np.sign(x) + np.floor(x),
    "step(x)": lambda x: np.where(x >= 0, 1.0, 0.0),
    "min(x, 1)": lambda x: np.minimum(x, 1),
    "max(-x, min(x, 2))": lambda x: np.maximum(-x, np.minimum(x, 2)),
    "where(x, 1, x²)": lambda x: np.where(x > 0, 1, x**2),
    " \t sin( x )\n": np.sin,
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


@pytest.mark.parametrize("text", MEANINGS)
def test_a_formula_means_what_numpy_makes_of_it(text: str) -> None:
    result = parse(text)({"x": torch.tensor(X)})
    np.testing.assert_allclose(result.numpy(), MEANINGS[text](X), rtol=1e-12, atol=1e-12)


def test_every_function_is_in_a_tested_meaning() -> None:
    everything = " ".join(MEANINGS)
    assert [name for name in FUNCTIONS if f"{name}(" not in everything] == []


def test_parameters_are_named_in_the_order_of_their_first_appearance() -> None:
    formula = parse("b*sin(a*x) + pi*b + e + width", names=None)
    assert formula.names == ("b", "a", "width")
    assert parse("b*a*b", ["a", "b", "c"]).names == ("b", "a")
    assert parse(" 2*x ").text == "2*x"


def test_values_are_broadcast_also_where_the_formula_lacks_x() -> None:
    values = {"x": torch.zeros(1, 7, 1), "a": torch.tensor([1.0, 2.0]).view(2, 1, 1)}
    assert parse("a + x", "a")(values).shape == (2, 7, 1)
    torch.testing.assert_close(parse("a", "a")(values), values["a"].expand(2, 7, 1))
    assert parse("3")({"x": torch.zeros(5)}).tolist() == [3.0] * 5


def test_gradients_pass_through_a_formula() -> None:
    formula = parse("a*sin(b*x²) + max(x, b)/(1 + exp(-a)) + b**3", ("a", "b"))
    x = torch.linspace(-2, 2, 5, dtype=torch.float64)
    point = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (0.7, 1.1)]

    def at(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return formula({"x": x, "a": a, "b": b})

    assert torch.autograd.gradcheck(at, point)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(valid, st.sampled_from(["float32", "float64"]))
def test_a_formula_keeps_the_type_of_x_and_is_deterministic(text: str, name: str) -> None:
    x = torch.linspace(-5, 5, 7, dtype=getattr(torch, name))
    values = {"x": x, "a": x[2], "b": x[5]}
    try:
        first, second = (parse(text, ("a", "b")) for _ in range(2))
    except FormulaError as error:
        check_refusal(text, error)
        return
    assert first == second
    assert first(values).dtype == x.dtype
    torch.testing.assert_close(first(values), second(values), rtol=0, atol=0, equal_nan=True)


def seconds_for(text: str, names: Sequence[str] | None = None) -> float:
    """The time in computation that a text takes to be read or refused; the least of three."""
    seconds = []
    for _ in range(3):
        started = time.thread_time()
        try:
            parse(text, names)
        except FormulaError as error:
            check_refusal(text, error)
        seconds.append(time.thread_time() - started)
    return min(seconds)


def ordinary_seconds() -> float:
    """The same for a text of 44 characters that a visitor may well type."""
    return seconds_for("a*sin(b*x) + c*x**2 + max(x, 1)/(2 + abs(x))")


@pytest.mark.parametrize(("text", "at"), HOSTILE, ids=[repr(text[:30]) for text, _ in HOSTILE])
def test_a_hostile_text_is_refused_at_its_place_at_once(text: str, at: int) -> None:
    with watched() as events, pytest.raises(FormulaError) as caught:
        parse(text, ("a", "b"))
    assert seconds_for(text, ("a", "b")) < 20 * ordinary_seconds()
    assert events == []
    check_refusal(text, caught.value)
    assert caught.value.at == at


ADVICE = [
    ("2x", "a sign is missing here; write 2*x for a product"),
    ("x(2)", "a sign is missing here; write x*(…) for a product"),
    ("(x)sin(x)", "a sign is missing here; write (…)*sin(…) for a product"),
    ("1 2", "a sign is missing here; 1 and 2 are two numbers"),
    ("ax", "the formula knows no ax; write a*x for a product"),
    ("sine(x)", "the formula knows no sine; did you mean sin?"),
    ("A*x", "the formula knows no A; did you mean a?"),
    ("ln(x)", "the formula knows no ln; did you mean log?"),
    ("qqq", "the formula knows no qqq; it may use x, a, pi, e, sin, cos, tan, exp, log, sqrt, "),
    ("ｓin(x)", "the character U+FF53 (fullwidth latin small letter s) cannot stand in a formula"),
    ("x;", "“;” cannot stand in a formula"),
    ("\0", "the character U+0000 cannot stand in a formula"),
    ("sin x", "sin needs its values in parentheses, as in sin(x)"),
    ("min(x)", "min needs 2 values, got 1"),
    ("sin(x, 2)", "sin needs 1 value, got 2"),
    ("x*(1 + ", "a number or a name is missing after +"),
    ("sin(x", "a ) is missing at the end"),
    ("x)", "this ) closes nothing"),
    ("(1, 2)", "a comma may only stand between the values of a function"),
    ("x²³", "a power of a power needs parentheses, as in (x²)³"),
    ("9**9**9", "this part of the formula is not a finite number"),
    ("1e400", "1e400 is too large a number"),
    ("x" * 201, "the formula has 201 characters; allowed are 200"),
    ("-" * 30 + "x", "more than 25 signs are chained or nested here"),
    ("", "the formula is empty; write one such as 2*sin(x)"),
]


@pytest.mark.parametrize(("text", "sentence"), ADVICE, ids=[repr(text[:20]) for text, _ in ADVICE])
def test_a_refusal_says_what_to_do(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, ("a",))
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("qqq(x)", "the formula knows no qqq; its functions are sin, cos, "),
        ("a(x)", "the formula knows no a; its functions are sin, cos, "),
        ("lambda", "the formula knows no lambda; a parameter is a small letter, "),
        ("toolongname", "the formula knows no toolongname; a parameter is a small letter, "),
        ("X", "the formula knows no X; did you mean x?"),
    ],
)
def test_where_any_parameter_is_allowed_a_refusal_says_how_one_is_named(
    text: str, sentence: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, names=None)
    assert str(caught.value).startswith(sentence)


def test_places_are_those_of_the_text_as_typed() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("  x² − min( π×x )²", ())
    assert (caught.value.at, caught.value.length) == (7, 10)
    copied = copy.copy(caught.value)
    assert (str(copied), copied.at, copied.length) == (str(caught.value), 7, 10)


def test_a_formula_has_at_most_100_parts() -> None:
    parts = "+".join(["(x+x+x+x+x)"] * 10)
    assert parse(parts).names == ()
    with pytest.raises(FormulaError, match="the formula has more than 100 parts"):
        parse(parts + "+x")


@pytest.mark.parametrize("text", ["x.real", "x[0]", "lambda: x", "x if x else x", "x < 1", "f(x)"])
def test_the_walk_refuses_what_is_not_listed_whoever_let_it_through(text: str) -> None:
    walk = _Walk(tokenize("x"))
    with pytest.raises(FormulaError, match=r"^this cannot stand in a formula$"):
        walk.tree(ast.parse(text, mode="eval").body, 1)


@pytest.mark.parametrize("error", [SyntaxError, MemoryError, RecursionError, ValueError])
def test_a_failure_of_the_parser_is_a_refusal(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ast, "parse", fail)
    with pytest.raises(FormulaError, match=r"^this formula cannot be read$"):
        parse("x")


BEYOND = [
    ("log(x)", "log(x) is not a number at x = −5"),
    ("1/x", "1/x is infinite at x = 0"),
    ("exp(x*4)", "exp(x*4) is 4.852e+08 at x = 5; allowed is up to 1e+06"),
    ("-1e9", "-1e9 is −1e+09 at x = −5; allowed is up to 1e+06"),
    ("log(x)" + " + 0" * 20, "log(x) + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 … is not a number at x = −5"),
]


@pytest.mark.parametrize(("text", "sentence"), BEYOND, ids=[text[:20] for text, _ in BEYOND])
def test_a_value_beyond_what_is_allowed_is_named_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        finite_on(parse(text), {"x": torch.linspace(-5, 5, 3)})
    assert str(caught.value) == sentence
    assert (caught.value.at, caught.value.length) == (0, len(text))


def test_the_place_of_a_bad_value_names_the_parameters_too() -> None:
    values = {"x": torch.ones(1, 3), "a": torch.tensor([[1.0], [-2.0]])}
    with pytest.raises(FormulaError, match=r"^sqrt\(a\*x\) is not a number at x = 1, a = −2$"):
        finite_on(parse("sqrt(a*x)", "a"), values)


def test_values_that_are_allowed_are_returned() -> None:
    x = torch.linspace(-5, 5, 11)
    torch.testing.assert_close(finite_on(parse("1e6*sin(x)"), {"x": x}), 1e6 * x.sin())


def test_many_threads_read_the_same_formula() -> None:
    x = torch.linspace(-5, 5, 11)
    texts = [f"sin({i}*x) + {i}²" for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: parse(text)({"x": x}), texts))
    for i, result in enumerate(together):
        torch.testing.assert_close(result, torch.sin(i * x) + i**2)


def test_any_text_of_200_characters_is_read_fast() -> None:
    slow = ["(" * 25 + "x" * 150, "+".join(["x"] * 26) + "+x" * 70, "abcdefgh+" * 22, "9" * 200]
    for text in slow:
        assert seconds_for(text) < 8 * ordinary_seconds(), text


@pytest.mark.slow
def test_random_texts_are_read_or_refused_and_do_nothing_else() -> None:
    summary = fuzz_formulas(500, derandomize=True)
    count, accepted, refused = (int(word) for word in re.findall(r"(\d+) [far]", summary)[:3])
    assert count == accepted + refused >= 500
    assert min(accepted, refused) > 50


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("3 + 4", 7.0),
        ("x", "x"),
        ("-a*x", ["*", ["neg", "a"], "x"]),
        ("+x % 2 ^ x", ["%", ["pos", "x"], ["**", 2.0, "x"]]),
        ("x - 1/x", ["-", "x", ["/", 1.0, "x"]]),
        ("where(x, min(x, 2), step(x))", ["where", "x", ["min", "x", 2.0], ["step", "x"]]),
    ],
)
def test_a_formula_as_json_values(text: str, tree: object) -> None:
    assert json.loads(json.dumps(plain(parse(text, names=None)))) == tree
