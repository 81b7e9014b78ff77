"""What a visitor sets up in the plane: a task by its description, and which points are given."""

from __future__ import annotations

import dataclasses
import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import stream
from hypernet.inspection.curve import MAX_GIVEN
from hypernet.presets import CLUSTERS, PLANAR, Preset, with_ways
from hypernet.spec import check, choice, data, flag, number
from hypernet.tasks import Clusters, Planar
from hypernet.tasks.planar import KINDS, SCALE, SHIFT
from hypernet.types import Batch, Task

#: This many points of each class are drawn; `shots` says how many of them are given.
MAX_SHOTS = 12
QUERIES = 40
#: Points placed by hand: x₁, x₂ and class.
Placed = tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class Labelled:
    """Which labelled points of a scene are given, and what is wrong with them on purpose.

    `placed` None means that the points are drawn; else they are these, and shots and seed only say
    which query points there are. `held_out` are points to judge by where none can be drawn.
    """

    shots: int = number(5, 1, MAX_SHOTS, help="Support points of each class.")
    noise: float = number(0.05, 0.0, 0.3, step=0.05, help="Standard deviation of added noise.")
    seed: int = number(0, 0, 9999, help="Which points: the same seed gives the same points.")
    swapped: bool = flag(False, help="Exchange the labels of all points; the description stays.")
    foreign: bool = flag(False, help="Start from the weights made for another task.")
    placed: Placed | None = data(None)
    held_out: Placed = data(())

    def __post_init__(self) -> None:
        check(self)


class Scene(ABC):
    """A planar task that a visitor sets up."""

    @property
    @abstractmethod
    def presets(self) -> Mapping[str, Preset]:
        """The learners made for such tasks."""

    @property
    @abstractmethod
    def all_called(self) -> str:
        """What all such tasks are called."""

    @property
    @abstractmethod
    def ways(self) -> int:
        """How many classes there are."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The task in a few words."""

    @property
    def x_range(self) -> tuple[float, float]:
        """Where points lie, on both axes."""
        return self.family(0.0).x_range

    @abstractmethod
    def family(self, noise: float) -> Planar | Clusters:
        """The family that the task belongs to."""

    @abstractmethod
    def task(self, labelled: Labelled) -> Task:
        """The given support points and the query points.

        Raises:
            ValueError: for too many points, or a class that the scene does not have.
        """

    def told(self, labelled: Labelled) -> Task:
        """The task that the first weights are made for: this one, unless another is asked for."""
        return plane_task(self, labelled)

    def is_judged(self, labelled: Labelled) -> bool:
        """Whether there is more to judge an answer by than the support itself."""
        return True

    def preset(self, name: str) -> str:
        """The preset like `name` for this many classes."""
        return name


class DrawnScene(Scene, ABC):
    """A task of a family, by a few numbers: its points can be drawn."""

    @abstractmethod
    def theta(self) -> Float[Tensor, " entry"]:
        """The task's numbers."""

    @abstractmethod
    def other(self) -> DrawnScene:
        """A task of the same family that differs a lot."""

    def task(self, labelled: Labelled) -> Task:
        """The given support points and drawn query points."""
        rng = stream(labelled.seed, "support points")
        task = self.family(labelled.noise).make(self.theta(), rng, MAX_SHOTS, QUERIES)
        if labelled.placed is None:
            firsts = torch.arange(self.ways).unsqueeze(-1) * MAX_SHOTS
            given = (firsts + torch.arange(labelled.shots)).flatten()
            support = Batch(task.support.x[given], task.support.y[given])
        else:
            support = _batch(labelled.placed, self.ways)
        if labelled.swapped:
            support = support._replace(y=support.y.roll(1, dims=-1))
            task = task._replace(query=task.query._replace(y=task.query.y.roll(1, dims=-1)))
        return task._replace(support=support)

    def told(self, labelled: Labelled) -> Task:
        """The scene's own task, or another one of its family."""
        if not labelled.foreign:
            return plane_task(self, labelled)
        return plane_task(self.other(), dataclasses.replace(labelled, placed=None))


