"""The last layer that is written by reading similarities: what it is made of, and for whom."""

from __future__ import annotations

import copy
import dataclasses

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from hypernet.encoders import DescriptionOptions, NoneOptions
from hypernet.experiment import Experiment
from hypernet.generators import SimilaritiesOptions
from hypernet.generators.similarities import SimilaritiesGenerator
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions, PrototypesOptions
from hypernet.learners.embedding import PixelsOptions
from hypernet.sets import ABSENT
from hypernet.target import AnyTarget, ConvTargetOptions, TargetNetwork, TargetOptions
from hypernet.tasks import Digits, Planar, Sinusoid
from hypernet.types import Batch, Params

DENSE = TargetOptions(hidden=(7, 5), activation="tanh")
TARGETS: dict[str, tuple[int, AnyTarget]] = {
    "dense": (2, DENSE),
    "conv": (64, ConvTargetOptions(channels=(2, 3))),
}
N_Z = 3


def built(
    options: SimilaritiesOptions | None = None, n_in: int = 2, target: AnyTarget = DENSE
) -> SimilaritiesGenerator:
    """In double precision, as it begins."""
    network = TargetNetwork(n_in, 3, target)
    return (options or SimilaritiesOptions()).build(N_Z, network, stream(0, "generator")).double()


def shaken(n_in: int = 2, target: AnyTarget = DENSE) -> SimilaritiesGenerator:
    """As if it had been trained: every tensor is moved at random."""
    generator, rng = built(n_in=n_in, target=target), stream(1, "shake")
    with torch.no_grad():
        for tensor in generator.parameters():
            tensor.add_(0.3 * torch.randn(tensor.shape, generator=rng))
    return generator


def points(counts: list[int], n_in: int = 2, tasks: int = 4) -> Batch:
    """So many points of each class."""
    x = torch.randn(tasks, sum(counts), n_in, generator=stream(2, "points")).double()
    labels = torch.eye(len(counts)).repeat_interleave(torch.tensor(counts), dim=0)
    return Batch(x, labels.double().expand(tasks, -1, -1))


def z_of(tasks: int = 4) -> Tensor:
    return torch.randn(tasks, N_Z, generator=stream(3, "z")).double()


def close(left: Params, right: Params) -> None:
    """Equal but for rounding."""
    assert left.keys() == right.keys()
    for name in left:
        torch.testing.assert_close(left[name], right[name], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", TARGETS)
def test_the_order_of_points_does_not_matter_and_classes_bring_their_weights_along(
    name: str,
) -> None:
    n_in, target = TARGETS[name]
    generator, support = shaken(n_in, target), points([3, 1, 4, 2], n_in)
    written = generator(z_of(), support)
    order = torch.randperm(10, generator=stream(0, "points"))
    close(generator(z_of(), Batch(support.x[:, order], support.y[:, order])), written)
    classes = torch.tensor([2, 0, 3, 1])
    renamed = generator(z_of(), Batch(support.x, support.y[..., classes]))
    last = generator.last
    moved = {key: written[f"{last}.{key}"].index_select(1, classes) for key in ("weight", "bias")}
    close(renamed, written | {f"{last}.{key}": value for key, value in moved.items()})


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    "counts", [[1, 1], [5, 5, 5], [1, 2, 3, 4, 5, 6], [3, 0, 2], [0, 4], [0, 0]]
)
def test_any_number_of_classes_and_points_is_read(name: str, counts: list[int]) -> None:
    n_in, target = TARGETS[name]
    params = shaken(n_in, target)(z_of(), points(counts, n_in))
    network = TargetNetwork(n_in, len(counts), target)
    assert {key: tuple(value.shape[1:]) for key, value in params.items()} == network.shapes
    logits = network(params, points([9], n_in).x)
    assert torch.isfinite(logits).all()
    given = torch.tensor([count > 0 for count in counts])
    if given.any():
        assert given[logits.argmax(dim=-1)].all()
        assert (params[f"{network.layers[-1]}.bias"][:, ~given] < ABSENT / 2).all()


