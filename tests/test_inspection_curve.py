"""One task under the lens: nested points, held values, the same numbers as the learner's own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hypernet.inspection.curve import Points, Wave, generate, run, task_of, weight_range
from hypernet.presets import SINUSOID

WAVE = Wave(2.5, 0.8)


def test_one_more_shot_adds_a_point_and_moves_none() -> None:
    few = task_of("sinusoid-maml", WAVE, Points(3, 0.2, 7)).support
    more = task_of("sinusoid-maml", WAVE, Points(4, 0.2, 7)).support
    assert few.x.shape == (3, 1)
    np.testing.assert_array_equal(few.x, more.x[:3])
    np.testing.assert_array_equal(few.y, more.y[:3])


def test_all_learners_see_the_same_points() -> None:
    tasks = [task_of(name, WAVE, Points(5, 0.1, 3)) for name in SINUSOID]
    for task in tasks[1:]:
        np.testing.assert_array_equal(task.support.x, tasks[0].support.x)
        np.testing.assert_array_equal(task.support.y, tasks[0].support.y)


@pytest.mark.parametrize("name", SINUSOID)
def test_a_run_has_every_step_with_step_0(name: str) -> None:
    result = run(name, WAVE, Points(), 3)
    assert result.curves.shape == (4, 100)
    assert result.support_loss.shape == result.query_loss.shape == (4,)
    assert {value.shape[0] for value in result.weights.values()} == {4}
    assert result.kept == 4


def test_a_diverging_run_repeats_its_last_usable_step() -> None:
    result = run("sinusoid-maml", WAVE, Points(), 20, 1.0)
    assert 1 <= result.kept < 21
    assert np.isfinite(result.curves).all()
    np.testing.assert_array_equal(result.curves[-1], result.curves[result.kept - 1])
    assert result.query_loss[-1] == result.query_loss[result.kept - 1]


def test_generated_weights_start_the_run_of_the_same_preset() -> None:
    made = generate("sinusoid-description", WAVE)
    result = run("sinusoid-description", WAVE, Points(), 0)
    np.testing.assert_allclose(made.prediction, result.curves[0], rtol=1e-5, atol=1e-6)
    assert made.query_loss == pytest.approx(float(result.query_loss[0]), rel=1e-4)
    assert weight_range("sinusoid-description") > 0.1


@pytest.mark.parametrize("alpha", [0.0, -1.0, math.nan])
def test_a_bad_step_size_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="learning rate α must be a finite number above 0, got"):
        run("sinusoid-maml", WAVE, Points(), 1, alpha)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Wave(amplitude=9.0), r"amplitude must be 0\.\.8, got 9"),
        (lambda: Wave(phase=math.nan), r"phase must be 0\.\.6\.2, got nan"),
        (lambda: Points(shots=0), r"shots must be 1\.\.20, got 0"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=sentence):
        make()
