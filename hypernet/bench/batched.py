"""Ours: all tasks at once, along a leading task axis."""

from __future__ import annotations

from hypernet.bench.work import GENERATOR_HIDDEN, Contestant, Work
from hypernet.encoders.description import DescriptionOptions
from hypernet.generators.full import FullOptions
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners.hypernetwork import HypernetworkOptions
from hypernet.learners.maml import MamlOptions
from hypernet.protocols import Learner
from hypernet.types import Params


def maml(work: Work) -> Contestant:
    """The project's MAML learner."""
    family, target, _ = work.problem
    inner = InnerOptions(steps=work.steps, rate=work.rate, weighting="last")
    learner = MamlOptions(inner).build(family, target, stream(0, "benchmark build"))
    state = {f"start.{name.replace('.', '_')}": value for name, value in work.start.items()}
    return _contestant(learner, state)


def generate(work: Work) -> Contestant:
    """The project's hypernetwork without an inner loop."""
    family, target, _ = work.problem
    options = HypernetworkOptions(
        DescriptionOptions(), FullOptions(hidden=GENERATOR_HIDDEN), InnerOptions(steps=0)
    )
    learner = options.build(family, target, stream(0, "benchmark build"))
    *trunk, _, _ = work.start
    names = [*(f"trunk.{name}" for name in trunk), "heads.weight", "heads.bias"]
    values = work.start.values()
    state = {f"generator.{name}": value for name, value in zip(names, values, strict=True)}
    return _contestant(learner, state)


def _contestant(learner: Learner, state: Params) -> Contestant:
    learner.to(next(iter(state.values())).dtype)
    learner.load_state_dict(state)
    parameters = dict(learner.named_parameters())
    return Contestant(
        [parameters[name] for name in state], lambda task: learner.meta_loss(task).mean()
    )
