"""A learner as JSON values, for the browser's own evaluation of the same networks.

    learner ── export ──► {version, encoder, generator, target, rates, loss} ──► ui/live/network.js

A field …64 is base64 of little-endian float32; a matrix lies row by row, one output a row.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor, nn

from hypernet.encoders.description import DescriptionEncoder
from hypernet.encoders.points import PointsEncoder
from hypernet.generators.full import FullGenerator
from hypernet.learners.gradient import GradientLearner, OneStart, SharedStart
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.learners.meta_sgd import MetaSgd
from hypernet.learners.reptile import Reptile
from hypernet.protocols import Classification, Learner
from hypernet.target import ACTIVATIONS, TargetNetwork
from hypernet.types import Batch

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
    n_in, *_, n_out = learner.target.widths
    nothing = Batch(torch.empty(0, n_in), torch.empty(0, n_out))
    start = learner.initial(torch.empty(0), nothing)
    tensors = [_base64(start[name]) for name in learner.target.shapes]
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


@singledispatch
def _generator(generator: object) -> dict[str, Any]:
    raise _unknown("generator", generator)


@_generator.register(FullGenerator)
def _full(generator: FullGenerator) -> dict[str, Any]:
    return {
        "kind": "full",
        "trunk": _layers(generator.trunk.children()),
        "heads": _layers(generator.heads),
    }


def _target(target: TargetNetwork) -> dict[str, Any]:
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
    return {
        "in": layer.in_features,
        "out": layer.out_features,
        "weight64": _base64(layer.weight),
        "bias64": _base64(layer.bias),
    }


def _base64(tensor: Tensor) -> str:
    """Base64 of the tensor's numbers, row by row, as little-endian float32."""
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode("ascii")


def _unknown(role: str, part: object) -> ValueError:
    return ValueError(f"the browser cannot evaluate this {role}: {type(part).__name__}")
