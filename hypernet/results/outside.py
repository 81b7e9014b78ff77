"""Learners of sinusoids where meta-training never was: fewer and more points, noise, a corner."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hypernet.inner import DIVERGENCE_FACTOR
from hypernet.learners.bayes import TITLE
from hypernet.presets import PRESETS
from hypernet.results.limit import FEW_TASKS, limit
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import Section, Study, at_step
from hypernet.spec import Plain
from hypernet.tasks import Sinusoid

#: Who reads points, and who starts from an average.
LEARNERS = (
    "sinusoid-set-attention",
    "sinusoid-points",
    "sinusoid-points-inner",
    "sinusoid-maml",
    "sinusoid-joint",
)
#: Meta-training draws three to ten points, or always ten.
POINTS = (1, 2, 3, 20)
SHOTS, NOISE, SHARE = 10, 0.5, 0.25
FIRST, LAST = 0, 5


def outside(study: Study) -> Section:
    """A table of what each learner makes of points as it never met them."""
    steps, waves = (FIRST, LAST), Sinusoid()
    noisy = dataclasses.replace(waves, noise=NOISE)
    reports = {
        name: [
            *(study.report(name, waves, shots, steps) for shots in POINTS),
            study.report(name, noisy, SHOTS, steps),
            study.corner(name, waves, SHOTS, SHARE, steps),
        ]
        for name in LEARNERS
    }
    few = min(study.tasks, FEW_TASKS)
    best = [
        *(limit(study, waves, shots, (FIRST,), tasks=few) for shots in POINTS),
        limit(study, noisy, SHOTS, (FIRST,), tasks=few),
    ]

    def write() -> Iterator[str]:
        yield from ("", "## Sinusoids as meta-training never showed them", "")
        yield (
            f"Mean squared error before any step → after {LAST}, on {study.tasks} tasks. "
            f"Meta-training had three to ten points or always ten, without noise and anywhere in "
            f"x. The corner is the last {SHARE:.0%} of the x range; the error is measured on all "
            f"of it. {TITLE}: ± half its interval, on {few} "
            "tasks."
        )
        yield ""
        points = [f"{shots} point{'s' if shots > 1 else ''}" for shots in POINTS]
        yield from header("learner", *points, f"{SHOTS}, noise σ = {NOISE}", f"{SHOTS} in a corner")
        for name, asked in reports.items():
            yield row(PRESETS[name].title, *(_change(report.result()) for report in asked))
        allowed = [report.result() for report in best]
        yield row(TITLE, *(pair(found["mean"][0], found["ci95"][0]) for found in allowed), "")

    return write


def _change(found: Plain) -> str:
    """The error before and after; a median where divergence leaves no meaning to a mean."""
    before, after = (found["mean"][at_step(found, step)] for step in (FIRST, LAST))
    if after > DIVERGENCE_FACTOR * before:
        return f"{before:.3g} → median {found['median'][at_step(found, LAST)]:.3g}"
    return f"{before:.3g} → {after:.3g}"
