"""The parameters of a family as dials, and what Python takes from a browser that moved them."""

from __future__ import annotations

import math

import pytest

from hypernet.checkpoint import dumps
from hypernet.presets import VISITOR_TITLE
from hypernet.tasks import FormulaFamily
from tests.visit import played, visit
from ui.custom.dials import family_dials, moved
from ui.custom.family import EXAMPLES
from ui.training.setup import formula_experiment
from ui.visitor import store

#: Its ranges stand in another order than the parameters in its formula.
FAMILY = FormulaFamily("a*sin(x) + b", (("b", -1.0, 1.0), ("a", 0.5, 4.0)))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_dial_opens_inside_and_reaches_beyond_the_training_range(name: str) -> None:
    formula, ranges = EXAMPLES[name]
    family = FormulaFamily(formula, tuple((n, low, high) for n, (low, high) in ranges.items()))
    for one in family_dials(family, {}):
        low, high = one.training
        assert one.low < low <= one.value <= high < one.high
        assert (high - low) * 1.5 <= one.high - one.low <= (high - low) * 1.5 + 2 * one.step
        assert (one.value - one.low) / one.step == pytest.approx(
            round((one.value - one.low) / one.step), abs=1e-6
        )


def test_a_dial_stays_in_the_training_range_where_the_formula_is_no_number_beyond() -> None:
    family = FormulaFamily("log(a + x^2) + b", (("a", 0.1, 1.0), ("b", 0.0, 100.0)))
    assert [(dial.low, dial.high) for dial in family_dials(family, {})] == [(0.1, 1), (-25, 100)]


def test_a_link_is_rounded_and_kept_inside_the_dial() -> None:
    dials = family_dials(FAMILY, {"a": (99.0,), "b": (0.12345,), "other": (1.0,)})
    assert [(dial.name, dial.value) for dial in dials] == [("b", 0.12), ("a", 4.88)]


TASK: dict[str, object] = {"a": 1.5, "b": 0.25}
WRONG: list[object] = [
    None,
    [1, 2],
    {},
    {"a": 1.5},
    TASK | {"c": 1},
    *(TASK | {"a": bad} for bad in ("1", True, None, math.nan, math.inf, 10**400, 5, [1])),
]


@pytest.mark.parametrize("task", WRONG, ids=lambda task: repr(task)[:40])
def test_what_is_no_task_of_the_dials_is_refused(task: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        moved(FAMILY, family_dials(FAMILY, {}), task)


def test_a_task_without_a_curve_is_refused() -> None:
    family = FormulaFamily("1/(2*a - 1) + 0*x", (("a", 0.003, 1.0),))
    dials = family_dials(family, {"a": (0.6,)})
    with pytest.raises(ValueError, match="is infinite at"):
        moved(family, dials, {"a": 0.5})
    assert [dial.value for dial in family_dials(family, {"a": (0.6,)})] == [0.6]


def test_a_task_is_rounded_to_the_steps_of_its_dials() -> None:
    dials = family_dials(FAMILY, {})
    assert moved(FAMILY, dials, TASK | {"a": 1.23456}) == {"b": (0.25,), "a": (1.23,)}


def test_the_learner_of_the_family_is_told_the_numbers_in_its_own_order() -> None:
    experiment = formula_experiment(FAMILY, "description")
    token = store().upload(dumps(experiment, experiment.build().state_dict()))
    query = {"family": FAMILY.formula, "ranges": "a_0.5_4~b_-1_1", "run": token}
    live = played(visit("own", way="Family", **query))["live"]
    assert live["toldDials"] == {VISITOR_TITLE: ["b", "a"]}
