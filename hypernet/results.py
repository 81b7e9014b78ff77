"""All shipped presets in one table for each family, as Markdown: docs/results.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hypernet.evaluate import Report, evaluate
from hypernet.init import stream
from hypernet.inner import DIVERGENCE_FACTOR
from hypernet.presets import (
    CLUSTERS,
    DIGITS,
    GENERATED,
    PLANAR,
    PRESETS,
    SINUSOID,
    SINUSOID_REPTILE,
    TOLD,
    Preset,
    card,
    load_preset,
    with_ways,
)
from hypernet.tasks import Clusters, Planar
from hypernet.tasks.planar import KINDS

STEPS = (0, 1, 5, 10)
SINUSOID_SHOTS = (5, 10)
#: Reptile's source takes up to 32 steps on 10 points.
REPTILE_STEPS, REPTILE_SHOTS = (0, 8, 16, 32), (10,)
PLANAR_SHOTS = (10, 5)
CLASSES_SHOTS = (5,)

#: Finn et al. 2017 (MAML), appendix C: 5-shot MSE after 1, 5 and 10 steps. From the paper.
PUBLISHED = (
    ("MAML, from the paper", "0.67", "0.38", "0.35"),
    ("pretrained on all tasks, from the paper", "2.41", "2.23", "2.19"),
)


def results(tasks: int, seed: int, report: Callable[[str], None]) -> str:
    """The whole document.

    Args:
        tasks: fresh tasks of each number, for planar shapes of each kind.
        seed: of the held-out tasks.
        report: takes one line of progress.
    """
    lines = [
        "# Results",
        "",
        f"Written by `python -m hypernet results --tasks {tasks} --seed {seed}` from the shipped "
        "checkpoints. Each number is a mean over fresh tasks ± half its 95 % interval.",
        "",
        *_sinusoids(tasks, seed, report),
        *_reptile(tasks, seed, report),
        *_planar(tasks, seed, report),
        *_classes("Clusters", CLUSTERS, tasks, seed, report),
        *_ways(tasks, seed, report),
        *_classes("Handwritten digits never seen before", DIGITS, tasks, seed, report),
        *_generators(tasks, seed, report),
        *_encoders(tasks, seed, report),
    ]
    return "\n".join(lines) + "\n"


def _sinusoids(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    yield from (
        "## Sinusoids: mean squared error",
        "",
        load_preset("sinusoid-maml").experiment.family.protocol
        + f". {tasks} tasks, query on the 100-point grid; a median where tasks that diverged leave "
        "no meaning to a mean.",
    )
    for shots in SINUSOID_SHOTS:
        yield from _curves(SINUSOID, shots, STEPS, tasks, seed, report)
        if shots == 5:
            for title, *losses in PUBLISHED:
                yield _row(title, "", *losses, "", "")


def _reptile(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    """Reptile's own protocol, which no other preset shares."""
    experiment = load_preset("sinusoid-reptile").experiment
    widths = "-".join(map(str, experiment.target.hidden))
    yield from (
        "",
        "## Sinusoids of Reptile's protocol: mean squared error",
        "",
        f"{experiment.family.protocol}; target network 1-{widths}-1 {experiment.target.activation}."
        f" {tasks} tasks, query on the 100-point grid.",
    )
    for shots in REPTILE_SHOTS:
        yield from _curves(SINUSOID_REPTILE, shots, REPTILE_STEPS, tasks, seed, report)


def _curves(
    presets: Mapping[str, Preset],
    shots: int,
    steps: Sequence[int],
    tasks: int,
    seed: int,
    report: Callable[[str], None],
) -> Iterator[str]:
    """A table of a family of curves: the error after each of `steps`."""
    yield from ("", f"### {shots} support points", "")
    yield from _header("learner", *(f"step {step}" for step in steps), "diverged", "CPU s")
    for name, preset in presets.items():
        checkpoint = load_preset(name)
        numbers = evaluate(
            checkpoint.learner,
            checkpoint.experiment.family,
            shots=shots,
            inner_steps=steps,
            tasks=tasks,
            seed=seed,
        )
        cells = [_error(numbers, at) for at in range(len(steps))]
        yield _row(preset.title, *cells, f"{max(numbers.diverged):.1%}", _seconds(name))
        report(f"{name}, {shots} points")


