"""The tables combined: every part in a small experiment, with each of the parts it works beside."""

from __future__ import annotations

from hypernet.encoders import ENCODERS, KindOptions, TaskCodeOptions
from hypernet.experiment import Experiment
from hypernet.generators import GENERATORS, AttentionOptions, SimilaritiesOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    LEARNERS,
    BayesOptions,
    CaviaOptions,
    HypernetworkOptions,
    LearnedOptimiserOptions,
    LearnerOptions,
    MamlOptions,
)
from hypernet.outer import TrainingOptions
from hypernet.posterior import knows
from hypernet.presets import PRESETS
from hypernet.protocols import Classification, ForClasses, Kinds
from hypernet.target import TargetOptions
from hypernet.tasks import FAMILIES

TARGET = TargetOptions(hidden=(6, 5), activation="tanh")
TRAINING = TrainingOptions(steps=6, tasks=4, shots=(2, 5), queries=6, seed=1)
#: Learners that the browser does not evaluate.
SERVER_ONLY = (ForClasses, BayesOptions, CaviaOptions, LearnedOptimiserOptions)
INNER = {
    "no-steps": InnerOptions(steps=0),
    "through-steps": InnerOptions(steps=2, learned_rate=True),
    "first-order-last": InnerOptions(steps=2, first_order=True, weighting="last"),
}
#: Encoder and generator: the first ones with every inner loop, the others with the richest.
WRITERS = [
    ("description", "full"),
    ("points", "full"),
    *((encoder, "full") for encoder in ENCODERS if encoder not in ("description", "points")),
    *(("description", generator) for generator in GENERATORS if generator != "full"),
]


def _learners() -> dict[str, LearnerOptions]:
    learners: dict[str, LearnerOptions] = {
        name: kind() for name, kind in LEARNERS.items() if name not in ("maml", "hypernetwork")
    }
    learners["bayes"] = BayesOptions(samples=1000, particles=100, kept=50)
    learners["learned_optimiser-factors"] = LearnedOptimiserOptions(
        width=4, layers=1, scale=0.01, factors=True, learned_start=True, first_order=False
    )
    for inner, options in INNER.items():
        if options.steps:
            learners[f"maml-{inner}"] = MamlOptions(inner=options)
        for encoder, generator in WRITERS if inner == "through-steps" else WRITERS[:2]:
            learners[f"hypernetwork-{encoder}-{generator}-{inner}"] = HypernetworkOptions(
                encoder=ENCODERS[encoder](), generator=GENERATORS[generator](), inner=options
            )
    return learners


#: Encoders, generators and inner loops meet the first family with and without classes, no others:
#: what is written from an embedding knows no family.
EVERYWHERE = (
    "maml-through-steps",
    "hypernetwork-description-full-through-steps",
    "hypernetwork-points-full-through-steps",
)
FIRST = tuple(
    next(name for name, kind in FAMILIES.items() if isinstance(kind(), Classification) == classes)
    for classes in (False, True)
)


def _meet(family: str, learner: str, options: LearnerOptions) -> bool:
    kind = FAMILIES[family]()
    parts = (options, getattr(options, "generator", None))
    if any(isinstance(p, ForClasses) for p in parts) and not isinstance(kind, Classification):
        return False
    if isinstance(options, BayesOptions) and not knows(kind):
        return False
    if isinstance(getattr(options, "encoder", None), KindOptions) and not isinstance(kind, Kinds):
        return False
    return learner in LEARNERS or learner in EVERYWHERE or family in FIRST


EXPERIMENTS = {
    f"{family}-{learner}": Experiment(
        family=kind(), target=TARGET, learner=options, training=TRAINING
    )
    for family, kind in FAMILIES.items()
    for learner, options in _learners().items()
    if _meet(family, learner, options)
}
_BUILT = {name: experiment.build() for name, experiment in EXPERIMENTS.items()}
#: Those with weights that are drawn, and those with any that meta-training changes.
DRAWN = [
    name
    for name, learner in _BUILT.items()
    if any(tensor.ndim for tensor in learner.state_dict().values())
]
TRAINABLE = [
    name
    for name, learner in _BUILT.items()
    if any(tensor.requires_grad for tensor in learner.parameters())
]
WITH_CLASSES = [name for name, kind in FAMILIES.items() if isinstance(kind(), Classification)]

#: Presets that walk by gradient steps, and those of them that the browser cannot evaluate.
GRADIENT = [
    name
    for name, preset in PRESETS.items()
    if not isinstance(preset.experiment.learner, SERVER_ONLY)
]
SERVED = [
    name
    for name in GRADIENT
    if isinstance(learner := PRESETS[name].experiment.learner, HypernetworkOptions)
    and (
        isinstance(learner.generator, AttentionOptions | SimilaritiesOptions)
        or isinstance(learner.encoder, TaskCodeOptions)
    )
]
