"""Sentences and formulas made from what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypernet import PRESETS, load_preset
from hypernet.one_plane import Labelled, PlaneRun
from hypernet.one_task import Generated, Run, Wave


def outside_training(preset: str, wave: Wave) -> list[str]:
    """A sentence that names what lies outside the training range; empty if nothing does."""
    outside = [
        f"{p.name} {value:g} (trained on {p.low:g} to {p.high:.3g})"
        for p, value in zip(
            load_preset(preset).experiment.family.parameters,
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
    gone = [f"{PRESETS[r.preset].title} at step {r.kept}" for r in runs if r.kept <= r.steps]
    if not gone:
        return []
    size = "Their own α" if alpha == "own" else f"α = {alpha}"
    return [
        f"{size} is too large here: the loss left the chart ({', '.join(gone)}). Each step "
        "overshoots the valley by more than the one before; a smaller α stays inside it."
    ]


def plane_remarks(labelled: Labelled) -> list[str]:
    """What is wrong with a planar task on purpose, and what to look for."""
    remarks = []
    if labelled.swapped:
        remarks.append(
            "The labels of all points are exchanged, the description is not: who reads the points "
            "follows, who reads only the description is wrong with certainty."
        )
    if labelled.foreign:
        remarks.append(
            "The first weights were made for another shape; only gradient steps on the points of "
            "this one can mend them."
        )
    return remarks


def measured_table(cards: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, list[str]]:
    """Accuracies of the cards with 5 shots, before and after 10 inner steps."""
    rows = [(title, content["numbers"][0]) for title, content in cards]
    columns: dict[str, list[str]] = {"learner": [title for title, _ in rows]}
    for name, at in (("before any step", 0), ("after 10 steps", -1)):
        columns[name] = [
            f"{numbers['accuracy'][at]:.3f} ± {numbers['accuracy_ci95'][at]:.3f}"
            for _, numbers in rows
        ]
    return columns
