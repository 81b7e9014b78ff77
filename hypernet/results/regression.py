"""The table of a family of curves: mean squared error along the inner loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypernet.inner import DIVERGENCE_FACTOR
from hypernet.learners.bayes import TITLE
from hypernet.posterior import knows
from hypernet.presets import SINUSOID_REPTILE, Preset
from hypernet.protocols import TaskFamily
from hypernet.results.limit import limit
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import STEPS, Section, Study, at_step, seconds
from hypernet.spec import Plain
from hypernet.tasks import Sinusoid

SHOTS = (5, 10)
#: Reptile's source takes up to 32 steps.
REPTILE_STEPS = (0, 8, 16, 32)

#: Finn et al. 2017 (MAML), appendix C: 5-shot MSE after 1, 5 and 10 steps. From the paper.
PUBLISHED: dict[tuple[TaskFamily, int], dict[str, dict[int, str]]] = {
    (Sinusoid(), 5): {
        "MAML, from the paper": {1: "0.67", 5: "0.38", 10: "0.35"},
        "pretrained on all tasks, from the paper": {1: "2.41", 5: "2.23", 10: "2.19"},
    }
}


def regression(
    study: Study, title: str, family: TaskFamily, presets: Mapping[str, Preset]
) -> Section:
    """Every preset on one family of curves."""
    steps = REPTILE_STEPS if presets.keys() <= SINUSOID_REPTILE.keys() else STEPS
    reports = {
        (name, shots): study.report(name, family, shots, steps)
        for shots in SHOTS
        for name in presets
    }
    known = SHOTS if knows(family) else ()
    limits = {shots: limit(study, family, shots, steps) for shots in known}

    def write() -> Iterator[str]:
        yield from ("", f"## {title}: mean squared error", "")
        yield (
            f"{family.protocol}. {study.tasks} tasks, query on the 100-point grid; a median where "
            "tasks that diverged leave no meaning to a mean."
        )
        for shots in SHOTS:
            yield from ("", f"### {shots} support points", "")
            yield from header("learner", *(f"step {step}" for step in steps), "diverged", "CPU s")
            found = [(p.title, reports[n, shots].result(), seconds(n)) for n, p in presets.items()]
            found += [(TITLE, limits[shots].result(), "0")] if shots in limits else []
            for name, report, spent in found:
                cells = [_error(report, step) for step in steps]
                yield row(name, *cells, f"{max(report['diverged']):.1%}", spent)
            for name, losses in PUBLISHED.get((family, shots), {}).items():
                yield row(name, *(losses.get(step, "") for step in steps), "", "")

    return write


def _error(found: Plain, step: int) -> str:
    """The mean; the median instead where some tasks' divergence leaves no meaning to a mean."""
    at = at_step(found, step)
    if found["mean"][at] > DIVERGENCE_FACTOR * found["mean"][0]:
        return f"median {found['median'][at]:.3g}"
    return pair(found["mean"][at], found["ci95"][at])
