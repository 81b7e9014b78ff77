"""The sinusoid family is the MAML protocol by default."""

from __future__ import annotations

import math

import pytest
import torch

from hypernet.init import stream
from hypernet.tasks import Sinusoid


def test_the_truth_is_the_formula() -> None:
    theta = torch.tensor([[2.0, 0.5], [0.1, math.pi]])
    x = torch.linspace(-5, 5, 9).view(1, 9, 1).expand(2, 9, 1)
    expected = torch.stack([2.0 * torch.sin(x[0] - 0.5), 0.1 * torch.sin(x[1] - math.pi)])
    torch.testing.assert_close(Sinusoid().truth(theta, x), expected)


def test_the_frequency_joins_the_description_where_it_varies() -> None:
    family = Sinusoid(frequency=(0.8, 1.2))
    assert [p.name for p in family.parameters] == ["amplitude", "phase", "frequency"]
    theta = torch.tensor([1.0, 0.0, 1.2])
    x = torch.tensor([[1.0]])
    torch.testing.assert_close(family.truth(theta, x), torch.sin(1.2 * x))


def test_noise_is_on_the_support_alone_and_of_the_stated_size() -> None:
    family = Sinusoid(noise=0.3)
    rng = stream(0, "noise")
    theta = family.sample(400, rng)
    task = family.make(theta, rng, 10, 10)
    error = task.support.y - family.truth(theta, task.support.x)
    assert error.std().item() == pytest.approx(0.3, rel=0.05)
    torch.testing.assert_close(task.query.y, family.truth(theta, task.query.x))


def test_more_shots_keep_the_earlier_inputs() -> None:
    family, theta = Sinusoid(), torch.tensor([1.0, 0.0])
    few = family.make(theta, stream(0, "points"), 3)
    many = family.make(theta, stream(0, "points"), 20)
    torch.testing.assert_close(few.support.x, many.support.x[:3])


def test_the_truth_has_no_loss() -> None:
    theta = Sinusoid().sample(3, stream(0, "theta"))
    task = Sinusoid().make(theta, stream(1, "points"), 4)
    truth = Sinusoid().truth(theta, task.query.x)
    torch.testing.assert_close(Sinusoid().loss(truth, task.query), torch.zeros(3))


def test_inputs_fill_the_stated_range() -> None:
    rng = stream(0, "range")
    task = Sinusoid().make(Sinusoid().sample(200, rng), rng, 20)
    assert task.support.x.min() >= -5
    assert task.support.x.max() <= 5
    assert task.support.x.std().item() == pytest.approx(10 / math.sqrt(12), rel=0.03)
    assert task.query.x[0, 0].item() == -5
    assert task.query.x[0, -1].item() == 5


def test_the_protocol_names_what_is_not_the_default() -> None:
    assert Sinusoid().protocol.startswith("y = A sin(x − φ), A in [0.1, 5], φ in [0, 3.142], x in")
    varied = Sinusoid(frequency=(0.8, 1.2)).protocol
    assert "sin(ωx − φ)" in varied
    assert "ω in [0.8, 1.2]" in varied
    assert "sin(2x − φ)" in Sinusoid(frequency=(2.0, 2.0)).protocol
