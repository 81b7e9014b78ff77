"""One frozen dataclass = the whole configuration: form, URL, cache key, preset, card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypernet.boundary import Expected
from hypernet.encoders import KindOptions, NoneOptions
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import LEARNERS, BayesOptions, HypernetworkOptions
from hypernet.outer import TrainingOptions
from hypernet.posterior import knows
from hypernet.protocols import (
    Classification,
    ForClasses,
    Kinds,
    Learner,
    LearnerOptions,
    TaskFamily,
)
from hypernet.spec import check, from_plain, part, to_plain
from hypernet.target import TARGETS, AnyTarget, ConvTargetOptions, TargetNetwork, TargetOptions
from hypernet.tasks import FAMILIES, Sinusoid

#: Pixels of the largest images whose steps through convolutions are measured.
CHEAP = 64


@dataclass(frozen=True)
class Experiment:
    """Which tasks, which target network, which learner, and how it is meta-trained."""

    family: TaskFamily = part(Sinusoid(), FAMILIES)
    target: AnyTarget = part(TargetOptions(), TARGETS)
    learner: LearnerOptions = part(HypernetworkOptions(inner=InnerOptions(steps=0)), LEARNERS)
    training: TrainingOptions = part(TrainingOptions(), {"adam": TrainingOptions})

    def __post_init__(self) -> None:
        check(self)
        encoder, generator = (getattr(self.learner, n, None) for n in ("encoder", "generator"))
        if not isinstance(self.family, Classification):
            plain = to_plain(self)
            roles = {"learner": plain["learner"], "generator": plain["learner"].get("generator")}
            for (role, own), needy in zip(roles.items(), (self.learner, generator), strict=True):
                if isinstance(needy, ForClasses):
                    raise ValueError(
                        f"{role} {own['name']} needs a family with classes, "
                        f"got {plain['family']['name']}"
                    )
        if isinstance(self.learner, BayesOptions) and not knows(self.family):
            family = to_plain(self)["family"]["name"]
            raise ValueError(f"learner bayes needs a family whose points are known, got {family}")
        if isinstance(encoder, KindOptions) and not isinstance(self.family, Kinds):
            family = to_plain(self)["family"]["name"]
            raise ValueError(f"encoder kind needs a family with kinds, got {family}")
        evaluated = self.family.held_out().n_out
        if evaluated != self.family.n_out and not self.any_classes:
            raise ValueError(
                f"ways must be {evaluated}, as in evaluation, for a learner with a fixed number of "
                f"outputs, got {self.family.n_out}"
            )

    @property
    def any_classes(self) -> bool:
        """Whether the learner takes any number of classes, however many it was meta-trained on."""
        if isinstance(self.learner, HypernetworkOptions):
            told = not isinstance(self.learner.encoder, NoneOptions)
            return isinstance(self.learner.generator, ForClasses) and not told
        return isinstance(self.learner, ForClasses)

    def measured_steps(self, steps: Sequence[int]) -> tuple[int, ...]:
        """Those of `steps` after which it is measured.

        Where each task has convolutions of its own on images of more than `CHEAP` pixels, that is
        step 0 alone: a thousand tasks would walk for minutes.
        """
        if isinstance(self.target, ConvTargetOptions) and self.family.n_in > CHEAP:
            return tuple(step for step in steps if step == 0)
        return tuple(steps)

    def to_json(self) -> str:
        """The experiment as canonical JSON; `from_json` reads it back."""
        return json.dumps(to_plain(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        """The experiment that `to_json` wrote.

        Raises:
            ValueError: for anything else, in one sentence.
        """
        try:
            plain = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            raise ValueError("the experiment is not valid JSON") from None
        return from_plain(cls, plain)

    def key(self) -> str:
        """A name that two experiments share exactly when all their options agree."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def build(self) -> Learner:
        """The untrained learner; its first weights depend on the training seed alone."""
        family, rng = self.family, stream(self.training.seed, "first weights")
        learner = self.learner.build(
            family, TargetNetwork(family.n_in, family.n_out, self.target), rng
        )
        learner.expected = expected_of(family, any_classes=self.any_classes)
        return learner


def expected_of(family: TaskFamily, *, any_classes: bool) -> Expected:
    """What tasks of a family look like, or tasks like them with any number of classes."""
    return Expected(
        n_in=family.n_in,
        n_out=None if any_classes else family.n_out,
        entries=None if any_classes else len(family.entries),
        classes=isinstance(family, Classification),
    )
