"""The live picture of meta-training: losses, three tasks, the weights they begin with.

    RunView ── payload ──► training.html + training.css + training.js

Everything is drawn from what one call sends; the browser answers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from hypernet.figures.theme import CLASS_COLOURS
from hypernet.inspection.training import RESOLUTION, Curve, Field, Look
from ui.curves import tall
from ui.live.compose import script_of, text_of
from ui.live.parts.arrays import base64_bytes, base64_floats

#: The height of the curves' vertical axis: the tallest of the three waves and some air.
HEIGHT = 6.0


class RunView(NamedTuple):
    """One run as it stands.

    Args:
        name: what it is called, unique in the picture.
        colour: its colour, as #rrggbb.
        dash: its SVG dash array; "" is a solid line.
        words: how it stands, in one line that may change with every call.
        spoken: how it stands, said aloud when it changes.
        share: how much of it is done, 0..1; None for a run without an end.
        steps: its outer steps; 0 where it has no curve.
        report_steps: outer steps of the points of the meta-loss curve.
        meta_losses: their mean meta-loss.
        probe_steps: when the held-out tasks were evaluated.
        probe_losses: their mean query loss.
        left: the step at which it left the chart, or None.
        look: what its learner does with three tasks.
    """

    name: str
    colour: str
    dash: str
    words: str
    spoken: str
    share: float | None
    steps: int
    report_steps: Sequence[int]
    meta_losses: Sequence[float]
    probe_steps: Sequence[int]
    probe_losses: Sequence[float]
    left: int | None
    look: Look


def training(runs: Sequence[RunView], x_range: tuple[float, float], alt: str, *, key: str) -> None:
    """Shows one or two runs of one family; `alt` is the sentence of the three tasks."""
    _component(key=key, data=payload(runs, x_range, alt))


def payload(runs: Sequence[RunView], x_range: tuple[float, float], alt: str) -> dict[str, Any]:
    """All that is drawn, as JSON values; arrays as base64, named …64."""
    look = runs[0].look
    curves = isinstance(look.tasks[0], Curve)
    return {
        "kind": "curve" if curves else "field",
        "score": "MSE" if curves else "accuracy",
        "xRange": x_range,
        "yRange": _y_range(look.tasks) if curves else x_range,
        "resolution": RESOLUTION,
        "classColours": [] if curves else CLASS_COLOURS[: look.ways],
        "tasks": [_task(task) for task in look.tasks],
        "runs": [_run(run) for run in runs],
        "alt": alt,
    }


def _y_range(tasks: Sequence[Curve | Field]) -> tuple[float, float]:
    """That of waves, unless a task of another family needs a taller one."""
    truths = [task.truth for task in tasks if isinstance(task, Curve)]
    needed = max(float(np.abs(truth).max()) for truth in truths)
    high = HEIGHT if needed <= HEIGHT else tall(needed)
    return -high, high


def _task(task: Curve | Field) -> dict[str, Any]:
    """What all runs share of a task: its points and, on the line, its truth."""
    if isinstance(task, Field):
        return {
            "title": task.title,
            "points": len(task.labels),
            "support64": base64_floats(task.support_x),
            "labels64": base64_bytes(task.labels),
        }
    points = np.stack([task.support_x, task.support_y], axis=1)
    return {
        "title": task.title,
        "points": len(points),
        "support64": base64_floats(points),
        "grid": len(task.truth),
        "truth64": base64_floats(task.truth),
    }


def _run(run: RunView) -> dict[str, Any]:
    return {
        "name": run.name,
        "colour": run.colour,
        "dash": run.dash,
        "words": run.words,
        "spoken": run.spoken,
        "share": run.share,
        "steps": run.steps,
        "innerSteps": run.look.inner_steps,
        "reports": len(run.report_steps),
        "reportSteps64": _floats(run.report_steps),
        "metaLosses64": _floats(run.meta_losses),
        "probes": len(run.probe_steps),
        "probeSteps64": _floats(run.probe_steps),
        "probeLosses64": _floats(run.probe_losses),
        "left": run.left,
        "tasks": [_fit(task) for task in run.look.tasks],
        "weights": [tensor._asdict() for tensor in run.look.weights],
    }


def _fit(task: Curve | Field) -> dict[str, Any]:
    """What one run does with a task."""
    if isinstance(task, Field):
        return {
            "score": task.score,
            "winner64": base64_bytes(task.winner),
            "certainty64": base64_bytes(task.certainty),
        }
    return {
        "score": task.score,
        "before64": base64_floats(task.before),
        "after64": base64_floats(task.after),
    }


def _floats(values: Sequence[float]) -> str:
    return base64_floats(np.asarray(values, dtype=np.float32))


# Registered once, when this module is imported.

_component = st.components.v2.component(
    "meta_training",
    html=text_of("training/training.html"),
    css=text_of("parts/picture.css", "training/training.css"),
    js=script_of("training/training.js"),
)
