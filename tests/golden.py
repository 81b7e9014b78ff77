"""What Python computes, for the JavaScript to be held against: tests/js/golden/*.json.

`python -m tests.golden` writes the files; tests/test_golden.py holds that they are still true.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from hypernet.encoders import (
    DescriptionOptions,
    NoisyOptions,
    NoneOptions,
    PointsOptions,
    SetAttentionOptions,
)
from hypernet.experiment import Experiment
from hypernet.export import export
from hypernet.formula import parse, plain
from hypernet.generators import (
    ChunkedOptions,
    FilmOptions,
    FullOptions,
    LastLayerOptions,
    LowRankOptions,
)
from hypernet.init import stream, uniform
from hypernet.inner import InnerOptions, diverged
from hypernet.learners import HypernetworkOptions, LearnerOptions, MamlOptions, MetaSgdOptions
from hypernet.learners.gradient import GradientLearner
from hypernet.posterior.waves import SMALLEST_SIGMA, wave_posterior
from hypernet.presets import load_preset
from hypernet.protocols import TaskFamily
from hypernet.target import TargetOptions
from hypernet.tasks import Clusters, Sinusoid

GOLDEN = Path(__file__).parent / "js" / "golden"
SHIPPED = ("planar-maml", "clusters-maml-4way", "sinusoid-conditioning")
SHOTS, STEPS, PLACES = 5, 2, 7
#: Every encoder and generator in a small learner with random weights.
NARROW = (4,)
LEARNERS: dict[str, LearnerOptions] = {
    "full": HypernetworkOptions(generator=FullOptions(hidden=NARROW)),
    "film": HypernetworkOptions(generator=FilmOptions(hidden=NARROW)),
    "last layer": HypernetworkOptions(generator=LastLayerOptions(hidden=NARROW)),
    "low rank": HypernetworkOptions(generator=LowRankOptions(rank=2, hidden=NARROW)),
    "chunked": HypernetworkOptions(generator=ChunkedOptions(chunk=6, code=3, hidden=NARROW)),
    "points": HypernetworkOptions(
        encoder=PointsOptions(width=4, depth=2), generator=FullOptions(hidden=NARROW)
    ),
    "points read twice": HypernetworkOptions(
        encoder=PointsOptions(width=4, depth=1, stages=2), generator=FullOptions(hidden=NARROW)
    ),
    "set attention": HypernetworkOptions(
        encoder=SetAttentionOptions(width=4, blocks=2, heads=2, frequencies=1),
        generator=FullOptions(hidden=NARROW),
    ),
    "noisy": HypernetworkOptions(
        encoder=NoisyOptions(noise=0.7), generator=FullOptions(hidden=NARROW)
    ),
    "none": HypernetworkOptions(encoder=NoneOptions(size=3), generator=FullOptions(hidden=NARROW)),
    "with an inner loop": HypernetworkOptions(
        encoder=DescriptionOptions(),
        generator=FullOptions(hidden=NARROW),
        inner=InnerOptions(steps=1, rate=0.05),
    ),
    "maml": MamlOptions(inner=InnerOptions(rate=0.1)),
    "meta-sgd": MetaSgdOptions(),
}
FAMILIES: dict[str, TaskFamily] = {"sinusoid": Sinusoid(), "clusters": Clusters()}
FORMULAS = (
    *("a * sin(x) + b", "x % 3", "x % -3", "-x % 3", "abs(x) ** b", "x ** 3 - 2 * x"),
    *("step(x) + sign(x)", "where(x, a, b)", "min(x, a) * max(b, x)", "floor(x / 0.3)"),
    *("exp(-x ** 2) * cos(3 * x)", "tanh(x) / (1 + sqrt(abs(x)))", "log(x)", "tan(x) + (+x)"),
)
TASK = {"a": -1.3, "b": 0.7}


def golden() -> dict[str, Any]:
    """The content of each file."""
    return {
        "networks": list(_networks()),
        "formulas": _formulas(),
        "numbers": _numbers(),
        "waves": _waves(),
    }


def read(name: str) -> Any:
    """What is stored under this name."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


# Networks: weights, predictions and losses along the inner loop.


def _networks() -> Iterator[dict[str, Any]]:
    for name in SHIPPED:
        preset = load_preset(name)
        yield _walk(name, preset.learner, preset.experiment.family)
    for family_name, family in FAMILIES.items():
        for name, learner in small_learners(family).items():
            yield _walk(f"{family_name}, {name}", learner, family)


def small_learners(family: TaskFamily) -> dict[str, GradientLearner]:
    """Each of them with weights that are drawn, so that every part of it matters."""
    found = {}
    for name, options in LEARNERS.items():
        hidden, activation = ((5, 4), "tanh") if name == "maml" else ((4, 3), "relu")
        target = TargetOptions(hidden=hidden, activation=activation)
        learner = Experiment(family=family, target=target, learner=options).build()
        assert isinstance(learner, GradientLearner)
        _draw_weights(learner, stream(0, f"golden {name}"))
        found[name] = learner
    return found


def _draw_weights(learner: nn.Module, rng: torch.Generator) -> None:
    """Adds to each weight; step sizes stay above 0."""
    with torch.no_grad():
        for weight in learner.parameters():
            weight.add_(0.3 * torch.rand(weight.shape, generator=rng))


