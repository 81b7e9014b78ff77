"""When is a hypernetwork worth it: against stored networks, and against plain training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future

from hypernet.learners import HypernetworkOptions
from hypernet.presets import PRESETS, Preset
from hypernet.protocols import TaskFamily
from hypernet.results.markdown import header, pair, row
from hypernet.results.measures import ADAM_RATE, plain_family
from hypernet.results.study import STEPS, Section, Study, by_family, parameters
from hypernet.spec import Plain
from hypernet.target import TargetNetwork
from hypernet.tasks import FiveModes, Sinusoid

COUNTS = (1, 10, 100, 1000, 10_000)
MANY_POINTS = 100
PLAIN_STEPS = (200, 500, 1000)
SHORT_PLAIN_STEPS = (1, 2, 3)
HIDDEN = (40, 40)


def store_or_generate() -> Section:
    """The numbers that N stored networks hold, and those of one hypernetwork for all of them."""
    presets = {
        name: preset
        for name, preset in PRESETS.items()
        if preset.experiment.family == Sinusoid()
        and isinstance(preset.experiment.learner, HypernetworkOptions)
    }

    def write() -> Iterator[str]:
        yield from ("", "## Store or generate: numbers to keep", "")
        yield (
            "N trained networks, one for each task, or one hypernetwork that writes any of them: "
            "how many numbers each holds. From the break-even N on the hypernetwork is smaller."
        )
        yield from ("", "### Sinusoids, by the number of tasks N", "")
        yield from header("what is kept", *(f"N = {n}" for n in COUNTS), "break-even N")
        size = _size(next(iter(presets.values())))
        yield row(f"N networks of {size}", *(str(n * size) for n in COUNTS), "")
        for name, preset in presets.items():
            own = parameters(name)
            even = math.ceil(own / _size(preset))
            yield row(preset.title, *[str(own)] * len(COUNTS), str(even))

    return write


def plain_training(study: Study) -> Section:
    """One simple task with many points: plain training against what is meta-learned."""
    cases: dict[str, tuple[TaskFamily, Mapping[str, Preset]]] = {
        "One sinusoid": (Sinusoid(), _presets_on(Sinusoid())),
        "One line": (FiveModes(kind="line", noise=0.0), _presets_on(FiveModes())),
    }
    steps = SHORT_PLAIN_STEPS if study.short else PLAIN_STEPS
    plain = {title: _plain(study, family, steps) for title, (family, _) in cases.items()}
    learned = {
        (title, name): study.report(name, family, MANY_POINTS)
        for title, (family, presets) in cases.items()
        for name in presets
    }

    def write() -> Iterator[str]:
        yield from ("", "## Against plain training: mean squared error", "")
        yield (
            f"{study.tasks} tasks with {MANY_POINTS} points each and no noise. A meta-learned "
            f"learner is read at the best of its inner steps {_listed(STEPS)}; plain training "
            f"starts from random weights of a {'-'.join(map(str, (1, *HIDDEN, 1)))} network, with "
            f"Adam of rate {ADAM_RATE:g} on all points."
        )
        for title, (family, presets) in cases.items():
            rows = _plain_rows(plain[title].result())
            rows += [_best(p.title, learned[title, n].result()) for n, p in presets.items()]
            yield from ("", f"### {title}, {MANY_POINTS} support points", "")
            yield from (f"{family.protocol}.", "")
            yield from header("learner", "steps", "error", "")
            for place, (name, mean, half, at) in enumerate(sorted(rows, key=lambda r: r[1])):
                yield row(name, at, pair(mean, half), "" if place else "wins")

    return write


def _listed(steps: Sequence[int]) -> str:
    return f"{', '.join(map(str, steps[:-1]))} and {steps[-1]}"


def _presets_on(family: TaskFamily) -> Mapping[str, Preset]:
    return by_family().get(family, {})


def _size(preset: Preset) -> int:
    """How many weights the preset's target network has."""
    family, target = preset.experiment.family, preset.experiment.target
    return TargetNetwork(family.n_in, family.n_out, target).n_parameters


def _plain(study: Study, family: TaskFamily, steps: tuple[int, ...]) -> Future[Plain]:
    return study.measurements.ask(
        "plain training",
        {"rate": ADAM_RATE},
        family=plain_family(family),
        hidden=list(HIDDEN),
        shots=MANY_POINTS,
        steps=list(steps),
        tasks=study.tasks,
        seed=study.seed,
    )


def _plain_rows(found: Plain) -> list[tuple[str, float, float, str]]:
    losses = zip(found["steps"], found["mean"], found["ci95"], strict=True)
    return [("Plain training", mean, half, str(step)) for step, mean, half in losses]


def _best(title: str, report: Plain) -> tuple[str, float, float, str]:
    """A report at its best step."""
    mean: list[float] = report["mean"]
    at = mean.index(min(mean))
    return title, mean[at], report["ci95"][at], str(report["inner_steps"][at])
