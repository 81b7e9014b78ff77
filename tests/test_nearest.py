"""The nearest description of a task, and whether its family contains it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from hypernet.inspection.curve import curve_grid
from hypernet.inspection.nearest import curve_map, nearest_curve, nearest_scene
from hypernet.inspection.plane_tasks import Groups, Labelled, Shape, plane_task
from hypernet.tasks import FormulaFamily, Sinusoid
from hypernet.types import Batch

WAVES = Sinusoid()


def wave(amplitude: float, phase: float) -> Tensor:
    return WAVES.truth(torch.tensor([amplitude, phase]), curve_grid())


@pytest.mark.parametrize("theta", [(0.5, 0.2), (2.5, 1.0), (4.9, 3.0)])
def test_a_wave_of_the_family_is_found_at_no_distance(theta: tuple[float, float]) -> None:
    near = nearest_curve(WAVES, curve_grid(), wave(*theta))
    assert near.distance < 1e-3
    np.testing.assert_allclose(near.theta.numpy(), theta, atol=1e-2)


def test_beyond_the_range_the_nearest_wave_lies_on_its_edge_and_a_distance_stays() -> None:
    near = nearest_curve(WAVES, curve_grid(), wave(7.0, 2.0))
    assert near.theta[0] == pytest.approx(5.0)
    rms = (wave(7.0, 2.0) - wave(5.0, 2.0)).square().mean().sqrt().item()
    assert near.distance == pytest.approx(rms, rel=1e-2)


def test_the_distance_to_a_line_is_that_of_least_squares() -> None:
    """Over amplitudes at a given phase the problem is linear, so a fine search of phases is it."""
    grid = curve_grid()
    best = math.inf
    for phase in torch.linspace(0.0, math.pi, 400):
        basis = torch.sin(grid - phase)
        amplitude = ((basis * grid).sum() / basis.square().sum()).clamp(0.1, 5.0)
        best = min(best, (amplitude * basis - grid).square().mean().sqrt().item())
    assert nearest_curve(WAVES, grid, grid).distance == pytest.approx(best, rel=1e-3)


def test_the_path_leads_from_a_start_to_the_nearest_task_inside_the_range() -> None:
    near = nearest_curve(WAVES, curve_grid(), wave(2.0, 1.0))
    assert (near.path >= np.array([p.low for p in WAVES.parameters]) - 1e-6).all()
    assert (near.path <= np.array([p.high for p in WAVES.parameters]) + 1e-6).all()
    np.testing.assert_array_equal(near.path[-1], near.theta.numpy())
    assert len(near.path) == len(near.distances)
    assert near.distances[-1] < near.distances[0]


def test_the_map_is_lowest_where_the_descent_ends() -> None:
    truth = wave(3.0, 2.0)
    near = nearest_curve(WAVES, curve_grid(), truth)
    over = curve_map(WAVES, near, curve_grid(), truth)
    up, across = np.unravel_index(over.distances.argmin(), over.distances.shape)
    assert over.x[across] == pytest.approx(3.0, abs=0.11)
    assert over.y[up] == pytest.approx(2.0, abs=0.07)


def test_a_family_of_one_s_own_is_searched_in_the_same_way() -> None:
    family = FormulaFamily("a*x^2 + b", (("a", -0.3, 0.3), ("b", -2.0, 2.0)))
    near = nearest_curve(family, curve_grid(), 0.2 * curve_grid() ** 2 - 1.0)
    np.testing.assert_allclose(near.theta.numpy(), [0.2, -1.0], atol=1e-2)


def test_the_same_points_give_the_same_path() -> None:
    one, other = (nearest_curve(WAVES, curve_grid(), curve_grid()).path for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("scene", [Shape("moons", 0.6), Shape("stripes"), Groups(3), Groups(5, 3)])
def test_points_of_a_family_are_explained_by_a_description_of_it(scene: Shape | Groups) -> None:
    name = next(name for name in scene.presets if name.endswith("-description"))
    support = plane_task(scene, Labelled(shots=10)).support
    near = nearest_scene(scene.preset(name), support)
    assert near.distance < 0.1
    for value, (_, _, _, low, high) in zip(near.theta.tolist(), near.parameters, strict=True):
        assert low - 1e-6 <= value <= high + 1e-6


def test_labels_without_any_order_are_explained_by_none() -> None:
    generator = torch.Generator()
    generator.manual_seed(0)
    x = 4 * torch.rand(40, 2, generator=generator) - 2
    y = torch.eye(2)[torch.randint(0, 2, (40,), generator=generator)]
    assert nearest_scene("planar-description", Batch(x, y)).distance > 0.3


def test_without_a_point_there_is_no_nearest_task() -> None:
    none = torch.empty(0, 1)
    with pytest.raises(ValueError, match="points must be 1 or more"):
        nearest_curve(WAVES, none, none)
    with pytest.raises(ValueError, match="points must be 1 or more"):
        nearest_scene("planar-description", Batch(torch.empty(0, 2), torch.empty(0, 2)))
    with pytest.raises(ValueError, match="preset must be one with classes"):
        nearest_scene("sinusoid-description", Batch(none, none))
