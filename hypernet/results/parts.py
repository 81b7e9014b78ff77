"""The parts of a hypernetwork side by side: how weights are written, and from what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypernet.presets import GENERATED, PRESETS
from hypernet.protocols import Classification
from hypernet.results.classification import accuracies
from hypernet.results.markdown import header, pair, row
from hypernet.results.study import STEPS, Section, Study, at_step, parameters, seconds
from hypernet.spec import Plain

SHOTS = 10
IMAGES = 5
#: The same tasks, told in different ways, each meta-trained through inner steps.
TOLD_WAVES = (
    "sinusoid-none-inner",
    "sinusoid-noisier-inner",
    "sinusoid-noisy-inner",
    "sinusoid-points-inner",
    "sinusoid-code-inner",
    "sinusoid-description-inner",
)
TOLD_SHAPES = (
    "planar-none-inner",
    "planar-kind-inner",
    "planar-noisy-inner",
    "planar-points",
    "planar-description-inner",
)


def generators(study: Study) -> Section:
    """Error and size of each generator that reads the description."""
    names = ("sinusoid-description", *(n for n in GENERATED if n.startswith("sinusoid")))
    digits = ("digits-points", *(n for n in GENERATED if n.startswith("digits")))
    reports = {n: study.report(n, PRESETS[n].experiment.family, SHOTS, (0,)) for n in names}
    on_digits = _by_steps(study, f"Digits, {IMAGES} images of each class", digits, IMAGES)

    def write() -> Iterator[str]:
        yield from ("", "## Generators: from the description to weights", "")
        yield (
            f"Mean squared error on sinusoids before any step, {study.tasks} tasks, and the "
            f"learner's size beside that of the full generator. {_lengths(names)}"
        )
        yield from ("", "### Sinusoids, from the description", "")
        yield from header("learner", "step 0", "parameters", "beside full", "CPU s")
        full = parameters(names[0])
        for name in names:
            found, size = reports[name].result(), parameters(name)
            at = at_step(found, 0)
            error = pair(found["mean"][at], found["ci95"][at])
            share = f"{size / full:.2f}"
            yield row(PRESETS[name].title, error, str(size), share, seconds(name))
        yield from on_digits()

    return write


def _lengths(names: Sequence[str]) -> str:
    """How long the presets are meta-trained: most of them as long as the first."""
    steps = {PRESETS[name].title: PRESETS[name].experiment.training.steps for name in names}
    usual = steps[PRESETS[names[0]].title]
    others = [f"{title} for {count}" for title, count in steps.items() if count != usual]
    return f"{', '.join([f'Meta-trained for {usual} outer steps', *others])}."


def encoders(study: Study) -> Section:
    """What the hypernetwork is told: error against inner steps."""
    waves = _by_steps(study, "Sinusoids, 10 points", TOLD_WAVES, SHOTS)
    shapes = _by_steps(study, "Planar shapes, 10 points of each class", TOLD_SHAPES, SHOTS)

    def write() -> Iterator[str]:
        yield from ("", "## Encoders: what the hypernetwork is told", "")
        yield (
            f"{study.tasks} tasks, the same for every encoder of a family. A code is looked for on "
            "the support points before step 0."
        )
        yield from waves()
        yield from shapes()

    return write


def errors(found: Plain, steps: Sequence[int]) -> list[str]:
    """Error after each of `steps` with half its interval."""
    places = [at_step(found, step) for step in steps]
    return [pair(found["mean"][at], found["ci95"][at]) for at in places]


def _by_steps(study: Study, title: str, names: Sequence[str], shots: int) -> Section:
    """Accuracy, or mean squared error without classes, after each of a few inner steps."""
    families = {name: PRESETS[name].experiment.family.held_out() for name in names}
    reports = {name: study.report(name, families[name], shots) for name in names}
    labelled = isinstance(families[names[0]], Classification)

    def write() -> Iterator[str]:
        metric = "accuracy" if labelled else "mean squared error"
        yield from ("", f"### {title}: {metric} after steps", "")
        yield from header("learner", *(f"step {step}" for step in STEPS), "CPU s")
        for name in names:
            found = reports[name].result()
            cells = accuracies(found, STEPS) if labelled else errors(found, STEPS)
            yield row(PRESETS[name].title, *cells, seconds(name))

    return write
