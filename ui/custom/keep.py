"""What can be done with a task of one's own: use it elsewhere, take it home, bring it back."""

from __future__ import annotations

import streamlit as st

from hypernet.custom.points import OwnPoints
from hypernet.custom.task import (
    FamilyTask,
    FormulaTask,
    OwnTask,
    TableTask,
    from_json,
    to_json,
)
from hypernet.inspection.curve import MAX_POINTS, Points
from hypernet.tasks import Planar
from hypernet.tasks.planar import KINDS as PLANAR_KINDS
from ui.custom.comparison import own_curve, own_plane
from ui.custom.family import FORMULA as FAMILY
from ui.custom.family import RANGES, THETA, put_task
from ui.custom.points import (
    FIRST_FORMULA,
    HELD_OUT,
    HELD_OUT_MARKED,
    KIND,
    KINDS,
    MARKED,
)
from ui.custom.table import keep_table, labelled, pairs
from ui.forms import row
from ui.formula_input import FORMULA, put_formula
from ui.placed import NAME, points_text
from ui.training.controls import RUN
from ui.training.keep import Use
from ui.training.runs import complain

WAY = "way"
#: What a formula's points are drawn with, in the address.
DRAWN = ("shots", "noise", "seed", NAME)
#: What another task leaves behind in the address.
FORGOTTEN = (FORMULA, FAMILY, RANGES, THETA, RUN, NAME, MARKED, HELD_OUT, HELD_OUT_MARKED)


def keep(task: OwnTask) -> None:
    """Links to pages that take the task, its file, and a place for a file from before."""
    with row():
        for use in _uses(task):
            st.page_link(
                f"pages/{use.page}.py", label=f"Use it on: {use.title}", query_params=use.query
            )
        text = to_json(task)
        st.download_button(
            "Download task", text, "task.json", "application/json", on_click="ignore"
        )
    with st.expander("Open a task from a file"):
        st.file_uploader(
            "Task (.json)",
            type=["json"],
            key="task file",
            on_change=_reopen,
            max_upload_size=1,
            help="A file that this page gave you. It is checked, and nothing in it is executed.",
        )


def _uses(task: OwnTask) -> list[Use]:
    """The pages that can show the task."""
    if isinstance(task, FamilyTask):
        run = st.query_params.get(RUN)
        return [] if run is None else [Use("Meta-training", "training", {RUN: run})]
    if isinstance(task, FormulaTask):
        given = {n: st.query_params[n] for n in DRAWN if n in st.query_params}
        return _curve_uses(task.y, (), {FORMULA: task.y, **given})
    points = task.points
    if len(points.support) > MAX_POINTS:
        return []
    if points.ways:
        return [_plane_use(points)]
    return _curve_uses("", pairs(points.support), {NAME: points_text(points.support)})


def _curve_uses(
    formula: str, placed: tuple[tuple[float, float], ...], query: dict[str, str]
) -> list[Use]:
    """The page of sinusoids, and that of the idea at the nearest wave."""
    near = own_curve(formula, (), Points(placed=None if formula else placed)).near
    wave = {} if near is None else _wave(*near.theta.tolist())
    uses = [Use("Sinusoids", "sinusoids", {**wave, **query})]
    return uses if near is None else [*uses, Use("The idea, at the nearest wave", "idea", wave)]


def _wave(amplitude: float, phase: float) -> dict[str, str]:
    return {"amplitude": f"{amplitude:.1f}", "phase": f"{phase:.1f}"}


def _plane_use(points: OwnPoints) -> Use:
    query = {NAME: points_text(points.support)}
    if points.ways == Planar.ways:
        near = own_plane(points.ways, labelled(points.support)).near
        kind = PLANAR_KINDS[0 if near is None else int(near.theta[0])]
        return Use("Decision boundaries", "boundaries", {"kind": kind, **query})
    query |= {"kind": "clusters", "classes": str(points.ways)}
    return Use("Decision boundaries", "boundaries", query)


def _reopen() -> None:
    """Show the task of a file: the address says all of it, or names where it is kept."""
    file = st.session_state["task file"]
    if file is None:
        return
    try:
        task = from_json(file.getvalue())
        _forget()
        _show(task)
    except (ValueError, OSError) as error:
        complain(str(error))


def _forget() -> None:
    for name in FORGOTTEN:
        st.query_params.pop(name, None)


def _show(task: OwnTask) -> None:
    if isinstance(task, FormulaTask):
        st.session_state[WAY] = "Formula"
        put_formula(FORMULA, task.y, FIRST_FORMULA)
    elif isinstance(task, FamilyTask):
        st.session_state[WAY] = "Family"
        put_task(task)
    elif isinstance(task, TableTask):
        st.session_state[WAY] = "Table"
        keep_table(task)
    else:
        st.session_state[WAY] = "Points"
        _show_points(task.points)


def _show_points(points: OwnPoints) -> None:
    """Raises ValueError where there are more points than can be placed by hand."""
    if len(points.support) + len(points.query) > MAX_POINTS:
        count = len(points.support) + len(points.query)
        raise ValueError(f"points must be 0..{MAX_POINTS} to be placed by hand, got {count}")
    st.session_state[KIND] = next(kind for kind, ways in KINDS.items() if ways == points.ways)
    given, held = (MARKED, HELD_OUT_MARKED) if points.ways else (NAME, HELD_OUT)
    st.query_params[given] = points_text(points.support)
    if points.query:
        st.query_params[held] = points_text(points.query)
