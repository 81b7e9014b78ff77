"""The tables of families with classes: accuracy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hypernet.evaluate.intervals import covers
from hypernet.init import stream
from hypernet.learners import HypernetworkOptions
from hypernet.learners.bayes import TITLE
from hypernet.posterior import knows
from hypernet.presets import CLUSTERS, Preset, with_ways
from hypernet.protocols import FixedClasses, LearnerOptions, TaskFamily
from hypernet.results.limit import limit, limit_tasks
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import STEPS, Section, Study, at_step, seconds
from hypernet.spec import Plain
from hypernet.tasks import Clusters, Planar
from hypernet.tasks.images import ImageClasses
from hypernet.tasks.planar import KINDS

PLANAR_SHOTS = (10, 5)
#: The inner steps that these tables read.
FIRST, LAST = 0, 10
SHOTS = 5
WAYS = range(2, 6)
#: Of each class of images.
IMAGES = (1, 5)


def shapes(study: Study, presets: Mapping[str, Preset]) -> Section:
    """Planar shapes by their kind."""
    reports = {
        (name, shots, kind): study.report(
            name, dataclasses.replace(Planar(), kind=kind), shots, (FIRST, LAST)
        )
        for shots in PLANAR_SHOTS
        for name in presets
        for kind in KINDS
    }
    limits = {
        (shots, kind): limit(
            study, dataclasses.replace(Planar(), kind=kind), shots, (FIRST,), of=Planar()
        )
        for shots in PLANAR_SHOTS
        for kind in KINDS
    }

    def write() -> Iterator[str]:
        yield from ("", "## Planar shapes: accuracy", "")
        yield (
            f"{Planar().protocol}. {study.tasks} tasks of each kind, 100 query points of each "
            f"class; after {LAST} inner steps, where the learner takes any. A hypernetwork that "
            f"was meta-trained without steps is read before any. {TITLE} is for someone who knows "
            f"the family but not the kind, on {limit_tasks(study, Planar())} tasks of each kind."
        )
        for shots in PLANAR_SHOTS:
            yield from ("", f"### {shots} support points of each class", "")
            yield from header("learner", *KINDS, "mean", "step 0", "CPU s")
            for name, preset in presets.items():
                found = [reports[name, shots, kind].result() for kind in KINDS]
                step = _read_at(preset)
                yield row(preset.title, *_by_kind(found, step), seconds(name))
            found = [limits[shots, kind].result() for kind in KINDS]
            yield row(TITLE, *_by_kind(found, FIRST), "0")

    return write


def classes(study: Study, title: str, family: TaskFamily, presets: Mapping[str, Preset]) -> Section:
    """A family without kinds, along the inner loop."""
    reports = {name: study.report(name, family, SHOTS) for name in presets}
    best = limit(study, family, SHOTS, STEPS) if knows(family) else None

    def write() -> Iterator[str]:
        yield from ("", f"## {title}: accuracy", "")
        yield f"{family.protocol}. {study.tasks} tasks.{_allowance(family)}{_gaps(presets)}"
        yield from ("", f"### {SHOTS} support points of each class", "")
        yield from header("learner", *(f"step {step}" for step in STEPS), "CPU s")
        for name, preset in presets.items():
            yield row(preset.title, *accuracies(reports[name].result(), STEPS), seconds(name))
        if best is not None:
            yield row(TITLE, *accuracies(best.result(), STEPS), "0")

    return write


def ways(study: Study) -> Section:
    """Clusters by their number of classes, beside Bayes' rule, which knows every class."""
    reports = {
        (name, n): study.report(with_ways(name, n), Clusters(ways=n), SHOTS, (LAST,))
        for name in CLUSTERS
        for n in WAYS
    }
    limits = [limit(study, Clusters(ways=n), SHOTS, (FIRST,)) for n in WAYS]

    def write() -> Iterator[str]:
        yield from ("", f"### {SHOTS} support points of each class, by the number of classes N", "")
        yield f"Accuracy after {LAST} inner steps, where the learner takes any. Learners that"
        yield "write or start from a target network are meta-trained for each N; computed heads"
        yield "were for N = 3 alone."
        yield ""
        yield from header("learner", *(f"N = {n}" for n in WAYS))
        for name, preset in CLUSTERS.items():
            yield row(
                preset.title, *(accuracies(reports[name, n].result(), (LAST,))[0] for n in WAYS)
            )
        yield row(TITLE, *(accuracies(best.result(), (FIRST,))[0] for best in limits))
        yield row("Bayes' rule", *(f"{_bayes(n, study):.3g}" for n in WAYS))

    return write