def _error(numbers: Report, at: int) -> str:
    """The mean; the median instead where some tasks' divergence leaves no meaning to a mean."""
    if numbers.mean[at] > DIVERGENCE_FACTOR * numbers.mean[0]:
        return f"median {numbers.median[at]:.3g}"
    return _pair(numbers.mean[at], numbers.ci95[at], 3)


def _planar(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    protocol = Planar().protocol
    yield from (
        "",
        "## Planar shapes: accuracy",
        "",
        f"{protocol}. {tasks} tasks of each kind, 100 query points of each class; after 10 inner "
        "steps, where the learner takes any. The description hypernetwork sees no points and is "
        "read before any step.",
    )
    for shots in PLANAR_SHOTS:
        yield from ("", f"### {shots} support points of each class", "")
        yield from _header("learner", *KINDS, "mean", "step 0", "CPU s")
        for name, preset in PLANAR.items():
            reports = [_of_kind(name, kind, shots, tasks, seed) for kind in KINDS]
            at = 0 if name == "planar-description" else -1
            final = [_accuracy(numbers)[at] for numbers in reports]
            half = [(numbers.accuracy_ci95 or [])[at] for numbers in reports]
            mean, before = _mean(final), _mean(_accuracy(numbers)[0] for numbers in reports)
            spread = _mean(h * h for h in half) ** 0.5 / len(KINDS) ** 0.5
            cells = [f"{value:.3f}" for value in final]
            yield _row(
                preset.title, *cells, _pair(mean, spread, 3), f"{before:.3f}", _seconds(name)
            )
            report(f"{name}, {shots} points of each class")


def _classes(
    title: str,
    presets: Mapping[str, Preset],
    tasks: int,
    seed: int,
    report: Callable[[str], None],
) -> Iterator[str]:
    """A table of a family without kinds: accuracy before and after 10 inner steps."""
    family = next(iter(presets.values())).experiment.family.held_out()
    yield from ("", f"## {title}: accuracy", "", f"{family.protocol}. {tasks} tasks.")
    for shots in CLASSES_SHOTS:
        yield from ("", f"### {shots} support points of each class", "")
        yield from _header("learner", *(f"step {step}" for step in STEPS), "CPU s")
        for name, preset in presets.items():
            numbers = evaluate(
                load_preset(name).learner,
                preset.experiment.family,
                shots=shots,
                inner_steps=STEPS,
                tasks=tasks,
                seed=seed,
            )
            halves = numbers.accuracy_ci95 or []
            cells = [_pair(m, c, 3) for m, c in zip(_accuracy(numbers), halves, strict=True)]
            yield _row(preset.title, *cells, _seconds(name))
            report(f"{name}, {shots} points of each class")


def _generators(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    """How weights are written: error and size of each generator that reads the description."""
    names = ("sinusoid-description", *(n for n in GENERATED if n.startswith("sinusoid")))
    yield from (
        "",
        "## Generators: from the description to weights",
        "",
        f"Mean squared error on sinusoids before any step, {tasks} tasks, and the learner's size "
        "beside that of the full generator.",
        "",
    )
    yield from _header("learner", "step 0", "parameters", "beside full", "CPU s")
    full = card(names[0])["parameters"]
    for name in names:
        preset, size = PRESETS[name], card(name)["parameters"]
        numbers = evaluate(
            load_preset(name).learner,
            preset.experiment.family,
            shots=10,
            inner_steps=(0,),
            tasks=tasks,
            seed=seed,
        )
        error = _pair(numbers.mean[0], numbers.ci95[0], 3)
        yield _row(preset.title, error, f"{size}", f"{size / full:.2f}", _seconds(name))
        report(f"{name}, from the description")
    digits = ("digits-points", *(n for n in GENERATED if n.startswith("digits")))
    yield from _by_steps("Digits, 5 images of each class", digits, 5, tasks, seed, report)


def _encoders(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    """What the hypernetwork is told: error against inner steps, the same generator behind each."""
    yield from (
        "",
        "## Encoders: what the hypernetwork is told",
        "",
        f"{tasks} tasks, the same for every encoder of a family. A code is looked for on the "
        "support points before step 0.",
    )
    for family, title, more in (
        (
            "sinusoid",
            "Sinusoids, 10 points",
            ("sinusoid-points-inner", "sinusoid-description-inner"),
        ),
        ("planar", "Planar shapes, 10 points of each class", ("planar-points",)),
    ):
        names = (*(name for name in TOLD if name.startswith(family)), *more)
        yield from _by_steps(title, names, 10, tasks, seed, report)


def _by_steps(
    title: str,
    names: Iterable[str],
    shots: int,
    tasks: int,
    seed: int,
    report: Callable[[str], None],
) -> Iterator[str]:
    """Accuracy, or mean squared error without classes, after each of a few inner steps."""
    names = list(names)
    metric = "accuracy" if PRESETS[names[0]].experiment.family.n_out > 1 else "mean squared error"
    yield from ("", f"### {title}: {metric} after steps", "")
    yield from _header("learner", *(f"step {step}" for step in STEPS), "CPU s")
    for name in names:
        numbers = evaluate(
            load_preset(name).learner,
            PRESETS[name].experiment.family,
            shots=shots,
            inner_steps=STEPS,
            tasks=tasks,
            seed=seed,
        )
        means, halves = numbers.accuracy or numbers.mean, numbers.accuracy_ci95 or numbers.ci95
        cells = [_pair(m, c, 3) for m, c in zip(means, halves, strict=True)]
        yield _row(PRESETS[name].title, *cells, _seconds(name))
        report(f"{name}, after steps")


def _ways(tasks: int, seed: int, report: Callable[[str], None]) -> Iterator[str]:
    """Clusters by their number of classes, beside Bayes' rule, which knows every class."""
    counts = range(2, 6)
    yield from ("", "### 5 support points of each class, by the number of classes N", "")
    yield "Accuracy after 10 inner steps, where the learner takes any. Learners that write or start"
    yield "from a target network are meta-trained for each N; computed heads were for N = 3 alone."
    yield ""
    yield from _header("learner", *(f"N = {ways}" for ways in counts))
    for name, preset in CLUSTERS.items():
        cells = []
        for ways in counts:
            learner = load_preset(with_ways(name, ways)).learner
            numbers = evaluate(
                learner,
                Clusters(ways=ways),
                shots=5,
                inner_steps=(10,),
                tasks=tasks,
                seed=seed,
            )
            cells.append(_pair(_accuracy(numbers)[0], (numbers.accuracy_ci95 or [])[0], 3))
        yield _row(preset.title, *cells)
        report(f"{name}, 2 to 5 classes")
    yield _row("Bayes' rule", *(f"{_bayes(ways, tasks, seed):.3g}" for ways in counts))


def _bayes(ways: int, tasks: int, seed: int) -> float:
    """The accuracy of someone who knows the mean and width of every class."""
    family, rng = Clusters(ways=ways), stream(seed, "held-out tasks")
    theta = family.sample(tasks, rng)
    return family.best_accuracy(theta, family.make(theta, rng, 5).query).mean().item()


def _of_kind(name: str, kind: str, shots: int, tasks: int, seed: int) -> Report:
    checkpoint = load_preset(name)
    family = dataclasses.replace(Planar(), kind=kind)
    return evaluate(
        checkpoint.learner, family, shots=shots, inner_steps=(0, 10), tasks=tasks, seed=seed
    )


def _accuracy(numbers: Report) -> list[float]:
    return numbers.accuracy or []


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _seconds(name: str) -> str:
    """CPU time of the meta-training, from the card."""
    seconds: float = card(name)["meta_training_cpu_seconds"]
    return f"{seconds:.0f}"


def _pair(mean: float, half: float, digits: int) -> str:
    return f"{mean:.{digits}g} ± {half:.1g}"


def _header(*titles: str) -> tuple[str, str]:
    return _row(*titles), "|" + "---|" * len(titles)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
