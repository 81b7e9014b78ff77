"""Every learner on the task of one's own, in the stage of the page, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from hypernet.inspection.curve import MAX_POINTS, run
from hypernet.inspection.plane import run_plane
from hypernet.presets import CLUSTERS, PLANAR, SINUSOID, VISITOR_TITLE, is_visitors
from ui.ahead import numbers_behind
from ui.code import code_behind, own_snippet
from ui.compare import count_replay, replays
from ui.curves import curve_view
from ui.custom.comparison import (
    OwnCurve,
    OwnPlane,
    curve_live,
    curve_sentence,
    near_curve_figure,
    near_curve_sentence,
    near_plane_figure,
    near_plane_sentence,
    own_curves_ahead,
)
from ui.forms import choice, pills_menu, stops
from ui.links import linked_number
from ui.live.model.models import models
from ui.live.player.player import player
from ui.machine import machine
from ui.placed import place_points, received, revision
from ui.plane import live_plane, plane_ahead, plane_area, plane_view
from ui.stage import Stage
from ui.words import diverged_sentences, missing_classes

STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20, 50)]
ALPHAS = ["own", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"]
CURVE_TITLES = {entry.title: name for name, entry in SINUSOID.items()}
PLANE_TITLES = {entry.title: name.partition("-")[2] for name, entry in (PLANAR | CLUSTERS).items()}
CURVE_FIRST = ("sinusoid-description", "sinusoid-points-inner", "sinusoid-maml", "sinusoid-scratch")
#: Makes room for a learner from elsewhere.
CURVE_INSTEAD = SINUSOID["sinusoid-description"].title
PLANE_FIRST = ("description", "points", "maml", "ridge")
#: Under these names the learners of curves and of classes stand in the address.
LEARNERS = {"learners": [*CURVE_TITLES, VISITOR_TITLE], "classifiers": list(PLANE_TITLES)}
#: Under this name the session keeps which learners from elsewhere it has seen here.
SEEN = "own learners seen"


class Chosen(NamedTuple):
    """Which learners run, and how."""

    presets: dict[str, str]
    steps: int
    alpha: str
    weights_of: str
    at: int

    @property
    def rate(self) -> float | None:
        """The α of all steps, or None for each learner's own."""
        return None if self.alpha == "own" else float(self.alpha)


def show_curve(
    page: Stage,
    own: OwnCurve,
    visitors: Mapping[str, str],
    points_name: str | None,
    remarks: Sequence[str] = (),
    note: str = "",
    take_task: Callable[[object], None] | None = None,
) -> None:
    """All learners of curves on the task; edits of its points go to the address's `points_name`.

    `points_name` None means that the points cannot be edited here; `note` stands below the picture,
    and `take_task` is given what its dials were moved to, unchecked.
    """
    titles = dict(visitors) | CURVE_TITLES
    first = [*visitors, *(title for title, name in titles.items() if name in CURVE_FIRST)]
    if visitors:
        first.remove(CURVE_INSTEAD)
        _switch_on(visitors, first)
    st.session_state[SEEN] = dict(visitors)
    chosen = _chosen(page, "learners", titles, first)
    if chosen is None:
        return
    runs = [
        run(name, own.signal, own.points, chosen.steps, chosen.rate)
        for name in chosen.presets.values()
    ]
    live = None
    if points_name is not None and len(own.points.placed or ()) <= MAX_POINTS:
        live = curve_live(own, list(chosen.presets.values()), chosen.rate, revision("own"))
    sentence = curve_sentence(own, runs)
    view = curve_view(
        own.signal,
        own.points,
        runs,
        chosen.presets[chosen.weights_of],
        own.y_range,
        sentence,
        replays(),
        chosen.at,
        live,
    )

    def take_in() -> None:
        edit = received("own")
        if edit is not None and "points" in edit and points_name is not None:
            place_points(own.area, edit["points"], points_name)
        if edit is not None and "task" in edit and take_task is not None:
            take_task(edit["task"])

    with page.picture:
        player(view, key="own", on_edit=take_in)
    with page.says:
        st.markdown(near_curve_sentence(own))
        st.markdown(f"{own_curves_ahead(own, runs)} {note}")
        _say([*remarks, *diverged_sentences(runs, chosen.alpha)])
    with page.strip:
        weights_of = chosen.presets[chosen.weights_of]
        machine(weights_of, "description", steps=chosen.steps, rate=chosen.rate)
    numbers_behind(runs)
    _way(lambda: near_curve_figure(own))
    shipped = [name for name in chosen.presets.values() if not is_visitors(name)]
    if shipped:
        code_behind(own_snippet(shipped, own.signal, own.points, chosen.steps, chosen.rate))
    models(list(chosen.presets.values()))


