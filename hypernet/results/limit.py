"""What the points allow: the posterior's error beside every learner's, and by number of points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future

from hypernet.experiment import Experiment
from hypernet.learners import BayesOptions
from hypernet.learners.bayes import TITLE
from hypernet.posterior import knows
from hypernet.presets import Preset
from hypernet.protocols import Classification, TaskFamily
from hypernet.results.markdown import header, pair, row
from hypernet.results.measures import SIZED, plain_family
from hypernet.results.study import Section, Study
from hypernet.spec import Plain
from hypernet.tasks import Planar

#: How the posterior is computed here, and where hardly anything is measured.
FINE = BayesOptions(samples=200_000, particles=2000, kept=1000)
COARSE = BayesOptions(samples=1000, particles=100, kept=50)
POINTS = (1, 2, 3, 5, 10)
#: Moving particles takes a quarter of a second a task: so many of each kind are enough for what
#: learners differ by; and so many of any family for the table by the number of points.
SHAPE_TASKS, FEW_TASKS = 200, 100


def limit(
    study: Study,
    family: TaskFamily,
    shots: int,
    steps: tuple[int, ...],
    *,
    of: TaskFamily | None = None,
    tasks: int | None = None,
) -> Future[Plain]:
    """The report of someone who knows the family `of`, or this one, on fresh tasks of `family`."""
    learner = COARSE if study.short else FINE
    return study.measurements.ask(
        "limit",
        {},
        experiment=Experiment(family=of or family, learner=learner).to_json(),
        family=plain_family(family),
        shots=shots,
        steps=list(steps),
        tasks=tasks or limit_tasks(study, family),
        seed=study.seed,
    )


def limit_tasks(study: Study, family: TaskFamily) -> int:
    """How many tasks of a family the limit is measured on."""
    return min(study.tasks, SHAPE_TASKS) if isinstance(family, Planar) else study.tasks


def limits(
    study: Study, families: Mapping[str, tuple[TaskFamily, Mapping[str, Preset]]]
) -> Section:
    """A table for each family of which enough is known, by the number of points."""
    tasks = min(study.tasks, FEW_TASKS)
    known = {title: family for title, (family, _) in families.items() if knows(family)}
    reports = {
        (title, shots): limit(study, family, shots, (0,), tasks=tasks)
        for title, family in known.items()
        for shots in POINTS
    }

    def write() -> Iterator[str]:
        yield from ("", f"## {TITLE}: by the number of points", "")
        yield (
            "The posterior mean of someone who knows the family and nothing else; for classes its "
            "most probable class. No learner has a smaller expected loss. Where points have no "
            "noise, some points tell everything: what is left then is that samples are finitely "
            "many. Points count those of each class where there are any. Effective samples are how "
            f"many tasks of the family an answer rests on, a median over {min(tasks, SIZED)} "
            "tasks; of planar shapes, how many first draws the moved particles come from; clusters "
            "are computed without any."
        )
        for title, family in known.items():
            yield from ("", f"### {title}, at best", "")
            yield from (f"{family.protocol}. {tasks} tasks.", "")
            labelled = isinstance(family, Classification)
            names = ("accuracy", "loss") if labelled else ("loss", "median")
            yield from header("points", *names, "effective samples")
            for shots in POINTS:
                found = reports[title, shots].result()
                loss = pair(found["mean"][0], found["ci95"][0])
                numbers = (
                    (pair(found["accuracy"][0], found["accuracy_ci95"][0]), loss)
                    if labelled
                    else (loss, f"{found['median'][0]:.3g}")
                )
                size = found["effective"]
                yield row(str(shots), *numbers, "" if size is None else f"{size:.0f}")

    return write
