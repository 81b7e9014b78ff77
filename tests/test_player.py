"""The inner-loop player: what reaches the browser, and what is refused."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hypernet.figures.theme import WEIGHT_MAP
from ui.live.player.curves import CurveFit, CurveView
from ui.live.player.fields import FieldFit, FieldView
from ui.live.player.live import Dial, Live, Told
from ui.live.player.player import payload
from ui.live.player.view import Tensor, Weights

STEPS, GRID, POINTS = 3, 20, 4
CELLS, QUERIES, WAYS = 6, 5, 3


def floats(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def a_fit(label: str = "MAML", **changes: Any) -> CurveFit:
    fit = CurveFit(
        label=label,
        colour="#0072B2",
        dash="7 3",
        curves=floats(STEPS + 1, GRID, seed=1),
        support_loss=floats(STEPS + 1, seed=2) ** 2,
        query_loss=floats(STEPS + 1, seed=3) ** 2,
        kept=STEPS + 1,
    )
    return replace(fit, **changes)


def some_weights(**changes: Any) -> Weights:
    tensor = Tensor("W1", (5, 2), floats(STEPS + 1, 10, seed=4))
    return Weights("MAML", (replace(tensor, **changes),))


def a_view(**changes: Any) -> CurveView:
    parts: dict[str, Any] = {
        "grid_x": np.linspace(-5, 5, GRID, dtype=np.float32),
        "truth_y": floats(GRID, seed=5),
        "support_x": floats(POINTS, seed=6),
        "support_y": floats(POINTS, seed=7),
        "x_range": (-5.0, 5.0),
        "y_range": (-6.0, 6.0),
        "fits": (a_fit(), a_fit("scratch")),
        "weights": some_weights(),
        "step": 1,
        "alt": "Two learners fit a sine to four points.",
    }
    return CurveView(**(parts | changes))


def whole(below: int, *shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, below, size=shape, dtype=np.uint8)


def a_field_fit(label: str = "MAML", **changes: Any) -> FieldFit:
    fit = FieldFit(
        label=label,
        colour="#0072B2",
        dash="",
        winner=whole(WAYS, STEPS + 1, CELLS, CELLS, seed=1),
        certainty=whole(256, STEPS + 1, CELLS, CELLS, seed=2),
        accuracy=np.linspace(0.4, 0.9, STEPS + 1, dtype=np.float32),
        support_loss=floats(STEPS + 1, seed=3) ** 2,
        query_loss=floats(STEPS + 1, seed=4) ** 2,
        kept=STEPS + 1,
    )
    return replace(fit, **changes)


def a_field_view(**changes: Any) -> FieldView:
    parts: dict[str, Any] = {
        "support_x": floats(POINTS, 2, seed=5),
        "support_label": np.arange(POINTS) % WAYS,
        "query_x": floats(QUERIES, 2, seed=6),
        "query_label": np.arange(QUERIES) % WAYS,
        "class_colours": ("#0072B2", "#D55E00", "#009E73"),
        "x_range": (-4.0, 4.0),
        "y_range": (-3.0, 5.0),
        "fits": (a_field_fit(), a_field_fit("scratch")),
        "weights": None,
        "step": 1,
        "alt": "Two learners divide the plane.",
    }
    return FieldView(**(parts | changes))


def decoded(text: str, dtype: str = "<f4") -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


def test_every_number_reaches_the_browser_unchanged() -> None:
    view = a_view()
    sent = json.loads(json.dumps(payload(view), allow_nan=False))
    assert (sent["kind"], sent["steps"], sent["step"]) == ("curves", STEPS, 1)
    assert (sent["grid"], sent["points"]) == (GRID, POINTS)
    assert (sent["xRange"], sent["yRange"], sent["alt"]) == ([-5, 5], [-6, 6], view.alt)
    for name, array in {
        "gridX64": view.grid_x,
        "truth64": view.truth_y,
        "supportX64": view.support_x,
        "supportY64": view.support_y,
    }.items():
        np.testing.assert_array_equal(decoded(sent[name]), array)
    for fit, told in zip(view.fits, sent["fits"], strict=True):
        assert [told[name] for name in ("label", "colour", "dash", "note", "kept")] == [
            fit.label,
            fit.colour,
            fit.dash,
            fit.note,
            fit.kept,
        ]
        np.testing.assert_array_equal(decoded(told["curves64"]), fit.curves.ravel())
        np.testing.assert_array_equal(decoded(told["supportLoss64"]), fit.support_loss)
        np.testing.assert_array_equal(decoded(told["queryLoss64"]), fit.query_loss)


def test_every_cell_and_point_of_a_field_reaches_the_browser_unchanged() -> None:
    view = a_field_view()
    sent = json.loads(json.dumps(payload(view), allow_nan=False))
    assert (sent["kind"], sent["steps"], sent["resolution"]) == ("fields", STEPS, CELLS)
    assert (sent["points"], sent["queries"]) == (POINTS, QUERIES)
    assert sent["classColours"] == list(view.class_colours)
    for name, points in {"support": view.support_x, "query": view.query_x}.items():
        np.testing.assert_array_equal(decoded(sent[f"{name}64"]), points.ravel())
    for name, labels in {"support": view.support_label, "query": view.query_label}.items():
        np.testing.assert_array_equal(decoded(sent[f"{name}Label64"], "u1"), labels)
    for fit, told in zip(view.fits, sent["fits"], strict=True):
        assert (told["label"], told["kept"]) == (fit.label, fit.kept)
        for name, cells in {"winner": fit.winner, "certainty": fit.certainty}.items():
            np.testing.assert_array_equal(decoded(told[f"{name}64"], "u1"), cells.ravel())
        np.testing.assert_array_equal(decoded(told["accuracy64"]), fit.accuracy)
        np.testing.assert_array_equal(decoded(told["queryLoss64"]), fit.query_loss)


def test_query_points_may_have_no_classes_or_be_none() -> None:
    assert payload(a_field_view(query_label=None))["queryLabel64"] is None
    none = a_field_view(query_x=np.empty((0, 2)), query_label=np.empty(0, dtype=int))
    assert payload(none)["queries"] == 0


def unjudged(fit: Any) -> Any:
    """The fit as it is where nothing is known but its support points."""
    return replace(fit, query_loss=fit.support_loss)


def test_held_out_points_stand_for_a_curve_that_nobody_knows() -> None:
    x, y = floats(QUERIES, seed=8), floats(QUERIES, seed=9)
    sent = payload(a_view(truth_y=None, query_x=x, query_y=y))
    assert (sent["truth64"], sent["queries"], sent["judged"]) == (None, QUERIES, True)
    np.testing.assert_array_equal(decoded(sent["queryX64"]), x)
    np.testing.assert_array_equal(decoded(sent["queryY64"]), y)
    assert payload(a_view())["queries"] == 0


def test_a_view_may_have_nothing_to_judge_by() -> None:
    sent = payload(a_view(truth_y=None, judged=False, fits=(unjudged(a_fit()),)))
    assert (sent["truth64"], sent["queries"], sent["judged"]) == (None, 0, False)
    field = a_field_view(
        query_x=np.empty((0, 2)),
        query_label=None,
        judged=False,
        fits=(unjudged(a_field_fit()),),
        live=a_live(models={"MAML": None}),
    )
    assert (payload(field)["queries"], payload(field)["judged"]) == (0, False)


def test_what_a_view_is_judged_by_must_be_there() -> None:
    with pytest.raises(ValueError, match="judged must be False without a true curve"):
        a_view(truth_y=None)
    with pytest.raises(ValueError, match="judged must be True with a true curve or held-out"):
        a_view(judged=False, fits=(unjudged(a_fit()),))
    with pytest.raises(ValueError, match=r"fits\[0\]\.query_loss must be support_loss where"):
        a_view(truth_y=None, judged=False)
    with pytest.raises(ValueError, match="query_x must be empty if not judged, got 5"):
        a_field_view(judged=False, fits=(unjudged(a_field_fit()),))
    with pytest.raises(ValueError, match="query_x must hold at least one point in a live view"):
        a_field_view(query_x=np.empty((0, 2)), query_label=np.empty(0, dtype=int), live=a_live())


def test_weights_reach_the_browser_row_by_row() -> None:
    view = a_view()
    assert view.weights is not None
    sent = payload(view)["weights"]
    assert (sent["label"], sent["kept"]) == ("MAML", STEPS + 1)
    (tensor,) = sent["tensors"]
    assert (tensor["label"], tensor["rows"], tensor["cols"]) == ("W1", 5, 2)
    np.testing.assert_array_equal(
        decoded(tensor["values64"]), view.weights.tensors[0].values.ravel()
    )


def test_weights_have_the_colours_of_all_other_pictures() -> None:
    assert tuple(payload(a_view())["weightMap"]) == WEIGHT_MAP


def test_a_replay_is_asked_for_by_another_number() -> None:
    assert [payload(a_view(replay=count))["replay"] for count in (0, 1)] == [0, 1]


def test_a_view_may_have_no_weights() -> None:
    assert payload(a_view(weights=None))["weights"] is None


def test_double_precision_is_sent_as_float32() -> None:
    fit = a_fit(query_loss=np.full(STEPS + 1, 0.1))
    sent = payload(a_view(fits=(fit,)))["fits"][0]
    np.testing.assert_array_equal(decoded(sent["queryLoss64"]), np.full(STEPS + 1, np.float32(0.1)))


def test_what_comes_after_divergence_is_neither_checked_nor_sent() -> None:
    curves = floats(STEPS + 1, GRID)
    curves[2:] = np.nan
    values = floats(STEPS + 1, 10)
    values[2:] = np.inf
    view = a_view(fits=(a_fit(curves=curves, kept=2),), weights=some_weights(values=values))
    sent = payload(view)
    np.testing.assert_array_equal(decoded(sent["fits"][0]["curves64"]), curves[:2].ravel())
    assert sent["weights"]["kept"] == 2
    tensor = sent["weights"]["tensors"][0]
    np.testing.assert_array_equal(decoded(tensor["values64"]), values[:2].ravel())


def test_what_comes_after_divergence_of_a_field_is_neither_checked_nor_sent() -> None:
    winner, accuracy = whole(WAYS, STEPS + 1, CELLS, CELLS), floats(STEPS + 1)
    winner[2:], accuracy[2:] = 255, np.nan
    view = a_field_view(fits=(a_field_fit(winner=winner, accuracy=accuracy, kept=2),))
    (sent,) = payload(view)["fits"]
    np.testing.assert_array_equal(decoded(sent["winner64"], "u1"), winner[:2].ravel())
    np.testing.assert_array_equal(decoded(sent["accuracy64"]), accuracy[:2])


def test_a_loop_without_steps_is_a_view() -> None:
    still = a_fit(curves=floats(1, GRID), support_loss=floats(1), query_loss=floats(1), kept=1)
    assert a_view(fits=(still,), weights=None, step=0).steps == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"grid_x": floats(1)}, "grid_x must hold at least 2"),
        ({"grid_x": floats(GRID, 1)}, r"grid_x must have shape \(20,\), got \(20, 1\)"),
        ({"truth_y": floats(GRID - 1)}, r"truth_y must have shape \(20,\), got \(19,\)"),
        ({"support_y": floats(3)}, r"support_y must have shape \(4,\), got \(3,\)"),
        ({"query_y": floats(3)}, r"query_y must have shape \(0,\), got \(3,\)"),
        ({"query_x": floats(2, 1)}, r"query_x must have shape \(2,\), got \(2, 1\)"),
        ({"query_x": np.array([np.inf]), "query_y": floats(1)}, "query_x must be finite"),
        ({"support_x": np.full(POINTS, np.nan)}, "support_x must be finite"),
        ({"x_range": (5.0, 5.0)}, "x_range must be"),
        ({"y_range": (1.0, -1.0)}, "y_range must be"),
        ({"fits": ()}, "fits must hold at least one"),
        ({"fits": (a_fit(), a_fit())}, "fits must have different labels"),
        ({"weights": Weights("ridge", ())}, r"weights\.label must be one of"),
        ({"weights": Weights("MAML", ())}, r"weights\.tensors must hold at least one"),
        ({"step": STEPS + 1}, r"step must be 0\.\.3, got 4"),
        ({"step": -1}, r"step must be 0\.\.3, got -1"),
        ({"alt": " "}, "alt must be a sentence"),
    ],
)
def test_a_wrong_view_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_view(**changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"curves": floats(STEPS, GRID)}, r"curves must have shape \(4, 20\), got \(3, 20\)"),
        ({"support_loss": floats(STEPS)}, r"support_loss must have shape \(4,\), got \(3,\)"),
        ({"query_loss": floats(STEPS + 1, 1)}, r"query_loss must have shape \(4,\)"),
        ({"query_loss": np.full(STEPS + 1, np.inf)}, "query_loss must be finite"),
        ({"kept": 0}, r"kept must be 1\.\.4, got 0"),
        ({"kept": STEPS + 2}, r"kept must be 1\.\.4, got 5"),
        ({"colour": "blue"}, "colour must be #rrggbb"),
        ({"dash": "4;fill:red"}, "dash must be an SVG dash array"),
    ],
)
def test_a_wrong_fit_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"fits\[1\]\." + sentence):
        a_view(fits=(a_fit(), a_fit("scratch", **changes)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"support_x": floats(POINTS)}, r"support_x must have shape \(4, 2\), got \(4,\)"),
        ({"support_label": whole(WAYS, 3)}, r"support_label must have shape \(4,\), got \(3,\)"),
        ({"support_label": np.array([0, 1, 3, 7])}, r"support_label must be 0\.\.2, got \[3, 7\]"),
        ({"query_label": np.full(QUERIES, -1)}, r"query_label must be 0\.\.2, got \[-1\]"),
        ({"query_x": floats(QUERIES, 3)}, r"query_x must have shape \(5, 2\), got \(5, 3\)"),
        ({"query_x": np.full((QUERIES, 2), np.nan)}, "query_x must be finite"),
        ({"class_colours": ("#0072B2",)}, r"class_colours must be 2\.\.5, got 1"),
        ({"class_colours": ("#0072B2",) * 6}, r"class_colours must be 2\.\.5, got 6"),
        ({"class_colours": ("#0072B2", "red")}, r"class_colours\[1\] must be #rrggbb"),
        ({"y_range": (-4.0, 5.0)}, "y_range must be as long as x_range"),
    ],
)
def test_a_wrong_field_view_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_field_view(**changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"winner": whole(WAYS, 4, CELLS, 5)},
            r"winner must have shape \(4, 6, 6\), got \(4, 6, 5\)",
        ),
        ({"winner": whole(WAYS, 3, CELLS, CELLS)}, r"winner must have shape \(4, 6, 6\)"),
        ({"winner": np.zeros((4, CELLS, CELLS))}, "winner must be uint8, got float64"),
        (
            {"winner": whole(1, 4, CELLS, CELLS) + np.uint8(WAYS)},
            r"winner must be 0\.\.2, got \[3\]",
        ),
        ({"certainty": floats(4, CELLS, CELLS)}, "certainty must be uint8, got float32"),
        ({"certainty": whole(9, 4, 5, 5)}, r"certainty must have shape \(4, 6, 6\)"),
        ({"accuracy": floats(STEPS)}, r"accuracy must have shape \(4,\), got \(3,\)"),
        ({"accuracy": np.full(STEPS + 1, np.nan)}, "accuracy must be finite"),
        ({"query_loss": floats(STEPS)}, r"query_loss must have shape \(4,\), got \(3,\)"),
        ({"kept": 0}, r"kept must be 1\.\.4, got 0"),
    ],
)
def test_a_wrong_field_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"fits\[1\]\." + sentence):
        a_field_view(fits=(a_field_fit(), a_field_fit("scratch", **changes)))


def test_a_field_of_one_cell_is_refused() -> None:
    one = a_field_fit(winner=whole(WAYS, 4, 1, 1), certainty=whole(9, 4, 1, 1))
    with pytest.raises(ValueError, match=r"fits\[0\]\.winner must hold at least 2 x 2 cells"):
        a_field_view(fits=(one,))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shape": (5, 3)}, r"values must have shape \(4, 15\), got \(4, 10\)"),
        ({"shape": (0, 2)}, "shape must be positive"),
        ({"values": floats(STEPS, 10)}, r"values must have shape \(4, 10\), got \(3, 10\)"),
        ({"values": np.full((STEPS + 1, 10), np.nan)}, "values must be finite"),
    ],
)
def test_wrong_weights_are_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"weights\.tensors\[0\]\." + sentence):
        a_view(weights=some_weights(**changes))


def a_dial(**changes: Any) -> Dial:
    dial = Dial(
        name="phase φ", unit="rad", value=1.0, low=0.0, high=6.2, step=0.1, training=(0.0, 3.1)
    )
    return replace(dial, **changes)


def a_live(**changes: Any) -> Live:
    parts: dict[str, Any] = {
        "models": {"MAML": "sinusoid-maml", "scratch": None},
        "description": np.array([2.5, 1.0], dtype=np.float32),
        "rate": None,
        "revision": 3,
        "placed": True,
    }
    return Live(**(parts | changes))


def told(**changes: Any) -> Told:
    other = Told(description=floats(2), support_x=floats(4, 2), support_y=floats(4, WAYS))
    return replace(other, **changes)


def test_what_the_browser_needs_reaches_it() -> None:
    assert payload(a_view())["live"] is None
    live = a_live(amplitude=a_dial(name="amplitude A"), phase=a_dial())
    sent = json.loads(json.dumps(payload(a_view(live=live)), allow_nan=False))["live"]
    assert sent["models"] == {"MAML": "sinusoid-maml", "scratch": None}
    assert sent["description"] == [2.5, 1.0]
    assert (sent["rate"], sent["revision"], sent["placed"], sent["most"]) == (None, 3, True, 200)
    assert (sent["told"], sent["descriptions"], sent["drawn"]) == (None, None, True)
    assert sent["pad"]["phase"]["training"] == [0.0, 3.1]
    other = told()
    sent = payload(a_field_view(live=a_live(told=other)))["live"]
    assert sent["pad"] is None
    assert sent["told"]["count"] == 4
    np.testing.assert_array_equal(decoded(sent["told"]["x64"]), other.support_x.ravel())
    np.testing.assert_array_equal(decoded(sent["told"]["y64"]), other.support_y.ravel())


def test_each_learner_may_be_told_something_of_its_own() -> None:
    own = {"MAML": floats(0), "scratch": np.array([1.5, 2.0, 0.5])}
    sent = json.loads(json.dumps(payload(a_view(live=a_live(descriptions=own, drawn=False)))))
    assert sent["live"]["descriptions"] == {"MAML": [], "scratch": [1.5, 2.0, 0.5]}
    assert sent["live"]["drawn"] is False


def a_row(**changes: Any) -> Live:
    """A live view with two dials."""
    dials = (a_dial(name="a"), a_dial(name="b", value=5.0))
    parts: dict[str, Any] = {"dials": dials, "law": ["*", "a", ["sin", "x"]]}
    return a_live(**(parts | changes))


def test_dials_reach_the_browser_with_their_law() -> None:
    sent = json.loads(json.dumps(payload(a_view(live=a_row(told_dials={"MAML": ("b", "a")})))))
    live = sent["live"]
    assert [(dial["name"], dial["value"]) for dial in live["dials"]] == [("a", 1.0), ("b", 5.0)]
    assert live["law"] == ["*", "a", ["sin", "x"]]
    assert live["toldDials"] == {"MAML": ["b", "a"]}
    sent = payload(a_view(live=a_live()))["live"]
    assert (sent["dials"], sent["law"], sent["toldDials"]) == (None, None, {})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dials": (a_dial(name="a"),) * 2}, r"live\.dials must have different names, got"),
        ({"dials": (a_dial(name="a", value=-1.0),)}, r"a must be 0\.\.6\.2, got -1"),
        ({"dials": ()}, r"live\.law must be given with dials alone"),
        ({"law": None}, r"live\.law must be given with dials alone"),
        ({"law": ["+", "a", ["exp", "c"]]}, r"live\.law may use x and \['a', 'b'\], got \['c'\]"),
        ({"told_dials": {"Ridge": ("a",)}}, r"live\.told_dials must be of \['MAML', 'scratch'\]"),
        ({"told_dials": {"MAML": ("c",)}}, r"live\.told_dials\['MAML'\] must be among"),
        ({"amplitude": a_dial(), "phase": a_dial()}, r"live\.dials must be none beside"),
    ],
)
def test_wrong_dials_are_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_view(live=a_row(**changes))


def test_dials_need_a_true_curve_that_they_move() -> None:
    with pytest.raises(ValueError, match=r"live\.dials must be none beside"):
        a_field_view(live=a_row())
    fits = [replace(fit, query_loss=fit.support_loss) for fit in a_view().fits]
    with pytest.raises(ValueError, match=r"truth_y must be given with live\.dials"):
        a_view(truth_y=None, judged=False, fits=tuple(fits), live=a_row())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"models": {"MAML": None}}, r"live\.models must name \['MAML', 'scratch'\]"),
        ({"description": np.array([np.nan])}, r"live\.description must be finite"),
        ({"description": floats(2, 2)}, r"live\.description must have shape"),
        (
            {"descriptions": {"MAML": floats(2)}},
            r"live\.descriptions must name \['MAML', 'scratch'\], got \['MAML'\]",
        ),
        (
            {"descriptions": {"MAML": floats(2), "scratch": np.array([np.nan])}},
            r"live\.descriptions\['scratch'\] must be finite",
        ),
        (
            {"descriptions": {"MAML": floats(2), "scratch": floats(2)}, "told": told()},
            r"live\.descriptions must be None beside another task",
        ),
        ({"drawn": False, "placed": False}, r"live\.placed must be True where no points are drawn"),
        ({"rate": 0.0}, r"live\.rate must be above 0 or None, got 0"),
        ({"rate": float("inf")}, r"live\.rate must be above 0"),
        ({"revision": -1}, r"live\.revision must be 0 or more, got -1"),
        ({"phase": a_dial()}, "live must have both amplitude and phase"),
        (
            {"phase": a_dial(value=7.0), "amplitude": a_dial()},
            r"phase φ must be 0\.\.6\.2, got 7",
        ),
        ({"told": told(description=floats(3))}, r"live\.told\.description must have shape \(2,\)"),
        ({"told": told(support_x=floats(4))}, r"live\.told\.support_x must have shape \(4, 2\)"),
        (
            {"told": told(support_y=floats(3, WAYS))},
            r"live\.told\.support_y must have shape \(4, 3\), got \(3, 3\)",
        ),
    ],
)
def test_a_wrong_live_part_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_field_view(live=a_live(**changes))


def test_a_live_field_needs_the_classes_of_its_query_points() -> None:
    with pytest.raises(ValueError, match="query_label must be given in a live view"):
        a_field_view(query_label=None, live=a_live())


def page() -> None:
    from tests.test_player import a_field_view, a_view
    from ui.live.player.player import player

    player(a_view(), key="curves")
    player(a_field_view(), key="fields")


def test_a_page_shows_both_kinds_with_their_payload() -> None:
    at = AppTest.from_function(page).run()
    assert not at.exception
    shown = [json.loads(component.proto.json) for component in at.get("bidi_component")]
    assert shown == [json.loads(json.dumps(payload(view))) for view in (a_view(), a_field_view())]


def test_the_component_is_one_module_in_a_shadow_root() -> None:
    at = AppTest.from_function(page).run()
    proto = at.get("bidi_component")[0].proto
    assert proto.isolate_styles
    assert proto.js_content.count("export default function") == 1
    assert not re.search(r"^import\b", proto.js_content, re.MULTILINE)
    assert "innerHTML" not in proto.js_content
    assert proto.css_content.count("{") == proto.css_content.count("}")