def _walk(name: str, learner: Any, family: TaskFamily) -> dict[str, Any]:
    rng = stream(0, f"golden task {name}")
    task = family.make(family.sample(1, rng), rng, SHOTS)
    description, x, y = task.description[0], task.support.x[0], task.support.y[0]
    support = type(task.support)(x, y)
    at = uniform((PLACES, family.n_in), *family.x_range, rng)
    with torch.no_grad():
        trace = learner.adapt(description, support, STEPS)
        predictions = [learner.predict(params, at) for params in trace]
        losses = [learner.loss(learner.predict(params, x), support) for params in trace]
    return {
        "name": name,
        "exported": export(learner),
        "description": description.tolist(),
        "support": {"count": len(x), "x64": _base64(x), "y64": _base64(y)},
        "places": PLACES,
        "at64": _base64(at),
        "steps": STEPS,
        "sizes": [weight.numel() for weight in trace[0].values()],
        "weights64": [_base64(torch.cat([w.flatten() for w in p.values()])) for p in trace],
        "predictions64": [_base64(values) for values in predictions],
        "losses": [float(loss) for loss in losses],
    }


def _base64(tensor: Tensor) -> str:
    return base64.b64encode(tensor.contiguous().numpy().astype("<f4").tobytes()).decode()


# Formulas: their values over x.


def _formulas() -> dict[str, Any]:
    x = torch.linspace(-5, 5, 21)
    values = {"x": x} | {name: torch.tensor(number) for name, number in TASK.items()}
    cases = []
    for text in FORMULAS:
        formula = parse(text, tuple(TASK))
        y = formula(values).expand_as(x).tolist()
        told = [number if math.isfinite(number) else str(number) for number in y]
        cases.append({"text": text, "tree": plain(formula), "y": told})
    return {"task": TASK, "x": x.tolist(), "cases": cases}


# The waves that fit some points: their mean, how they differ, and some of them.


def _waves() -> dict[str, Any]:
    x = torch.linspace(-5, 5, 11)
    rng, family = stream(0, "golden waves"), Sinusoid()
    support = family.make(family.sample(1, rng)[0], rng, 8).support
    cases = []
    for count, noise, lift in ((0, 0.0, 0), (1, 0.0, 0), (2, 0.5, 0), (3, 0.0, 0), (8, 0.3, 2)):
        points = torch.cat([support.x, support.y + lift], dim=-1)[:count].double()
        found = wave_posterior(points[:, 0], points[:, 1], noise, family)
        numbers = {
            "points": points,
            "mean": found.mean(x),
            "deviation": found.deviation(x),
            "picked": found.picked.flatten(),
        }
        told = {name: values.round(decimals=6).tolist() for name, values in numbers.items()}
        cases.append({"sigma": max(noise, SMALLEST_SIGMA), **told})
    ranges = {p.name: [p.low, p.high] for p in family.parameters}
    return {**ranges, "x": x.tolist(), "cases": cases}


# Scales, tables and losses: what numpy and the core say of them.


def _numbers() -> dict[str, Any]:
    return {
        "scales": [_scale(*ends) for ends in ((-5, 5, 40, 240), (0, 20, 300, 10), (2, 2, 0, 9))],
        "rows": _rows(),
        "fixed": [[value, f"{value:.2f}"] for value in (0.0, 0.98, -1.5, 12.126, -0.001, 1e5)],
        "digits": [[value, _digits(value)] for value in (14.2, 0.0123, -3.14e-5, 6.5e7, 99.9)],
        "kept": [_kept(losses) for losses in _losses()],
        "nearest": _nearest(),
    }


def _scale(low: float, high: float, start: float, end: float) -> dict[str, Any]:
    """Places of five values; all values of an empty range lie on its start."""
    values = np.linspace(low, high, 5)
    pixels = np.interp(values, [low, high], [start, end]) if low < high else [start] * 5
    return {"ends": [low, high, start, end], "values": values.tolist(), "pixels": list(pixels)}


def _rows() -> dict[str, Any]:
    """A table of four rows, and what lies at and between its rows."""
    table = uniform((4, 3), -1, 1, stream(0, "golden rows")).numpy()
    places = [0, 0.25, 1, 2.5, 3]
    columns = [np.interp(places, range(4), column) for column in table.T]
    return {
        "table": table.flatten().tolist(),
        "size": 3,
        "places": places,
        "rows": np.stack(columns, axis=1).tolist(),
    }


def _digits(value: float) -> list[float]:
    """Mantissa and exponent to two significant digits."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return [float(mantissa), int(exponent)]


def _losses() -> Iterator[list[float]]:
    yield [1.0, 0.5, 0.25]
    yield [0.001, 0.9, 1.1, 0.1]
    yield [2.0, math.inf, 1.0]
    yield [2.0, 1e9]
    yield [0.5, 500.0, 500.5]


def _kept(losses: list[float]) -> dict[str, Any]:
    """How many entries come before a loop has diverged."""
    good = ~diverged(torch.tensor(losses))
    told = [number if math.isfinite(number) else str(number) for number in losses]
    return {"losses": told, "kept": int(good.sum())}


def _nearest() -> dict[str, Any]:
    """Which of some points each pointer is on: the nearest, where it is at most 12 pixels away."""
    rng = stream(0, "golden pointer")
    points, pointers = (uniform((n, 2), 0, 100, rng).numpy() for n in (6, 30))
    distances = np.linalg.norm(pointers[:, None] - points[None], axis=-1)
    return {
        "points": points.tolist(),
        "pointers": pointers.tolist(),
        "nearest": [int(row.argmin()) if row.min() <= 12 else None for row in distances],
    }


def write() -> None:
    """Writes all files anew."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, content in golden().items():
        lines = ",\n".join(json.dumps(case) for case in content) if name == "networks" else None
        text = f"[\n{lines}\n]\n" if lines else json.dumps(content) + "\n"
        (GOLDEN / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
