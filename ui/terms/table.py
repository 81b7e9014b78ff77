"""The table of terms: a definition each, its numbers taken from the code and the cards.

Definitions are for somebody who knows what a neural network is and nothing else of the field: at
most 25 words, each of them everyday or a term itself. `[[shown|name]]` marks a term as in `said`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypernet.inner import DIVERGENCE_FACTOR
from hypernet.inspection.curve import Points
from hypernet.names import unknown
from hypernet.presets import PRESETS, card
from hypernet.spec import to_plain
from hypernet.target import TargetNetwork
from hypernet.tasks.curves import GRID_POINTS
from ui.chapters import PAGES


@dataclass(frozen=True)
class Term:
    """A term: its name, its definition with marks, and where it is best seen.

    `seen` is a path and query of the app; None means that no page shows the term yet.
    """

    name: str
    definition: str
    seen: str | None

    @property
    def anchor(self) -> str:
        """The end of the address that leads to it: /glossary#inner-step."""
        return "-".join(word for word in self.name.lower().split() if word.isascii())

    @property
    def page(self) -> str:
        """What the navigation calls the page where it is best seen; empty where none shows it."""
        return "" if self.seen is None else PAGES[self.seen.partition("?")[0]].title


def _count(number: int) -> str:
    """Thousands apart by a narrow space, which no line breaks at."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _stored(preset: str) -> str:
    """How many numbers meta-training of a shipped learner changed, from its card."""
    return _count(card(preset)["parameters"])


def _option(preset: str, *names: str) -> int | float:
    """A number of a shipped experiment, by the names that lead to it."""
    plain = to_plain(PRESETS[preset].experiment)
    for name in names:
        plain = plain[name]
    return plain  # type: ignore[return-value]


def _error(preset: str, step: int) -> str:
    """The mean query error with the points that a page begins with after this inner step."""
    numbers = next(n for n in card(preset)["numbers"] if n["shots"] == Points.shots)
    return f"{numbers['mean'][numbers['inner_steps'].index(step)]:.2g}"


def _target(preset: str) -> TargetNetwork:
    experiment = PRESETS[preset].experiment
    return TargetNetwork(experiment.family.n_in, experiment.family.n_out, experiment.target)


_WAVES = _target("sinusoid-description")
_ALL = _count(_WAVES.n_parameters)
_LAST_IN, _LAST_OUT = _WAVES.fans[-1]
_HIDDEN = sum(_WAVES.widths[1:-1])
_AMPLITUDE, _PHASE = PRESETS["sinusoid-description"].experiment.family.entries
_OUTER = PRESETS["sinusoid-maml"].experiment.training
_UNSEEN = PRESETS["digits-prototypes"].experiment.family.held_out().n_out
_TWO = PRESETS["planar-maml"].experiment.family.n_out

_NETWORK = (
    Term(
        "unit",
        "One neuron: it adds up what it reads, each number times a weight, and hands the sum on "
        "if it is above zero.",
        "",
    ),
    Term(
        "layer",
        "A row of [[units|unit]] that read the same numbers; the next layer reads their answers. "
        f"The network that draws a wave has {len(_WAVES.fans)}.",
        "",
    ),
    Term(
        "weights",
        f"The numbers inside a network; they alone decide what it answers. The network that draws "
        f"a wave has {_ALL}.",
        "",
    ),
    Term(
        "parameter",
        f"Any number that training may change. MAML has {_stored('sinusoid-maml')}; the "
        "[[hypernetwork]] that writes as many [[weights]] has "
        f"{_stored('sinusoid-description')}.",
        "weights",
    ),
    Term(
        "target network",
        "The small network that solves one [[task]]. Where its [[weights]] come from is the "
        "question of every page.",
        "",
    ),
    Term(
        "hypernetwork",
        "A network that writes the [[weights]] of another one, the [[target network]], from what "
        "it is told of a [[task]].",
        "",
    ),
)
_TASK = (
    Term(
        "task",
        "One problem to solve, such as drawing one wave or telling some classes apart, known from "
        "a [[description]] or from a few points.",
        "sinusoids",
    ),
    Term(
        "family",
        "All [[tasks|task]] of one kind, such as all waves. A [[learner]] prepares on many of them "
        "and then meets others.",
        "own",
    ),
    Term(
        "amplitude",
        "How far a wave goes up and down from its middle; in [[meta-training]] from "
        f"{_AMPLITUDE.low:g} to {_AMPLITUDE.high:g}.",
        "?amplitude=4.5",
    ),
    Term(
        "phase",
        f"How far a wave is shifted to the right; in [[meta-training]] from {_PHASE.low:g} to "
        f"{_PHASE.high:.2f}. Shifted by {math.tau:.2f} it is the same wave again.",
        "?phase=2.6",
    ),
    Term(
        "description",
        "What is told of a [[task]] in numbers, without any point: of a wave its [[amplitude]] and "
        "its [[phase]].",
        "descriptions",
    ),
    Term(
        "support points",
        "The few points with known answers that a [[learner]] gets. It may learn from these and "
        "from no others.",
        "sinusoids?shots=3",
    ),
    Term(
        "query points",
        "Other points of the same [[task]], to judge a [[learner]] by; it never gets their "
        f"answers. On curves there are {GRID_POINTS}.",
        "sinusoids",
    ),
    Term(
        "shot",
        "One given example: a [[support point|support points]], or with classes one for each of "
        f"them. K counts the shots; pages begin with {Points.shots}.",
        "sinusoids?shots=1",
    ),
    Term(
        "way",
        f"How many classes a [[task]] has: {_TWO}-way for shapes in the plane, {_UNSEEN}-way for "
        "the digits never seen before.",
        "boundaries?kind=clusters&classes=4",
    ),
    Term(
        "noise σ",
        "How far [[support points]] lie beside the true curve by chance: about two thirds of them "
        "lie closer than σ.",
        "sinusoids?noise=0.5",
    ),
    Term(
        "seed",
        "A number that fixes what is drawn by chance: the same seed gives the same points again.",
        "sinusoids?seed=7",
    ),
)
_WRITING = (
    Term(
        "encoder",
        "The first half of a [[hypernetwork]]: it reads the [[description]] or the points, in any "
        "order, and sums them up as [[z|embedding z]].",
        "descriptions",
    ),
    Term(
        "embedding z",
        "The list of numbers that the [[encoder]] hands to the [[generator]]: "
        f"{len(PRESETS['sinusoid-description'].experiment.family.entries)} from a wave's "
        "[[description]], "
        f"{_option('sinusoid-points-inner', 'learner', 'encoder', 'width')} from points.",
        "",
    ),
    Term(
        "generator",
        "The second half of a [[hypernetwork]]: it makes all [[weights]] of the [[target network]] "
        "from [[z|embedding z]] at once.",
        "",
    ),
    Term(
        "FiLM",
        "The [[generator]] only scales and shifts each [[unit]] of a network that all "
        f"[[tasks|task]] share: {2 * _HIDDEN} numbers in place of {_ALL}.",
        "weights?learners=Hypernet:+FiLM",
    ),
    Term(
        "last layer",
        "The [[layer]] that gives the answer. A [[generator]] may write it alone, "
        f"{(_LAST_IN + 1) * _LAST_OUT} numbers, and share the layers below.",
        "weights?learners=Hypernet:+last+layer",
    ),
    Term(
        "chunk",
        "A piece of the list of [[weights]], here "
        f"{_option('sinusoid-chunked', 'learner', 'generator', 'chunk')} of them. One small "
        "[[generator]] writes every piece and is told which.",
        None,
    ),
    Term(
        "rank",
        "How many simple patterns a change of a [[layer]] is mixed from. Low rank means few, here "
        f"{_option('sinusoid-low-rank', 'learner', 'generator', 'rank')}.",
        None,
    ),
    Term(
        "attention",
        "Every point looks at all others before they are summed up, and takes more from those "
        "that matter to it; what matters is learned.",
        "sinusoids?learners=Hypernet:+set+attention",
    ),
)
_STEPS = (
    Term(
        "learner",
        "Whatever gives the [[target network]] its [[weights]] for a new [[task]]. Learners differ "
        "in where these come from.",
        "weights",
    ),
    Term(
        "start",
        "The [[weights]] before the first [[inner step]]: drawn by chance, learned, or written by "
        "a [[hypernetwork]].",
        "sinusoids?at=0",
    ),
    Term(
        "error",
        "How wrong answers are: on curves the square of how far they lie from the truth, averaged. "
        "Zero is perfect.",
        "sinusoids",
    ),
    Term(
        "support error",
        "The [[error]] on the [[support points]]. [[Inner steps|inner step]] make it small; that "
        "says little about other points.",
        "sinusoids?learners=From+scratch",
    ),
    Term(
        "query error",
        "The [[error]] on the [[query points]], from which nobody may learn. By it [[learners|"
        "learner]] are compared.",
        "weights",
    ),
    Term(
        "gradient",
        "For each weight, how fast the [[error]] grows when that weight does. Going against it "
        "makes the error smaller.",
        "sinusoids?at=1",
    ),
    Term(
        "inner step",
        "One small change of all [[weights]] that makes the [[support error]] smaller: each moves "
        "against its [[gradient]].",
        "sinusoids?at=1",
    ),
    Term(
        "inner loop",
        "The [[inner steps|inner step]] on one [[task]]; each task begins anew. “Hypernet: points "
        f"+ steps” went through {_option('sinusoid-points-inner', 'learner', 'inner', 'steps')} in "
        "[[meta-training]].",
        "sinusoids?learners=Hypernet:+points+%2B+steps",
    ),
    Term(
        "step size α",
        "How far an [[inner step]] goes: each weight moves by α times its [[gradient]]. MAML's is "
        f"{_option('sinusoid-maml', 'learner', 'inner', 'rate'):g}.",
        "sinusoids?alpha=0.03",
    ),
    Term(
        "divergence",
        "Steps that overshoot more and more until the [[error]] is over "
        f"{DIVERGENCE_FACTOR:g} times the first one. A smaller [[α|step size α]] helps.",
        "sinusoids?alpha=1&learners=MAML&steps=20",
    ),
)
_LEARNING = (
    Term(
        "outer loop",
        f"Takes {_OUTER.tasks} [[tasks|task]] at a time and changes what the [[learner]] keeps so "
        "that the [[query error]] on all of them gets smaller.",
        "training",
    ),
    Term(
        "meta-training",
        "Running the [[outer loop]], long before your [[task]] comes. MAML's went round "
        f"{_count(_OUTER.steps)} times.",
        "training",
    ),
    Term(
        "few-shot",
        "Solving a new [[task]] from a few [[shots|shot]], after [[meta-training]] on others of "
        "its [[family]].",
        "digits?shots=1",
    ),
)
_ANSWERS = (
    Term(
        "from scratch",
        "A [[start]] drawn by chance, then [[inner steps|inner step]]. Nothing was learned before "
        "the [[task]] came.",
        "sinusoids?learners=From+scratch",
    ),
    Term(
        "one net for all",
        "One network trained on all [[tasks|task]] at once. It gives their average, a nearly flat "
        f"line with a [[query error]] of {_error('sinusoid-joint', 0)}.",
        "sinusoids?learners=One+net+for+all&at=0",
    ),
    Term(
        "MAML",
        "Learns a [[start]] from which few [[inner steps|inner step]] suffice: with "
        f"{Points.shots} points one takes the [[query error]] from {_error('sinusoid-maml', 0)} to "
        f"{_error('sinusoid-maml', 1)}.",
        "sinusoids?learners=MAML&at=1",
    ),
    Term(
        "Meta-SGD",
        "[[MAML]] that also learns a [[step size α]] of its own for each of the "
        f"{_ALL} [[weights]].",
        "weights?learners=Meta-SGD",
    ),
    Term(
        "CAVIA",
        "All [[tasks|task]] share the [[weights]]; [[inner steps|inner step]] change only "
        f"{_option('sinusoid-cavia', 'learner', 'context')} numbers beside the input, which tell "
        "tasks apart.",
        "weights?learners=CAVIA",
    ),
    Term(
        "Reptile",
        "Learns a [[start]] by moving it a little towards where "
        f"{_option('sinusoid-reptile', 'learner', 'steps')} [[inner steps|inner step]] on each "
        "[[task]] ended.",
        None,
    ),
    Term(
        "learned optimiser",
        "A small network that says how each weight moves in an [[inner step]], in place of "
        "[[α|step size α]] times the [[gradient]].",
        "weights?learners=Learned+optimiser",
    ),
    Term(
        "prototypes",
        "A new point gets the class whose average it is nearest to, after learned [[layers|layer]] "
        "have looked at all points.",
        "boundaries?learners=Prototypes",
    ),
    Term(
        "matching",
        "A new point compares itself with every [[support point|support points]], and takes the "
        "class of those most alike.",
        "boundaries?learners=Matching",
    ),
    Term(
        "ridge head",
        "The [[last layer]] whose numbers fit the [[support points]] well and stay small, "
        "calculated at once without any [[inner step]].",
        "boundaries?learners=Ridge+head",
    ),
    Term(
        "what the points allow",
        "The best possible answer of somebody who knows the [[family]] and nothing else: the "
        "average of all [[tasks|task]] that fit the points.",
        "sinusoids?allowed=true&shots=1",
    ),
)

#: All terms, in the order of the lesson.
GROUPS: Mapping[str, tuple[Term, ...]] = MappingProxyType(
    {
        "A network is a list of numbers": _NETWORK,
        "What is to be learned": _TASK,
        "From a description or points to weights": _WRITING,
        "From weights to better weights": _STEPS,
        "Learning to learn": _LEARNING,
        "Where the weights may come from": _ANSWERS,
    }
)
#: Each term by its name in small letters.
TERMS: Mapping[str, Term] = MappingProxyType(
    {one.name.lower(): one for group in GROUPS.values() for one in group}
)


def term(name: str) -> Term:
    """The term of this name, in small or capital letters.

    Raises:
        ValueError: where the table has no such term, with the nearest ones.
    """
    if name.lower() not in TERMS:
        raise unknown("a marked term", name, TERMS, "ui/terms/table.py")
    return TERMS[name.lower()]
