"""What a visitor sets up to meta-train: a preset's experiment with other numbers."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from hypernet.encoders import DescriptionOptions, PointsOptions, SetAttentionOptions
from hypernet.experiment import Experiment
from hypernet.generators.full import HEAD_STARTS, FullOptions
from hypernet.inner import InnerOptions, weighting
from hypernet.learners import HypernetworkOptions, LearnerOptions, MamlOptions
from hypernet.names import unknown
from hypernet.outer import TrainingOptions
from hypernet.plugins import own_names
from hypernet.presets import OWN, preset
from hypernet.spec import check, choice, flag, number, specs, text, to_plain
from hypernet.target import AnyTarget, TargetOptions
from hypernet.tasks import FormulaFamily
from ui.training.offers import families, learners

#: Learners that a family without classes cannot have, and that have no target network.
HEADS = ("prototypes", "ridge")
#: What a formula of the visitor's own can be trained with: hypernetworks.
WRITING = ("description", "set-attention")
#: No name of a family or a learner is longer.
LONGEST_NAME = 32
#: How two runs side by side may differ.
DIFFERENCES = ("nothing", "inner loop", "order", "head start", "seed")
#: Inner steps of the run beside one that has none.
OTHER_INNER = 3
#: The inner and outer rates that a page offers; the others of a decade are between them.
RATES = (0.0001, 0.0003, 0.001, 0.002, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True)
class Setup:
    """A meta-training run as a visitor sets it up; the default is `sinusoid-description`.

    Families and learners are those on offer now, parts of one's own among them. What is
    meta-trained without inner steps takes later ones of the size α of its preset, not of `alpha`.
    """

    family: str = text("sinusoid", most=LONGEST_NAME, help="Tasks to learn from.")
    learner: str = text("description", most=LONGEST_NAME, help="Where the weights come from.")
    inner: int = number(0, 0, 10, help="Gradient steps on the support points of each task.")
    alpha: float = number(0.01, 1e-6, 10.0, help="Step size α, or its start where learned.")
    learned: bool = flag(False, help="Learn one α for each tensor of the target network.")
    first: bool = flag(False, help="Treat the inner gradients as constants (FOMAML).")
    weighting: str = weighting("mean")
    heads: str = choice(
        "zero", HEAD_STARTS, help="A hypernetwork's heads begin with one ordinary net, or as usual."
    )
    tasks: int = number(25, 5, 100, step=5, help="Tasks of one outer step.")
    outer: int = number(2000, 100, 10_000, step=100, help="Outer steps: updates of the learner.")
    width: int = number(40, 8, 64, step=8, help="Units of each hidden layer of the target network.")
    rate: float = number(3e-3, 1e-6, 1.0, help="Adam's learning rate in the outer loop.")
    seconds: int = number(60, 5, 300, step=5, unit="s", help="Longest time in computation.")
    seed: int = number(0, 0, 9999, help="Seed of the first weights and of all tasks.")

    def __post_init__(self) -> None:
        check(self)
        if self.family not in families():
            raise unknown("family", self.family, families())
        offered = learners(self.family)
        if self.learner in HEADS and self.learner not in offered:
            raise ValueError(
                f"learner {self.learner} needs a family with classes, got {self.family}"
            )
        if self.learner not in offered:
            raise unknown("learner", self.learner, offered)

    @property
    def preset(self) -> str:
        """The preset of this family and learner."""
        return f"{self.family}-{self.learner}"

    @property
    def can_have_inner(self) -> bool:
        """Whether it is a learner with an inner loop that a visitor can set up."""
        learner = preset(self.preset).experiment.learner
        return isinstance(learner, HypernetworkOptions | MamlOptions)

    @property
    def has_inner(self) -> bool:
        """Whether it is meta-trained through an inner loop of at least one step."""
        return self.inner > 0 and self.can_have_inner

    @property
    def has_heads(self) -> bool:
        """Whether it writes weights with heads that may begin in several ways."""
        learner = preset(self.preset).experiment.learner
        if not isinstance(learner, HypernetworkOptions):
            return False
        return isinstance(learner.generator, FullOptions)

    def experiment(self) -> Experiment:
        """The preset of this family and learner, with these numbers."""
        base = preset(self.preset).experiment
        layers = _dense(base.target)
        hidden = (self.width,) * len(layers.hidden)
        return Experiment(
            family=base.family,
            target=dataclasses.replace(layers, hidden=hidden),
            learner=self._learner(base.learner),
            training=dataclasses.replace(
                base.training,
                steps=self.outer,
                tasks=self.tasks,
                rate=self.rate,
                warm_up=min(base.training.warm_up, self.outer // 10),
                schedule="cosine",
                seed=self.seed,
            ),
        )

    def _learner(self, base: LearnerOptions) -> LearnerOptions:
        if not isinstance(base, HypernetworkOptions | MamlOptions):
            return base
        alpha = self.alpha if self.inner else base.inner.rate
        inner = InnerOptions(self.inner, alpha, self.learned, self.first, self.weighting)
        base = dataclasses.replace(base, inner=inner)
        if isinstance(base, MamlOptions) or not isinstance(base.generator, FullOptions):
            return base
        generator = dataclasses.replace(base.generator, heads=self.heads)
        return dataclasses.replace(base, generator=generator)

    def differences(self) -> tuple[str, ...]:
        """How a second run may differ from this one."""
        possible = {
            "inner loop": self.can_have_inner,
            "order": self.has_inner,
            "head start": self.has_heads,
        }
        return tuple(name for name in DIFFERENCES if possible.get(name, True))

    def beside(self, difference: str) -> Setup | None:
        """The same with one option changed; None for no difference.

        Raises:
            ValueError: for a difference that this setup cannot have.
        """
        if difference not in self.differences():
            raise unknown("difference", difference, self.differences())
        changed: dict[str, dict[str, object]] = {
            "inner loop": {"inner": 0 if self.inner else OTHER_INNER},
            "order": {"first": not self.first},
            "head start": {"heads": "default" if self.heads == "zero" else "zero"},
            "seed": {"seed": (self.seed + 1) % 10_000},
        }
        if difference == "nothing":
            return None
        return dataclasses.replace(self, **changed[difference])  # type: ignore[arg-type]


def setup_of(experiment: Experiment, seconds: float = Setup.seconds) -> Setup:
    """The setup that says most of an experiment.

    Raises:
        ValueError: for a family, a learner or numbers that no setup has.
    """
    plain, learner = to_plain(experiment), experiment.learner
    name = plain["learner"]["name"]
    inner = InnerOptions(steps=0)
    if isinstance(learner, HypernetworkOptions | MamlOptions):
        inner = learner.inner
    heads = Setup.heads
    if isinstance(learner, HypernetworkOptions):
        name, heads = _called(learner), _heads(learner)
    low, high = _range("seconds")
    family = plain["family"]["name"]
    return Setup(
        family=family,
        learner=name,
        inner=inner.steps,
        alpha=inner.rate if inner.steps else _usual_alpha(family, name),
        learned=inner.learned_rate,
        first=inner.first_order,
        weighting=inner.weighting,
        heads=heads,
        tasks=experiment.training.tasks,
        outer=experiment.training.steps,
        width=_dense(experiment.target).hidden[0],
        rate=experiment.training.rate,
        seconds=int(min(max(seconds, low), high)),
        seed=experiment.training.seed,
    )


def _dense(target: AnyTarget) -> TargetOptions:
    """The options of a target network with units; a setup has no other."""
    if not isinstance(target, TargetOptions):
        raise ValueError("target must be mlp in a setup")
    return target


def _called(learner: HypernetworkOptions) -> str:
    """What a setup calls a hypernetwork: after a part of one's own, or else after its encoder."""
    plain = to_plain(learner)
    for role in ("generator", "encoder"):
        if plain[role]["name"] in own_names(role):
            return str(plain[role]["name"])
    told = {
        DescriptionOptions: "description",
        SetAttentionOptions: "set-attention",
        PointsOptions: "points",
    }
    if type(learner.encoder) not in told:
        raise ValueError(f"encoder must be one of {', '.join(told.values())} in a setup")
    return told[type(learner.encoder)]