def test_without_a_round_it_is_the_head_of_a_prototypical_network() -> None:
    generator, support = built(SimilaritiesOptions(rounds=0)), points([2, 3, 1])
    written = generator(z_of(), support)
    features = generator.target.features(written, support.x)
    prototypes = PrototypesOptions(embedding=PixelsOptions()).build(
        Planar(), generator.target, stream(0, "none")
    )
    head = prototypes.initial(torch.empty(4, 0), Batch(features, support.y))
    size = features.square().sum(-1).mean(-1)[:, None]
    sharpness = generator.log_sharpness.exp() / size
    torch.testing.assert_close(written["4.weight"], sharpness[..., None] * head["head.weight"])
    torch.testing.assert_close(written["4.bias"], sharpness * head["head.bias"])


def test_a_round_begins_as_a_gradient_step_on_the_cross_entropy_of_the_points() -> None:
    support = points([2, 2, 2])
    zero, one = (built(SimilaritiesOptions(rounds=n)) for n in (0, 1))
    start, after = (generator(z_of(), support) for generator in (zero, one))
    features = zero.target.features(start, support.x)
    weight = start["4.weight"].detach().requires_grad_()
    logits = features @ weight.mT + start["4.bias"].unsqueeze(-2)
    loss = functional.cross_entropy(logits.flatten(0, 1), support.y.flatten(0, 1), reduction="sum")
    (gradient,) = torch.autograd.grad(loss, weight)
    size = features.square().sum(-1).mean(-1)[:, None, None]
    step = one.log_steps.exp() * 2 * one.log_sharpness.exp() / (2 * size)  # 2 points of a class
    torch.testing.assert_close(after["4.weight"], weight - step * gradient)
    torch.testing.assert_close(after["4.bias"], start["4.bias"])


def test_weights_are_the_features_of_the_points_each_with_its_coefficient() -> None:
    generator, support = shaken(), points([2, 3, 1])
    body = generator.body(z_of())
    reading, written = generator.read(body, support), generator(z_of(), support)
    assert len(reading.coefficients) == 1 + SimilaritiesOptions().rounds
    summed = torch.einsum("tik,tif->tkf", reading.coefficients[-1], reading.features)
    torch.testing.assert_close(written["4.weight"], reading.scale * summed)
    torch.testing.assert_close(reading.features, generator.target.features(body, support.x))
    first = reading.coefficients[0]
    assert (first * support.y == first).all()  # a class's own points alone speak for it at first
    for rounds in range(4):
        short = copy.deepcopy(generator)
        short.nets = short.nets[:rounds]
        short.log_steps, short.bias_shares = (
            torch.nn.Parameter(values[:rounds]) for values in (short.log_steps, short.bias_shares)
        )
        weight, bias = reading.layer(rounds)
        torch.testing.assert_close(weight, short(z_of(), support)["4.weight"])
        torch.testing.assert_close(bias, short(z_of(), support)["4.bias"])


def test_z_shifts_the_first_bias_and_through_it_what_is_read() -> None:
    generator, support = shaken(), points([2, 2, 2], tasks=1)
    same = Batch(support.x.expand(4, -1, -1), support.y.expand(4, -1, -1))
    written = generator(z_of(), same)
    for name, values in written.items():
        assert bool((values == values[:1]).all()) == (name in ("0.weight", "2.weight", "2.bias"))


def test_it_is_for_families_with_classes() -> None:
    learner = HypernetworkOptions(generator=SimilaritiesOptions())
    with pytest.raises(
        ValueError, match="generator similarities needs a family with classes, got "
    ):
        Experiment(Sinusoid(), learner=learner)


def test_told_nothing_else_it_takes_any_number_of_classes_and_steps_from_there() -> None:
    experiment = Experiment(
        Digits(ways=7),
        ConvTargetOptions(channels=(2, 3)),
        HypernetworkOptions(NoneOptions(), SimilaritiesOptions(), InnerOptions(steps=1, rate=0.1)),
    )
    assert experiment.any_classes
    learner, family = experiment.build(), Digits(ways=4)
    task = family.make(family.sample(2, stream(0, "tasks")), stream(0, "images"), 2, 3)
    trace = learner.adapt(task.description, task.support, 2)
    assert [params["4.weight"].shape for params in trace] == [(2, 4, 44)] * 3
    assert learner.predict(trace[-1], task.query.x).shape == task.query.y.shape
    losses = [family.loss(learner.predict(p, task.support.x), task.support) for p in trace]
    assert (losses[2] < losses[0]).all()
    told = HypernetworkOptions(DescriptionOptions(), SimilaritiesOptions())
    with pytest.raises(ValueError, match=r"ways must be 3, as in evaluation, .* got 7"):
        dataclasses.replace(experiment, learner=told)
