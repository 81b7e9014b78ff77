"""What a hypernetwork is told: description or points, encoder, z."""

from __future__ import annotations

from hypernet.encoders import (
    DescriptionOptions,
    KindOptions,
    NoisyOptions,
    NoneOptions,
    PointsOptions,
    SetAttentionOptions,
    TaskCodeOptions,
)
from hypernet.inspection.machine.station import (
    COMPUTED,
    GIVEN,
    LEARNED,
    Built,
    Station,
    counted,
    learned_in,
    many,
    support,
)
from hypernet.learners import HypernetworkOptions
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.protocols import Kinds, TaskFamily

#: So many words name the entries of a description.
NAMED = 6


def told(built: Built, options: HypernetworkOptions, learner: Hypernetwork) -> list[Station]:
    """The stations before the generator."""
    n_z, learned = learner.encoder.n_out, learned_in(learner.encoder)
    if isinstance(options.encoder, NoneOptions):
        sentence = f"The same {many(n_z, 'learned number')} for every task: nothing is told of it."
        return [Station("z", "z", many(n_z, "number"), LEARNED, sentence, n_z, learned)]
    size, sentence = _said(options.encoder, built.experiment.family)
    encoder = Station(
        "encoder",
        "encoder",
        f"{counted(learned)} learned" if learned else size,
        LEARNED if learned else COMPUTED,
        sentence,
        n_z,
        learned,
    )
    embedding = f"The embedding: {many(n_z, 'number')}, all that the generator knows of the task."
    z = Station("z", "z", many(n_z, "number"), COMPUTED, embedding, n_z)
    return [_read(options.encoder, built), encoder, z]


def _read(options: object, built: Built) -> Station:
    """What the encoder reads; of an encoder of one's own nobody can tell."""
    if isinstance(options, PointsOptions | SetAttentionOptions | TaskCodeOptions):
        return support(built)
    names = [entry.name for entry in built.experiment.family.entries]
    count = many(len(names), "number")
    words = " ".join(f"{name}," for name in names).split(" ")
    listed = " ".join(words[:NAMED]).rstrip(",") + (" …" if len(words) > NAMED else "")
    if isinstance(options, DescriptionOptions | NoisyOptions | KindOptions):
        sentence = f"What is told of a task, {count}: {listed}."
        return Station("description", "description", count, GIVEN, sentence, len(names))
    sentence = f"What may be read of a task: its description, {count}, and its support points."
    return Station("description", "task", count, GIVEN, sentence)


def _said(options: object, family: TaskFamily) -> tuple[str, str]:
    """Size of an encoder that learns nothing, and what any encoder does, in a sentence."""
    entries = len(family.entries)
    match options:
        case DescriptionOptions():
            each = f"Each of {many(entries, 'number')}"
            said = "standardised", f"{each}, less its range's mean, over its standard deviation."
        case NoisyOptions(noise):
            size = f"σ = {noise:g}"
            said = size, f"Standardised, then misread on purpose by noise with {size}."
        case KindOptions():
            read = f"{len(family.kinds) if isinstance(family, Kinds) else 0} of {entries}"
            said = f"{read} read", f"Only the kind of task is read: {read} numbers."
        case PointsOptions(width, depth, stages):
            again = ", then again beside the mean" if stages == 2 else ""
            layers = f"{many(depth, 'layer')} of {width} units"
            said = "", f"{layers} read each point{again}; z is their mean."
        case SetAttentionOptions():
            blocks = many(options.blocks, "block")
            said = "", f"Points look at each other in {blocks}; z is their mean and maximum."
        case TaskCodeOptions(tasks, _, steps):
            found = f"a new task's is found by {many(steps, 'gradient step')} on its points"
            said = "", f"{many(tasks, 'training task')} have learned codes; {found}."
        case _:
            said = "one's own", "An encoder of one's own makes z of what it reads."
    return said
