"""Learners, "where do the weights come from?"; to add one, write its file and a line here."""

from hypernet.learners.bayes import BayesOptions
from hypernet.learners.cavia import CaviaOptions
from hypernet.learners.hypernetwork import HypernetworkOptions
from hypernet.learners.joint import JointOptions
from hypernet.learners.learned_optimiser import LearnedOptimiserOptions
from hypernet.learners.logistic_head import LogisticHeadOptions
from hypernet.learners.maml import MamlOptions
from hypernet.learners.matching import MatchingOptions
from hypernet.learners.meta_sgd import MetaSgdOptions
from hypernet.learners.prototypes import PrototypesOptions
from hypernet.learners.references import LogisticOptions, NeighboursOptions
from hypernet.learners.reptile import ReptileOptions
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
    "meta_sgd": MetaSgdOptions,
    "reptile": ReptileOptions,
    "cavia": CaviaOptions,
    "learned_optimiser": LearnedOptimiserOptions,
    "logistic_head": LogisticHeadOptions,
    "bayes": BayesOptions,
}

__all__ = [
    "LEARNERS",
    "BayesOptions",
    "CaviaOptions",
    "HypernetworkOptions",
    "JointOptions",
    "LearnedOptimiserOptions",
    "LearnerOptions",
    "LogisticHeadOptions",
    "LogisticOptions",
    "MamlOptions",
    "MatchingOptions",
    "MetaSgdOptions",
    "NeighboursOptions",
    "PrototypesOptions",
    "ReptileOptions",
    "RidgeOptions",
    "ScratchOptions",
]
