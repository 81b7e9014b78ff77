"""One planar task under the lens: fields, held values, and the time a field takes."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from hypernet import load_preset
from hypernet.one_plane import RESOLUTION, Labelled, Shape, plane_task, run_plane
from hypernet.presets import PLANAR

SHAPE = Shape(kind="rings")


def test_one_more_shot_adds_a_point_to_each_class_and_moves_none() -> None:
    few = plane_task(SHAPE, Labelled(shots=3)).support
    more = plane_task(SHAPE, Labelled(shots=4)).support
    assert few.x.shape == (6, 2)
    np.testing.assert_array_equal(few.x[:3], more.x[:3])
    np.testing.assert_array_equal(few.x[3:], more.x[4:7])


@pytest.mark.parametrize("name", PLANAR)
def test_a_run_has_a_field_and_an_accuracy_for_every_step(name: str) -> None:
    run = run_plane(name, SHAPE, Labelled(), 3)
    assert run.winner.shape == run.certainty.shape == (4, RESOLUTION, RESOLUTION)
    assert run.accuracy.shape == run.query_loss.shape == (4,)
    assert set(np.unique(run.winner)) <= {0, 1}


def test_the_field_agrees_with_the_prediction_at_its_cells() -> None:
    run = run_plane("planar-points", SHAPE, Labelled(), 0)
    learner = load_preset("planar-points").learner
    task = plane_task(SHAPE, Labelled())
    params = learner.initial(task.description, task.support)
    width = 5 / RESOLUTION
    cell = torch.tensor([[-2.5 + 40.5 * width, -2.5 + 10.5 * width]])
    logits = learner.predict(params, cell)[0]
    assert run.winner[0, 10, 40] == logits.argmax()
    certainty = 255 * (2 * logits.softmax(-1).max().item() - 1)
    assert run.certainty[0, 10, 40] == pytest.approx(certainty, abs=1.01)


def test_a_field_of_100_by_100_takes_at_most_20_ms_of_cpu() -> None:
    learner = load_preset("planar-points").learner
    task = plane_task(SHAPE, Labelled())
    line = torch.linspace(-2.5, 2.5, 100)
    cells = torch.cartesian_prod(line, line)
    times = []
    with torch.no_grad():
        params = learner.initial(task.description, task.support)
        for _ in range(10):
            start = time.process_time()
            learner.predict(params, cells)
            times.append(time.process_time() - start)
    assert min(times) <= 0.020


def test_a_diverging_run_repeats_its_last_usable_step() -> None:
    run = run_plane("planar-scratch", SHAPE, Labelled(), 20, 1e6)
    assert run.kept < 21
    np.testing.assert_array_equal(run.winner[-1], run.winner[run.kept - 1])
    assert np.isfinite(run.query_loss).all()
