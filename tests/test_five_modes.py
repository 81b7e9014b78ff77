"""Five modes: the curves of Vuorio et al. 2019, seen through noisy points."""

from __future__ import annotations

import math

import pytest
import torch

from hypernet.init import stream
from hypernet.tasks import FiveModes
from hypernet.tasks.five_modes import KINDS, RANGES
from hypernet.types import Task

X = torch.linspace(-5, 5, 11).unsqueeze(-1)


def tasks(kind: str = "all", count: int = 500, shots: int = 5) -> tuple[torch.Tensor, Task]:
    family, rng = FiveModes(kind=kind), stream(0, "modes")
    theta = family.sample(count, rng)
    return theta, family.make(theta, rng, shots)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.0, 2.0, 0.5, 0.0), 2 * torch.sin(X - 0.5)),
        ((1.0, -3.0, 1.0, 0.0), -3 * X + 1),
        ((2.0, -0.1, 2.0, 1.0), -0.1 * (X - 2) ** 2 + 1),
        ((3.0, 2.0, -1.0, 0.5), 2 * torch.tanh(X + 1) + 0.5),
        ((4.0, -2.0, 1.0, 3.0), -2 * (X - 1).abs() + 3),
    ],
    ids=KINDS,
)
def test_the_truth_is_the_formula_of_its_kind(
    numbers: tuple[float, ...], expected: torch.Tensor
) -> None:
    torch.testing.assert_close(FiveModes().truth(torch.tensor(numbers), X), expected)


def test_every_kind_is_drawn_as_often() -> None:
    theta, _ = tasks(count=5000)
    counts = theta[:, 0].long().bincount(minlength=len(KINDS))
    assert counts.min() > 900
    assert counts.max() < 1100


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_lie_in_the_ranges_of_their_kind_and_fill_them(kind: str) -> None:
    theta, _ = tasks(kind, 2000)
    assert (theta[:, 0] == KINDS.index(kind)).all()
    first = theta[:, 1].abs() if kind == "quadratic" else theta[:, 1]
    numbers = (first, *theta[:, 2:].unbind(-1))
    for entry, (low, high) in zip(numbers, RANGES[kind], strict=False):
        margin = 0.01 * (high - low)
        assert low <= entry.min() < low + margin
        assert high - margin < entry.max() <= high
    assert (theta[:, 1 + len(RANGES[kind]) :] == 0).all()


def test_a_quadratic_opens_upwards_or_downwards() -> None:
    theta, _ = tasks("quadratic", 2000)
    assert (theta[:, 1] > 0).float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_the_description_is_the_kind_and_the_numbers_in_units_of_their_largest() -> None:
    family = FiveModes()
    quadratic = family.describe(torch.tensor([2.0, -0.15, 1.5, -3.0]))
    torch.testing.assert_close(quadratic, torch.tensor([0.0, 0, 1, 0, 0, -1, 0.5, -1]))
    sinusoid = family.describe(torch.tensor([0.0, 5.0, math.pi, 0.0]))
    torch.testing.assert_close(sinusoid, torch.tensor([1.0, 0, 0, 0, 0, 1, 1, 0]))


def test_one_description_belongs_to_one_task() -> None:
    theta, task = tasks(count=300)
    assert len(task.description.unique(dim=0)) == len(theta.unique(dim=0)) == 300


def test_noise_is_on_the_support_alone() -> None:
    theta, task = tasks(shots=20)
    family = FiveModes()
    error = task.support.y - family.truth(theta, task.support.x)
    assert error.std().item() == pytest.approx(0.3, rel=0.05)
    torch.testing.assert_close(task.query.y, family.truth(theta, task.query.x))


def test_the_scale_is_the_spread_of_the_targets() -> None:
    _, task = tasks(count=5000)
    assert task.query.y.std().item() == pytest.approx(FiveModes().y_scale, rel=0.1)


def test_the_protocol_says_which_kinds_and_where_the_noise_is() -> None:
    assert FiveModes().protocol.startswith("sinusoid, line, quadratic, tanh, absolute; ranges of")
    assert FiveModes(kind="line").protocol.startswith("line; ranges of")
    assert "support noise σ = 0.3, query without noise" in FiveModes().protocol
