"""Learners: the answers to "where do the weights come from?"."""

from hypernet.learners.hypernetwork import HypernetworkOptions
from hypernet.learners.joint import JointOptions
from hypernet.learners.maml import MamlOptions
from hypernet.learners.scratch import ScratchOptions

LearnerOptions = ScratchOptions | JointOptions | MamlOptions | HypernetworkOptions

LEARNERS: dict[str, type[LearnerOptions]] = {
    "scratch": ScratchOptions,
    "joint": JointOptions,
    "maml": MamlOptions,
    "hypernetwork": HypernetworkOptions,
}

__all__ = [
    "LEARNERS",
    "HypernetworkOptions",
    "JointOptions",
    "LearnerOptions",
    "MamlOptions",
    "ScratchOptions",
]
