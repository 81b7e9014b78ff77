"""Three polynomials, one after another: what is generated for earlier ones is kept."""

from __future__ import annotations

import pytest
import torch

from hypernet.continual import ContinualOptions, TaskCodes, learn_in_turn, output_change
from hypernet.init import stream
from hypernet.tasks.polynomials import POLYNOMIALS

#: Far fewer updates than the source's, and enough to tell keeping from forgetting.
SHORT = ContinualOptions(steps=600)


def test_the_polynomials_are_those_of_the_source() -> None:
    tests = [polynomial.test_points() for polynomial in POLYNOMIALS]
    line, parabola, cubic = (points.x for points in tests)
    formulas = (line + 3, 2 * parabola**2 - 1, (cubic - 3) ** 3)
    for polynomial, points, formula in zip(POLYNOMIALS, tests, formulas, strict=True):
        torch.testing.assert_close(points.y, formula)
        assert (points.x.min().item(), points.x.max().item()) == polynomial.interval
        assert len(points.x) == 50


def test_training_points_are_noisy_and_inside_the_interval() -> None:
    for index, polynomial in enumerate(POLYNOMIALS):
        points = polynomial.training_points(stream(index, "polynomial"))
        low, high = polynomial.interval
        assert len(points.x) == 100
        assert low <= points.x.min()
        assert points.x.max() <= high
        error = points.y - polynomial.truth(points.x)
        assert error.std().item() == pytest.approx(0.05, rel=0.25)


@pytest.mark.slow
def test_the_regulariser_keeps_what_was_learned_and_without_it_it_is_forgotten() -> None:
    _, kept = learn_in_turn(POLYNOMIALS, SHORT)
    _, forgotten = learn_in_turn(POLYNOMIALS, ContinualOptions(steps=600, beta=0.0))
    assert [len(row) for row in kept] == [1, 2, 3]
    assert max(kept[-1]) < 0.1
    assert min(forgotten[-1][:2]) > 0.5
    assert forgotten[-1][2] < 0.1


def test_the_first_task_does_not_know_of_the_regulariser() -> None:
    (_, kept), (_, forgotten) = (
        learn_in_turn(POLYNOMIALS[:1], ContinualOptions(steps=20, beta=beta)) for beta in (5.0, 0.0)
    )
    assert kept == forgotten


def test_codes_of_earlier_tasks_stay_as_they_are() -> None:
    options = ContinualOptions(steps=20)
    first, _ = learn_in_turn(POLYNOMIALS[:1], options)
    network = TaskCodes(1, options)
    assert not torch.equal(first.codes[0], network.codes[0])
    both, _ = learn_in_turn(POLYNOMIALS[:2], options)
    assert torch.equal(both.codes[0], first.codes[0])


def test_the_regulariser_is_the_squared_distance_of_all_weights_as_a_mean_over_tasks() -> None:
    network = TaskCodes(2, ContinualOptions())
    weights = [network.weights(task) for task in range(2)]
    assert output_change(network, weights).item() == 0
    moved = [{name: value + 0.1 for name, value in one.items()} for one in weights]
    count = network.target.n_parameters
    assert output_change(network, moved).item() == pytest.approx(0.01 * count, rel=1e-4)
    assert output_change(network, moved[:1]).item() == pytest.approx(0.01 * count, rel=1e-4)


def test_the_same_seed_learns_the_same() -> None:
    options = ContinualOptions(steps=10, seed=3)
    before = torch.get_rng_state()
    assert learn_in_turn(POLYNOMIALS, options)[1] == learn_in_turn(POLYNOMIALS, options)[1]
    assert torch.equal(before, torch.get_rng_state())


def test_options_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"beta must be 0\.\.100, got -1"):
        ContinualOptions(beta=-1.0)
