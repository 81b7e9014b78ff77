"""From recorded runs to the race of all answers, and to the tables below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hypernet.figures.race import Axis, Lane
from hypernet.figures.theme import line_of
from hypernet.inspection.cost import TIMED_POINTS, Spent, flops, milliseconds, numbers
from hypernet.inspection.curve import Points, Run, Wave
from hypernet.learners.bayes import TITLE as LIMIT
from hypernet.presets import PRESETS, preset
from hypernet.spec import to_plain
from hypernet.target import TargetNetwork
from ui.measured import measured

Table = dict[str, list[str]]


class Answer(NamedTuple):
    """How a learner answers where the weights come from, and its marker in the race."""

    symbol: str
    before: str
    now: str


#: The numbers that tell a task apart in CAVIA.
_CONTEXT = to_plain(PRESETS["sinusoid-cavia"].experiment.learner)["context"]

#: From nothing learned to everything written; all on the tasks of MAML's paper.
ANSWERS = {
    "sinusoid-scratch": Answer(
        "circle-open", "nothing: the weights are random", "gradient steps on all weights"
    ),
    "sinusoid-joint": Answer(
        "square-open", "one network for all tasks at once", "gradient steps on all weights"
    ),
    "sinusoid-maml": Answer("diamond", "a start", "a few gradient steps on all weights"),
    "sinusoid-meta-sgd": Answer(
        "diamond-open", "a start, and α for every weight", "a few gradient steps on all weights"
    ),
    "sinusoid-learned-optimiser": Answer(
        "star", "a start, and a network that writes steps", "a few steps on all weights"
    ),
    "sinusoid-cavia": Answer(
        "hexagon",
        f"all weights, and what {_CONTEXT} numbers do to them",
        f"a few gradient steps on {_CONTEXT} numbers",
    ),
    "sinusoid-conditioning": Answer(
        "triangle-left", "one network that reads the description beside x", "its first bias"
    ),
    "sinusoid-film": Answer(
        "triangle-down", "shared weights, and how to scale and shift units", "scales and shifts"
    ),
    "sinusoid-last-layer": Answer(
        "triangle-right", "all layers but the last, and how to write that", "the last layer"
    ),
    "sinusoid-description": Answer(
        "circle", "how to write weights from a description", "all weights, in one pass"
    ),
    "sinusoid-points": Answer(
        "square", "how to write weights from points", "all weights, in one pass"
    ),
    "sinusoid-points-inner": Answer(
        "triangle-up",
        "how to write weights from points, and to walk on",
        "all weights, in one pass, then a few gradient steps",
    ),
}
TITLES = {PRESETS[name].title: name for name in ANSWERS}
DEFAULT = [
    PRESETS[f"sinusoid-{name}"].title
    for name in ("scratch", "joint", "maml", "cavia", "description", "points-inner")
]

AXES = {
    "gradient steps": Axis("gradient steps on the support points", "gradient steps", False),
    "FLOPs": Axis("FLOPs of the start and the steps", "FLOPs", True),
    "milliseconds": Axis("milliseconds of the start and the steps", "ms", True),
}
#: What the horizontal axis counts, for the reader.
COUNTED = {
    "gradient steps": "A start costs nothing here, however it was made.",
    "FLOPs": "Matrix products of the start and of each step, counted with PyTorch's own counter; "
    "a sum and a product are two operations.",
    "milliseconds": "Medians on this server's CPU, measured once since it started, with "
    f"{TIMED_POINTS} points and one thread; other work on the server slows them down.",
}
#: A fit that looks good: a hundredth of what tasks vary by.
GOAL = 0.05

MEASURED = "Sinusoids: mean squared error"
FIVE_SHOT = "5 support points"
#: How the same learner's published row is called there.
PUBLISHED = {
    "MAML": "MAML, from the paper",
    "One net for all": "pretrained on all tasks, from the paper",
}
PLAIN = "Against plain training: mean squared error"
PLAIN_CASES = ("One line, 100 support points", "One sinusoid, 100 support points")
PLAIN_TITLE = "Plain training"
#: Sections and tables on what meta-learning costs, and from when on it pays.
EFFICIENCY = (
    "Data efficiency: mean squared error",
    "10 support points, by the number of training tasks",
)
STORAGE = ("Store or generate: numbers to keep", "Sinusoids, by the number of tasks N")


def lanes(runs: Sequence[Run], shots: int, against: str) -> list[Lane]:
    """The runs, each with what it has spent of `against` by every step."""
    return [
        Lane(
            preset(run.preset).title,
            line_of(run.preset),
            ANSWERS[run.preset].symbol,
            _spent(run.preset, shots, against).along(run.steps),
            run.query_loss,
            run.kept,
        )
        for run in runs
    ]


def _spent(preset: str, shots: int, against: str) -> Spent:
    if against == "FLOPs":
        return flops(preset, shots)
    return milliseconds(preset) if against == "milliseconds" else Spent(0, 1)


def task_words(wave: Wave, points: Points) -> str:
    """The task in a few words."""
    noun = "point" if points.shots == 1 else "points"
    noise = f" with noise σ = {points.noise:g}" if points.noise else ""
    return f"{wave.amplitude:g} sin(x − {wave.phase:g}) from {points.shots} support {noun}{noise}"


def answers_table(presets: Sequence[str]) -> Table:
    """What each learner has learned, what it computes for a task, and how many numbers that is."""
    found = {name: numbers(name) for name in presets}
    return {
        "learner": [preset(name).title for name in presets],
        "learned before": [ANSWERS[name].before for name in presets],
        "computed now": [ANSWERS[name].now for name in presets],
        "numbers stored": [_count(found[name].stored) for name in presets],
        "weights that depend on the task": [_count(found[name].generated) for name in presets],
        "steps learned through": [str(found[name].steps) for name in presets],
    }


def network_weights() -> int:
    """How many weights the target network has that all these learners share."""
    experiment = PRESETS[next(iter(ANSWERS))].experiment
    return TargetNetwork(
        experiment.family.n_in, experiment.family.n_out, experiment.target
    ).n_parameters


def _count(number: int) -> str:
    """Thousands apart by a narrow space."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def published_table() -> Table:
    """The 5-point errors of docs/results.md of this page's learners, published ones beside them.

    What the points allow is the last row.
    """
    table = measured(MEASURED, FIVE_SHOT)
    names = table["learner"]
    rows = [row for row, name in enumerate(names) if name in TITLES or name == LIMIT]
    taken = ("step 0", "step 1", "step 5", "step 10")
    published = {
        title: " / ".join(table[step][names.index(name)] for step in taken[1:])
        for title, name in PUBLISHED.items()
    }
    return {
        "learner": [names[row] for row in rows],
        **{step: [table[step][row] for row in rows] for step in taken},
        "published: steps 1 / 5 / 10": [published.get(names[row], "") for row in rows],
    }


def plain_table(case: str) -> Table:
    """The errors of a case of docs/results.md, the best first: plain training and learners here."""
    table = measured(PLAIN, case)
    shown = [row for row, name in enumerate(table["learner"]) if name in (PLAIN_TITLE, *TITLES)]
    return {title: [table[title][row] for row in shown] for title in ("learner", "steps", "error")}


def plain_sentence(case: str, table: Mapping[str, Sequence[str]]) -> str:
    """Who wins a case: plain training, or the best that was meta-learned."""
    rows = list(zip(table["learner"], table["steps"], table["error"], strict=True))
    plain = next(row for row in rows if row[0] == PLAIN_TITLE)
    other = next(row for row in rows if row[0] != PLAIN_TITLE)
    winner = "plain training wins" if rows[0] is plain else f"{other[0]} wins"
    return (
        f"{case}: {winner}. Plain training ends at {plain[2]} after {plain[1]} steps, "
        f"{other[0]} at {other[2]} after {other[1]} steps."
    )
