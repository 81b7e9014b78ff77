"""What points say of a task to someone who knows the family and nothing else.

support ── infer ──► tasks that fit, each as likely as the next ── predict ──► the mean of all
"""

from hypernet.posterior.clusters import ClusterPosterior
from hypernet.posterior.importance import CurvePosterior
from hypernet.posterior.method import EFFECTIVE, THETA, Method
from hypernet.posterior.shapes import ShapePosterior, kind_probabilities
from hypernet.protocols import KnownCurves, TaskFamily
from hypernet.tasks import Clusters, Planar


def knows(family: TaskFamily) -> bool:
    """Whether there is a way to the posterior of this family."""
    return isinstance(family, KnownCurves | Planar | Clusters)


__all__ = [
    "EFFECTIVE",
    "THETA",
    "ClusterPosterior",
    "CurvePosterior",
    "Method",
    "ShapePosterior",
    "kind_probabilities",
    "knows",
]
