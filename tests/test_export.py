"""What the browser gets of a learner is exactly what the learner holds."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from hypernet.encoders import DescriptionOptions, PointsOptions
from hypernet.export import export, exportable
from hypernet.generators import (
    ConditioningOptions,
    FilmOptions,
    FullOptions,
    LastLayerOptions,
    LowRankOptions,
)
from hypernet.learners import HypernetworkOptions
from hypernet.learners.gradient import GradientLearner
from hypernet.presets import PRESETS, load_preset
from hypernet.protocols import Classification
from hypernet.target import TargetOptions
from hypernet.types import Batch
from tests.parts import GRADIENT, SERVED

EXPORTED = [name for name in GRADIENT if name not in SERVED]
HYPERNETWORKS = {
    name: learner
    for name in EXPORTED
    if isinstance(learner := PRESETS[name].experiment.learner, HypernetworkOptions)
}
WITH_HEADS = (FullOptions, FilmOptions, LastLayerOptions, LowRankOptions)
OTHERS = sorted(PRESETS.keys() - set(GRADIENT))


def gradient_learner(name: str) -> GradientLearner:
    learner = load_preset(name).learner
    assert isinstance(learner, GradientLearner)
    return learner


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def assert_same(text: str, tensor: Tensor) -> None:
    np.testing.assert_array_equal(numbers(text), tensor.detach().numpy().ravel())


def assert_layers(told: list[Mapping[str, Any]], modules: nn.Module) -> None:
    layers = [module for module in modules.children() if isinstance(module, nn.Linear)]
    assert len(told) == len(layers)
    for entry, layer in zip(told, layers, strict=True):
        assert (entry["in"], entry["out"]) == (layer.in_features, layer.out_features)
        assert_same(entry["weight64"], layer.weight)
        assert_same(entry["bias64"], layer.bias)


@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_says_what_the_target_network_and_its_inner_loop_are(name: str) -> None:
    experiment, learner = load_preset(name)
    told = json.loads(json.dumps(export(learner), allow_nan=False))
    assert exportable(learner)
    assert told["version"] == 1
    family, target = experiment.family, experiment.target
    assert isinstance(target, TargetOptions)
    assert told["target"] == {
        "widths": [family.n_in, *target.hidden, family.n_out],
        "activation": target.activation,
    }
    assert told["loss"] == ("cross-entropy" if isinstance(family, Classification) else "squared")
    rates = gradient_learner(name).rates()
    shapes = gradient_learner(name).target.shapes
    if not isinstance(rates, Mapping):
        assert told["rates"] == [rates] * len(shapes)
    elif name.endswith("meta-sgd"):
        for text, key in zip(told["rates"], shapes, strict=True):
            assert_same(text, rates[key])
    else:
        assert told["rates"] == [rates[key].item() for key in shapes]


@pytest.mark.parametrize("name", sorted(set(EXPORTED) - set(HYPERNETWORKS)))
def test_a_shared_start_is_exported_tensor_by_tensor(name: str) -> None:
    learner = gradient_learner(name)
    told = export(learner)
    n_in, *_, n_out = learner.target.widths
    nothing = Batch(torch.empty(0, n_in), torch.empty(0, n_out))
    entries = len(PRESETS[name].experiment.family.entries)
    start = learner.initial(torch.zeros(entries), nothing)
    assert told["encoder"] is None
    assert told["generator"]["kind"] == "shared"
    for text, key in zip(told["generator"]["tensors64"], learner.target.shapes, strict=True):
        assert_same(text, start[key])


def using(*kinds: type) -> list[str]:
    """The hypernetworks that have one of these encoders or generators."""
    return [
        name
        for name, learner in HYPERNETWORKS.items()
        if isinstance(learner.encoder, kinds) or isinstance(learner.generator, kinds)
    ]


@pytest.mark.parametrize("name", using(*WITH_HEADS))
def test_a_generator_is_exported_layer_by_layer_with_all_its_heads(name: str) -> None:
    learner = gradient_learner(name)
    told = export(learner)["generator"]
    assert_layers(told["trunk"], learner.get_submodule("generator.trunk"))
    state = learner.state_dict()
    for i, head in enumerate(told["heads"]):
        weight, bias = (state[f"generator.heads.{i}.{name}"] for name in ("weight", "bias"))
        assert (head["out"], head["in"]) == weight.shape
        assert_same(head["weight64"], weight)
        assert_same(head["bias64"], bias)
    assert f"generator.heads.{len(told['heads'])}.weight" not in state


@pytest.mark.parametrize("name", using(FullOptions))
def test_a_full_generator_has_a_head_for_each_tensor(name: str) -> None:
    learner = gradient_learner(name)
    told = export(learner)["generator"]
    assert told["kind"] == "full"
    sizes = [np.prod(shape) for shape in learner.target.shapes.values()]
    assert [head["out"] for head in told["heads"]] == sizes


@pytest.mark.parametrize("name", using(DescriptionOptions))
def test_a_description_encoder_is_exported(name: str) -> None:
    experiment, learner = load_preset(name)
    told = export(learner)["encoder"]
    encoder = learner.get_submodule("encoder")
    assert (told["kind"], told["n"]) == ("description", len(experiment.family.entries))
    assert_same(told["mean64"], encoder.get_buffer("mean"))
    assert_same(told["std64"], encoder.get_buffer("std"))


@pytest.mark.parametrize("name", using(PointsOptions))
def test_a_points_encoder_is_exported(name: str) -> None:
    experiment, learner = load_preset(name)
    told = export(learner)["encoder"]
    low, high = experiment.family.x_range
    assert told["kind"] == "points"
    assert (told["xCentre"], told["xScale"]) == ((low + high) / 2, (high - low) / 2)
    assert told["yScale"] == experiment.family.y_scale
    assert_layers(told["phi"], learner.get_submodule("encoder.phi"))
    if learner.get_submodule("encoder").psi is None:
        assert told["psi"] is None
    else:
        assert_layers(told["psi"], learner.get_submodule("encoder.psi"))


@pytest.mark.parametrize("name", using(FilmOptions, LowRankOptions, ConditioningOptions))
def test_what_all_tasks_share_is_exported_tensor_by_tensor(name: str) -> None:
    learner = gradient_learner(name)
    told = export(learner)["generator"]["tensors64"]
    shared = list(learner.get_submodule("generator.shared").parameters())
    for text, tensor in zip(told, shared, strict=True):
        assert_same(text, tensor)
    assert [tensor.shape for tensor in shared] == [*learner.target.shapes.values()]


@pytest.mark.parametrize("name", SERVED)
def test_what_the_browser_has_no_code_for_is_left_to_the_server(name: str) -> None:
    assert not exportable(load_preset(name).learner)


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_browser_does_not_evaluate_is_refused_in_one_sentence(
    name: str,
) -> None:
    learner = load_preset(name).learner
    assert not exportable(learner)
    with pytest.raises(ValueError, match=f"cannot evaluate this learner: {type(learner).__name__}"):
        export(learner)


@pytest.mark.parametrize("role", ["encoder", "generator"])
def test_an_unknown_encoder_or_generator_is_refused_by_role_and_name(role: str) -> None:
    odd = copy.deepcopy(load_preset("sinusoid-description").learner)
    setattr(odd, role, nn.Identity())
    assert not exportable(odd)
    with pytest.raises(ValueError, match=f"cannot evaluate this {role}: Identity"):
        export(odd)


@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_is_at_most_a_megabyte_as_base64(name: str) -> None:
    assert len(json.dumps(export(load_preset(name).learner))) < 1_000_000 * 4 / 3
