"""What labelled points allow: densities of shapes, and posteriors of planar tasks and clusters."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from hypernet import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream, uniform
from hypernet.learners import BayesOptions
from hypernet.posterior import EFFECTIVE, THETA, kind_probabilities
from hypernet.posterior.clusters import MEAN
from hypernet.posterior.shapes import ShapePosterior
from hypernet.protocols import Learner, TaskFamily
from hypernet.tasks import Clusters, Planar
from hypernet.tasks.clusters import CENTRE, WIDTH
from hypernet.tasks.planar import BASES, INNER_RING, KINDS
from hypernet.tasks.planar_density import HALF_SIDE, PLACES, log_density_table, read_table
from hypernet.types import Batch, Params

NOISE = Planar().noise
CELL = (2 * HALF_SIDE / (PLACES - 1)) ** 2


def bayes(family: TaskFamily, **options: int) -> Learner:
    return Experiment(family=family, learner=BayesOptions(**options)).build()


def labelled(points: list[tuple[float, float, int]], ways: int = 2) -> Batch:
    table = torch.tensor(points).reshape(-1, 3)
    return Batch(table[:, :2], torch.eye(ways)[table[:, 2].long()])


def inferred(learner: Learner, support: Batch) -> Params:
    assert learner.expected is not None
    return learner.initial(torch.zeros(learner.expected.entries or 0), support)


def probability(learner: Learner, params: Params, at: list[tuple[float, float]]) -> Tensor:
    """The probability of each class at places."""
    return learner.predict(params, torch.tensor(at)).softmax(dim=-1)


# ------------------------------------------------------------------- densities of base shapes


@pytest.mark.parametrize("kind", KINDS)
def test_the_density_of_a_shape_is_that_of_its_points(kind: str) -> None:
    """Its integral is 1, and points have the mean log density that the table says of itself."""
    table, index, rng = log_density_table(NOISE), KINDS.index(kind), stream(2, kind)
    points = BASES[kind](torch.Size(), 2000, rng)
    points = points + NOISE * torch.randn(points.shape, generator=rng)
    for label in range(2):
        values = table[index, label].double()
        assert values.exp().sum() * CELL == pytest.approx(1.0, abs=1e-4)
        expected = (values.exp() * values).sum() * CELL
        said = read_table(table, torch.full((2000,), 2 * index + label), *points[label].T).double()
        assert abs(said.mean() - expected) < 4 * said.std() / math.sqrt(2000)


def test_a_ring_has_its_closed_form() -> None:
    """A circle of radius R with noise σ: exp(−(r² + R²) / 2σ²) I₀(r R / σ²) / 2πσ²."""
    radius = torch.linspace(0.3, 1.2, 50).double()
    for label, ring in enumerate((1.0, INNER_RING)):
        scaled = torch.special.i0e(radius * ring / NOISE**2)
        exact = -((radius - ring) ** 2) / (2 * NOISE**2) + scaled.log()
        exact = exact - math.log(2 * math.pi * NOISE**2)
        layer = torch.full((50,), 2 * KINDS.index("rings") + label)
        x = (radius.float(), torch.zeros(50))
        seen = read_table(log_density_table(NOISE), layer, *x).double()
        near = exact > -20
        torch.testing.assert_close(seen[near], exact[near], rtol=0, atol=0.02)


def test_less_noise_than_the_table_can_show_is_finite() -> None:
    assert torch.isfinite(log_density_table(0.0)).all()


# ------------------------------------------------------------------- planar shapes


def shares(method: ShapePosterior, theta: Tensor, weight: Tensor, at: Tensor) -> tuple[Tensor, ...]:
    """The first class's share of the density at places, and how much it varies: a ratio's error."""
    density = method._log_density(theta, at).double()
    each = (density + weight.double().log()[:, None, None]).exp()
    total = each.sum(dim=(0, 2))
    share = each[..., 0].sum(dim=0) / total
    return share, (each[..., 0] - share * each.sum(dim=-1)).square().sum(dim=0).sqrt() / total


def moved(support: Batch) -> tuple[ShapePosterior, Params, Tensor, float]:
    """Particles from these points, each as likely, and how often each first draw is among them."""
    method = ShapePosterior(Planar(), particles=2000, kept=2000, rng=stream(1, "moved"))
    params = method.infer(support)
    return method, params, torch.full((2000,), 1 / 2000), 2000 / params[EFFECTIVE].item()


MIRRORED = [(-0.7, 0.3, 0), (0.7, -0.3, 1)]


@pytest.mark.parametrize("points", [MIRRORED, [(-0.9, 0.1, 0), (0.8, -0.2, 1), (-0.4, 0.9, 0)]])
def test_moved_particles_agree_with_importance_sampling(
    points: list[tuple[float, float, int]],
) -> None:
    support, at = labelled(points), torch.tensor([(0.5, 0.8), (-1.2, -0.6), (1.0, 0.3)])
    method, params, equal, often = moved(support)
    theta = Planar().sample(200_000, stream(0, "importance"))
    weight = method._fit(theta, support.x, support.y.argmax(dim=-1)).softmax(dim=0)
    kinds = torch.zeros(len(KINDS)).double().index_add(0, theta[:, 0].long(), weight)
    error = (kinds * (1 - kinds) * (often / 2000 + weight.square().sum())).sqrt()
    assert ((kind_probabilities(params) - kinds).abs() < 4 * error).all()
    near = weight > 1e-7
    exact, exact_error = shares(method, theta[near], weight[near], at)
    seen, seen_error = shares(method, params[THETA], equal, at)
    error = (exact_error.square() + often * seen_error.square()).sqrt()
    assert ((seen - exact).abs() < 4 * error).all()


def test_a_task_that_mirrors_itself_is_one_half_in_the_middle() -> None:
    """Turned by half a circle with its classes swapped, it is the same task."""
    method, params, equal, often = moved(labelled(MIRRORED))
    share, error = shares(method, params[THETA], equal, torch.zeros(1, 2))
    assert abs(share - 0.5) < 4 * math.sqrt(often) * error
    assert error < 0.05


def test_without_points_every_kind_is_as_likely_and_every_place_one_half() -> None:
    learner = bayes(Planar(), particles=2000, kept=2000)
    params = inferred(learner, labelled([]))
    assert (kind_probabilities(params) - 1 / 6).abs().max() < 4 * math.sqrt(5 / 36 / 2000)
    seen = probability(learner, params, [(0.3, 0.2), (-1.0, 0.5)])
    assert (seen - 0.5).abs().max() < 0.1


def test_few_points_leave_several_kinds_and_many_leave_the_true_one() -> None:
    family, rng = Planar(), stream(1, "kinds")
    theta = torch.tensor([float(KINDS.index("moons")), 0.4, 0.1, -0.2, 1.1, 0.0])
    support = family.make(theta, rng, 15).support
    learner = bayes(family)
    first = Batch(support.x[[0, 15]], support.y[[0, 15]])
    few, many = (kind_probabilities(inferred(learner, points)) for points in (first, support))
    assert (few > 0.05).sum() >= 3
    assert many[KINDS.index("moons")] > 0.99
    torch.testing.assert_close(few.sum(), torch.ones(()))


def test_what_fits_is_a_task_of_the_family_and_counted() -> None:
    family, rng = Planar(kind="xor"), stream(1, "inside")
    support = family.make(family.sample(2, rng), rng, 5).support
    learner = bayes(family, particles=200, kept=100)
    params = learner.initial(torch.zeros(2, len(family.entries)), support)
    assert params[THETA].shape == (2, 100, len(family.parameters))
    for entry, parameter in zip(params[THETA].unbind(-1), family.parameters, strict=True):
        assert parameter.low <= entry.min() <= entry.max() <= parameter.high
    assert ((params[EFFECTIVE] >= 1) & (params[EFFECTIVE] <= 1200)).all()


@pytest.mark.slow
def test_more_labelled_points_never_make_it_worse_beyond_the_interval() -> None:
    for family, options in ((Planar(), {"particles": 200}), (Clusters(), {})):
        learner = bayes(family, **options)
        reports = [
            evaluate(learner, family, shots=k, inner_steps=(0,), tasks=20) for k in (1, 3, 10)
        ]
        for fewer, more in itertools.pairwise(reports):
            assert fewer.accuracy is not None
            assert more.accuracy is not None
            assert fewer.accuracy_ci95 is not None
            assert more.accuracy[0] > fewer.accuracy[0] - fewer.accuracy_ci95[0]


# ------------------------------------------------------------------- clusters


def test_the_density_of_a_class_is_its_integral_over_means_and_widths() -> None:
    """Against means and widths drawn from the family: p(x | points) = E[p(x, points)] / E[…]."""
    support = labelled([(0.4, 1.5, 0), (0.7, 1.9, 0), (-1.0, -1.0, 1)])
    rng = stream(0, "integral")
    means = uniform((400_000, 2), -CENTRE, CENTRE, rng)
    widths = uniform((400_000, 1), *WIDTH, rng)

    def log_density(x: Tensor) -> Tensor:
        square = (x - means).square().sum(dim=-1, keepdim=True) / (2 * widths.square())
        return (-square - (2 * math.pi * widths.square()).log()).squeeze(-1).double()

    before = sum(log_density(x) for x in support.x[:2])
    assert isinstance(before, Tensor)
    learner = bayes(Clusters(ways=2))
    at = torch.tensor([[0.6, 1.6], [0.0, 2.0], [1.0, 2.5]])
    seen = learner.predict(inferred(learner, support), at)[:, 0]
    for place, said in zip(at, seen, strict=True):
        exact = (before + log_density(place)).logsumexp(0) - before.logsumexp(0)
        assert said.item() == pytest.approx(exact.item(), abs=0.05)


def test_one_point_of_each_class_is_one_half_in_the_middle_of_both() -> None:
    learner = bayes(Clusters(ways=2))
    params = inferred(learner, labelled([(-0.8, 0.5, 0), (0.8, -0.5, 1)]))
    middle, left = probability(learner, params, [(0.0, 0.0), (-0.4, 0.25)])
    torch.testing.assert_close(middle, torch.full((2,), 0.5), rtol=0, atol=1e-6)
    assert left[0] > 0.9


def test_a_class_without_a_point_may_lie_anywhere() -> None:
    learner = bayes(Clusters(ways=3))
    params = inferred(learner, labelled([(1.5, 1.5, 0), (1.4, 1.6, 0), (-1.5, -1.5, 2)], 3))
    near, far = probability(learner, params, [(1.5, 1.5), (-1.5, 1.5)])
    assert near.argmax() == 0
    assert far.argmax() == 1
    empty = inferred(learner, labelled([], 3))
    assert torch.equal(empty[MEAN], torch.zeros(3, 2))
    seen = probability(learner, empty, [(0.0, 0.0)])
    torch.testing.assert_close(seen, torch.full((1, 3), 1 / 3), rtol=0, atol=1e-6)


def test_who_knows_every_class_is_not_beaten() -> None:
    family, rng = Clusters(), stream(0, "clusters")
    theta = family.sample(100, rng)
    task = family.make(theta, rng, 5)
    learner = bayes(family)
    seen = learner.predict(learner.initial(theta, task.support), task.query.x)
    ours, best = family.accuracy(seen, task.query), family.best_accuracy(theta, task.query)
    assert 0.9 * best.mean() < ours.mean() < best.mean()
