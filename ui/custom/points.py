"""Two ways to a task of one's own: a formula, or points placed by hand."""

from __future__ import annotations

import streamlit as st

from hypernet.custom.points import OwnPoints, Rows
from hypernet.custom.task import FormulaTask, OwnTask, PointsTask
from hypernet.inspection.curve import X_RANGE, Points
from hypernet.inspection.plane_tasks import Painted, Placed
from ui.custom.comparison import own_curve, own_plane
from ui.custom.show import show_curve, show_plane
from ui.forms import NARROW, choice, examples, slider, whole_number
from ui.formula_input import FORMULA, field, put_formula, typed_formula
from ui.placed import NAME, Area, draw_points, linked_points, points_text
from ui.stage import Stage

#: Of the field for a formula, in pixels.
FIELD_WIDTH = 400
#: Examples to start from; the first one is what the page opens with.
FORMULAS = {
    "A valley": "abs(x) - 2",
    "A wave of the family": "2.5*sin(x - 1)",
    "A wave on a slope": "1.5*sin(x) + 0.4*x",
    "Two waves": "2*sin(x) + sin(3*x)",
    "A step": "2*step(x - 1) - 1",
    "A bump": "4*exp(-x^2)",
    "A parabola": "0.2*x^2 - 2",
    "Two laws": "where(x, 2*sin(2*x), -1)",
}
FIRST_FORMULA = FORMULAS["A valley"]

#: Where points of a curve can be placed, and the widest place for points of classes.
CURVE_AREA = Area(X_RANGE, (-8.5, 8.5))
CLASS_AREA = Area((-3.0, 3.0), (-3.0, 3.0), 5)
KIND = "kind"
CURVE = "A curve"
KINDS = {CURVE: 0, "2 classes": 2, "3 classes": 3, "4 classes": 4, "5 classes": 5}
#: Under these names labelled points stand in the address, and points to judge by.
MARKED, HELD_OUT, HELD_OUT_MARKED = "marked", "held", "heldmarked"

CURVES = {
    "A saw": ((-4.5, -1.5), (-3.0, 1.5), (-2.9, -1.5), (-1.4, 1.5), (-1.3, -1.5), (0.2, 1.5)),
    "A wave": ((-4.0, 1.9), (-2.2, -2.0), (-0.6, -1.1), (1.0, 2.0), (2.4, 0.9), (4.1, -2.1)),
    "A line": ((-4.0, -3.2), (-1.0, -0.8), (1.5, 1.2), (4.5, 3.6)),
    "One point": ((1.0, 2.0),),
}
_ROUND = ((-0.9, 0.0), (0.9, 0.1), (0.0, 0.9), (0.1, -0.9))
CLASSES: dict[str, Placed] = {
    "An island": (
        *((x, y, 0) for x, y in ((0.0, 0.0), (0.3, 0.2), (-0.3, 0.1), (0.1, -0.3))),
        *((1.6 * x, 1.6 * y, 1) for x, y in _ROUND),
    ),
    "A wedge": (
        *((x, y, 0) for x, y in ((-1.5, 0.6), (-0.6, 1.3), (0.5, 1.4), (1.6, 0.4))),
        *((x, y, 1) for x, y in ((-1.0, -0.9), (0.0, 0.3), (0.1, -0.6), (1.0, -1.0))),
    ),
    "Corners": (
        *((-1.4 + d, -1.3, 0) for d in (0.0, 0.4)),
        *((1.3 + d, -1.2, 1) for d in (0.0, 0.4)),
        *((-1.3 + d, 1.3, 2) for d in (0.0, 0.4)),
        *((1.2 + d, 1.4, 3) for d in (0.0, 0.4)),
        *((-0.1 + d, 0.0, 4) for d in (0.0, 0.4)),
    ),
}


def formula_way(page: Stage) -> OwnTask:
    """A formula is typed, and met by every learner from a few points of it."""
    typed = typed_formula(FORMULA, FIRST_FORMULA)
    with page.controls:
        with st.container(width=FIELD_WIDTH):
            field(FORMULA, "Formula in x, drawn from −5 to 5", typed, FIRST_FORMULA)
        examples("formula examples", list(FORMULAS), _take_formula)
    with page.options:
        st.button("New points", on_click=draw_points, args=(Points,), help="Draw other points.")
        shots = slider(Points, "shots", "Support points K", "stretch")
        noise = slider(Points, "noise", "Noise σ", "stretch")
        seed = whole_number(Points, "seed", "Seed of the points")
    own = own_curve(typed.formula.text, (), Points(shots, noise, seed, linked_points(CURVE_AREA)))
    drawn = [] if typed.problem is None else [f"Drawn is still y = {typed.formula.text}."]
    show_curve(page, own, {}, NAME, drawn)
    return FormulaTask(typed.formula.text)


def _take_formula(name: str) -> None:
    put_formula(FORMULA, FORMULAS[name], FIRST_FORMULA)
    st.query_params.pop(NAME, None)


def points_way(page: Stage) -> OwnTask:
    """Points are placed or painted by hand, as a curve or as classes."""
    with page.controls:
        ways = KINDS[choice(KIND, "Task", list(KINDS), width=NARROW)]
        if ways == 0:
            examples("point examples", list(CURVES), _take_curve)
        else:
            examples("class examples", list(CLASSES), _take_classes)
    if ways == 0:
        placed = linked_points(CURVE_AREA)
        given = CURVES["A saw"] if placed is None else placed
        held_out = linked_points(CURVE_AREA, HELD_OUT) or ()
        show_curve(page, own_curve("", (), Points(placed=given, held_out=held_out)), {}, NAME)
        return PointsTask(OwnPoints(0, given, held_out))
    marked = linked_points(CLASS_AREA, MARKED)
    given = CLASSES["An island"] if marked is None else marked
    known = _fitting(ways, given)
    held_out = _fitting(ways, linked_points(CLASS_AREA, HELD_OUT_MARKED) or ())
    waiting = len(given) - len(known)
    remarks = [f"{waiting} points of other classes or places wait."] if waiting else []
    show_plane(page, own_plane(ways, known, held_out), MARKED, remarks)
    return PointsTask(OwnPoints(ways, _floats(known), _floats(held_out)))


def _floats(points: Placed) -> Rows:
    return tuple((x, y, float(label)) for x, y, label in points)


def _fitting(ways: int, points: Placed) -> Placed:
    """The points whose class and place a task of so many classes has."""
    low, high = Painted(ways, ()).x_range
    return tuple(
        (x, y, label)
        for x, y, label in points
        if label < ways and low <= x <= high and low <= y <= high
    )


def _take_curve(name: str) -> None:
    st.query_params[NAME] = points_text(CURVES[name])


def _take_classes(name: str) -> None:
    st.query_params[MARKED] = points_text(CLASSES[name])
    ways = 1 + max(label for _, _, label in CLASSES[name])
    st.session_state[KIND] = next(kind for kind, count in KINDS.items() if count == ways)
