"""The table of a family of curves: mean squared error along the inner loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypernet.presets import Preset
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import STEPS, Section, Study, seconds
from hypernet.tasks import FamilyOptions, Sinusoid

SHOTS = (5, 10)

#: Finn et al. 2017 (MAML), appendix C: 5-shot MSE after 1, 5 and 10 steps. From the paper.
PUBLISHED: dict[tuple[FamilyOptions, int], tuple[tuple[str, ...], ...]] = {
    (Sinusoid(), 5): (
        ("MAML, from the paper", "0.67", "0.38", "0.35"),
        ("pretrained on all tasks, from the paper", "2.41", "2.23", "2.19"),
    )
}


def regression(
    study: Study, title: str, family: FamilyOptions, presets: Mapping[str, Preset]
) -> Section:
    """Every preset on one family of curves."""
    reports = {
        (name, shots): study.report(name, family, shots) for shots in SHOTS for name in presets
    }

    def write() -> Iterator[str]:
        yield from ("", f"## {title}: mean squared error", "")
        yield f"{family.protocol}. {study.tasks} tasks, query on the 100-point grid."
        for shots in SHOTS:
            yield from ("", f"### {shots} support points", "")
            yield from header("learner", *(f"step {step}" for step in STEPS), "diverged", "CPU s")
            for name, preset in presets.items():
                found = reports[name, shots].result()
                cells = [pair(m, c) for m, c in zip(found["mean"], found["ci95"], strict=True)]
                diverged = f"{max(found['diverged']):.1%}"
                yield row(preset.title, *cells, diverged, seconds(name))
            for name, *losses in PUBLISHED.get((family, shots), ()):
                yield row(name, "", *losses, "", "")

    return write