def _heads(learner: HypernetworkOptions) -> str:
    """How the heads of the only shipped generator that a setup has begin."""
    if isinstance(learner.generator, FullOptions):
        return learner.generator.heads
    if to_plain(learner)["generator"]["name"] not in own_names("generator"):
        raise ValueError("generator must be full in a setup")
    return Setup.heads


def _range(name: str) -> tuple[float, float]:
    spec = specs(Setup)[name]
    return spec.low, spec.high  # type: ignore[union-attr]


#: What trains to something good in some 15 seconds of one core, where the defaults do not.
_RECIPES: dict[str, dict[str, object]] = {
    "sinusoid-set-attention": {
        "alpha": 0.003,
        "heads": "small",
        "tasks": 20,
        "outer": 1500,
        "rate": 2e-3,
    },
    "sinusoid-points": {"outer": 1500, "rate": 2e-3},
    "sinusoid-maml": {"inner": 5, "learned": True, "outer": 800},
    "sinusoid-joint": {"outer": 2000, "rate": 1e-3},
    "planar-description": {"outer": 1500},
    "planar-set-attention": {"heads": "small", "tasks": 15, "outer": 1500, "rate": 2e-3},
    "planar-points": {"inner": 3, "alpha": 0.1, "learned": True, "outer": 600, "rate": 2e-3},
    "planar-maml": {"inner": 5, "alpha": 0.1, "learned": True, "outer": 700},
    "planar-joint": {"outer": 800},
    "planar-prototypes": {"outer": 1500},
    "planar-ridge": {"outer": 1000},
    "clusters-description": {"outer": 1500, "rate": 2e-3},
    "clusters-set-attention": {"heads": "small", "outer": 600, "rate": 2e-3},
    "clusters-points": {"inner": 3, "alpha": 0.1, "learned": True, "outer": 600, "rate": 2e-3},
    "clusters-maml": {"inner": 5, "alpha": 0.1, "learned": True, "outer": 600, "rate": 2e-3},
    "clusters-joint": {"outer": 500, "rate": 2e-3},
    "clusters-prototypes": {"outer": 800, "rate": 2e-3},
    "clusters-ridge": {"outer": 600, "rate": 2e-3},
}