def _by_kind(found: Sequence[Plain], step: int) -> list[str]:
    """Accuracy on each kind after a step, their mean, and the mean before any step."""
    final = [report["accuracy"][at_step(report, step)] for report in found]
    halves = [report["accuracy_ci95"][at_step(report, step)] for report in found]
    spread = _mean(half * half for half in halves) ** 0.5 / len(KINDS) ** 0.5
    before = _mean(report["accuracy"][at_step(report, FIRST)] for report in found)
    return [*(f"{value:.3f}" for value in final), pair(_mean(final), spread), f"{before:.3f}"]


def images(study: Study, family: ImageClasses, presets: Mapping[str, Preset]) -> Section:
    """Unseen images by the number of classes and of images, for learners that can have them."""
    families = {n: dataclasses.replace(family, ways=n) for n in WAYS}
    reports = {
        (name, n, shots): study.report(name, families[n], shots, (_read_at(preset),))
        for name, preset in presets.items()
        for n in WAYS
        for shots in IMAGES
        if preset.experiment.any_classes or preset.experiment.family.n_out == n
    }

    def write() -> Iterator[str]:
        yield from ("", "### By the number of classes N and of images of each K", "")
        yield (
            f"Accuracy after {LAST} inner steps, where the learner takes any. A hypernetwork that "
            f"was meta-trained without steps is read before any.{_beside(families[WAYS[-1]])} A "
            f"target network that is meta-trained for {family.ways} classes has no others."
        )
        yield ""
        columns = [(n, shots) for shots in IMAGES for n in WAYS]
        yield from header("learner", *(f"N = {n}, K = {shots}" for n, shots in columns))
        for name, preset in presets.items():
            asked = [reports.get((name, *column)) for column in columns]
            cells = [
                "" if r is None else accuracies(r.result(), (_read_at(preset),))[0] for r in asked
            ]
            yield row(preset.title, *cells)

    return write


def accuracies(found: Plain, steps: Sequence[int]) -> list[str]:
    """Accuracy after each of `steps` with half its interval; nothing where it was not measured."""
    places = [at_step(found, step) if step in found["inner_steps"] else None for step in steps]
    return [
        "" if at is None else pair(found["accuracy"][at], found["accuracy_ci95"][at])
        for at in places
    ]


def _beside(family: ImageClasses) -> str:
    """What stands beside the unseen classes of a family that has not enough of them."""
    count, noun = len(family.pictures.held_out), family.pictures.noun
    if not family.seen_beside:
        return ""
    return (
        f" Above {count} classes, {noun}s that meta-training saw stand beside the {count} that it "
        "did not."
    )


def _allowance(family: TaskFamily) -> str:
    """What the intervals of a family allow for, where it is more than other tasks."""
    if not isinstance(family, FixedClasses):
        return ""
    return f" Intervals allow for {covers(family)}."


def _gaps(presets: Mapping[str, Preset]) -> str:
    """What an empty cell means, where there is one."""
    whole = all(p.experiment.measured_steps(STEPS) == STEPS for p in presets.values())
    return "" if whole else " No number stands for a step that takes too long to be measured."


def _read_at(preset: Preset) -> int:
    """The inner step after which a table with one number for a learner reads it."""
    return FIRST if _lands_at_once(preset.experiment.learner) else LAST


def _lands_at_once(learner: LearnerOptions) -> bool:
    return isinstance(learner, HypernetworkOptions) and learner.inner.steps == 0


def _bayes(n: int, study: Study) -> float:
    """The accuracy of someone who knows the mean and width of every class."""
    family, rng = Clusters(ways=n), stream(study.seed, "held-out tasks")
    theta = family.sample(study.tasks, rng)
    return family.best_accuracy(theta, family.make(theta, rng, SHOTS).query).mean().item()


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
