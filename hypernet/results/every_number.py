"""Every learner, number of points and inner step, with all that was measured of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypernet.presets import Preset
from hypernet.protocols import Classification, TaskFamily
from hypernet.results.classification import accuracies
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import Section, Study, parameters, seconds
from hypernet.spec import Plain

COLUMNS = ("learner", "points", "step", "loss", "median", "diverged")
SHOTS = (5, 10)


def every_number(
    study: Study, families: Mapping[str, tuple[TaskFamily, Mapping[str, Preset]]]
) -> Section:
    """A table for each family, by its title."""
    reports = {
        (name, shots): study.report(name, family, shots)
        for family, presets in families.values()
        for name in presets
        for shots in SHOTS
    }

    def write() -> Iterator[str]:
        yield from ("", "## Every number", "")
        yield (
            "Loss is the mean query loss ± half its 95 % interval: squared error for curves, "
            "cross-entropy in nats for classes, where points count those of each class. A task "
            "that diverged keeps its last finite loss, and no answer of it counts as right from "
            "there on. Parameters are the numbers that a learner holds; CPU s is its meta-training."
        )
        for title, (family, presets) in families.items():
            yield from ("", f"### {title}", "", f"{family.protocol}.", "")
            labelled = isinstance(family, Classification)
            last = ("accuracy", "parameters", "CPU s") if labelled else ("parameters", "CPU s")
            yield from header(*COLUMNS, *last)
            for name, preset in presets.items():
                for shots in SHOTS:
                    yield from _rows(name, preset, reports[name, shots].result())

    return write


def _rows(name: str, preset: Preset, found: Plain) -> Iterator[str]:
    accuracy = accuracies(found, found["inner_steps"]) if "accuracy" in found else None
    for at, step in enumerate(found["inner_steps"]):
        yield row(
            preset.title,
            str(found["shots"]),
            str(step),
            pair(found["mean"][at], found["ci95"][at]),
            f"{found['median'][at]:.3g}",
            f"{found['diverged'][at]:.1%}",
            *([] if accuracy is None else [accuracy[at]]),
            str(parameters(name)),
            seconds(name),
        )