def _usual_alpha(family: str, learner: str) -> float:
    """The α that is offered where steps are switched on."""
    offered = _RECIPES.get(f"{family}-{learner}", {}).get("alpha")
    return offered if isinstance(offered, float) else Setup.alpha


def recipe(family: str, learner: str) -> Setup:
    """What to begin with for a family and a learner; for a part of one's own as its preset says."""
    if f"{family}-{learner}" in OWN:
        return _own_recipe(family, learner)
    width = Setup.width if family == "sinusoid" else 16
    changed = {"width": width, **_RECIPES.get(f"{family}-{learner}", {})}
    return dataclasses.replace(Setup(), family=family, learner=learner, **changed)  # type: ignore[arg-type]


def _own_recipe(family: str, learner: str) -> Setup:
    """A preset of one's own as a setup with offered rates; the default where none is like it."""
    try:
        setup = setup_of(OWN[f"{family}-{learner}"].experiment)
    except ValueError:
        setup = dataclasses.replace(Setup(), family=family, learner=learner)
    return dataclasses.replace(setup, alpha=_offered(setup.alpha), rate=_offered(setup.rate))


def _offered(rate: float) -> float:
    """The offered rate that is nearest to this one, up to the largest of an outer loop."""
    return min((r for r in RATES if r <= 1), key=lambda r: abs(math.log(r / rate)))


def smaller(rate: float) -> float:
    """The next offered rate at or below a third of this one."""
    return max((r for r in RATES if r <= rate / 3 * 1.001), default=RATES[0])


#: On a visitor's own family of curves: some 5 seconds of one core, and some 15 from points.
_FORMULA_TRAINING = {
    "description": TrainingOptions(steps=1500, tasks=50, queries=20, rate=6e-3, clip=1.0),
    "set-attention": TrainingOptions(
        steps=1500,
        tasks=20,
        shots=(3, 10),
        queries=20,
        rate=2e-3,
        clip=1.0,
        optimizer="adamw",
        warm_up=200,
    ),
}


def formula_experiment(family: FormulaFamily, learner: str, seed: int = 0) -> Experiment:
    """What trains a hypernetwork on a family of the visitor's own; `learner` is one of `WRITING`.

    Raises:
        ValueError: for another learner.
    """
    if learner not in _FORMULA_TRAINING:
        raise unknown("learner", learner, WRITING)
    writer = HypernetworkOptions(inner=InnerOptions(steps=0, rate=0.001))
    if learner == "set-attention":
        writer = HypernetworkOptions(
            encoder=SetAttentionOptions(),
            generator=FullOptions(heads="small"),
            inner=InnerOptions(steps=0, rate=0.003),
        )
    return Experiment(
        family=family,
        learner=writer,
        training=dataclasses.replace(_FORMULA_TRAINING[learner], seed=seed),
    )
