"""Ours: all tasks at once, along a leading task axis."""

from __future__ import annotations

import math

import torch

from hypernet.bench.work import GENERATOR_HIDDEN, Contestant, Work
from hypernet.encoders.description import DescriptionOptions
from hypernet.generators.full import FullOptions
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners.hypernetwork import HypernetworkOptions
from hypernet.learners.maml import MamlOptions
from hypernet.protocols import Learner
from hypernet.target import TargetNetwork
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
    return _contestant(learner, _heads(work.start, target))


def _heads(start: Params, target: TargetNetwork) -> Params:
    """The start with its last layer cut into one head for each tensor of the target network."""
    *trunk, weight, bias = start
    sizes = [math.prod(shape) for shape in target.shapes.values()]
    state = {f"generator.trunk.{name}": start[name] for name in trunk}
    for name, rows in (("weight", start[weight]), ("bias", start[bias])):
        for head, values in enumerate(torch.split(rows, sizes)):
            state[f"generator.heads.{head}.{name}"] = values
    return state


def _contestant(learner: Learner, state: Params) -> Contestant:
    learner.to(next(iter(state.values())).dtype)
    learner.load_state_dict(state)
    parameters = dict(learner.named_parameters())
    return Contestant(
        [parameters[name] for name in state], lambda task: learner.meta_loss(task).mean()
    )
