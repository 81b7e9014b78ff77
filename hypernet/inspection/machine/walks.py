"""Learners that walk: where they start, the target network, the loss and the inner step."""

from __future__ import annotations

from hypernet.inspection.machine.station import (
    COMPUTED,
    LEARNED,
    RANDOM,
    Built,
    Station,
    counted,
    learned_in,
    many,
    trained_steps,
    widths,
)
from hypernet.learners import (
    JointOptions,
    LearnedOptimiserOptions,
    MamlOptions,
    MetaSgdOptions,
    ReptileOptions,
    ScratchOptions,
)
from hypernet.learners.cavia import Cavia
from hypernet.learners.gradient import GradientLearner, OneStart
from hypernet.learners.learned_optimiser import LearnedOptimiser
from hypernet.learners.meta_sgd import MetaSgd
from hypernet.protocols import TaskFamily
from hypernet.tasks.classes import LabelledTasks
from hypernet.tasks.curves import Curves


def started(built: Built, learner: OneStart) -> list[Station]:
    """The start in the generator's place, and the weights, which are that start at first."""
    learned = learned_in(learner.start)
    origin = LEARNED if learned else RANDOM
    count = learner.target.n_parameters
    name, sentence = _said(built.experiment.learner)
    size = f"{counted(count)} {'learned' if learned else 'numbers'}"
    same = (
        f"The start itself, the same {counted(count)} numbers for every task, until the first step."
    )
    return [
        Station("generator", name, size, origin, sentence, count, learned),
        Station("weights", "weights", f"{counted(count)} numbers", origin, same, count),
    ]


def _said(options: object) -> tuple[str, str]:
    """What a start is called, and how it comes about."""
    match options:
        case ScratchOptions():
            said = "Drawn at random once, the same for every task; nothing is meta-trained."
        case JointOptions():
            return "one net for all", "One network, trained on all tasks at once, without steps."
        case MamlOptions(inner):
            steps = many(inner.steps, "inner step")
            return "learned start", f"Meta-trained to be a good start for {steps} on any task."
        case ReptileOptions(steps):
            end = f"the end of {many(steps, 'step')} of training on each task"
            return "learned start", f"Moved towards {end}."
        case MetaSgdOptions():
            return "learned start", "Meta-trained together with a step size for every weight."
        case LearnedOptimiserOptions(learned_start=True):
            return "learned start", "Meta-trained together with the network that writes the steps."
        case LearnedOptimiserOptions():
            said = "Drawn at random once; how to walk from it is learned."
        case _:
            return "start", "A start of one's own, the same for every task."
    return "random start", said


def contextual(learner: Cavia) -> list[Station]:
    """CAVIA: a context, one network for all tasks, and the few weights that the context moves."""
    context = learner.context_weight.shape[-1]
    learned = learned_in(learner.shared) + learner.context_weight.numel()
    count, moved = learner.target.n_parameters, learner.context_weight.shape[0]
    size = many(context, "number")
    sentence = f"{size}, 0 at first: the inner steps move these alone."
    shared = f"One network for all tasks, {counted(learned)} numbers; it reads x and the context."
    what = (
        f"{moved} of {counted(count)} numbers differ from task to task: the first layer's biases."
    )
    return [
        Station("z", "context", size, COMPUTED, sentence, context),
        Station(
            "generator",
            "shared network",
            f"{counted(learned)} learned",
            LEARNED,
            shared,
            count,
            learned,
        ),
        Station("weights", "weights", f"{counted(count)} numbers", COMPUTED, what, count),
    ]


def walked(built: Built, learner: GradientLearner, weights: int) -> list[Station]:
    """The target network, the loss and the inner step, which leads back to so many weights."""
    outputs = built.experiment.family.held_out().n_out
    shape = widths((*learner.target.widths[:-1], outputs))
    sentence = f"A {shape} network without weights of its own: they come to it with every x."
    target = Station("target", "target", shape, COMPUTED, sentence, outputs)
    return [target, _lost(built), _stepped(built, learner, weights)]


def loss_words(family: TaskFamily) -> str:
    """The family's loss in two words."""
    if isinstance(family, LabelledTasks):
        return "cross-entropy"
    return "squared error" if isinstance(family, Curves) else "the family's own"


def _lost(built: Built) -> Station:
    """The loss, which inner steps lower on the support, and meta-training on the query."""
    words = loss_words(built.experiment.family)
    said = f"{words.capitalize()}: inner steps lower it on the support points"
    outer = trained_steps(built) is not None
    if outer and not isinstance(built.experiment.learner, ReptileOptions):
        said += ", meta-training on the query points"
    return Station("loss", "loss", words, COMPUTED, f"{said}.", 1)


def _stepped(built: Built, learner: GradientLearner, weights: int) -> Station:
    """The inner step: what it moves, by how much, and how often."""
    trained, name = trained_steps(built), "inner step"
    learned, alpha = _alpha(built, learner)
    size = alpha if built.steps is None else many(built.steps, "step")
    moved, back = f"all {counted(weights)} weights", "weights"
    if isinstance(learner, Cavia):
        moved, back = f"the {many(learner.context_weight.shape[-1], 'context number')}", "z"
    how = f"Each step moves {moved} down the loss's gradient, {alpha}"
    if isinstance(learner, LearnedOptimiser):
        name, net = "learned step", f"{counted(learned)} numbers"
        how = f"A recurrent network of {net} reads each weight's gradient and writes its step"
    if trained is None:
        after = "never meta-trained"
    else:
        after = (
            f"meta-trained through {many(trained, 'step')}"
            if trained
            else "meta-trained without steps"
        )
    origin = LEARNED if learned else COMPUTED
    return Station("inner step", name, size, origin, f"{how}; {after}.", learned=learned, back=back)


def _alpha(built: Built, learner: GradientLearner) -> tuple[int, str]:
    """Numbers of the step that are learned, and its α in words."""
    if isinstance(learner, LearnedOptimiser):
        learned = learned_in(learner) - learned_in(learner.start)
        return learned, f"{counted(learned)} learned"
    learned = 0
    if isinstance(learner, MetaSgd):
        learned = learned_in(learner.alphas)
    elif learner.log_rates is not None:
        learned = learned_in(learner.log_rates)
    if learned and built.rate is None:
        return learned, f"{counted(learned)} learned α"
    return learned, f"α = {learner.inner.rate if built.rate is None else built.rate:g}"
