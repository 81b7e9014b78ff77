"""What every part must keep, over the product of the tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import pytest
import torch
from _pytest.mark import ParameterSet
from torch import Tensor

from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.outer import Progress, meta_train
from hypernet.protocols import Classification, Learner
from hypernet.tasks import FAMILIES
from hypernet.types import Batch, Params, Task
from tests.parts import DRAWN, EXPERIMENTS, TRAINABLE, TRAINING, WITH_CLASSES

#: All on sinusoids, as a quick check; with the other families as a slow one.
QUICK = "sinusoid-"


def by_speed(names: Iterable[str]) -> list[ParameterSet]:
    """Experiments for a test that steps through tasks or through training."""
    return [
        pytest.param(name, marks=[] if name.startswith(QUICK) else pytest.mark.slow)
        for name in names
    ]


@pytest.fixture(params=EXPERIMENTS, name="experiment")
def _experiment(request: pytest.FixtureRequest) -> Experiment:
    return EXPERIMENTS[request.param]


@pytest.fixture(autouse=True)
def _global_rng_is_untouched() -> Iterator[None]:
    before = torch.get_rng_state()
    yield
    assert torch.equal(before, torch.get_rng_state())


def tasks(experiment: Experiment, n_tasks: int = 5, shots: int = 4) -> Task:
    rng = stream(3, "contract")
    family = experiment.family
    return family.make(family.sample(n_tasks, rng), rng, shots, 7)


def one(task: Task, index: int) -> Task:
    return Task(
        task.description[index],
        Batch(*(value[index] for value in task.support)),
        Batch(*(value[index] for value in task.query)),
    )


def trained(experiment: Experiment, resume: Progress | None = None) -> tuple[Learner, Progress]:
    learner = experiment.build()
    snapshot = None if resume is None else resume.snapshot
    steps = meta_train(
        learner, experiment.family, experiment.training, resume=snapshot, report_every=2
    )
    return learner, list(steps)[-1]


def stirred(experiment: Experiment) -> Learner:
    """A fresh learner of which every part matters: heads that begin at zero would hide the rest."""
    learner, rng = experiment.build(), stream(5, "stirred")
    with torch.no_grad():
        for weight in learner.parameters():
            weight.add_(0.1 * torch.rand(weight.shape, generator=rng))
    return learner


def assert_close(left: Tensor, right: Tensor) -> None:
    """Equal but for the order in which numbers are added up."""
    torch.testing.assert_close(left, right, rtol=1e-3, atol=1e-5)


def assert_equal(left: Params, right: Params) -> None:
    assert left.keys() == right.keys()
    for name in left:
        torch.testing.assert_close(left[name], right[name], rtol=0, atol=0)


def test_an_experiment_survives_its_json(experiment: Experiment) -> None:
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_keys_are_unique() -> None:
    assert len({experiment.key() for experiment in EXPERIMENTS.values()}) == len(EXPERIMENTS)


def test_the_same_seed_builds_the_same_learner(experiment: Experiment) -> None:
    assert_equal(experiment.build().state_dict(), experiment.build().state_dict())


@pytest.mark.parametrize("experiment", DRAWN, indirect=True)
def test_another_seed_builds_another_learner(experiment: Experiment) -> None:
    other = dataclasses.replace(
        experiment, training=dataclasses.replace(experiment.training, seed=2)
    )
    first, second = experiment.build().state_dict(), other.build().state_dict()
    assert any(not torch.equal(first[name], second[name]) for name in first if first[name].ndim)


def test_weights_have_the_shapes_of_the_target_for_every_task(experiment: Experiment) -> None:
    learner, task = experiment.build(), tasks(experiment)
    params = learner.initial(task.description, task.support)
    shapes = {name: tuple(value.shape) for name, value in params.items()}
    single = learner.initial(one(task, 0).description, one(task, 0).support)
    assert shapes == {name: (5, *value.shape) for name, value in single.items()}


@pytest.mark.parametrize("experiment", by_speed(EXPERIMENTS), indirect=True)
def test_a_batch_of_tasks_equals_one_by_one(experiment: Experiment) -> None:
    learner, task = stirred(experiment), tasks(experiment)
    together = learner.adapt(task.description, task.support, 3)
    losses = learner.meta_loss(task)
    for index in range(5):
        alone = one(task, index)
        trace = learner.adapt(alone.description, alone.support, 3)
        for batched, single in zip(together, trace, strict=True):
            for name in single:
                assert_close(batched[name][index], single[name])
        assert_close(losses[index], learner.meta_loss(alone))


def test_several_leading_task_axes_are_taken(experiment: Experiment) -> None:
    learner, task = stirred(experiment), tasks(experiment, n_tasks=6)
    grid = Task(
        task.description.unflatten(0, (2, 3)),
        Batch(*(value.unflatten(0, (2, 3)) for value in task.support)),
        Batch(*(value.unflatten(0, (2, 3)) for value in task.query)),
    )
    assert_close(learner.meta_loss(grid), learner.meta_loss(task).unflatten(0, (2, 3)))


def test_the_order_of_the_support_points_does_not_matter(experiment: Experiment) -> None:
    learner, task = stirred(experiment), tasks(experiment)
    flipped = task._replace(support=Batch(*(value.flip(-2) for value in task.support)))
    assert_close(learner.meta_loss(task), learner.meta_loss(flipped))


@pytest.mark.parametrize("experiment", by_speed(TRAINABLE), indirect=True)
def test_every_trainable_tensor_gets_a_gradient(experiment: Experiment) -> None:
    learner, _ = trained(experiment)
    learner.zero_grad()
    learner.meta_loss(tasks(experiment)).mean().backward()
    for name, parameter in learner.named_parameters():
        if not parameter.requires_grad:
            continue
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
        assert torch.isfinite(parameter.grad).all(), name


@pytest.mark.parametrize("experiment", by_speed(TRAINABLE), indirect=True)
def test_resume_equals_no_interruption(experiment: Experiment) -> None:
    straight, last = trained(experiment)
    interrupted = experiment.build()
    first = next(
        iter(meta_train(interrupted, experiment.family, experiment.training, report_every=2))
    )
    assert first.step == 2
    resumed, resumed_last = trained(experiment, resume=first)
    assert_equal(straight.state_dict(), resumed.state_dict())
    assert resumed_last.step == last.step == TRAINING.steps
    assert resumed_last.meta_loss == last.meta_loss


@pytest.mark.parametrize("experiment", sorted(set(EXPERIMENTS) - set(TRAINABLE)), indirect=True)
def test_who_has_nothing_to_train_is_not_meta_trained(experiment: Experiment) -> None:
    with pytest.raises(ValueError, match="no parameters to meta-train"):
        trained(experiment)


def test_evaluation_leaves_no_graph(experiment: Experiment) -> None:
    learner, task = experiment.build(), tasks(experiment)
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, 2)
    assert not any(value.requires_grad for params in trace for value in params.values())


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_makes_the_same_task_from_the_same_numbers(name: str) -> None:
    family = FAMILIES[name]()
    theta = family.sample(3, stream(0, "theta"))
    first, second = (family.make(theta, stream(1, "points"), 4) for _ in range(2))
    torch.testing.assert_close(first, second, rtol=0, atol=0)
    for entry, parameter in zip(theta.unbind(-1), family.parameters, strict=True):
        assert (entry >= parameter.low).all()
        assert (entry <= parameter.high).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_description_has_the_entries_that_the_family_names(name: str) -> None:
    family = FAMILIES[name]()
    task = family.make(family.sample(50, stream(0, "theta")), stream(1, "points"), 2)
    assert task.description.shape == (50, len(family.entries))
    for entry, named in zip(task.description.unbind(-1), family.entries, strict=True):
        assert (entry >= named.low).all()
        assert (entry <= named.high).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_points_have_the_sizes_that_the_family_names(name: str) -> None:
    family = FAMILIES[name]()
    assert len(family.sample(7, stream(0, "theta"))) == 7
    for queries in (6, None):
        task = family.make(family.sample(3, stream(0, "theta")), stream(1, "points"), 4, queries)
        for points in (task.support, task.query):
            assert points.x.shape == (3, points.x.shape[1], family.n_in)
            assert points.y.shape == (3, points.x.shape[1], family.n_out)
            assert torch.isfinite(points.y).all()
        each = family.ways if isinstance(family, Classification) else 1
        assert task.support.x.shape[1] == 4 * each
        assert queries is None or task.query.x.shape[1] == queries * each


@pytest.mark.parametrize("name", FAMILIES)
def test_the_loss_of_a_family_is_one_number_for_each_task_and_0_without_points(name: str) -> None:
    family = FAMILIES[name]()
    task = family.make(family.sample(3, stream(0, "theta")), stream(1, "points"), 4)
    loss = family.loss(torch.zeros_like(task.query.y), task.query)
    assert loss.shape == (3,)
    assert (loss > 0).all()
    none = Batch(*(points[:, :0] for points in task.support))
    assert not family.loss(none.y, none).any()


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_labels_of_a_family_with_classes_are_one_hot(name: str) -> None:
    family = FAMILIES[name]()
    assert isinstance(family, Classification)
    assert family.n_out == family.ways
    task = family.make(family.sample(3, stream(0, "theta")), stream(1, "points"), 4)
    assert torch.equal(task.support.y.sum(dim=-1), torch.ones(3, 4 * family.ways))
    assert torch.equal(task.support.y.amax(dim=-1), torch.ones(3, 4 * family.ways))
    assert (family.accuracy(task.query.y, task.query) == 1).all()
    assert (task.support.y.sum(dim=-2) == 4).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_too_few_points_are_refused_by_name(name: str) -> None:
    family = FAMILIES[name]()
    theta = family.sample(2, stream(0, "theta"))
    for shots, queries in ((0, 5), (-1, 5), (5, 0)):
        with pytest.raises(ValueError, match="must be 1 or more"):
            family.make(theta, stream(1, "points"), shots, queries)
