"""One planar task under the lens: fields, held values, and the time a field takes."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
import torch

from hypernet.figures.fields import FULLEST
from hypernet.inspection.plane import RESOLUTION, run_plane
from hypernet.inspection.plane_tasks import Groups, Labelled, Placed, Shape, plane_task
from hypernet.presets import CLUSTERS, PLANAR, shared
from ui.plane import live_plane, plane_area, plane_figure, plane_sentence, unswapped

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
    learner = shared("planar-points").learner
    task = plane_task(SHAPE, Labelled())
    params = learner.initial(task.description, task.support)
    width = 5 / RESOLUTION
    cell = torch.tensor([[-2.5 + 40.5 * width, -2.5 + 10.5 * width]])
    logits = learner.predict(params, cell)[0]
    assert run.winner[0, 10, 40] == logits.argmax()
    certainty = 255 * (2 * logits.softmax(-1).max().item() - 1)
    assert run.certainty[0, 10, 40] == pytest.approx(certainty, abs=1.01)


def test_after_divergence_the_picture_stays_and_no_answer_counts_as_right() -> None:
    run = run_plane("planar-maml", SHAPE, Labelled(), 20, 1000.0)
    assert run.kept <= run.steps
    assert run.accuracy[: run.kept].min() > 0
    assert (run.accuracy[run.kept :] == 0).all()
    assert (run.winner[run.kept :] == run.winner[run.kept - 1]).all()
    sentence = plane_sentence(SHAPE, Labelled(), [run])
    assert f"→ 0.00 (diverged at step {run.kept}, wrong from there on)" in sentence


@pytest.mark.timing
def test_a_field_of_100_by_100_takes_at_most_20_ms_of_cpu() -> None:
    learner = shared("planar-points").learner
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


@pytest.mark.parametrize("ways", [2, 3, 4, 5])
@pytest.mark.parametrize("name", CLUSTERS)
def test_every_learner_answers_clusters_of_any_number_of_classes(name: str, ways: int) -> None:
    run = run_plane(name, Groups(classes=ways), Labelled(), 1)
    assert set(np.unique(run.winner)) <= set(range(ways))
    assert run.certainty.max() > run.certainty.min()


def test_a_guess_has_certainty_0_whatever_the_number_of_classes() -> None:
    run = run_plane("clusters-ridge", Groups(classes=4), Labelled(placed=()), 0)
    assert (run.certainty == 0).all()


def test_placed_points_are_the_support() -> None:
    placed = ((0.5, -1.0, 1), (0.25, 2.0, 0))
    task = plane_task(SHAPE, Labelled(placed=placed))
    assert task.support.x.tolist() == [[0.5, -1.0], [0.25, 2.0]]
    assert task.support.y.tolist() == [[0.0, 1.0], [1.0, 0.0]]
    torch.testing.assert_close(task.query, plane_task(SHAPE, Labelled()).query)


def test_swapped_labels_move_every_class_to_the_next() -> None:
    groups = Groups(classes=3)
    plain, swapped = (plane_task(groups, Labelled(swapped=s)).support.y for s in (False, True))
    torch.testing.assert_close(swapped.argmax(-1), (plain.argmax(-1) + 1) % 3)


@pytest.mark.parametrize(
    ("placed", "sentence"),
    [
        (((0.0, 0.0, 2),), r"class must be 0\.\.1, got 2"),
        (((0.0, 0.0, -1),), r"class must be 0\.\.1, got -1"),
        (((0.0, 0.0, 0),) * 2001, r"points must be 0\.\.2000, got 2001"),
    ],
)
def test_placed_points_that_do_not_fit_are_refused(placed: Placed, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        plane_task(SHAPE, Labelled(placed=placed))


@pytest.mark.parametrize("placed", [(), ((0.0, 0.0, 0),), ((0.1, 0.1, 1),) * 200])
@pytest.mark.parametrize("name", PLANAR)
def test_none_one_or_200_equal_points_are_an_ordinary_task(name: str, placed: Placed) -> None:
    run = run_plane(name, SHAPE, Labelled(placed=placed), 2)
    assert np.isfinite(run.query_loss).all()
    assert run.kept == 3


def test_the_wrong_tasks_weights_do_not_come_from_placed_points() -> None:
    drawn = Labelled(foreign=True)
    run = run_plane("planar-points", SHAPE, drawn, 0)
    placed = run_plane("planar-points", SHAPE, dataclasses.replace(drawn, placed=()), 0)
    np.testing.assert_array_equal(run.winner, placed.winner)


def test_edited_points_lose_the_swap_that_the_picture_shows() -> None:
    area = plane_area(Groups(classes=3))
    assert unswapped(area, [[0.0, 1.0, 0], [0.5, 1.0, 2]]) == [[0.0, 1.0, 2], [0.5, 1.0, 1]]
    assert unswapped(area, [["x"]]) == [["x"]]


def test_the_browser_is_told_of_the_other_task_only_where_weights_come_from_it() -> None:
    assert live_plane(SHAPE, Labelled(), ["planar-points"], None, 0).told is None
    live = live_plane(SHAPE, Labelled(foreign=True), ["planar-points", "planar-ridge"], None, 3)
    assert live.told is not None
    assert not np.array_equal(live.told.description, live.description)
    assert live.models == {"Hypernet: points": "planar-points", "Ridge head": None}
    assert live.revision == 3


def test_the_server_draws_the_boundary_after_the_last_step() -> None:
    labelled = Labelled(placed=((1.0, 0.5, 1), (0.0, 0.5, 0), (0.2, 0.5, 0)))
    runs = [run_plane(name, SHAPE, labelled, 2) for name in ("planar-maml", "planar-ridge")]
    figure = plane_figure(SHAPE, labelled, runs)
    assert [note.text for note in figure.layout.annotations] == ["MAML", "Ridge head"]
    image, first, second = figure.data[:3]
    assert [len(first.x), len(second.x)] == [2, 1]
    strength = np.asarray(image.z)[..., 3].astype(float)
    expected = runs[0].certainty[-1].astype(float) * FULLEST / 255
    np.testing.assert_allclose(strength, expected, atol=1)
    same_class = runs[0].winner[-1] == runs[0].winner[-1][0, 0]
    colours = np.asarray(image.z)[..., :3]
    assert (colours[same_class] == colours[0, 0]).all()
    assert (colours[~same_class] != colours[0, 0]).any(axis=-1).all()
