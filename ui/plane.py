"""From recorded runs on a planar task to the player's view and its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from hypernet.figures.theme import CLASS_COLOURS, LINES
from hypernet.one_plane import Labelled, PlaneRun, Shape, plane_task
from hypernet.presets import PLANAR
from hypernet.tasks import Planar
from ui.compare import weights_view
from ui.live.player_fields import FieldFit, FieldView


def plane_view(
    shape: Shape,
    labelled: Labelled,
    runs: Sequence[PlaneRun],
    weights_of: str,
    replay: int,
    at: int,
) -> FieldView:
    """Everything the player draws for these runs, opened at step `at` or the last one."""
    task = plane_task(shape, labelled)
    shown = next(run for run in runs if run.preset == weights_of)
    return FieldView(
        x_range=Planar.x_range,
        y_range=Planar.x_range,
        support_x=task.support.x.numpy(),
        support_label=task.support.y.argmax(dim=-1).numpy(),
        query_x=task.query.x.numpy(),
        query_label=task.query.y.argmax(dim=-1).numpy(),
        class_colours=CLASS_COLOURS[: Planar.ways],
        fits=tuple(_fit(run) for run in runs),
        weights=weights_view(PLANAR[shown.preset].title, shown.weights),
        step=min(at, runs[0].steps),
        alt=plane_sentence(shape, labelled, runs),
        replay=replay,
    )


def plane_sentence(shape: Shape, labelled: Labelled, runs: Sequence[PlaneRun]) -> str:
    """What the comparison shows, in one sentence."""
    noun = "point" if labelled.shots == 1 else "points"
    steps = "step" if runs[0].steps == 1 else "steps"
    results = "; ".join(
        f"{PLANAR[run.preset].title} {run.accuracy[0]:.2f} → {run.accuracy[-1]:.2f}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept})")
        for run in runs
    )
    return (
        f"Two classes of {shape.kind} from {labelled.shots} support {noun} each: accuracy on other "
        f"points before and after {runs[0].steps} gradient {steps}: {results}."
    )


def _fit(run: PlaneRun) -> FieldFit:
    preset, line = PLANAR[run.preset], LINES[run.preset]
    return FieldFit(
        label=preset.title,
        colour=line.colour,
        dash=line.dash,
        winner=run.winner,
        certainty=run.certainty,
        accuracy=run.accuracy,
        support_loss=run.support_loss,
        query_loss=run.query_loss,
        kept=run.kept,
        note=preset.summary,
    )
