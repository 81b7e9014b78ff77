"""Meta-training learns, reports and stops as it says."""

from __future__ import annotations

import pytest
import torch

from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions, JointOptions, MamlOptions, ScratchOptions
from hypernet.outer import TrainingOptions, meta_train
from hypernet.target import TargetOptions


def small(steps: int, **changes: object) -> Experiment:
    training = TrainingOptions(steps=steps, queries=20, **changes)  # type: ignore[arg-type]
    return Experiment(target=TargetOptions(hidden=(16, 16)), training=training)


@pytest.mark.slow
def test_a_description_hypernetwork_learns_within_300_steps() -> None:
    experiment = small(300)
    learner = experiment.build()
    before = evaluate(learner, experiment.family, shots=1, inner_steps=[0], tasks=200).mean[0]
    losses = [p.meta_loss for p in meta_train(learner, experiment.family, experiment.training)]
    after = evaluate(learner, experiment.family, shots=1, inner_steps=[0], tasks=200).mean[0]
    assert before > 3
    assert after < 0.2
    assert losses[-1] < losses[0] / 5


def test_progress_is_reported_at_every_interval_and_at_the_end() -> None:
    experiment = small(7)
    reports = meta_train(experiment.build(), experiment.family, experiment.training, report_every=3)
    assert [report.step for report in reports] == [3, 6, 7]


def test_a_snapshot_is_not_touched_by_later_steps() -> None:
    experiment = small(4)
    learner = experiment.build()
    reports = meta_train(learner, experiment.family, experiment.training, report_every=2)
    snapshot = next(reports).snapshot
    kept = {name: value.clone() for name, value in snapshot.learner.items()}
    next(reports)
    assert all(torch.equal(kept[name], value) for name, value in snapshot.learner.items())
    assert any(not torch.equal(kept[n], v) for n, v in learner.state_dict().items())


def test_a_learner_without_parameters_is_refused() -> None:
    experiment = Experiment(learner=ScratchOptions())
    with pytest.raises(ValueError, match="no parameters to meta-train"):
        next(meta_train(experiment.build(), experiment.family, experiment.training))


def test_a_run_without_any_finite_meta_gradient_is_stopped() -> None:
    experiment = Experiment(
        learner=MamlOptions(inner=InnerOptions(steps=20, rate=10.0)),
        training=TrainingOptions(steps=1),
    )
    with pytest.raises(
        ValueError, match="meta-training diverged: no finite meta-gradient up to step 1"
    ):
        next(meta_train(experiment.build(), experiment.family, experiment.training))


def test_the_last_step_loss_equals_the_mean_where_there_is_no_step() -> None:
    rng = stream(0, "weighting")
    losses = []
    for weighting in ("mean", "last"):
        inner = InnerOptions(steps=0, weighting=weighting)
        experiment = Experiment(learner=HypernetworkOptions(inner=inner))
        theta = experiment.family.sample(3, stream(1, "theta"))
        rng = stream(2, "points")
        losses.append(experiment.build().meta_loss(experiment.family.make(theta, rng, 5, 5)))
    torch.testing.assert_close(losses[0], losses[1])


def test_the_mean_loss_averages_all_steps_with_step_0() -> None:
    inner = InnerOptions(steps=3, rate=0.01)
    experiment = Experiment(learner=MamlOptions(inner=inner))
    learner, family = experiment.build(), experiment.family
    task = family.make(family.sample(4, stream(1, "theta")), stream(2, "points"), 5, 5)
    trace = learner.adapt(task.description, task.support, 3)
    losses = [family.loss(learner.predict(params, task.query.x), task.query) for params in trace]
    torch.testing.assert_close(learner.meta_loss(task), sum(losses) / 4)


def test_the_joint_net_is_trained_without_inner_steps() -> None:
    experiment = Experiment(learner=JointOptions())
    learner, family = experiment.build(), experiment.family
    task = family.make(family.sample(4, stream(1, "theta")), stream(2, "points"), 5, 5)
    start = learner.initial(task.description, task.support)
    expected = family.loss(learner.predict(start, task.query.x), task.query)
    torch.testing.assert_close(learner.meta_loss(task), expected)