def _switch_on(visitors: Mapping[str, str], first: Sequence[str]) -> None:
    """Show a learner that has just come; what a link or a visitor has switched off stays off."""
    if st.session_state.get(SEEN, visitors) == visitors:
        return
    chosen = st.session_state.get("learners") or first
    others = [title for title in chosen if title not in visitors and title != CURVE_INSTEAD]
    st.session_state["learners"] = [*visitors, *others]


def show_plane(
    page: Stage, own: OwnPlane, points_name: str | None, remarks: Sequence[str] = (), note: str = ""
) -> None:
    """All learners of classes on the task; see `show_curve`."""
    titles = {entry.title: name for name, entry in own.scene.presets.items()}
    first = [title for title, name in PLANE_TITLES.items() if name in PLANE_FIRST]
    chosen = _chosen(page, "classifiers", titles, first)
    if chosen is None:
        return
    names = list(chosen.presets.values())
    runs = [run_plane(name, own.scene, own.labelled, chosen.steps, chosen.rate) for name in names]
    live = None
    if points_name is not None and len(own.labelled.placed or ()) <= MAX_POINTS:
        live = live_plane(own.scene, own.labelled, names, chosen.rate, revision("own plane"))
    weights_of = chosen.presets[chosen.weights_of]
    view = plane_view(own.scene, own.labelled, runs, weights_of, replays(), chosen.at, live)

    def take_in() -> None:
        edit = received("own plane")
        if edit is not None and "points" in edit and points_name is not None:
            place_points(plane_area(own.scene), edit["points"], points_name)

    with page.picture:
        player(view, key="own plane", on_edit=take_in)
    with page.says:
        st.markdown(near_plane_sentence(own))
        st.markdown(f"{plane_ahead(own.scene, own.labelled, runs)} {note}")
        _say(
            [
                *remarks,
                *missing_classes(own.scene, own.labelled),
                *diverged_sentences(runs, chosen.alpha),
            ]
        )
    with page.strip:
        machine(own.scene.preset(weights_of), "description", steps=chosen.steps, rate=chosen.rate)
    numbers_behind(runs)
    _way(lambda: near_plane_figure(own))
    models([own.scene.preset(name) for name in names])


def _chosen(
    page: Stage, key: str, titles: Mapping[str, str], first: Sequence[str]
) -> Chosen | None:
    """What the options say of the learners and of the inner loop; None without a learner."""
    with page.options:
        chosen = pills_menu(key, "Learners", list(titles), list(first))
        if not chosen:
            page.picture.info("Switch on at least one learner in the options.")
            return None
        steps = int(stops("steps", "Inner steps", STEPS, "5", "Gradient steps on the points."))
        alpha = stops("alpha", "Step size α", ALPHAS, "own", "Own: what each learner was made for.")
        shown = choice("weights", "Weights of", chosen)
        st.button("Replay", on_click=count_replay, help="The same points again, from step 0.")
    presets = {title: name for title, name in titles.items() if title in chosen}
    return Chosen(presets, steps, alpha, shown, linked_number("at", int(STEPS[-1])))


def _say(remarks: Sequence[str]) -> None:
    if remarks:
        st.info(" ".join(remarks))


def _way(figure: Callable[[], tuple[object, str] | None]) -> None:
    """On demand, how the nearest description was found."""
    with st.expander(
        "The way to the nearest description", key="way there", on_change="rerun"
    ) as way:
        drawn = figure() if way.open else None
        if drawn is not None:
            picture, sentence = drawn
            st.plotly_chart(picture, key="descent", alt=sentence, config={"displayModeBar": False})
            st.caption(sentence)
