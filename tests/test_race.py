"""What answers cost and hold, and the picture of the race."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from hypernet.figures.race import DIVERGED, Axis, Lane, amount, race_figure, race_sentence
from hypernet.figures.theme import Line
from hypernet.inspection.cost import Spent, flops, milliseconds, numbers
from hypernet.inspection.curve import Points, Wave, task_of
from hypernet.presets import card, shared
from ui.race import ANSWERS

STEPS, FLOPS = Axis("steps", "steps", decades=False), Axis("FLOPs", "FLOPs", decades=True)


def lane(title: str, spent: list[float], error: list[float], kept: int | None = None) -> Lane:
    errors = np.array(error, dtype=np.float32)
    return Lane(
        title,
        Line("#000000", ""),
        "circle",
        np.array(spent, dtype=np.float64),
        errors,
        kept or len(error),
    )


# ------------------------------------------------------------ what is counted


def test_what_is_spent_begins_with_the_start_and_grows_by_a_step() -> None:
    np.testing.assert_array_equal(Spent(5, 2).along(3), [5, 7, 9, 11])


def test_writing_all_weights_costs_two_operations_for_each_weight_of_the_generator() -> None:
    assert flops("sinusoid-description", 5).start == 2 * (2 * 64 + 64 * 64 + 64 * 1761)


@pytest.mark.parametrize("shots", [1, 10])
def test_a_gradient_step_costs_a_forward_pass_and_twice_that_without_the_gradient_of_x(
    shots: int,
) -> None:
    first, others = 40, 40 * 40 + 40
    spent = flops("sinusoid-maml", shots)
    assert spent == Spent(0, 2 * shots * (3 * (first + others) - first))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_step_of_a_learner_costs_the_same(name: str) -> None:
    learner, task = shared(name).learner, task_of(name, Wave(), Points(5))
    with torch.no_grad():
        start = learner.initial(task.description, task.support)
        with FlopCounterMode(display=False) as counter:
            learner.walk(start, task.support, 3)
    assert counter.get_total_flops() == 3 * flops(name, 5).step > 0


@pytest.mark.parametrize("name", ["sinusoid-maml", "sinusoid-points"])
def test_time_is_taken_once_in_a_process(name: str) -> None:
    spent = milliseconds(name)
    assert spent.start > 0
    assert spent.step > 0
    assert milliseconds(name) is spent


@pytest.mark.parametrize("name", ANSWERS)
def test_the_numbers_stored_are_those_of_the_card(name: str) -> None:
    assert numbers(name).stored == card(name)["parameters"]


@pytest.mark.parametrize(
    ("name", "fewest", "most"),
    [
        ("scratch", 0, 0),
        ("maml", 0, 0),
        ("cavia", 0, 0),
        ("conditioning", 40, 40),
        ("last-layer", 1, 41),
        ("film", 42, 1720),
        ("description", 1000, 1761),
    ],
)
def test_a_start_depends_on_the_task_in_what_is_generated(
    name: str, fewest: int, most: int
) -> None:
    assert fewest <= numbers(f"sinusoid-{name}").generated <= most


@pytest.mark.parametrize(("name", "steps"), [("scratch", 0), ("maml", 1), ("points-inner", 5)])
def test_the_steps_are_those_of_meta_training(name: str, steps: int) -> None:
    assert numbers(f"sinusoid-{name}").steps == steps


def test_a_learner_without_steps_does_not_race() -> None:
    with pytest.raises(ValueError, match="preset must take gradient steps, got 'clusters-ridge'"):
        flops("clusters-ridge", 5)


# ------------------------------------------------------------ the picture


def test_a_free_start_stands_at_0_before_the_first_decade() -> None:
    free, paid = lane("A", [0, 2000, 4000], [1, 0.1, 0.1]), lane("B", [100, 200, 300], [1, 1, 1])
    figure = race_figure([free, paid], FLOPS)
    axis = figure.layout.xaxis
    assert list(axis.ticktext) == ["0", "100", "1 k", "10 k"]
    assert figure.data[0].x[0] == axis.tickvals[0] < axis.tickvals[1]
    np.testing.assert_allclose(figure.data[1].x, np.log10([100, 200, 300]))
    assert list(race_figure([paid], FLOPS).layout.xaxis.ticktext) == ["100", "1 k"]


def test_steps_are_drawn_as_they_are() -> None:
    figure = race_figure([lane("A", [0, 1, 2], [3, 2, 1])], STEPS)
    np.testing.assert_array_equal(figure.data[0].x, [0, 1, 2])
    low, high = figure.layout.xaxis.range
    assert low < 0
    assert high > 2


def test_a_start_alone_is_a_picture_too() -> None:
    for axis in (STEPS, FLOPS):
        figure = race_figure([lane("A", [0], [3])], axis)
        low, high = figure.layout.xaxis.range
        assert low < figure.data[0].x[0] < high


def test_a_diverged_lane_ends_with_a_cross_at_its_last_usable_step() -> None:
    figure = race_figure([lane("A", [0, 1, 2, 3], [1, 5, 90, 90], kept=3)], STEPS)
    drawn = figure.data[0]
    assert list(drawn.y) == [1, 5, 90]
    assert list(drawn.marker.symbol) == ["circle", "circle", DIVERGED]
    assert figure.layout.yaxis.range[1] == 2


def test_the_error_axis_has_room_for_every_error() -> None:
    figure = race_figure([lane("A", [0, 1], [0.0, 2e-6])], STEPS)
    low, high = figure.layout.yaxis.range
    assert low <= np.log10(2e-6)
    assert high >= 1
    assert figure.data[0].y[0] > 0


RACE = [
    lane("A", [0, 10, 20], [1, 0.5, 0.01]),
    lane("B", [30, 40, 50], [0.2, 0.1, 0.1]),
    lane("C", [0, 1, 2], [2, 0.001, 0.001], kept=1),
]


def test_the_sentence_names_the_best_before_and_after_and_the_cheapest() -> None:
    assert race_sentence("A wave", RACE, FLOPS, 0.2) == (
        "A wave: before any gradient step B is best, error 0.20; after 2 steps A is, error 0.010. "
        "An error of 0.2 is reached for the least, 20 FLOPs, by A."
    )
    assert "after 2 steps it still is, error 0.10. None comes to an error of 0.05." in (
        race_sentence("A wave", RACE[1:], FLOPS, 0.05)
    )


def test_the_sentence_of_a_start_alone_or_of_diverged_lanes_knows_no_end() -> None:
    alone = race_sentence("A wave", [lane("A", [0], [3])], STEPS, 5)
    assert alone == (
        "A wave: before any gradient step A is best, error 3.0. "
        "An error of 5 is reached for the least, 0 steps, by A."
    )
    assert "after" not in race_sentence("A wave", RACE[2:], STEPS, 5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (999, "999"), (233_856, "234 k"), (1e7, "10 M"), (2e9, "2 G")],
)
def test_amounts_have_prefixes(value: float, text: str) -> None:
    assert amount(value) == text
