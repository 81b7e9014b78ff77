"""What every section of the document asks with: the measurements, and on how many tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeAlias

from hypernet.evaluate.intervals import covers
from hypernet.presets import CLUSTERS_WAYS, PRESETS, Preset, card
from hypernet.protocols import FixedClasses, TaskFamily
from hypernet.results.measurements import Measurements
from hypernet.results.measures import digest, plain_family
from hypernet.spec import Plain

STEPS = (0, 1, 5, 10)

#: A section asks for all its measurements when it is made, and waits for them when it is written.
Section: TypeAlias = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Study:
    """Measurements on `tasks` fresh tasks of a seed; `short` cuts all training to a few steps."""

    measurements: Measurements
    tasks: int
    seed: int
    short: bool = False

    def report(
        self, name: str, family: TaskFamily, shots: int, steps: tuple[int, ...] = STEPS
    ) -> Future[Plain]:
        """The report of a shipped preset on fresh tasks of a family."""
        return self._ask("evaluation", name, family, shots, steps)

    def corner(
        self,
        name: str,
        family: TaskFamily,
        shots: int,
        share: float,
        steps: tuple[int, ...] = STEPS,
    ) -> Future[Plain]:
        """The same with support points in the last `share` of the x range only."""
        return self._ask("corner", name, family, shots, steps, share=share)

    def _ask(
        self,
        kind: str,
        name: str,
        family: TaskFamily,
        shots: int,
        steps: tuple[int, ...],
        **more: float,
    ) -> Future[Plain]:
        experiment = PRESETS[name].experiment
        stamp = {"checkpoint": digest(name), "experiment": experiment.key()}
        if isinstance(family, FixedClasses):
            stamp["ci95"] = covers(family)
        return self.measurements.ask(
            kind,
            stamp,
            preset=name,
            family=plain_family(family),
            shots=shots,
            steps=list(experiment.measured_steps(steps)),
            tasks=self.tasks,
            seed=self.seed,
            **more,
        )


def at_step(found: Plain, step: int) -> int:
    """The place of an inner step in the lists of a report.

    Raises:
        ValueError: where the report was not made after that step.
    """
    steps: list[int] = found["inner_steps"]
    if step not in steps:
        raise ValueError(f"step must be one of {', '.join(map(str, steps))}, got {step}")
    return steps.index(step)


def by_family() -> dict[TaskFamily, dict[str, Preset]]:
    """The shipped presets by the family that they are evaluated on.

    Presets for another number of classes have a table of their own.
    """
    found: dict[TaskFamily, dict[str, Preset]] = {}
    for name, preset in PRESETS.items():
        if name not in CLUSTERS_WAYS:
            family = preset.experiment.family.held_out()
            found.setdefault(family, {})[name] = preset
    return found


def seconds(name: str) -> str:
    """CPU time of the meta-training, from the card."""
    spent: float = card(name)["meta_training_cpu_seconds"]
    return f"{spent:.0f}"


def parameters(name: str) -> int:
    """How many numbers the learner holds, from the card."""
    count: int = card(name)["parameters"]
    return count
