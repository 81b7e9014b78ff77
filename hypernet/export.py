"""A learner as JSON values, for the browser's own evaluation of the same networks.

    learner ── export ──► {version, encoder, generator, target, rates, loss} ──► ui/live/model

A field …64 is base64 of little-endian float32; a matrix lies row by row, one output a row.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from torch import Tensor, nn

from hypernet.attention import AttentionBlock
from hypernet.encoders.description import DescriptionEncoder
from hypernet.encoders.kind import KindEncoder
from hypernet.encoders.noisy import NoisyEncoder
from hypernet.encoders.none import NoneEncoder
from hypernet.encoders.points import PointsEncoder
from hypernet.encoders.set_attention import SetAttentionEncoder
from hypernet.generators.chunked import ChunkedGenerator
from hypernet.generators.conditioning import ConditioningGenerator
from hypernet.generators.film import FilmGenerator
from hypernet.generators.full import FullGenerator
from hypernet.generators.last_layer import LastLayerGenerator
from hypernet.generators.low_rank import LowRankGenerator
from hypernet.generators.starts import SharedTensors
from hypernet.learners.gradient import GradientLearner, OneStart, SharedStart, named
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.learners.meta_sgd import MetaSgd
from hypernet.learners.reptile import Reptile
from hypernet.protocols import Classification, Learner
from hypernet.target import ACTIVATIONS, DenseLayers, TargetNetwork

VERSION = 1


def export(learner: Learner) -> dict[str, Any]:
    """All that it takes to write this learner's weights, and to walk from them.

    `encoder` is null where every task starts from the same tensors; `rates` holds one α for each
    tensor of the target network, in the order of its shapes: a number, or base64 of one for each
    weight.

    Raises:
        ValueError: for a learner that the browser cannot evaluate.
    """
    if not isinstance(learner, GradientLearner):
        raise _unknown("learner", learner)
    return {
        "version": VERSION,
        **_start(learner),
        "target": _target(learner.target),
        "rates": _rates(learner),
        "loss": _loss(learner),
    }


def exportable(learner: Learner) -> bool:
    """Whether the browser can evaluate this learner."""
    try:
        export(learner)
    except ValueError:
        return False
    return True


@singledispatch
def _start(learner: GradientLearner) -> dict[str, Any]:
    """Where the weights come from: encoder and generator of the export."""
    raise _unknown("learner", learner)


@_start.register(SharedStart)
@_start.register(MetaSgd)
@_start.register(Reptile)
def _shared_start(learner: OneStart) -> dict[str, Any]:
    tensors = [_base64(tensor) for tensor in named(learner.start, learner.target).values()]
    return {"encoder": None, "generator": {"kind": "shared", "tensors64": tensors}}


@_start.register(Hypernetwork)
def _hypernetwork(learner: Hypernetwork) -> dict[str, Any]:
    return {"encoder": _encoder(learner.encoder), "generator": _generator(learner.generator)}


@singledispatch
def _encoder(encoder: object) -> dict[str, Any]:
    raise _unknown("encoder", encoder)


@_encoder.register(DescriptionEncoder)
def _description(encoder: DescriptionEncoder) -> dict[str, Any]:
    return {
        "kind": "description",
        "n": encoder.n_out,
        "mean64": _base64(encoder.mean),
        "std64": _base64(encoder.std),
    }


@_encoder.register(KindEncoder)
def _kind(encoder: KindEncoder) -> dict[str, Any]:
    mean, std = (part[: encoder.n_out] for part in (encoder.whole.mean, encoder.whole.std))
    return {
        "kind": "description",
        "n": encoder.n_out,
        "mean64": _base64(mean),
        "std64": _base64(std),
    }


@_encoder.register(NoisyEncoder)
def _noisy(encoder: NoisyEncoder) -> dict[str, Any]:
    return {**_description(encoder.exact), "kind": "noisy", "noise": encoder.noise}


@_encoder.register(NoneEncoder)
def _none(encoder: NoneEncoder) -> dict[str, Any]:
    return {"kind": "none", "n": encoder.n_out, "z64": _base64(encoder.z)}


@_encoder.register(PointsEncoder)
def _points(encoder: PointsEncoder) -> dict[str, Any]:
    return {
        "kind": "points",
        "xCentre": encoder.x_centre,
        "xScale": encoder.x_scale,
        "yScale": encoder.y_scale,
        "phi": _layers(encoder.phi.children()),
        "psi": None if encoder.psi is None else _layers(encoder.psi.children()),
    }


@_encoder.register(SetAttentionEncoder)
def _set_attention(encoder: SetAttentionEncoder) -> dict[str, Any]:
    return {
        "kind": "set attention",
        "xCentre": encoder.x_centre,
        "xScale": encoder.x_scale,
        "yScale": encoder.y_scale,
        "omegas": encoder.omegas,
        "products": encoder.products,
        "embed": _layer(encoder.embed),
        "blocks": [_block(block) for block in encoder.blocks if isinstance(block, AttentionBlock)],
        "norm": _norm(encoder.norm),
    }


def _block(block: AttentionBlock) -> dict[str, Any]:
    return {
        "heads": block.heads,
        "before": _norm(block.before),
        "asked": _layer(block.asked),
        "answered": _layer(block.answered),
        "between": _norm(block.between),
        "alone": _layers(block.alone.children()),
    }


@singledispatch
def _generator(generator: object) -> dict[str, Any]:
    raise _unknown("generator", generator)


@_generator.register(FullGenerator)
def _full(generator: FullGenerator) -> dict[str, Any]:
    return {
        "kind": "full",
        "trunk": _layers(generator.trunk.children()),
        "heads": [_affine(*head) for head in generator.each_head()],
    }


@_generator.register(ConditioningGenerator)
def _conditioning(generator: ConditioningGenerator) -> dict[str, Any]:
    return {
        "kind": "conditioning",
        "tensors64": _tensors(generator.shared),
        "shift64": _base64(generator.shift),
    }


@_generator.register(FilmGenerator)
def _film(generator: FilmGenerator) -> dict[str, Any]:
    return {"kind": "film", **_with_heads(generator)}


@_generator.register(LastLayerGenerator)
def _last_layer(generator: LastLayerGenerator) -> dict[str, Any]:
    return {"kind": "last layer", **_with_heads(generator)}


@_generator.register(LowRankGenerator)
def _low_rank(generator: LowRankGenerator) -> dict[str, Any]:
    return {"kind": "low rank", "rank": generator.rank, **_with_heads(generator)}


@_generator.register(ChunkedGenerator)
def _chunked(generator: ChunkedGenerator) -> dict[str, Any]:
    count, size = generator.codes.shape
    return {
        "kind": "chunked",
        "codes": {"count": count, "size": size, "values64": _base64(generator.codes)},
        "trunk": _layers(generator.trunk.children()),
        "head": _layer(generator.head),
    }


def _with_heads(
    generator: FilmGenerator | LastLayerGenerator | LowRankGenerator,
) -> dict[str, Any]:
    """The shared tensors, the trunk and the heads."""
    return {
        "tensors64": _tensors(generator.shared),
        "trunk": _layers(generator.trunk.children()),
        "heads": _layers(generator.heads),
    }


def _tensors(shared: SharedTensors) -> list[str]:
    return [_base64(tensor) for tensor in shared.tensors]


def _target(target: TargetNetwork) -> dict[str, Any]:
    if not isinstance(target.body, DenseLayers):
        raise _unknown("target", target.body)
    names = {function: name for name, function in ACTIVATIONS.items()}
    return {"widths": list(target.widths), "activation": names[target.activation]}


def _rates(learner: GradientLearner) -> list[float | str]:
    rates = learner.rates()
    if isinstance(rates, float | int):
        return [float(rates)] * len(learner.target.shapes)
    told = [rates[name] for name in learner.target.shapes]
    return [_base64(rate) if rate.ndim else rate.item() for rate in told]


def _loss(learner: GradientLearner) -> str:
    family = getattr(learner.loss, "__self__", None)
    return "cross-entropy" if isinstance(family, Classification) else "squared"


def _layers(modules: Iterable[nn.Module]) -> list[dict[str, Any]]:
    """The linear layers among the modules, in their order."""
    return [_layer(module) for module in modules if isinstance(module, nn.Linear)]


def _layer(layer: nn.Linear) -> dict[str, Any]:
    return _affine(layer.weight, layer.bias)


def _affine(weight: Tensor, bias: Tensor) -> dict[str, Any]:
    n_out, n_in = weight.shape
    return {"in": n_in, "out": n_out, "weight64": _base64(weight), "bias64": _base64(bias)}


def _norm(norm: nn.LayerNorm) -> dict[str, Any]:
    return {
        "size": norm.weight.numel(),
        "epsilon": norm.eps,
        "scale64": _base64(norm.weight),
        "shift64": _base64(norm.bias),
    }


def _base64(tensor: Tensor) -> str:
    """Base64 of the tensor's numbers, row by row, as little-endian float32."""
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode("ascii")


def _unknown(role: str, part: object) -> ValueError:
    return ValueError(f"the browser cannot evaluate this {role}: {type(part).__name__}")
