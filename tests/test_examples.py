"""The one-file examples equal the package."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from examples import hypernetwork, maml
from hypernet import Batch, Experiment, Task, stream
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions, MamlOptions
from hypernet.learners.gradient import SharedStart
from hypernet.learners.hypernetwork import Hypernetwork


@pytest.mark.parametrize("path", sorted(Path("examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_maml_example_equals_the_package() -> None:
    learner = Experiment(learner=MamlOptions()).build()
    assert isinstance(learner, SharedStart)
    start = maml.first_weights(stream(0, "example"))
    ours_start = [learner.start[name.replace(".", "_")] for name in learner.target.shapes]
    with torch.no_grad():
        for parameter, value in zip(ours_start, start, strict=True):
            parameter.copy_(value)
    support, query = maml.sample(stream(1, "example"))
    task = Task(torch.zeros(maml.TASKS, 2), Batch(*support), Batch(*query))
    ours, theirs = learner.meta_loss(task), maml.meta_loss(start, support, query)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(
        list(torch.autograd.grad(ours.sum(), ours_start)),
        list(torch.autograd.grad(theirs.sum(), start)),
        rtol=1e-4,
        atol=1e-5,
    )


def test_the_hypernetwork_example_equals_the_package() -> None:
    options = HypernetworkOptions(inner=InnerOptions(steps=0))
    learner = Experiment(learner=options).build()
    assert isinstance(learner, Hypernetwork)
    example = hypernetwork.Hypernetwork(stream(0, "example"))
    assert all(not head.weight.any() for head in example.heads if isinstance(head, nn.Linear))
    with torch.no_grad():
        for head in example.heads:
            assert isinstance(head, nn.Linear)
            nn.init.uniform_(head.weight, -0.1, 0.1, generator=stream(1, "example"))
        for ours, theirs in zip(learner.parameters(), example.parameters(), strict=True):
            ours.copy_(theirs)
    description, x, y = hypernetwork.sample(stream(2, "example"))
    loss = learner.meta_loss(Task(description, Batch(x, y), Batch(x, y)))
    expected = (hypernetwork.network(example(description), x) - y).square().mean((-2, -1))
    torch.testing.assert_close(loss, expected)
