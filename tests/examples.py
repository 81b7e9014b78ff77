"""Examples of what Python sends to each component: tests/js/examples/*.js.

`python -m tests.examples` writes them. tests/test_examples.py holds that Python sends the same
structure now, tests/js/examples.test.js that the browser's side reads it, and the type checker that
it is of the type that the browser's side declares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from hypernet.export import export
from hypernet.formula import parse, plain
from hypernet.inspection.curve import Wave
from hypernet.inspection.training import RESOLUTION, Curve, Field, Look, TensorStatistics
from hypernet.tasks import Sinusoid
from tests.golden import small_learners
from tests.test_player import a_dial, a_field_view, a_fit, a_live, a_view, told
from ui.live.formula_field.formula_field import Problem
from ui.live.formula_field.formula_field import payload as formula_field
from ui.live.loom.loom import payload as loom
from ui.live.model.models import payload as model
from ui.live.player.allowed import Allowed
from ui.live.player.player import payload as player
from ui.live.training.training import RunView
from ui.live.training.training import payload as training

EXAMPLES = Path(__file__).parent / "js" / "examples"
#: The type of each component's data, as its folder in ui/live declares it.
TYPES = {
    "formula_field": "FormulaFieldData",
    "loom": "LoomData",
    "model": "PublishedModel",
    "player": "PlayerData",
    "training": "TrainingData",
}


def examples() -> dict[str, dict[str, Any]]:
    """By component, what is sent for some states of a page."""
    sent = {
        "formula_field": _formula_field(),
        "loom": {"a wave": loom("sinusoid-description", Wave(1.5, 3.0), 7)},
        "model": _model(),
        "player": _player(),
        "training": _training(),
    }
    told: dict[str, dict[str, Any]] = json.loads(json.dumps(sent, allow_nan=False))
    return told


def read(component: str) -> dict[str, Any]:
    """The stored example of a component."""
    text = (EXAMPLES / f"{component}.js").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text.split(" = ", 1)[1].rstrip().rstrip(";"))
    return content


def _formula_field() -> dict[str, Any]:
    said: dict[str, Any] = {"hint": "a curve in x", "most": 200, "revision": 3}
    problem = Problem("After 'sin' must come '('.", 4, 1)
    return {
        "a formula": formula_field("Formula", "sin(x)", None, **said),
        "a mistake": formula_field("Formula", "sin x", problem, **said),
    }


def _model() -> dict[str, Any]:
    """A shipped model, and small ones with every encoder and generator."""
    shipped = json.loads(model("planar-maml") or b"null")
    small = small_learners(Sinusoid())
    return {"shipped": shipped} | {
        name: {"name": name, "exported": export(learner)} for name, learner in small.items()
    }


def _player() -> dict[str, Any]:
    return {
        "curves": player(a_view()),
        "curves with a pad": player(
            a_view(live=a_live(amplitude=a_dial(name="A"), phase=a_dial()))
        ),
        "curves and what the points allow": player(
            a_view(allowed=Allowed(amplitude=(0.1, 5.0), phase=(0.0, 3.0), sigma=0.05))
        ),
        "curves with dials": player(
            a_view(
                live=a_live(
                    dials=(a_dial(name="a"), a_dial(name="b")),
                    law=plain(parse("a * sin(x) + b", ("a", "b"))),
                    told_dials={"MAML": ("b",)},
                )
            )
        ),
        "curves without a judge": player(
            a_view(
                judged=False,
                truth_y=None,
                weights=None,
                fits=(_unjudged("MAML"), _unjudged("scratch")),
            )
        ),
        "fields": player(a_field_view()),
        "fields from another task": player(a_field_view(live=a_live(told=told()))),
    }


def _unjudged(label: str) -> Any:
    fit = a_fit(label)
    return a_fit(label, query_loss=fit.support_loss)


def _training() -> dict[str, Any]:
    return {
        "curves": training([_run(_curves(), None), _run(_curves(), 40)], (-5.0, 5.0), "Waves."),
        "fields": training([_run(_fields(), None)], (-3.0, 3.0), "Shapes."),
    }


def _run(look: Look, left: int | None) -> RunView:
    return RunView(
        name="first" if left is None else "second",
        colour="#0072B2",
        dash="" if left is None else "6 3",
        words="step 40 of 100",
        spoken="trains",
        share=0.4 if left is None else None,
        steps=40,
        report_steps=[10, 20],
        meta_losses=[3.0, 2.0],
        probe_steps=[0, 20],
        probe_losses=[4.0, 2.5],
        left=left,
        look=look,
    )


def _look(tasks: Any, ways: int) -> Look:
    weights = (TensorStatistics("W1", 0.25, 0.5), TensorStatistics("b1", 0.5, 0.75))
    return Look(tasks=tasks, weights=weights, ways=ways, inner_steps=1)


def _curves() -> Look:
    line = np.linspace(-1, 1, 5, dtype=np.float32)
    task = Curve("A = 1", line, line[:2], line[:2], -line, line, 0.25)
    return _look((task,) * 3, 0)


def _fields() -> Look:
    cells = np.zeros((RESOLUTION, RESOLUTION), dtype=np.uint8)
    labels = np.array([0, 1], dtype=np.uint8)
    task = Field("rings", np.zeros((2, 2), dtype=np.float32), labels, cells, cells, 0.5)
    return _look((task,) * 3, 2)


def write() -> None:
    """Writes all files anew."""
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    for component, states in examples().items():
        kind = f'import("../../../ui/live/{component}/types.js").{TYPES[component]}'
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(sent)}" for name, sent in states.items()
        )
        head = f"/** @type {{Record<string, {kind}>}} */\nexport const {component}"
        text = f"{head} = {{\n{lines}\n}};\n"
        (EXAMPLES / f"{component}.js").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
