"""How many different tasks meta-training needs to have seen."""

from __future__ import annotations

from collections.abc import Iterator

from hypernet.presets import PRESETS
from hypernet.results.markdown import header, pair, row
from hypernet.results.measures import shortened
from hypernet.results.study import Section, Study, at_step

COUNTS = (10, 30, 100, 300, 1000, 3000, 10_000)
SHOTS = 10
SHORT_STEPS = 2
#: Preset, outer steps of its training here, and the inner step at which it is read.
LEARNERS = (
    ("sinusoid-points", 12_000, 0),
    ("sinusoid-maml", 20_000, 10),
    ("sinusoid-joint", 5000, 10),
)


def data_efficiency(study: Study) -> Section:
    """Error on fresh sinusoids against the number of different tasks in meta-training."""
    reports = {
        (name, count): study.measurements.ask(
            "few tasks",
            {"preset": name},
            experiment=shortened(name, SHORT_STEPS if study.short else steps),
            count=count,
            shots=SHOTS,
            step=step,
            tasks=study.tasks,
            seed=study.seed,
        )
        for name, steps, step in LEARNERS
        for count in COUNTS
    }

    def write() -> Iterator[str]:
        family = PRESETS[LEARNERS[0][0]].experiment.family
        yield from ("", "## Data efficiency: mean squared error", "")
        yield (
            f"{family.protocol}. {study.tasks} fresh tasks; meta-trained on a fixed number of "
            "tasks alone, whose points are drawn anew in each outer step. Trainings are shorter "
            "than those of the shipped presets, and as long for any number of tasks."
        )
        yield from ("", f"### {SHOTS} support points, by the number of training tasks", "")
        yield from header(
            "training tasks",
            *(
                f"{PRESETS[name].title}, step {step} ({SHORT_STEPS if study.short else steps} "
                "outer steps)"
                for name, steps, step in LEARNERS
            ),
        )
        for count in COUNTS:
            found = [(reports[name, count].result(), step) for name, _, step in LEARNERS]
            places = [(one, at_step(one, step)) for one, step in found]
            yield row(str(count), *(pair(one["mean"][at], one["ci95"][at]) for one, at in places))

    return write
