"""Learners, "where do the weights come from?"; to add one, write its file and a line here."""

from hypernet.learners.hypernetwork import HypernetworkOptions
from hypernet.learners.joint import JointOptions
from hypernet.learners.maml import MamlOptions
from hypernet.learners.matching import MatchingOptions
from hypernet.learners.prototypes import PrototypesOptions
from hypernet.learners.references import LogisticOptions, NeighboursOptions
from hypernet.learners.ridge import RidgeOptions
from hypernet.learners.scratch import ScratchOptions
from hypernet.protocols import LearnerOptions

LEARNERS: dict[str, type[LearnerOptions]] = {
    "scratch": ScratchOptions,
    "joint": JointOptions,
    "maml": MamlOptions,
    "hypernetwork": HypernetworkOptions,
    "prototypes": PrototypesOptions,
    "matching": MatchingOptions,
    "ridge": RidgeOptions,
    "logistic": LogisticOptions,
    "neighbours": NeighboursOptions,
}

#: Learners whose head is made of classes: they need a classification family.
CLASSIFIERS = (
    PrototypesOptions,
    MatchingOptions,
    RidgeOptions,
    LogisticOptions,
    NeighboursOptions,
)

__all__ = [
    "CLASSIFIERS",
    "LEARNERS",
    "HypernetworkOptions",
    "JointOptions",
    "LearnerOptions",
    "LogisticOptions",
    "MamlOptions",
    "MatchingOptions",
    "NeighboursOptions",
    "PrototypesOptions",
    "RidgeOptions",
    "ScratchOptions",
]
