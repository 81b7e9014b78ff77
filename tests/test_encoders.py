"""Each encoder tells the hypernetwork what it is named for, and nothing else."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from hypernet.attention import attend
from hypernet.encoders import (
    DescriptionOptions,
    KindOptions,
    NoisyOptions,
    NoneOptions,
    PointsOptions,
    SetAttentionOptions,
    TaskCodeOptions,
)
from hypernet.encoders.noisy import misreading
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions
from hypernet.outer import TrainingOptions, meta_train
from hypernet.target import TargetOptions
from hypernet.tasks import Planar, Sinusoid
from hypernet.types import Batch, Task

WAVES, SHAPES = Sinusoid(), Planar()


def tasks(family: Sinusoid | Planar, count: int = 50) -> Task:
    rng = stream(0, "tasks")
    return family.make(family.sample(count, rng), rng, 4, 6)


def rng() -> torch.Generator:
    return stream(0, "encoder")


def test_none_is_told_neither_the_description_nor_the_points() -> None:
    task, other = tasks(WAVES, 3), tasks(WAVES, 6)
    encoder = NoneOptions(size=5).build(WAVES, rng())
    z = encoder(task.description, task.support)
    assert z.shape == (3, 5)
    assert (z == encoder(other.description, other.support)[3:]).all()
    assert (z == z[0]).all()


def test_none_with_inner_steps_begins_with_the_same_weights_for_every_task() -> None:
    learner = HypernetworkOptions(encoder=NoneOptions())
    task = tasks(WAVES)
    start = Experiment(learner=learner).build().initial(task.description, task.support)
    assert all((values == values[:1]).all() for values in start.values())


def test_the_kind_is_the_beginning_of_the_description() -> None:
    task = tasks(SHAPES)
    kind, whole = (
        options.build(SHAPES, rng())(task.description, task.support)
        for options in (KindOptions(), DescriptionOptions())
    )
    assert kind.shape == (50, 6)
    assert (kind == whole[:, :6]).all()


def test_tasks_of_one_kind_are_told_apart_by_nothing_else() -> None:
    task = tasks(SHAPES)
    z = KindOptions().build(SHAPES, rng())(task.description, task.support)
    kinds = task.description[:, :6].argmax(dim=-1)
    same_kind = kinds.unsqueeze(0) == kinds.unsqueeze(1)
    same_z = (z.unsqueeze(0) == z.unsqueeze(1)).all(dim=-1)
    assert (same_kind == same_z).all()


def test_a_family_of_one_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="encoder kind needs a family with kinds, got sinusoid"):
        KindOptions().build(WAVES, rng())
    with pytest.raises(ValueError, match="encoder kind needs a family with kinds, got sinusoid"):
        Experiment(learner=HypernetworkOptions(encoder=KindOptions()))


@pytest.mark.parametrize("noise", [0.0, 0.3, 2.0])
def test_noise_has_the_given_size_in_every_entry(noise: float) -> None:
    task = tasks(WAVES, 20_000)
    exact = DescriptionOptions().build(WAVES, rng())(task.description, task.support)
    told = NoisyOptions(noise=noise).build(WAVES, rng())(task.description, task.support)
    torch.testing.assert_close((told - exact).std(0), torch.full((2,), noise), rtol=0.02, atol=1e-6)
    torch.testing.assert_close((told - exact).mean(0), torch.zeros(2), atol=0.02 * noise, rtol=0)


def test_misreading_is_normal_and_nothing_of_it_can_be_learned() -> None:
    task = tasks(WAVES, 20_000)
    noise = misreading(task.description)
    for limit, share in ((1.0, 0.6827), (2.0, 0.9545), (3.0, 0.9973)):
        assert (noise.abs() < limit).float().mean().item() == pytest.approx(share, abs=0.01)
    rows = torch.cat([noise, task.description, task.description.square()], dim=-1).mT
    correlations = torch.corrcoef(rows)[:2]
    correlations[:, :2].fill_diagonal_(0)
    assert correlations.abs().max() < 4 / math.sqrt(20_000)


def test_the_same_task_is_always_misread_in_the_same_way() -> None:
    description = tasks(SHAPES).description
    together = misreading(description)
    assert (together[7] == misreading(description[7])).all()
    assert (together == misreading(description.double())).all()
    assert (together == misreading(description + 1e-9)).all()


def test_a_neighbouring_task_is_misread_in_another_way() -> None:
    description = tasks(WAVES, 2000).description
    moved = description + torch.tensor([0.0, 2 / 1024])
    pairs = torch.stack([misreading(description).flatten(), misreading(moved).flatten()])
    assert torch.corrcoef(pairs)[0, 1].abs() < 0.06


CODES = TaskCodeOptions(tasks=30, size=3, steps=5, rate=0.05)
SMALL = TargetOptions(hidden=(6, 5), activation="tanh")


def coded(inner: int = 0) -> Experiment:
    learner = HypernetworkOptions(encoder=CODES, inner=InnerOptions(steps=inner))
    return Experiment(target=SMALL, learner=learner, training=TrainingOptions(steps=20, tasks=8))


def test_a_training_task_gets_its_own_code() -> None:
    encoder = CODES.build(WAVES, rng())
    task = WAVES.make(encoder.theta, rng(), 4)
    assert (encoder(task.description, task.support) == encoder.codes).all()


def test_any_other_task_starts_at_the_mean_code() -> None:
    encoder, task = CODES.build(WAVES, rng()), tasks(WAVES)
    z = encoder(task.description, task.support)
    torch.testing.assert_close(z, encoder.codes.mean(dim=0).expand_as(z))


def test_a_code_is_found_by_gradient_steps_on_the_support_loss_alone() -> None:
    encoder = CODES.build(WAVES, rng())
    task, aim = tasks(WAVES, 4), torch.randn(4, 3, generator=rng())

    def quadratic(code: Tensor) -> Tensor:
        return (code - aim).square().sum(dim=-1) / 2

    found = encoder.find(task.description, task.support, quadratic)
    start = encoder.codes.mean(dim=0)
    torch.testing.assert_close(found, aim + (1 - 0.05) ** 5 * (start - aim))


def test_what_is_found_does_not_depend_on_the_description() -> None:
    learner, task = coded().build(), tasks(WAVES)
    one = learner.initial(task.description, task.support)
    other = learner.initial(task.description.flip(0), task.support)
    for name in one:
        torch.testing.assert_close(one[name], other[name])


def test_meta_training_draws_none_but_the_tasks_that_have_a_code() -> None:
    experiment = coded(inner=1)
    learner = experiment.build()
    pool, seen = learner.training_tasks(), []
    assert pool is not None
    original = learner.meta_loss
    learner.meta_loss = lambda task: seen.append(task.description) or original(task)  # type: ignore[method-assign,func-returns-value]
    list(meta_train(learner, experiment.family, experiment.training))
    drawn = torch.cat(seen)
    assert len(drawn) == 20 * 8
    assert (drawn.unsqueeze(1) == pool).all(dim=-1).any(dim=-1).all()


def test_other_learners_are_trained_on_fresh_tasks() -> None:
    assert Experiment().build().training_tasks() is None


def test_the_search_of_a_code_lowers_the_error_of_new_tasks() -> None:
    from hypernet.presets import load_preset

    learner = load_preset("sinusoid-code-inner").learner
    task = tasks(WAVES, 200)
    encoder = learner.get_submodule("encoder")

    def support_loss(code: Tensor) -> Tensor:
        weights = learner.get_submodule("generator")(code)
        return WAVES.loss(learner.predict(weights, task.support.x), task.support)

    start = encoder(task.description, task.support)
    found = encoder.find(task.description, task.support, support_loss)  # type: ignore[operator]
    assert support_loss(found).mean() < support_loss(start).mean() / 4


def test_points_are_told_by_the_mean_of_what_each_says_alone() -> None:
    support = tasks(WAVES, 3).support
    encoder = PointsOptions(width=8, depth=2).build(WAVES, rng())
    alone = [encoder(torch.empty(3, 0), _points(support, [i])) for i in range(4)]
    torch.testing.assert_close(encoder(torch.empty(3, 0), support), torch.stack(alone).mean(0))


@pytest.mark.parametrize("family", [WAVES, SHAPES], ids=["waves", "shapes"])
def test_set_attention_reads_a_set(family: Sinusoid | Planar) -> None:
    support, untold = tasks(family, 3).support, torch.empty(3, 0)
    encoder = SetAttentionOptions(width=8, heads=2).build(family, rng())
    n = support.x.shape[-2]
    z = encoder(untold, support)
    assert z.shape == (3, encoder.n_out)
    for same in ([*range(n)][::-1], [*range(n), *range(n)]):  # in another order; each twice
        torch.testing.assert_close(encoder(untold, _points(support, same)), z, rtol=1e-4, atol=1e-5)
    assert (encoder(untold, _points(support, [0])) - z).abs().max() > 0.01
    nothing = encoder(untold, _points(support, []))
    assert (nothing == nothing[:1]).all()


def test_a_wave_of_one_of_the_frequencies_is_told_as_its_products() -> None:
    support = tasks(WAVES, 3).support
    encoder = SetAttentionOptions(frequencies=2, slowest=0.5).build(WAVES, rng())
    x, y = support.x[..., 0], support.y[..., 0] / WAVES.y_scale
    waves = [wave(omega * x) for omega in (0.5, 1.0) for wave in (torch.sin, torch.cos)]
    told = torch.stack([x / 5, y, *waves, *(y * wave for wave in waves)], dim=-1)
    torch.testing.assert_close(encoder.told(support), told)
    shapes = SetAttentionOptions(frequencies=2).build(SHAPES, rng())
    assert shapes.told(tasks(SHAPES, 3).support).shape[-1] == 2 + 2 + 2 * 2 * 2


def test_heads_share_the_width_of_a_point() -> None:
    with pytest.raises(ValueError, match="heads must divide width 6, got 4"):
        SetAttentionOptions(width=6, heads=4)


def test_attention_is_pytorchs() -> None:
    asked = torch.randn(2, 5, 3 * 8, generator=rng())
    heads = (part.unflatten(-1, (2, 4)).transpose(1, 2) for part in asked.chunk(3, dim=-1))
    expected = F.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(-2)
    torch.testing.assert_close(attend(asked, 2), expected)


def _points(support: Batch, which: list[int]) -> Batch:
    """Some of the points of each task, in this order."""
    return Batch(*(value[..., which, :] for value in support))
