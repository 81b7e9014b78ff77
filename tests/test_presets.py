"""A loaded preset is its caller's own; a shared one is everybody's, and frozen."""

from __future__ import annotations

import pytest
import torch

from hypernet import load_preset, meta_train
from hypernet.presets import FOLDER, admit, shared

NAMES = ["sinusoid-maml", "sinusoid-scratch", "planar-ridge", "run"]


@pytest.fixture(params=NAMES, name="name")
def _name(request: pytest.FixtureRequest) -> str:
    """A shipped preset, or what a visitor's run is called."""
    if request.param != "run":
        return str(request.param)
    return admit((FOLDER / "sinusoid-points.safetensors").read_bytes())


def test_changing_a_loaded_learner_changes_nothing_for_the_next_caller(name: str) -> None:
    before = {key: value.clone() for key, value in shared(name).learner.state_dict().items()}
    with torch.no_grad():
        for parameter in load_preset(name).learner.parameters():
            parameter.fill_(7.0)
    for checkpoint in (load_preset(name), shared(name)):
        torch.testing.assert_close(checkpoint.learner.state_dict(), before, rtol=0, atol=0)


def test_a_loaded_learner_may_be_trained_as_far_as_an_untrained_one(name: str) -> None:
    experiment, learner = load_preset(name)
    trainable = [p.requires_grad for p in experiment.build().parameters()]
    assert [p.requires_grad for p in learner.parameters()] == trainable


def test_the_shared_learner_is_one_object_that_requires_no_gradient(name: str) -> None:
    learner = shared(name).learner
    assert shared(name).learner is learner
    assert load_preset(name).learner is not learner
    assert not any(parameter.requires_grad for parameter in learner.parameters())


def test_a_loaded_learner_is_trained_further_where_the_shared_one_refuses() -> None:
    experiment, learner = load_preset("sinusoid-description")
    before = [parameter.clone() for parameter in learner.parameters()]
    next(iter(meta_train(learner, experiment.family, experiment.training, report_every=1)))
    moved = zip(before, learner.parameters(), strict=True)
    assert any(not torch.equal(start, now) for start, now in moved)
    with pytest.raises(ValueError, match="no parameters to meta-train"):
        next(
            iter(
                meta_train(
                    shared("sinusoid-description").learner, experiment.family, experiment.training
                )
            )
        )
