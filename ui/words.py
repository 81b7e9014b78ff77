"""Sentences and formulas made from what the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from hypernet.inspection.curve import Generated, Run, Wave
from hypernet.inspection.plane import PlaneRun
from hypernet.inspection.plane_tasks import Labelled, Scene
from hypernet.presets import preset, shared


def outside_training(preset: str, wave: Wave) -> list[str]:
    """A sentence that names what lies outside the training range; empty if nothing does."""
    outside = [
        f"{p.name} {value:g} (trained on {p.low:g} to {p.high:.3g})"
        for p, value in zip(
            shared(preset).experiment.family.parameters,
            (wave.amplitude, wave.phase),
            strict=True,
        )
        if not p.low <= value <= p.high
    ]
    if not outside:
        return []
    return [f"Outside the training range: {', '.join(outside)}. The learners extrapolate."]


def formulas(wave: Wave, made: Generated) -> tuple[str, str, str]:
    """Description, weights and prediction as formulas with the numbers of this wave."""
    z = ",\\;".join(f"{value:.2f}" for value in made.embedding)
    count = sum(value.size for value in made.weights.values())
    at = len(made.grid) * 3 // 5
    x, prediction, truth = made.grid[at], made.prediction[at], made.truth[at]
    return (
        f"\\begin{{gathered}}y = {wave.amplitude:g}\\,\\sin(x - {wave.phase:g})\\\\"
        f"z = ({z})\\end{{gathered}}",
        f"h(z) = (W_1, b_1, W_2, b_2, W_3, b_3) \\in \\mathbb{{R}}^{{{count}}}",
        "\\begin{gathered}"
        "\\hat y(x) = W_3\\,\\mathrm{relu}(W_2\\,\\mathrm{relu}(W_1 x + b_1) + b_2) + b_3\\\\"
        f"\\hat y({x:.2f}) = {prediction:.3f} \\qquad y({x:.2f}) = {truth:.3f}"
        "\\end{gathered}",
    )


def diverged_sentences(runs: Sequence[Run | PlaneRun], alpha: str) -> list[str]:
    """Which inner loops left the chart and why; empty where none did."""
    gone = [f"{preset(r.preset).title} at step {r.kept}" for r in runs if r.kept <= r.steps]
    if not gone:
        return []
    size = "Their own α" if alpha == "own" else f"α = {alpha}"
    return [
        f"{size} is too large here: the loss left the chart ({', '.join(gone)}). Each step "
        "overshoots the valley by more than the one before; a smaller α stays inside it."
    ]


def missing_classes(scene: Scene, labelled: Labelled) -> list[str]:
    """Which classes have no support point; empty where all have one."""
    if labelled.placed is None:
        return []
    given = {label for _, _, label in labelled.placed}
    missing = [name for label, name in enumerate("ABCDE"[: scene.ways]) if label not in given]
    if not missing:
        return []
    noun = "Class" if len(missing) == 1 else "Classes"
    return [
        f"{noun} {', '.join(missing)} without a point: who reads only the points cannot know of it."
    ]


def plane_remarks(scene: Scene, labelled: Labelled) -> list[str]:
    """What is wrong with a planar task on purpose or by hand, and what to look for."""
    remarks = missing_classes(scene, labelled)
    if labelled.swapped:
        remarks.append(
            "The labels of all points are exchanged, the description is not: who reads the points "
            "follows, who reads only the description is wrong with certainty."
        )
    if labelled.foreign:
        remarks.append(
            "The first weights were made for another task; only gradient steps on the points of "
            "this one can mend them."
        )
    return remarks
