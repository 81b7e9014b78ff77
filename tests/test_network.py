"""The browser's networks are PyTorch's: ui/live/model/network.js in Chromium, against the core."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest
from torch import Tensor

from hypernet.evaluate import loss_per_step
from hypernet.experiment import Experiment
from hypernet.export import export
from hypernet.init import stream, uniform
from hypernet.inner import diverged
from hypernet.learners import ScratchOptions
from hypernet.learners.gradient import GradientLearner
from hypernet.presets import GENERATED, MODES, SINUSOID, TOLD, shared
from hypernet.target import ACTIVATIONS, TargetOptions
from hypernet.types import Batch
from tests.browser import IN_WINDOW, needs_chromium, new_page, open_page
from tests.parts import GRADIENT, SERVED
from ui.live.compose import script_of

pytestmark = needs_chromium

EVALUATED = [name for name in GRADIENT if name not in SERVED]
#: Tasks of a comparison: other generators and encoders walk as the learners do that have many.
MANY, FEW = 200, 40
POINTS, STEPS = 50, 5
#: Of every weight and prediction; relative to numbers larger than 1.
TOLERANCE = 1e-4
#: Share of the tasks whose inner loop may leave what float32 can follow within 5 steps.
MOST_LEFT_OUT = 0.1
#: Meta-SGD is made for one step, and many of its tasks diverge after more.
FOLLOWED = {"sinusoid-meta-sgd": 1}

#: Walks every task of a batch and returns the weights and predictions after each step as base64.
WALK = """
({ exported, tasks, shots, points, steps, description, x, y, at }) => {
  const floats = (text) => decodeFloats(text, atob(text).length / 4, "numbers");
  const model = readModel(exported);
  const tables = [description, x, y, at].map(floats);
  const results = [];
  for (let task = 0; task < tasks; task += 1) {
    const part = (table) => table.slice(...[0, 1].map((i) => ((task + i) * table.length) / tasks));
    const [entries, givenX, givenY, places] = tables.map(part);
    const support = { count: shots, x: givenX, y: givenY };
    const start = writeWeights(model, [...entries], support);
    descend(model, start, support, steps).forEach((weights) => {
      results.push(...weights, predict(model, weights, places, points));
    });
  }
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob(results));
  });
}
"""
#: Everything else that the file offers, on one task.
SAMPLE = """
({ exported, description, shots, x, y }) => {
  const model = readModel(exported);
  const support = { count: shots, x: new Float32Array(x), y: new Float32Array(y) };
  const weights = writeWeights(model, description, support);
  const layers = Array.from({ length: shapes(model).length / 2 - 1 }, (_, i) => i + 1);
  const plain = (tensors) => tensors.map((tensor) => [...tensor]);
  const kept = new Float32Array(support.y.length);
  predict(model, weights, support.x, shots, kept);
  return {
    names: tensorNames(model),
    shapes: shapes(model),
    weights: plain(weights),
    predictions: [...kept],
    loss: lossOf(model, kept, support.y, shots),
    hidden: plain(layers.map((layer) => hiddenUnits(model, weights, support.x, shots, layer))),
    moved: plain(descend(model, weights, support, 1, 0.05)[1]),
  };
}
"""
READ = """
(exported) => {
  try {
    readModel(exported);
    return "";
  } catch (error) {
    return error.message;
  }
}
"""


class Walked(NamedTuple):
    """Weights (task, step, number) and predictions (task, step, place) along the inner loop."""

    weights: np.ndarray
    predictions: np.ndarray


class Given(NamedTuple):
    """What the tasks of one batch give, and where the networks are asked."""

    description: Tensor
    support: Batch
    at: Tensor


@pytest.fixture(scope="module", name="tab")
def _tab(browser: Browser) -> Iterator[Page]:
    """A page without the app, with the JavaScript of the live networks."""
    with new_page(browser) as page:
        page.set_content("<p>networks</p>")
        page.add_script_tag(content=script_of(IN_WINDOW), type="module")
        yield page


def gradient_learner(name: str) -> GradientLearner:
    learner = shared(name).learner
    assert isinstance(learner, GradientLearner)
    return learner


def draw(name: str, tasks: int, shots: int) -> Given:
    family = shared(name).experiment.family.held_out()
    rng = stream(0, f"browser {name}")
    task = family.make(family.sample(tasks, rng), rng, shots)
    at = uniform((tasks, POINTS, family.n_in), *family.x_range, rng)
    return Given(task.description, task.support, at)


def in_torch(name: str, learner: GradientLearner, given: Given) -> tuple[Walked, np.ndarray]:
    """The walk, and by task and step whether it has diverged."""
    description, support, at = given
    with torch.no_grad():
        trace = learner.adapt(description, support, STEPS)
        losses = loss_per_step(learner, shared(name).experiment.family, trace, support)
        weights = [torch.cat([w.flatten(1) for w in params.values()], dim=1) for params in trace]
        predictions = [learner.predict(params, at).flatten(1) for params in trace]
    walked = Walked(torch.stack(weights, dim=1).numpy(), torch.stack(predictions, dim=1).numpy())
    return walked, diverged(losses).numpy()


def in_double(name: str, learner: GradientLearner, given: Given) -> Walked:
    """The walk in double precision."""
    (description, (x, y), at) = given
    exact = Given(description.double(), Batch(x.double(), y.double()), at.double())
    return in_torch(name, copy.deepcopy(learner).double(), exact)[0]


def in_browser(tab: Page, learner: GradientLearner, given: Given) -> Walked:
    tasks, shots = given.support.x.shape[:2]
    text = tab.evaluate(
        WALK,
        {
            "exported": export(learner),
            "tasks": tasks,
            "shots": shots,
            "points": POINTS,
            "steps": STEPS,
            "description": sent(given.description),
            "x": sent(given.support.x),
            "y": sent(given.support.y),
            "at": sent(given.at),
        },
    )
    numbers = np.frombuffer(base64.b64decode(text), dtype="<f4").reshape(tasks, STEPS + 1, -1)
    count = learner.target.n_parameters
    return Walked(numbers[..., :count], numbers[..., count:])


def sent(tensor: Tensor) -> str:
    return base64.b64encode(tensor.contiguous().numpy().astype("<f4").tobytes()).decode()


def errors(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """The largest difference in each last axis; not a number where a walk left float32."""
    with np.errstate(all="ignore"):
        worst: np.ndarray = (np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))).max(axis=-1)
    return worst


def unsteady(walked: Walked, exact: Walked) -> np.ndarray:
    """By task and step: PyTorch's own rounding has grown to half the tolerance."""
    steady = [errors(a, b) <= TOLERANCE / 2 for a, b in zip(walked, exact, strict=True)]
    grown: np.ndarray = np.logical_or.accumulate(~np.logical_and(*steady), axis=1)
    return grown


