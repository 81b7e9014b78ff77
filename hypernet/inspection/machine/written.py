"""How weights are written from z: the generator, and what of its weights the task decides."""

from __future__ import annotations

import copy
import functools

import torch
from torch import Tensor, nn

from hypernet.encoders.none import NoneEncoder
from hypernet.experiment import Experiment
from hypernet.generators import (
    AttentionOptions,
    ChunkedOptions,
    ConditioningOptions,
    FilmOptions,
    FullOptions,
    LastLayerOptions,
    LowRankOptions,
    SimilaritiesOptions,
)
from hypernet.generators.chunked import ChunkedGenerator
from hypernet.init import stream
from hypernet.inspection.machine.station import (
    GENERATED,
    LEARNED,
    Built,
    Station,
    counted,
    learned_in,
    many,
    support,
    widths,
)
from hypernet.learners import HypernetworkOptions
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.protocols import ReadsPoints
from hypernet.types import Params

#: Tasks whose weights are compared.
TASKS = 3
#: Differences below this share are rounding.
ROUNDING = 1e-5


def written(built: Built, options: HypernetworkOptions, learner: Hypernetwork) -> list[Station]:
    """The generator, with the points where it reads them, and the weights."""
    sentence = _said(options.generator, learner)
    learned = learned_in(learner.generator)
    weights, moved = _counts(built.experiment, learner)
    total = counted(weights)
    if moved == weights:
        what = f"All {total} numbers are written in one pass; each may differ from task to task."
    elif moved:
        part = f"{counted(moved)} of {total} numbers"
        what = f"{part} may differ from task to task; all others are shared."
    else:
        what = f"The same {total} numbers for every task, written instead of stored."
    size = f"{counted(learned)} learned"
    generator = Station("generator", "generator", size, LEARNED, sentence, weights, learned)
    generated = Station("weights", "weights", f"{total} numbers", GENERATED, what, weights)
    reads = isinstance(learner.generator, ReadsPoints)
    return [*([support(built, beside=True)] if reads else []), generator, generated]


@functools.lru_cache(maxsize=128)
def _counts(experiment: Experiment, learner: Hypernetwork) -> tuple[int, int]:
    """Weights that are written, and how many are in tensors that differ between tasks.

    That is looked up on a copy of the generator with other numbers, since an untrained one may
    write the same for all.
    """
    rng = stream(0, "machine")
    family = experiment.family.held_out()
    points = family.make(family.sample(TASKS, rng), rng, 2, 1).support
    shared = isinstance(learner.encoder, NoneEncoder)
    z = torch.randn(1 if shared else TASKS, learner.encoder.n_out, generator=rng)
    twin = copy.deepcopy(learner)
    held = twin.generator.parameters() if isinstance(twin.generator, nn.Module) else ()
    with torch.no_grad():
        for value in held:
            value.add_(torch.randn(value.shape, generator=rng), alpha=0.1)
        params: Params = twin.write(z.expand(TASKS, -1), points)
    counts = {name: value[0].numel() for name, value in params.items()}
    moved = [n for name, n in counts.items() if _differs(params[name])]
    return sum(counts.values()), sum(moved)


def _differs(value: Tensor) -> bool:
    """Whether a tensor is another one for another task, by more than rounding."""
    return bool((value - value[:1]).abs().max() > ROUNDING * (1 + value.abs().max()))


def _said(options: object, learner: Hypernetwork) -> str:
    """What a generator does, in a sentence."""
    target, generator = learner.target, learner.generator
    match options:
        case FullOptions(hidden):
            heads = f"a head for each of {many(len(target.shapes), 'tensor')} writes it"
            return f"Layers of {widths(hidden)} units read z; {heads}."
        case ConditioningOptions():
            return f"z moves the biases of the first layer's {many(target.widths[1], 'unit')}."
        case FilmOptions():
            units = many(sum(target.widths[1:-1]), "hidden unit")
            return f"z scales and shifts each of {units} of one shared network."
        case LastLayerOptions():
            return f"z writes the last layer, {widths(target.widths[-2:])}; the rest is shared."
        case LowRankOptions(rank):
            change = f"a change of rank {rank} of each matrix"
            return f"A shared network, and {change}, written from z."
        case ChunkedOptions(chunk):
            count = len(generator.codes) if isinstance(generator, ChunkedGenerator) else 0
            return f"One head writes {count} pieces of {chunk} weights, told by learned codes."
        case AttentionOptions():
            units = many(sum(target.widths[1:]), "unit")
            return f"{units} of the target look at each other before their weights are written."
        case SimilaritiesOptions(rounds):
            reading = f"{many(rounds, 'round')} of reading how alike the points are"
            return f"{reading} write the last layer."
        case _:
            return "A generator of one's own writes the weights from z."
