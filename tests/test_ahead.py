"""Who is ahead, by how much, and what steps did: the sentence is computed from the runs."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from hypernet.figures.numbers import brief
from hypernet.inspection.curve import Points, Run, Wave, run
from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Labelled, Shape
from hypernet.presets import preset
from tests.visit import said, visit
from ui.ahead import errors_ahead, shares_ahead
from ui.plane import plane_ahead
from ui.waves import waves_ahead


def recorded(name: str, losses: list[float], kept: int | None = None) -> Run:
    values = np.array(losses, dtype=np.float32)
    return Run(name, values, values, values, {}, len(losses) if kept is None else kept)


AHEAD, BEHIND = "sinusoid-maml", "sinusoid-joint"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (0.00024, "2.4·10⁻⁴"),
        (0.0060, "0.0060"),
        (1.84, "1.8"),
        (-14.4, "−14"),
        (0.0999, "0.10"),
        (9996, "1.0·10⁴"),
        (123, "120"),
    ],
)
def test_a_number_has_two_digits_in_sentences_as_in_pictures(value: float, words: str) -> None:
    assert brief(value) == words


def test_the_least_error_is_ahead_by_the_factor_that_the_others_have() -> None:
    truth = torch.tensor([[-2.0], [2.0]])
    runs = [recorded(BEHIND, [2.0, 4.0]), recorded(AHEAD, [1.0, 0.04])]
    assert errors_ahead("A task", runs, truth, "query error") == (
        "A task, after 1 gradient step: **MAML** has the least query error, 0.040, 1.0 % of the "
        "task's variance; One net for all has 100 times as much. Steps helped MAML most: 1.0 → "
        "0.040. They made it worse for One net for all, 2.0 → 4.0."
    )


def test_without_steps_nothing_is_said_of_them() -> None:
    told = errors_ahead("A task", [recorded(AHEAD, [0.5])], None, "query error")
    assert told == "A task, before any step: **MAML** has the least query error, 0.50."


def test_who_left_the_chart_is_in_no_comparison() -> None:
    gone = recorded(AHEAD, [1.0, 0.001, 0.001], kept=2)
    told = errors_ahead("A task", [gone, recorded(BEHIND, [2.0, 2.0, 2.0])], None, "query error")
    assert told == (
        "A task, after 2 gradient steps: **One net for all** has the least query error, 2.0."
    )
    everyone = errors_ahead("A task", [gone], None, "query error")
    assert everyone == "A task, after 2 gradient steps: every learner has left the chart."


def test_beside_an_error_of_nothing_there_is_no_factor() -> None:
    runs = [recorded(AHEAD, [0.0, 0.0]), recorded(BEHIND, [2.0, 1.0])]
    told = errors_ahead("A task", runs, None, "support error")
    assert "**MAML** has the least support error, 0; One net for all has 1.0." in told


def test_without_anything_to_judge_by_it_is_the_support_that_is_compared() -> None:
    texts = [text.value for text in visit("own", way="Points").markdown]
    assert any("has the least support error" in text for text in texts)


def test_the_numbers_of_a_wave_are_those_of_its_runs() -> None:
    wave, points = Wave(4.0, 1.0), Points(5, 0.0, 3)
    runs = [run(name, wave, points, 5) for name in (AHEAD, BEHIND)]
    told = waves_ahead(wave, points, runs)
    factor = runs[1].query_loss[-1] / runs[0].query_loss[-1]
    assert f"{brief(factor)} times as much" in told
    share = float(re.findall(r"([\d.]+) % of the task's variance", told)[0])
    assert share == pytest.approx(100 * runs[0].query_loss[-1] / 8, rel=0.1)


def test_shares_of_right_answers_are_sorted_and_compared() -> None:
    shape, labelled = Shape("xor"), Labelled()
    names = ("planar-maml", "planar-description")
    runs = [run_plane(name, shape, labelled, 5) for name in names]
    told = plane_ahead(shape, labelled, runs)
    best = max(runs, key=lambda one: one.accuracy[-1])
    assert f"**{preset(best.preset).title}** is right on {best.accuracy[-1]:.0%}" in told
    assert f"Steps helped MAML most: {runs[0].accuracy[0]:.0%} → {runs[0].accuracy[-1]:.0%}" in told
    assert shares_ahead("It", runs[:1], "other points").startswith("It, after 5 gradient steps")


def test_a_typed_formula_stays_text() -> None:
    at = visit("own", y="2*sin(x)*cos(x)")
    assert r"2\*sin\(x\)\*cos\(x\)" in "".join(text.value for text in at.markdown)


def test_the_numbers_are_one_press_away() -> None:
    at = visit("sinusoids", steps="3")
    assert said(at).startswith("2.5 sin(x − 0.8) from 5 support points, after 3 gradient steps: **")
    assert list(at.table[0].value["learner"]) == [
        "Hypernet: set attention",
        "Hypernet: points + steps",
        "MAML",
        "One net for all",
    ]
