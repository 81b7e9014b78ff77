"""The roles, on one screen. Every tensor takes any number of leading task axes.

TaskFamily ─ sample ─► theta ─ make ─► Task( description , support ,   query )
                                              └─────┬─────────┘            │
                          Encoder             z  ◄──┘                      │
                          Generator           z → params                   │
                          TargetNetwork       (params, x) → y              │
                          inner.descend       k gradient steps → Trace     │
                          Learner             initial, adapt, meta_loss ◄──┘ (query only here)
                          outer.meta_train    yields Progress; evaluate → Report
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol, TypeAlias, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.boundary import Expected, guard
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Parameter, Params, Task, Trace


@runtime_checkable
class TaskFamily(Protocol):
    """A distribution over tasks whose members are plain numbers, theta."""

    @property
    def n_in(self) -> int:
        """Size of one input x."""

    @property
    def n_out(self) -> int:
        """Size of one target y."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What each entry of theta means and the range it is sampled from."""

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """What each entry of a description means and its range."""

    @property
    def x_range(self) -> tuple[float, float]:
        """Where inputs lie."""

    @property
    def y_scale(self) -> float:
        """The standard deviation of the targets over tasks and inputs."""

    @property
    def protocol(self) -> str:
        """The protocol in one line, to be printed beside every number."""

    def held_out(self) -> TaskFamily:
        """The family of tasks that meta-training never sees; itself where theta is continuous."""

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks fresh tasks."""

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """The task of each theta: `shots` support points; random queries, or the grid if None."""

    def loss(
        self, prediction: Float[Tensor, "*task point y_dim"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """The loss of each task."""


@runtime_checkable
class Classification(TaskFamily, Protocol):
    """A family whose targets are one-hot classes and whose predictions are logits."""

    @property
    def ways(self) -> int:
        """Number of classes."""

    def accuracy(
        self, prediction: Float[Tensor, "*task point ways"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """Share of the points that get their class."""


@runtime_checkable
class FixedClasses(Classification, Protocol):
    """A family whose tasks share a few classes and their images; theta says which, in order."""

    @property
    def classes(self) -> tuple[int, ...]:
        """The values that entries of theta take."""

    @property
    def exchangeable(self) -> bool:
        """Whether tasks draw some of these classes, each as likely as any other."""


@runtime_checkable
class Kinds(TaskFamily, Protocol):
    """A family of several kinds of tasks; a description begins with the kind's one-hot code."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds, in the order of that code."""


@runtime_checkable
class KnownCurves(TaskFamily, Protocol):
    """A family of which the exact curve of each theta is known, and how noisy its points are."""

    @property
    def noise(self) -> float:
        """Standard deviation of the support targets' noise."""

    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """The exact curve of each theta at x."""


@runtime_checkable
class Encoder(Protocol):
    """(description, support) → z. It never sees the query."""

    n_out: int

    def __call__(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The embedding of each task."""


@runtime_checkable
class Generator(Protocol):
    """z → the weights of the target network."""

    def __call__(self, z: Float[Tensor, "*task z"]) -> Params:
        """One set of named weights for each task."""


class ReadsPoints(nn.Module, ABC):
    """A generator that reads the labelled points beside z: (z, support) → params."""

    @abstractmethod
    def forward(self, z: Float[Tensor, "*task z"], support: Batch) -> Params:
        """One set of named weights for each task."""


AnyGenerator: TypeAlias = Generator | ReadsPoints


class Learner(nn.Module, ABC):
    """An answer to the question: where do the weights come from?

    `initial`, `walk` and `adapt` cannot see the query. A learner that makes no gradient step
    returns a trace of one entry. What a user gives to any of its methods is checked first, where an
    experiment has built it (`hypernet.boundary`).
    """

    expected: Expected | None = None

    def __init_subclass__(cls) -> None:
        """Put the checks before the methods of each kind of learner."""
        super().__init_subclass__()
        guard(cls)

    def training_tasks(self) -> Float[Tensor, "pool entry"] | None:
        """theta of the only tasks that it is meta-trained on; None for fresh ones at each step."""
        return None

    @abstractmethod
    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The weights of each task before any gradient step."""

    @abstractmethod
    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """The weights after 0…steps gradient steps from `start`; `rate` None means the own α."""

    def adapt(
        self,
        description: Float[Tensor, "*task entry"],
        support: Batch,
        steps: int,
        rate: float | None = None,
    ) -> Trace:
        """The walk from this task's own initial weights."""
        return self.walk(self.initial(description, support), support, steps, rate)

    @abstractmethod
    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """What the network with these weights says at x."""

    @abstractmethod
    def meta_loss(self, task: Task) -> Float[Tensor, "*task"]:
        """The query loss that meta-training lowers; the only place that sees the query."""


guard(Learner)


@runtime_checkable
class EncoderOptions(Protocol):
    """A frozen dataclass, registered in `ENCODERS`, that builds an encoder."""

    def build(self, family: TaskFamily, rng: torch.Generator) -> Encoder:
        """The encoder for this family."""


@runtime_checkable
class GeneratorOptions(Protocol):
    """A frozen dataclass, registered in `GENERATORS`, that builds a generator."""

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> AnyGenerator:
        """The generator of this target's weights from embeddings of `n_z` numbers."""


class ForClasses:
    """A base of the options of learners and generators that need classes, of any number."""


@runtime_checkable
class LearnerOptions(Protocol):
    """A frozen dataclass, registered in `LEARNERS`, that builds a learner."""

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Learner:
        """The learner for this family and target network."""