@pytest.mark.parametrize(
    ("name", "tasks", "shots"),
    [(name, FEW if name in {**GENERATED, **TOLD, **MODES} else MANY, 5) for name in EVALUATED]
    + [(name, 50, shots) for name in EVALUATED if name in SINUSOID for shots in (1, 20)],
)
def test_weights_and_predictions_are_those_of_pytorch_while_float32_can_follow(
    tab: Page, name: str, tasks: int, shots: int
) -> None:
    learner, given = gradient_learner(name), draw(name, tasks, shots)
    theirs, left = in_torch(name, learner, given)
    left |= unsteady(theirs, in_double(name, learner, given))
    ours = in_browser(tab, learner, given)
    assert not left[:, 0].any()
    steps = 1 if name in GENERATED else FOLLOWED.get(name, STEPS)
    assert left[:, : steps + 1].mean(axis=0).max() <= MOST_LEFT_OUT
    assert (errors(ours.weights, theirs.weights)[~left] <= TOLERANCE).all()
    assert (errors(ours.predictions, theirs.predictions)[~left] <= TOLERANCE).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_its_derivative_are_pytorchs(tab: Page, activation: str) -> None:
    target = TargetOptions(hidden=(8, 7), activation=activation)
    learner = Experiment(target=target, learner=ScratchOptions(rate=0.1)).build()
    assert isinstance(learner, GradientLearner)
    given = draw("sinusoid-scratch", 20, 5)
    theirs, left = in_torch("sinusoid-scratch", learner, given)
    ours = in_browser(tab, learner, given)
    assert not left.any()
    assert errors(ours.weights, theirs.weights).max() <= TOLERANCE
    assert errors(ours.predictions, theirs.predictions).max() <= TOLERANCE


@pytest.mark.parametrize("name", ["sinusoid-points", "planar-points"])
def test_generated_weights_are_closer_to_double_precision_than_pytorchs_float32(
    tab: Page, name: str
) -> None:
    learner, given = gradient_learner(name), draw(name, 50, 5)
    exact = in_double(name, learner, given).weights[:, 0]
    ours = in_browser(tab, learner, given).weights[:, 0]
    theirs = in_torch(name, learner, given)[0].weights[:, 0]
    assert errors(ours, exact).max() < errors(theirs, exact).max()


@pytest.mark.parametrize("shots", [0, 1, 200])
@pytest.mark.parametrize(
    "name", ["sinusoid-description", "sinusoid-points", "sinusoid-maml", "planar-points"]
)
def test_any_number_of_points_gives_what_pytorch_says(tab: Page, name: str, shots: int) -> None:
    learner = gradient_learner(name)
    family = shared(name).experiment.family
    rng = stream(0, "any number of points")
    task = family.make(family.sample(1, rng), rng, 200)
    description, x, y = task.description[0], task.support.x[0, :shots], task.support.y[0, :shots]
    told = tab.evaluate(
        SAMPLE,
        {
            "exported": export(learner),
            "description": description.tolist(),
            "shots": shots,
            "x": x.flatten().tolist(),
            "y": y.flatten().tolist(),
        },
    )
    support = Batch(x, y)
    with torch.no_grad():
        before, after = learner.adapt(description, support, 1, 0.05)
        predicted = learner.predict(before, x)
        expected_loss = learner.loss(predicted, support).item()
    for i, key in enumerate(before):
        for ours, theirs in {"weights": before, "moved": after}.items():
            expected = theirs[key].flatten().numpy()
            assert errors(np.array(told[ours][i]), expected) <= TOLERANCE
    np.testing.assert_allclose(told["predictions"], predicted.flatten(), atol=TOLERANCE)
    assert told["loss"] == pytest.approx(expected_loss, rel=TOLERANCE)
    hidden = x
    for i, values in enumerate(told["hidden"]):
        weight, bias = before[f"{2 * i}.weight"], before[f"{2 * i}.bias"]
        hidden = learner.target.activation(hidden @ weight.mT + bias)
        np.testing.assert_allclose(values, hidden.flatten(), atol=TOLERANCE)
    assert told["names"] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    rows = [[*shape, 1][:2] for shape in learner.target.shapes.values()]
    assert told["shapes"] == rows


