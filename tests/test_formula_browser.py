"""The browser's formulas are PyTorch's: ui/live/model/formula.js in Chromium, against the core."""

from __future__ import annotations

import base64
import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Browser, Page

from hypernet.formula import FUNCTIONS, Formula, FormulaError, parse, plain
from hypernet.formula.plain import OPERATIONS
from tests.browser import IN_WINDOW, needs_chromium, new_page
from tests.fuzz import valid
from tests.test_formula import MEANINGS
from ui.live.compose import script_of

pytestmark = needs_chromium

#: Relative to numbers larger than 1.
TOLERANCE = 1e-4
RANDOM = 800
X = torch.linspace(-5, 5, 201)
TASK = {"a": -1.3, "b": 0.7}
#: What no usual formula says: signs of remainders, whole and broken powers, both sides of a jump.
CORNERS = [
    *("x % 3", "x % -3", "-x % 3", "3 % (x + 0.01)", "(-3) % (x + 0.01)", "0 % (x + 0.01)"),
    *("x ** 2", "x ** 3", "x ** -2", "(-2) ** floor(x)", "abs(x) ** x", "x ** 0", "1 ** x"),
    *("step(x)", "step(-x)", "where(x, 1, 2)", "sign(x) * floor(x / 0.3)", "+x - (-x)"),
    *("min(x, a)", "max(b, x)", "a * sin(b * x + 1) ** 2 % a", "7.25", "a"),
]

EVALUATE = """
({ tree, task, x }) => {
  const at = lawOf(readFormula(tree), task);
  return [...decodeFloats(x, atob(x).length / 4, "x")].map((place) => String(at(place)));
}
"""
REFUSE = """
(tree) => {
  try {
    readFormula(tree);
    return "";
  } catch (error) {
    return error.message;
  }
}
"""


@pytest.fixture(scope="module", name="tab")
def _tab(browser: Browser) -> Iterator[Page]:
    """A page without the app, with the JavaScript of formulas."""
    with new_page(browser) as page:
        page.set_content("<p>formulas</p>")
        page.add_script_tag(content=script_of(IN_WINDOW), type="module")
        yield page


def in_torch(formula: Formula, dtype: torch.dtype) -> np.ndarray:
    values = {"x": X.to(dtype)} | {n: torch.tensor(v, dtype=dtype) for n, v in TASK.items()}
    return formula(values).expand_as(X).numpy()


def in_browser(tab: Page, formula: Formula) -> np.ndarray:
    x = base64.b64encode(X.numpy().astype("<f4").tobytes()).decode()
    told = {"tree": plain(formula), "task": TASK, "x": x}
    words = tab.evaluate(EVALUATE, told)
    return np.array([float(word.replace("Infinity", "inf")) for word in words])


def check(tab: Page, formula: Formula) -> float:
    """The browser and PyTorch agree wherever float32 can follow; the share of such places."""
    theirs, exact = in_torch(formula, torch.float32), in_torch(formula, torch.float64)
    with np.errstate(all="ignore"):
        size = np.maximum(1, np.abs(theirs))
        steady = np.abs(theirs - exact) <= TOLERANCE / 2 * size
        far = np.abs(in_browser(tab, formula) - theirs) > TOLERANCE * size
    assert not far[steady].any(), (formula.text, X[torch.tensor(far & steady)].tolist())
    return float(steady.mean())


@functools.cache
def random_formulas() -> list[Formula]:
    """Formulas of any shape that are no plain numbers; always the same."""
    found: dict[str, Formula] = {}

    @settings(
        max_examples=RANDOM,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(valid)
    def take(text: str) -> None:
        with contextlib.suppress(FormulaError):
            found[text] = parse(text, ("a", "b"))

    take()
    return [formula for formula in found.values() if isinstance(plain(formula), list)]


@pytest.mark.parametrize("text", [*MEANINGS, *CORNERS])
def test_a_formula_means_the_same_in_the_browser(tab: Page, text: str) -> None:
    assert check(tab, parse(text, ("a", "b"))) > 0.95


def test_generated_formulas_mean_the_same_in_the_browser(tab: Page) -> None:
    followed = [check(tab, formula) for formula in random_formulas()]
    assert len(followed) >= 200
    assert np.mean([share > 0.5 for share in followed]) > 0.7


def operations(tree: Any) -> set[str]:
    if not isinstance(tree, list):
        return set()
    return {tree[0]}.union(*map(operations, tree[1:]))


def test_every_operation_is_in_a_tested_formula() -> None:
    tested = [operations(plain(parse(text, ("a", "b")))) for text in [*MEANINGS, *CORNERS]]
    assert set().union(*tested) == set(OPERATIONS.values())
    assert set(FUNCTIONS) < set(OPERATIONS.values())


@pytest.mark.parametrize("tree", [["eval", "x"], ["constructor", "x"], ["sin"], ["+", "x"]])
def test_a_tree_of_anything_else_is_refused(tab: Page, tree: list[str]) -> None:
    assert tab.evaluate(REFUSE, tree).startswith("law must have known operations, got ")
