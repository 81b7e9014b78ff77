"""From recorded runs on a planar task to the player's view and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypernet.experiment import Experiment
from hypernet.figures.fields import Field, fields_figure
from hypernet.figures.theme import CLASS_COLOURS, line_of
from hypernet.inspection.plane import PlaneRun
from hypernet.inspection.plane_tasks import DrawnScene, Labelled, Scene, Shape, plane_task
from hypernet.presets import preset
from hypernet.types import Batch, Task
from ui.ahead import shares_ahead
from ui.compare import weights_view
from ui.forms import slider
from ui.live.model.models import sent
from ui.live.player.fields import FieldFit, FieldView
from ui.live.player.live import Live, Told
from ui.placed import Area, place_points, received


def plane_view(
    scene: Scene,
    labelled: Labelled,
    runs: Sequence[PlaneRun],
    weights_of: str,
    replay: int,
    at: int,
    live: Live | None = None,
) -> FieldView:
    """Everything the player draws for these runs, opened at step `at` or the last one."""
    task = plane_task(scene, labelled)
    judged = scene.is_judged(labelled)
    query = task.query if judged else Batch(task.query.x[:0], task.query.y[:0])
    shown = next(run for run in runs if run.preset == weights_of)
    return FieldView(
        x_range=scene.x_range,
        y_range=scene.x_range,
        support_x=task.support.x.numpy(),
        support_label=task.support.y.argmax(dim=-1).numpy(),
        query_x=query.x.numpy(),
        query_label=query.y.argmax(dim=-1).numpy(),
        judged=judged,
        class_colours=CLASS_COLOURS[: scene.ways],
        fits=tuple(_fit(run) for run in runs),
        weights=weights_view(preset(shown.preset).title, shown.weights),
        step=min(at, runs[0].steps),
        alt=plane_sentence(scene, labelled, runs),
        replay=replay,
        live=live,
    )


def plane_figure(scene: Scene, labelled: Labelled, runs: Sequence[PlaneRun]) -> Any:
    """The same as a still picture: each learner's boundary after the last step."""
    support = plane_task(scene, labelled).support
    fields = [Field(preset(run.preset).title, run.winner[-1], run.certainty[-1]) for run in runs]
    labels = support.y.argmax(dim=-1).numpy()
    return fields_figure(support.x.numpy(), labels, fields, scene.x_range)


def live_plane(
    scene: Scene, labelled: Labelled, presets: Sequence[str], rate: float | None, revision: int
) -> Live:
    """What the browser needs to run these presets on other points."""
    return Live(
        drawn=isinstance(scene, DrawnScene),
        models={preset(name).title: sent(scene.preset(name)) for name in presets},
        description=plane_task(scene, labelled).description.numpy(),
        rate=rate,
        revision=revision,
        placed=labelled.placed is not None,
        told=_told(scene.told(labelled)) if labelled.foreign else None,
    )


def _told(task: Task) -> Told:
    return Told(
        description=task.description.numpy(),
        support_x=task.support.x.numpy(),
        support_y=task.support.y.numpy(),
    )


def plane_area(scene: Scene) -> Area:
    """Where points of the scene can be placed: inside the axes."""
    return Area(scene.x_range, scene.x_range, scene.ways)


def unfit_for(scene: Scene, experiment: Experiment) -> str | None:
    """Why a learner cannot be used on this scene, or None if it can."""
    own, family = scene.family(0.0), experiment.family
    if not isinstance(family, type(own)):
        return f"was not meta-trained on {scene.all_called}"
    if experiment.any_classes or own.n_out == family.n_out:
        return None
    return f"was meta-trained for {family.n_out} classes, this task has {scene.ways}"


def take_in_points(key: str, scene: Scene, *, swapped: bool) -> None:
    """Put points that were edited in the player `key` into the address.

    The player shows swapped labels; the address holds them as they were before.
    """
    edit = received(key)
    if edit is None or "points" not in edit:
        return
    area, rows = plane_area(scene), edit["points"]
    place_points(area, unswapped(area, rows) if swapped and rows is not None else rows)


def unswapped(area: Area, rows: object) -> object:
    """Points with the class that they had before every class got the next one's label."""
    try:
        return [[x, y, (label - 1) % area.ways] for x, y, label in area.read(rows)]
    except ValueError:
        return rows


def shape_options(kind: str) -> Shape:
    """The planar shape of a kind that three sliders place."""
    angle = slider(Shape, "angle", "Angle (rad)", "stretch")
    shift = slider(Shape, "shift", "Shift", "stretch")
    return Shape(kind, angle, shift, slider(Shape, "scale", "Scale", "stretch"))


def plane_sentence(scene: Scene, labelled: Labelled, runs: Sequence[PlaneRun]) -> str:
    """What the comparison shows, in one sentence."""
    steps = "step" if runs[0].steps == 1 else "steps"
    results = "; ".join(
        f"{preset(run.preset).title} {run.accuracy[0]:.2f} → {run.accuracy[-1]:.2f}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept}, wrong from there on)")
        for run in runs
    )
    judge = _judge(scene, labelled)
    return (
        f"{scene.title} from {_points(labelled)}: accuracy on {judge} before and after "
        f"{runs[0].steps} gradient {steps}: {results}."
    )


def plane_ahead(scene: Scene, labelled: Labelled, runs: Sequence[PlaneRun]) -> str:
    """Who is ahead and what steps did, as Markdown."""
    what = f"{scene.title} from {_points(labelled)}"
    return shares_ahead(what, runs, _judge(scene, labelled))


def _judge(scene: Scene, labelled: Labelled) -> str:
    return "other points" if scene.is_judged(labelled) else "these points"


def _points(labelled: Labelled) -> str:
    """How many points are given, in words."""
    if labelled.placed is not None:
        count = len(labelled.placed)
        return f"{count} support {'point' if count == 1 else 'points'} placed by hand"
    return f"{labelled.shots} support {'point' if labelled.shots == 1 else 'points'} each"


def _fit(run: PlaneRun) -> FieldFit:
    (title, summary, _), line = preset(run.preset), line_of(run.preset)
    return FieldFit(
        label=title,
        colour=line.colour,
        dash=line.dash,
        winner=run.winner,
        certainty=run.certainty,
        accuracy=run.accuracy,
        support_loss=run.support_loss,
        query_loss=run.query_loss,
        kept=run.kept,
        note=summary,
    )