def without_end(exported: dict[str, Any]) -> None:
    layer = exported["generator"]["trunk"][0]
    layer["bias64"] = layer["bias64"][:-4]


def with_nan(exported: dict[str, Any]) -> None:
    exported["encoder"]["mean64"] = sent(torch.tensor([float("nan"), 1.0]))


def with_other_head(exported: dict[str, Any]) -> None:
    exported["generator"]["heads"][3]["out"] = 41


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda told: told.update(version=2), "version must be 1, got 2"),
        (lambda told: told.pop("version"), "version must be 1, got undefined"),
        (with_nan, "mean must be finite"),
        (without_end, "trunk[0] bias must hold 64 numbers, got 63.75"),
        (lambda told: told["encoder"].update(std64="AA!="), "std must be base64"),
        (lambda told: told["encoder"].update(n=3), "mean must hold 3 numbers, got 2"),
        (
            lambda told: told["encoder"].update(kind="x"),
            "encoder must be one of description, points, set attention, noisy, none, got x",
        ),
        (with_other_head, "heads[3] must lead from 64 to 40 numbers, got 64 to 41"),
        (
            lambda told: told["target"].update(widths=[1, 40, 39, 1]),
            "heads[2] must lead from 64 to 1560 numbers, got 64 to 1600",
        ),
        (
            lambda told: told["target"].update(widths=[1, 40, 1]),
            "heads must be 4, got 6",
        ),
        (
            lambda told: told["target"].update(widths=[1, -1]),
            "widths must be whole numbers above 0, got 1,-1",
        ),
        (
            lambda told: told.update(encoder=None),
            "every generator but a shared start has an encoder",
        ),
        (lambda told: told["rates"].pop(), "rates must hold 6 numbers, got 5"),
        (
            lambda told: told.update(rates=[0.1, -0.1, "", "", "", ""]),
            "rates must be finite and above 0, got 0.1,-0.1",
        ),
        (
            lambda told: told.update(rates=[sent(torch.ones(39)), 0.1, 0.1, 0.1, 0.1, 0.1]),
            "rates[0] must hold 40 numbers, got 39",
        ),
        (
            lambda told: told.update(loss="hinge"),
            "loss must be one of squared, cross-entropy, got hinge",
        ),
    ],
)
def test_a_wrong_export_is_refused_in_one_sentence(
    tab: Page, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    exported = copy.deepcopy(export(shared("sinusoid-description").learner))
    assert tab.evaluate(READ, exported) == ""
    change(exported)
    assert tab.evaluate(READ, exported) == sentence


def test_a_model_is_found_by_name_once_it_has_arrived(tab: Page) -> None:
    seen = tab.evaluate(
        """() => {
          const [heard, found] = [[], [modelNamed("good") ?? null]];
          const arrive = (name, model) => {
            (window.hypernetModels ??= new Map()).set(name, model);
            window.dispatchEvent(new CustomEvent("hypernet-model", { detail: name }));
          };
          const stop = onModel((name) => heard.push(name));
          arrive("good", "a model");
          stop();
          arrive("bad", new Error("version must be 1"));
          found.push(modelNamed("good"));
          try { modelNamed("bad"); } catch (error) { found.push(error.message); }
          return { heard, found };
        }"""
    )
    assert seen == {"heard": ["good"], "found": [None, "a model", "version must be 1"]}


def test_a_page_publishes_its_models_and_gives_them_no_room(page: Page, address: str) -> None:
    open_page(page, address)
    page.wait_for_function("window.hypernetModels?.get('sinusoid-description')?.generator")
    hidden = page.locator("[data-testid=stLayoutWrapper]:has(> .st-key-models)")
    expect(hidden).to_have_count(1)
    expect(hidden).to_be_hidden()
    assert hidden.bounding_box() is None


def test_only_models_that_the_browser_can_evaluate_are_sent() -> None:
    def script() -> None:
        from ui.live.model.models import models

        models(["sinusoid-maml", "planar-ridge", "planar-points"])

    at = AppTest.from_function(script).run()
    assert not at.exception
    shown = [json.loads(component.proto.bytes) for component in at.get("bidi_component")]
    assert [told["name"] for told in shown] == ["sinusoid-maml", "planar-points"]
    for told in shown:
        assert told["exported"] == export(shared(told["name"]).learner)
