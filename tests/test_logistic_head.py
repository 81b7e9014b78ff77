"""Logistic head: the one solution of a convex problem, and differentiable."""

from __future__ import annotations

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from hypernet.experiment import Experiment
from hypernet.init import stream, uniform
from hypernet.learners import LogisticHeadOptions
from hypernet.learners.embedding import ABSENT, PixelsOptions
from hypernet.learners.logistic_head import newton
from hypernet.tasks import Clusters
from hypernet.types import Batch

PENALTY = 0.7


def problem(ways: int, n_tasks: int = 1) -> tuple[Tensor, Tensor]:
    """Features that no straight line separates, in double precision, and one-hot labels."""
    features = uniform((n_tasks, 6 * ways, 4), -2, 2, stream(ways, "features")).double()
    return features, torch.eye(ways).double().repeat(6, 1).expand(n_tasks, -1, -1)


def fitted(features: Tensor, labels: Tensor, steps: int) -> Tensor:
    offset = torch.zeros(*labels.shape[:-2], labels.shape[-1]).double()
    return newton(features, labels, offset, torch.tensor(PENALTY).double(), steps)


@pytest.mark.parametrize("ways", [2, 3, 5])
def test_the_weights_are_those_of_scikit_learn(ways: int) -> None:
    features, labels = problem(ways)
    weight = fitted(features, labels, 8)[0]
    # scikit-learn keeps one vector for two classes, of half the penalty: the difference of ours
    penalty = PENALTY / 2 if ways == 2 else PENALTY
    theirs = LogisticRegression(C=1 / penalty, fit_intercept=False, tol=1e-10, max_iter=5000)
    theirs.fit(features[0].numpy(), labels[0].argmax(dim=-1).numpy())
    ours = weight[1:] - weight[:1] if ways == 2 else weight
    torch.testing.assert_close(ours, torch.tensor(theirs.coef_), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("ways", [2, 3, 5])
def test_five_steps_come_to_where_the_gradient_vanishes(ways: int) -> None:
    features, labels = problem(ways, n_tasks=3)
    weight = fitted(features, labels, 5).requires_grad_()
    loss = -((features @ weight.mT).log_softmax(dim=-1) * labels).sum()
    (loss + PENALTY / 2 * weight.square().sum()).backward()
    assert weight.grad is not None
    assert weight.grad.abs().max() < 1e-6


@pytest.mark.parametrize("ways", [2, 4])
def test_its_first_step_is_a_ridge_regression_onto_centred_labels(ways: int) -> None:
    features, labels = problem(ways)
    gram = features.mT @ features / ways + PENALTY * torch.eye(4)
    expected = torch.linalg.solve(gram, features.mT @ (labels - 1 / ways)).mT
    torch.testing.assert_close(fitted(features, labels, 1), expected)


def test_gradients_through_the_fit_pass_gradcheck() -> None:
    features, labels = problem(2)
    penalty = torch.tensor(PENALTY).double().requires_grad_()
    offset = torch.zeros(1, 2).double()
    leaves = [features.requires_grad_(), penalty]
    assert torch.autograd.gradcheck(lambda f, p: newton(f, labels, offset, p, 3), leaves)


@pytest.mark.parametrize("given", [0, 1, 2])
def test_a_class_without_a_point_is_never_the_answer(given: int) -> None:
    family = Clusters()
    options = LogisticHeadOptions(embedding=PixelsOptions())
    learner = Experiment(family=family, learner=options).build()
    x = uniform((4 * given, 2), -2, 2, stream(0, "points"))
    y = torch.eye(3)[:given].repeat(4, 1)
    head = learner.initial(torch.empty(0), Batch(x, y))
    assert torch.isfinite(head["head.weight"]).all()
    assert head["head.bias"].tolist() == [0.0] * given + [ABSENT] * (3 - given)
    answers = learner.predict(head, uniform((50, 2), -3, 3, stream(1, "places"))).argmax(dim=-1)
    assert (answers < max(given, 1)).all()