@dataclass(frozen=True)
class Shape(DrawnScene):
    """Two classes of a planar shape, by its description."""

    kind: str = choice("xor", KINDS, help="Shape of the two classes.")
    angle: float = number(0.5, 0.0, 6.2, step=0.1, unit="rad", help="Rotation to the left.")
    shift: float = number(0.0, -SHIFT, SHIFT, step=0.05, help="Shift along x₁.")
    scale: float = number(1.0, *SCALE, step=0.05, help="Size.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def presets(self) -> Mapping[str, Preset]:
        """Learners of planar shapes."""
        return PLANAR

    @property
    def all_called(self) -> str:
        """Planar shapes."""
        return "planar shapes"

    @property
    def ways(self) -> int:
        """Two."""
        return Planar.ways

    @property
    def title(self) -> str:
        """Two classes of a kind."""
        return f"Two classes of {self.kind}"

    def family(self, noise: float) -> Planar:
        """All shapes, with this noise."""
        return Planar(noise=noise)

    def theta(self) -> Float[Tensor, " entry"]:
        """Kind, angle, shift, scale; the classes are not swapped."""
        kind = KINDS.index(self.kind)
        return torch.tensor([kind, self.angle, self.shift, 0.0, self.scale, 0.0])

    def other(self) -> Shape:
        """The next kind, turned by a right angle."""
        following = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]
        return dataclasses.replace(self, kind=following, angle=(self.angle + 1.5) % 6.2)


@dataclass(frozen=True)
class Groups(DrawnScene):
    """Two to five clusters whose means and widths come from a seed."""

    classes: int = number(3, 2, 5, help="Number of classes N.")
    #: The default lays the classes well apart for any number of them.
    place: int = number(9, 0, 9999, help="Which means and widths: a seed of their own.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def presets(self) -> Mapping[str, Preset]:
        """Learners of clusters."""
        return CLUSTERS

    @property
    def all_called(self) -> str:
        """Clusters."""
        return "clusters"

    @property
    def ways(self) -> int:
        """As many as were asked for."""
        return self.classes

    @property
    def title(self) -> str:
        """How many clusters."""
        return f"{self.classes} clusters"

    def family(self, noise: float) -> Clusters:
        """Clusters, whose noise is part of their description."""
        return Clusters(ways=self.classes)

    def theta(self) -> Float[Tensor, " entry"]:
        """Means and widths drawn from the seed."""
        return self.family(0.0).sample(1, stream(self.place, "clusters"))[0]

    def other(self) -> Groups:
        """Other means and widths."""
        return dataclasses.replace(self, place=(self.place + 1) % 10_000)

    def preset(self, name: str) -> str:
        """The preset made for this many classes, where there is one."""
        return with_ways(name, self.classes)


@dataclass(frozen=True)
class Painted(Scene):
    """Points that no family has drawn: painted, or from a table.

    `description` is what learners are told that read one, as raw entries: the nearest task of their
    family, say. Without held-out points an answer is judged by the support itself.
    """

    classes: int
    description: tuple[float, ...]

    @property
    def presets(self) -> Mapping[str, Preset]:
        """Learners of two-class shapes, or of clusters for more classes."""
        return PLANAR if self.classes == Planar.ways else CLUSTERS

    @property
    def all_called(self) -> str:
        """What those learners were meta-trained on."""
        return "planar shapes" if self.classes == Planar.ways else "clusters"

    @property
    def ways(self) -> int:
        """As many as were asked for."""
        return self.classes

    @property
    def title(self) -> str:
        """How many classes."""
        return f"Your {self.classes} classes"

    def family(self, noise: float) -> Planar | Clusters:
        """The family of the learners."""
        return Planar() if self.classes == Planar.ways else Clusters(ways=self.classes)

    def task(self, labelled: Labelled) -> Task:
        """The placed points; the query is the held-out points, or else the support itself."""
        support = _batch(labelled.placed or (), self.ways)
        query = _batch(labelled.held_out, self.ways) if labelled.held_out else support
        return Task(torch.tensor(self.description), support, query)

    def is_judged(self, labelled: Labelled) -> bool:
        """Whether there are held-out points."""
        return bool(labelled.held_out)

    def preset(self, name: str) -> str:
        """The preset made for this many classes, where there is one."""
        return with_ways(name, self.classes)


@functools.lru_cache(maxsize=256)
def plane_task(scene: Scene, labelled: Labelled) -> Task:
    """The scene's task (see `Scene.task`), remembered."""
    return scene.task(labelled)


def _batch(placed: Placed, ways: int) -> Batch:
    """Placed points as tensors."""
    if len(placed) > MAX_GIVEN:
        raise ValueError(f"points must be 0..{MAX_GIVEN}, got {len(placed)}")
    labels = [label for _, _, label in placed]
    beyond = [label for label in labels if not 0 <= label < ways]
    if beyond:
        raise ValueError(f"class must be 0..{ways - 1}, got {beyond[0]}")
    x = torch.tensor([[x1, x2] for x1, x2, _ in placed]).reshape(-1, 2)
    return Batch(x, torch.eye(ways)[torch.tensor(labels, dtype=torch.long)])
