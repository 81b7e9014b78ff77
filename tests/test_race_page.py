"""The page of the race: its lines, its sentence, its tables and its link."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hypernet.figures.theme import line_of
from hypernet.inspection.cost import flops
from hypernet.inspection.curve import Points, Wave
from hypernet.inspection.curve import run as run_task
from hypernet.learners.bayes import TITLE as LIMIT
from hypernet.presets import PRESETS
from hypernet.tasks import Sinusoid
from tests.test_pages import control, numbers_per_line, printed_by_code_behind
from tests.visit import plotted, run, said, visit
from ui.measured import measured
from ui.race import ANSWERS, DEFAULT, MEASURED, TITLES

pytestmark = pytest.mark.slow

LEARNERS = ["MAML", "Hypernet: points"]
VALUES = {
    "amplitude": 3.5,
    "phase": 1.2,
    "shots": 9,
    "noise": 0.25,
    "seed": 17,
    "steps": "5",
    "against": "FLOPs",
}


def follow_link() -> AppTest:
    values = {name: str(value) for name, value in VALUES.items()}
    return visit("weights", learners=LEARNERS, **values)


def table(at: AppTest, index: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = at.table[index].value.to_dict("list")
    return found


def alt(at: AppTest) -> str:
    words: str = at.get("plotly_chart")[0].proto.alt
    return words


def numbers(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A list of a Plotly specification, plain or packed."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]).astype(float)
    return np.array(values, dtype=float)


def test_all_answers_are_on_the_tasks_of_mamls_paper_and_look_different() -> None:
    assert {PRESETS[name].experiment.family for name in ANSWERS} == {Sinusoid()}
    looks = {(line_of(name).colour, answer.symbol) for name, answer in ANSWERS.items()}
    assert len(looks) == len(ANSWERS)
    assert len({answer.symbol for answer in ANSWERS.values()}) == len(ANSWERS)


def test_the_default_race_is_between_six() -> None:
    lines = plotted(visit("weights"), 0)["data"]
    assert [line["name"] for line in lines] == DEFAULT


def test_a_link_restores_every_control_and_gives_the_same_race() -> None:
    first, second = follow_link(), follow_link()
    assert not first.warning
    assert {name: control(first, name).value for name in VALUES} == VALUES
    assert [line["name"] for line in plotted(first, 0)["data"]] == LEARNERS
    assert plotted(first, 0) == plotted(second, 0)
    assert alt(first).startswith("3.5 sin(x − 1.2) from 9 support points with noise σ = 0.25: ")


def test_the_lines_are_what_the_core_computes() -> None:
    drawn = plotted(follow_link(), 0)["data"]
    for line in drawn:
        name = TITLES[line["name"]]
        expected = run_task(name, Wave(3.5, 1.2), Points(9, 0.25, 17), 5)
        np.testing.assert_allclose(numbers(line["y"]), expected.query_loss, rtol=1e-6)
    spent = flops(TITLES["Hypernet: points"], 9).along(5)
    np.testing.assert_allclose(numbers(drawn[1]["x"]), np.log10(spent))


@pytest.mark.parametrize("against", ["gradient steps", "FLOPs", "milliseconds"])
def test_whatever_it_is_drawn_against_the_sentence_is_the_pictures_text(against: str) -> None:
    at = visit("weights", against=against, learners=LEARNERS)
    assert alt(at).startswith("2.5 sin(x − 0.8) from 5 support points: before any gradient step ")
    assert "Hypernet: points is best, error 0." in alt(at)
    assert said(at).startswith(alt(at))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"against": "joules"}, "against = joules; allowed is one of gradient steps, FLOPs"),
        ({"learners": "Oracle"}, "learners = Oracle; allowed is one of From scratch, One net"),
        ({"steps": "4"}, "steps = 4; allowed is one of 0, 1, 2, 3, 5, 10, 20"),
    ],
)
def test_a_bad_link_falls_back_to_the_default(query: dict[str, str], sentence: str) -> None:
    at = visit("weights", **query)
    assert [sentence in warning.value for warning in at.warning] == [True]
    assert plotted(at, 0) == plotted(visit("weights"), 0)


def test_a_learner_that_leaves_the_chart_ends_with_a_cross_and_a_sentence() -> None:
    at = visit("weights", learners=["Meta-SGD"], steps="20")
    assert plotted(at, 0)["data"][0]["marker"]["symbol"][-1] == "x"
    assert "the loss left the chart (Meta-SGD at step " in at.info[0].value


def test_new_points_are_other_points() -> None:
    at = visit("weights")
    before = plotted(at, 0)["data"]
    at.button[0].click()
    run(at)
    assert at.number_input(key="seed").value != 0
    assert plotted(at, 0)["data"] != before


def test_the_fits_are_drawn_when_they_are_asked_for() -> None:
    at = visit("weights", learners=LEARNERS)
    assert len(at.get("plotly_chart")) == 1
    at.session_state["fits"] = True
    run(at)
    titles = [note["text"] for note in plotted(at, 1)["layout"]["annotations"]]
    assert titles == LEARNERS


def test_the_table_of_answers_has_live_numbers() -> None:
    answers = table(visit("weights", learners=["MAML", "Description beside x"]), 0)
    assert answers["learner"] == ["MAML", "Description beside x"]
    assert answers["learned before"][0] == "a start"
    assert answers["numbers stored"] == [
        "1\N{NARROW NO-BREAK SPACE}761",
        "1\N{NARROW NO-BREAK SPACE}841",
    ]
    assert answers["weights that depend on the task"] == ["0", "40"]
    assert answers["steps learned through"] == ["1", "0"]


def test_the_published_numbers_stand_beside_those_of_the_results_document() -> None:
    shown, document = table(visit("weights"), 1), measured(MEASURED, "5 support points")
    assert set(shown["learner"]) == set(document["learner"]) & {*TITLES, LIMIT}
    assert shown["learner"][-1] == LIMIT
    for row, name in enumerate(shown["learner"]):
        at = document["learner"].index(name)
        assert [shown[f"step {step}"][row] for step in (0, 1, 5, 10)] == [
            document[f"step {step}"][at] for step in (0, 1, 5, 10)
        ]
    published = dict(zip(shown["learner"], shown["published: steps 1 / 5 / 10"], strict=True))
    assert {name: cell for name, cell in published.items() if cell} == {
        "MAML": "0.67 / 0.38 / 0.35",
        "One net for all": "2.41 / 2.23 / 2.19",
    }


def test_there_is_a_case_that_plain_training_wins() -> None:
    at = visit("weights")
    line = table(at, 4)
    assert line["learner"][0] == "Plain training"
    sentence = at.markdown[-2].value
    assert sentence.startswith("One line, 100 support points: plain training wins. ")
    assert f"ends at {line['error'][0]} after {line['steps'][0]} steps" in sentence
    assert "Plain training" in table(at, 5)["learner"]


def test_the_code_behind_the_race_prints_its_errors(tmp_path: Path) -> None:
    printed = printed_by_code_behind(visit("weights", learners=LEARNERS, steps="3"), tmp_path)
    for name, losses in numbers_per_line(printed).items():
        assert losses == pytest.approx(run_task(name, Wave(), Points(), 3).query_loss, rel=1e-4)
