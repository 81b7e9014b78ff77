"""The waves that fit some points: a grid against importance sampling and closed forms."""

from __future__ import annotations

import pytest
import torch

from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.learners import BayesOptions
from hypernet.posterior import EFFECTIVE
from hypernet.posterior.waves import PICKED, SMALLEST_SIGMA, wave_posterior
from hypernet.tasks import Sinusoid
from hypernet.tasks.sinusoid import AMPLITUDE
from hypernet.types import Batch

X = torch.linspace(-5, 5, 41)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_the_grid_agrees_with_importance_sampling(count: int) -> None:
    family, rng = Sinusoid(noise=0.4), stream(6, "grid")
    task = family.make(torch.tensor([2.0, 1.1]), rng, 5)
    support = Batch(*(part[:count] for part in task.support))
    options = BayesOptions(samples=100_000, kept=5000)
    learner = Experiment(family=family, learner=options).build()
    params = learner.initial(torch.zeros(2), support)
    found = wave_posterior(support.x[:, 0], support.y[:, 0], family.noise, family)
    seen = learner.predict(params, X.unsqueeze(-1))[:, 0].double()
    error = found.deviation(X) / params[EFFECTIVE].clamp(max=5000).sqrt()
    assert ((seen - found.mean(X)).abs() < 4 * error).all()


def test_the_waves_are_many_with_one_point_and_one_with_three() -> None:
    family = Sinusoid()
    truth = torch.tensor([3.0, 0.7])
    x = torch.tensor([-2.0, 0.4, 1.9])
    y = family.truth(truth, x.unsqueeze(-1))[:, 0]
    one, three = (wave_posterior(x[:k], y[:k], 0.0, family) for k in (1, 3))
    assert one.picked[:, 0].std() > 0.5
    torch.testing.assert_close(three.picked, truth.double().expand(PICKED, 2), rtol=0, atol=0.15)
    assert one.deviation(X).max() > 1
    assert three.deviation(X).max() < 2 * SMALLEST_SIGMA
    assert one.deviation(x[:1]).item() < 2 * SMALLEST_SIGMA


def test_every_picked_wave_goes_near_the_points_and_is_of_the_family() -> None:
    family = Sinusoid()
    x, y = torch.tensor([1.0]), torch.tensor([1.5])
    picked = wave_posterior(x, y, 0.0, family).picked.float()
    heights = family.truth(picked, x.expand(PICKED, 1, 1))
    assert (heights - 1.5).abs().max() < 4 * SMALLEST_SIGMA
    for entry, (low, high) in zip(picked.T, (AMPLITUDE, (0.0, family.phase_high)), strict=True):
        assert low <= entry.min() <= entry.max() <= high
    assert (picked[:, 1].diff() >= 0).all()


def test_points_of_no_wave_are_answered_with_the_nearest_ones() -> None:
    x = torch.linspace(-5, 5, 200)
    found = wave_posterior(x, x.square(), 0.0, Sinusoid())
    assert torch.isfinite(found.mean(X)).all()
    assert torch.isfinite(found.picked).all()
