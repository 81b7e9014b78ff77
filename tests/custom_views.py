"""Players on a visitor's own points, for test_custom_views.py: a known curve, held-out points, and
nothing to judge by, as curves and as fields.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch

from hypernet.evaluate import loss_per_step
from hypernet.figures.theme import CLASS_COLOURS, line_of
from hypernet.presets import preset, shared
from hypernet.types import Batch
from ui.live.model.models import models, sent
from ui.live.player.curves import CurveFit, CurveView
from ui.live.player.fields import FieldFit, FieldView
from ui.live.player.live import Live
from ui.live.player.player import player
from ui.placed import Area, received, revision

STEPS, RESOLUTION = 5, 40
CURVES = ["sinusoid-description", "sinusoid-points", "sinusoid-maml"]
FIELDS = ["clusters-points-5way", "clusters-maml-5way"]
GRID = torch.linspace(-5, 5, 100).unsqueeze(-1)
PARABOLA = 0.3 * GRID[:, 0] ** 2 - 3
HELD_OUT = torch.tensor([[-5.0, 4.5], [-2.5, -1.0], [0.3, -3.0], [1.7, -2.2], [4.6, 3.4]])
TOLD = {"sinusoid-description": (2.5, 0.8)}
CURVE_AREA, FIELD_AREA = Area((-5, 5), (-6, 6)), Area((-3, 3), (-3, 3), 5)
ON_CURVE = ((-4.0, 1.8), (-1.5, -2.3), (0.5, -2.9), (2.5, -1.1), (4.0, 1.8))
IN_PLANE = tuple(
    (x, y, label)
    for label, (x, y) in enumerate([(-2.0, -1.5), (1.8, -1.8), (0.0, 0.3), (-1.7, 2.0), (2.0, 1.9)])
)


class Walk(NamedTuple):
    """A preset's inner loop on points: `said` is what it says at all `places` after each step."""

    said: torch.Tensor
    support_loss: np.ndarray
    query_loss: np.ndarray
    accuracy: np.ndarray


def walk(name: str, support: Batch, query: Batch, places: torch.Tensor) -> Walk:
    experiment, learner = shared(name)
    told = torch.tensor(TOLD.get(name, [0.0] * len(experiment.family.entries)))
    with torch.no_grad():
        trace = learner.adapt(told, support, STEPS, None)
        losses = {
            f"{role}_loss": loss_per_step(learner, experiment.family, trace, batch).numpy()
            for role, batch in (("support", support), ("query", query))
        }
        said = torch.stack([learner.predict(params, places) for params in trace])
        answers = torch.stack([learner.predict(params, support.x) for params in trace])
    same = answers.argmax(dim=-1) == support.y.argmax(dim=-1)
    right = same.sum(dim=-1).numpy() / max(1, len(support.x))
    return Walk(said=said, accuracy=right, **losses)


def live(key: str, names: list[str]) -> Live:
    told = {preset(name).title: np.array(TOLD.get(name, ()), dtype=np.float32) for name in names}
    return Live(
        models={preset(name).title: sent(name) for name in names},
        description=np.zeros(2, dtype=np.float32),
        descriptions=told,
        rate=None,
        revision=revision(key),
        placed=True,
        drawn=False,
    )


def placed(key: str, points: tuple[tuple[float, ...], ...]) -> torch.Tensor:
    rows = st.session_state.get(f"{key}-points", points)
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, len(points[0]))


def parts(name: str, made: Walk) -> dict[str, Any]:
    line = line_of(name)
    return {
        "label": preset(name).title,
        "colour": line.colour,
        "dash": line.dash,
        "support_loss": made.support_loss,
        "query_loss": made.query_loss,
        "kept": STEPS + 1,
    }


def curves(key: str, truth: torch.Tensor | None, held_out: torch.Tensor) -> CurveView:
    support = Batch(*placed(key, ON_CURVE).split(1, dim=-1))
    query = Batch(*held_out.split(1, dim=-1)) if len(held_out) else support
    if truth is not None:
        query = Batch(GRID, truth.unsqueeze(-1))
    made = {name: walk(name, support, query, GRID) for name in CURVES}
    return CurveView(
        grid_x=GRID[:, 0].numpy(),
        truth_y=None if truth is None else truth.numpy(),
        support_x=support.x[:, 0].numpy(),
        support_y=support.y[:, 0].numpy(),
        query_x=held_out[:, 0].numpy(),
        query_y=held_out[:, 1].numpy(),
        x_range=(-5, 5),
        y_range=(-6, 6),
        fits=tuple(
            CurveFit(**parts(name, walk), curves=walk.said[..., 0].numpy())
            for name, walk in made.items()
        ),
        weights=None,
        step=STEPS,
        alt=f"{key}: three learners on {len(support.x)} points of a visitor.",
        live=live(key, CURVES),
        judged=truth is not None or len(held_out) > 0,
    )


def fields(key: str) -> FieldView:
    rows = placed(key, IN_PLANE)
    labels = rows[:, 2].long()
    support = Batch(rows[:, :2], torch.nn.functional.one_hot(labels, 5).float())
    half = 3 / RESOLUTION
    line = torch.linspace(-3 + half, 3 - half, RESOLUTION)
    up, along = torch.meshgrid(line, line, indexing="ij")
    cells = torch.stack([along, up], dim=-1).view(-1, 2)
    made = {name: walk(name, support, support, cells) for name in FIELDS}
    return FieldView(
        support_x=support.x.numpy(),
        support_label=labels.numpy(),
        query_x=np.empty((0, 2), dtype=np.float32),
        query_label=None,
        class_colours=CLASS_COLOURS[:5],
        x_range=(-3, 3),
        y_range=(-3, 3),
        fits=tuple(field_fit(name, walk) for name, walk in made.items()),
        weights=None,
        step=STEPS,
        alt=f"{key}: two learners on {len(support.x)} points of a visitor.",
        live=live(key, FIELDS),
        judged=False,
    )


def field_fit(name: str, made: Walk) -> FieldFit:
    square = (STEPS + 1, RESOLUTION, RESOLUTION)
    probability, winner = made.said.softmax(dim=-1).max(dim=-1)
    certainty = (probability - 1 / 5) * 255 / (1 - 1 / 5)
    return FieldFit(
        **parts(name, made),
        winner=winner.view(square).to(torch.uint8).numpy(),
        certainty=certainty.view(square).to(torch.uint8).numpy(),
        accuracy=made.accuracy,
    )


def show(key: str, area: Area, view: Callable[[], CurveView | FieldView]) -> None:
    def take_in() -> None:
        edit = received(key)
        if edit is not None and "points" in edit:
            st.session_state[f"{key}-points"] = area.read(edit["points"])

    with st.container(key=f"view-{key}"):
        player(view(), key=key, on_edit=take_in)


NO_POINTS = torch.empty(0, 2)

st.set_page_config(page_title="Own views", layout="wide")
st.title("Own views")
show("known", CURVE_AREA, lambda: curves("known", PARABOLA, NO_POINTS))
show("held-out", CURVE_AREA, lambda: curves("held-out", None, HELD_OUT))
show("unjudged", CURVE_AREA, lambda: curves("unjudged", None, NO_POINTS))
show("field", FIELD_AREA, lambda: fields("field"))
models([*CURVES, *FIELDS])
