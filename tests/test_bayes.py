"""What the points allow: the posterior of curves against closed forms and a grid."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from hypernet import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.learners import BayesOptions
from hypernet.posterior import EFFECTIVE, THETA
from hypernet.protocols import Learner, TaskFamily
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks import Digits, FiveModes, FormulaFamily, Sinusoid
from hypernet.types import Batch, Params

SIGMA = 0.3
LINES = FiveModes(kind="line", noise=SIGMA)
#: The same lines as a visitor would write them.
TYPED = FormulaFamily("a*x + b", (("a", -3.0, 3.0), ("b", -3.0, 3.0)), SIGMA)
#: The area that a and b are drawn from.
AREA = 36.0
GRID = torch.linspace(-5, 5, 41).unsqueeze(-1)


def bayes(family: TaskFamily, **options: float) -> Learner:
    return Experiment(family=family, learner=BayesOptions(**options)).build()  # type: ignore[arg-type]


def said(learner: Learner, x: Tensor, y: Tensor, at: Tensor) -> tuple[Params, Tensor]:
    """The posterior from these points, and its mean at other places."""
    params = learner.initial(torch.zeros(*x.shape[:-2], _entries(learner)), Batch(x, y))
    return params, learner.predict(params, at)


def _entries(learner: Learner) -> int:
    assert learner.expected is not None
    assert learner.expected.entries is not None
    return learner.expected.entries


def noisy_line(count: int = 8) -> tuple[Tensor, Tensor]:
    rng = stream(4, "line")
    x = torch.linspace(-4, 4, count).unsqueeze(-1)
    return x, 0.5 * x - 1 + SIGMA * torch.randn(x.shape, generator=rng)


@pytest.mark.parametrize("family", [LINES, TYPED], ids=["lines", "typed"])
def test_on_a_line_with_gaussian_noise_the_mean_is_that_of_least_squares(
    family: TaskFamily,
) -> None:
    x, y = noisy_line()
    design = torch.cat([x, torch.ones_like(x)], dim=-1)
    covariance = SIGMA**2 * torch.linalg.inv(design.mT @ design)
    at = torch.cat([GRID, torch.ones_like(GRID)], dim=-1)
    exact = at @ torch.linalg.lstsq(design, y).solution
    params, mean = said(bayes(family, samples=200_000, kept=5000), x, y, GRID)
    deviation = ((at @ covariance) * at).sum(dim=-1, keepdim=True).sqrt()
    assert ((mean - exact).abs() < 4 * deviation / params[EFFECTIVE].sqrt()).all()


def test_the_effective_sample_size_is_that_of_a_gaussian_in_a_uniform_prior() -> None:
    x, y = noisy_line()
    design = torch.cat([x, torch.ones_like(x)], dim=-1)
    covariance = SIGMA**2 * torch.linalg.inv(design.mT @ design)
    params, _ = said(bayes(LINES, samples=200_000), x, y, GRID)
    expected = 200_000 * 4 * math.pi * torch.linalg.det(covariance).sqrt() / AREA
    assert params[EFFECTIVE].item() == pytest.approx(expected.item(), rel=0.1)


def test_without_points_every_task_is_as_likely_and_the_mean_is_that_of_the_family() -> None:
    learner = bayes(LINES, samples=5000)
    params, mean = said(learner, torch.empty(0, 1), torch.empty(0, 1), GRID)
    assert params[EFFECTIVE].item() == pytest.approx(5000)
    # The mean of 300 lines: a and b vary by √3, so their mean by a tenth at most at x = ±5.
    assert mean.abs().max() < 4 * math.sqrt(3) * math.sqrt(26 / 300)


def grid_mean(x: Tensor, y: Tensor, sigma: float, at: Tensor) -> Tensor:
    """The posterior mean of sinusoids by a fine grid over amplitude and phase."""
    cells = 400
    amplitude = 0.1 + 4.9 * (torch.arange(cells) + 0.5) / cells
    phase = math.pi * (torch.arange(cells) + 0.5) / cells
    theta = torch.cartesian_prod(amplitude, phase)
    errors = Sinusoid().truth(theta, x.expand(len(theta), *x.shape)) - y
    weight = (-errors.double().square().sum(dim=(-2, -1)) / (2 * sigma**2)).softmax(dim=0)
    curves = Sinusoid().truth(theta, at.expand(len(theta), *at.shape)).double()
    return (weight[:, None, None] * curves).sum(dim=0).float()


@pytest.mark.parametrize("count", [1, 3])
def test_importance_sampling_agrees_with_a_grid(count: int) -> None:
    x = torch.tensor([[-1.0], [2.0], [3.5]])[:count]
    y = 2 * torch.sin(x - 1) + 0.2
    learner = bayes(Sinusoid(noise=0.5), samples=100_000, kept=5000)
    params, mean = said(learner, x, y, GRID[::4])
    # Curves that fit differ by 2.6 at most from their mean.
    error = 4 * 2.6 / params[EFFECTIVE].clamp(max=5000).sqrt()
    assert (mean - grid_mean(x, y, 0.5, GRID[::4])).abs().max() < error


def test_one_point_leaves_many_waves_and_three_the_true_one() -> None:
    truth = torch.tensor([2.5, 0.8])
    x = torch.tensor([[-3.0], [0.5], [2.0]])
    y, target = Sinusoid().truth(truth, x), Sinusoid().truth(truth, GRID)
    learner = bayes(Sinusoid(), samples=100_000)
    params, _ = said(learner, x[:1], y[:1], GRID)
    assert params[THETA].std(dim=0).min() > 0.5
    params, mean = said(learner, x, y, GRID)
    assert params[THETA].std(dim=0).max() < 0.05
    torch.testing.assert_close(mean, target, rtol=0, atol=0.03)


@pytest.mark.parametrize("family", [Sinusoid(), FiveModes()], ids=["sinusoids", "modes"])
def test_more_points_never_make_the_mean_worse_beyond_the_interval(family: TaskFamily) -> None:
    learner = bayes(family, samples=20_000, kept=200)
    reports = [evaluate(learner, family, shots=k, inner_steps=(0,), tasks=40) for k in (1, 3, 10)]
    for fewer, more in itertools.pairwise(reports):
        assert more.mean[0] < fewer.mean[0] + fewer.ci95[0]


def test_it_is_no_worse_than_who_knows_only_the_mean_of_the_family() -> None:
    learner = bayes(Sinusoid(), samples=20_000, kept=200)
    report = evaluate(learner, Sinusoid(), shots=1, inner_steps=(0, 5), tasks=100)
    assert report.mean[0] == report.mean[1] < 2.0


def test_a_family_of_which_nothing_is_known_is_refused() -> None:
    said = "learner bayes needs a family whose points are known, got digits"
    with pytest.raises(ValueError, match=said):
        Experiment(family=Digits(), learner=BayesOptions())
    target = TargetNetwork(64, 3, TargetOptions())
    with pytest.raises(ValueError, match="learner bayes does not know how likely points of"):
        BayesOptions().build(Digits(), target, stream(0, "bayes"))
