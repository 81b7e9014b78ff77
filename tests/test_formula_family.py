"""A family made of a formula is a family like the shipped ones."""

from __future__ import annotations

import dataclasses
import json

import pytest
import torch

from hypernet.checkpoint import dumps, loads
from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.export import export
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.inspection.training import Curve, look
from hypernet.jobs.chunks import run_chunk
from hypernet.learners import HypernetworkOptions, JointOptions, MamlOptions
from hypernet.outer import TrainingOptions
from hypernet.runs import RunOptions, dump_state, first_state, load_state
from hypernet.spec import from_plain, specs, to_plain
from hypernet.target import TargetOptions
from hypernet.tasks import FormulaFamily, Sinusoid
from ui.training.setup import formula_experiment

LINE = FormulaFamily("a*x + b", (("b", -1.0, 1.0), ("a", 0.5, 2.0)))
SHORT = TrainingOptions(steps=4, tasks=3, queries=5, shots=(2, 4))


def small(family: FormulaFamily, **learner: object) -> Experiment:
    options = HypernetworkOptions(**learner)  # type: ignore[arg-type]
    return Experiment(family, TargetOptions(hidden=(5,)), options, SHORT)


def test_the_default_is_a_sine_with_the_other_sign_of_the_phase() -> None:
    theta = torch.tensor([[2.0, 1.0, 0.5], [0.1, 1.0, 3.0]])
    x = torch.linspace(-5, 5, 9).view(1, 9, 1).expand(2, 9, 1)
    waves = Sinusoid().truth(theta[:, [0, 2]] * torch.tensor([1.0, -1.0]), x)
    torch.testing.assert_close(FormulaFamily().truth(theta, x), waves)


def test_theta_follows_the_order_of_the_ranges() -> None:
    x = torch.tensor([[3.0]])
    assert LINE.truth(torch.tensor([-1.0, 2.0]), x).item() == 5.0
    assert [(p.name, p.symbol, p.low, p.high) for p in LINE.parameters] == [
        ("b", "b", -1.0, 1.0),
        ("a", "a", 0.5, 2.0),
    ]


def test_a_single_task_and_several_task_axes_are_taken() -> None:
    theta = LINE.sample(6, stream(0, "theta"))
    x = torch.linspace(-5, 5, 4).unsqueeze(-1)
    together = LINE.truth(theta.view(2, 3, 2), x.expand(2, 3, 4, 1))
    alone = torch.stack([LINE.truth(one, x) for one in theta]).view(2, 3, 4, 1)
    torch.testing.assert_close(together, alone)


def test_a_formula_without_x_gives_a_target_for_every_point() -> None:
    family = FormulaFamily("a", (("a", -1.0, 1.0),))
    task = family.make(family.sample(2, stream(0, "theta")), stream(0, "points"), 3)
    assert task.support.y.shape == (2, 3, 1)
    torch.testing.assert_close(task.query.y[:, 0], task.description)


def test_the_scale_is_the_spread_over_tasks_and_inputs() -> None:
    family = FormulaFamily("a*x", (("a", 1.0, 2.0),), noise=2.0)
    assert family.y_scale == pytest.approx((7 / 3 * 25 / 3) ** 0.5, rel=0.03)
    task = family.make(family.sample(2000, stream(0, "theta")), stream(0, "points"), 2, 20)
    assert family.y_scale == pytest.approx(task.query.y.std().item(), rel=0.03)


def test_the_protocol_says_formula_ranges_and_noise() -> None:
    assert LINE.protocol == (
        "y = a*x + b, b in [−1, 1], a in [0.5, 2], x in [−5, 5], support noise σ = 0"
    )


REFUSED = [
    ("a*x +", (("a", 0.0, 1.0),), "a number or a name is missing after +"),
    ("a*x", (("b", 0.0, 1.0),), "ranges must be of the formula's parameters, a; got b"),
    ("a*x + b", (("a", 0.0, 1.0),), "ranges must be of the formula's parameters, a, b; got a"),
    ("x", (("a", 0.0, 1.0),), "ranges must be of the formula's parameters, none: write one such"),
    ("a*x", (("a", 1.0, 1.0),), "a must have its low end first, got 1, 1"),
    ("a*x", (("a", 0.0, 101.0),), "a must be -100..100, got 101"),
    ("a*x", (("a", 0.0, float("nan")),), "a must be -100..100, got nan"),
    ("a*x", (("a", 0.0, 1.0), ("a", 0.0, 2.0)), "ranges must have different names, got "),
    ("a*x", (), "ranges must be 1..6 ranges, got ()"),
    ("a*0", (("a", 0.0, 1.0),), "a*0 is the same for all tasks and x, so there is nothing"),
    ("a*log(x)", (("a", 1.0, 2.0),), "a*log(x) is not a number at x = −5, a = 1"),
    ("1/(x - a)", (("a", -3.0, 3.0),), "1/(x - a) is infinite at x = −3, a = −3"),
    ("exp(a*x)", (("a", 0.0, 3.0),), "exp(a*x) is 1.015e+06 at x = 4.61, a = 3; allowed is"),
    ("sqrt(a*a - b)", (("a", 0.0, 1.0), ("b", 0.0, 1.0)), "sqrt(a*a - b) is not a number at x ="),
    ("a" * 201, (("a", 0.0, 1.0),), "formula must have 0..200 characters, got 201"),
    ("a\n*x", (("a", 0.0, 1.0),), "formula must be one line of printable characters, got "),
]


@pytest.mark.parametrize(("text", "ranges", "sentence"), REFUSED, ids=[r[2] for r in REFUSED])
def test_a_family_that_cannot_be_learned_is_refused_in_one_sentence(
    text: str, ranges: tuple[tuple[str, float, float], ...], sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        FormulaFamily(text, ranges)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        ({"formula": 3}, "formula must be a text, got 3"),
        ({"ranges": "abc"}, "ranges must be 1..6 ranges, got 'abc'"),
        ({"ranges": [["a", 1]]}, "ranges must be made of a name and two numbers, got ['a', 1]"),
        ({"ranges": [[1, 0, 1]]}, "ranges must be made of a name and two numbers, got [1, 0, 1]"),
        ({"ranges": [["a", "0", 1]]}, "a must be a number, got '0'"),
        ({"ranges": [["a", 0, 1]] * 7}, "ranges must be 1..6 ranges, got "),
    ],
)
def test_foreign_values_are_refused(plain: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        from_plain(FormulaFamily, plain)
    assert str(caught.value).startswith(sentence)


def test_six_parameters_are_allowed() -> None:
    names = "abcdgh"
    family = FormulaFamily(" + ".join(names), tuple((name, 0.0, 1.0) for name in names))
    assert family.sample(3, stream(0, "theta")).shape == (3, 6)


def test_options_survive_json_and_equal_options_have_equal_keys() -> None:
    family = FormulaFamily(" a*x ", (("a", 0, 1),))
    assert family == FormulaFamily("a*x", (("a", -0.0, 1.0),))
    plain = json.loads(json.dumps(to_plain(family)))
    assert plain == {"formula": "a*x", "ranges": [["a", 0.0, 1.0]], "noise": 0.0}
    assert plain == to_plain(family)
    assert from_plain(FormulaFamily, plain) == family
    keys = [Experiment(family=FormulaFamily("a*x", (("a", z, 1.0),))).key() for z in (0.0, -0.0)]
    assert keys[0] == keys[1] == Experiment.from_json(small_json(family)).key()
    assert keys[0] != Experiment(family=FormulaFamily("a*x", (("a", 0.0, 2.0),))).key()
    assert hash(family) == hash(from_plain(FormulaFamily, plain))
    assert list(specs(FormulaFamily)) == ["formula", "ranges", "noise"]


def small_json(family: FormulaFamily) -> str:
    return Experiment(family=family).to_json()


def test_a_checkpoint_on_a_formula_loads() -> None:
    experiment = small(LINE)
    learner = experiment.build()
    loaded = loads(dumps(experiment, learner.state_dict()), "a file")
    assert loaded.experiment == experiment
    task = LINE.make(LINE.sample(3, stream(0, "theta")), stream(0, "points"), 4)
    torch.testing.assert_close(loaded.learner.meta_loss(task), learner.meta_loss(task))


def test_a_learner_on_a_formula_is_exported_with_the_scales_of_its_family() -> None:
    exported = export(small(LINE, encoder=PointsOptions(width=4)).build())
    assert exported["loss"] == "squared"
    assert exported["encoder"]["yScale"] == LINE.y_scale
    told = export(small(LINE).build())["encoder"]
    assert told["kind"] == "description"


def test_chunks_of_a_run_on_a_formula_end_as_one() -> None:
    start = dump_state(first_state(small(LINE), RunOptions()))
    whole = load_state(run_chunk(start, 4).state, "whole")
    parts = load_state(run_chunk(run_chunk(start, 1).state, 3).state, "parts")
    assert whole.experiment.family == LINE
    assert whole.snapshot.step == parts.snapshot.step == 4
    torch.testing.assert_close(whole.snapshot.learner, parts.snapshot.learner, rtol=0, atol=0)


@pytest.mark.parametrize("learner", [HypernetworkOptions(), MamlOptions(), JointOptions()])
def test_a_look_shows_three_curves_of_a_formula(learner: HypernetworkOptions) -> None:
    experiment = dataclasses.replace(small(LINE), learner=learner)
    seen = look(experiment, experiment.build()).tasks
    assert [task.title for task in seen] == ["b 0.6, a 0.74", "b −0.4, a 1.2", "b 0.2, a 1.8"]
    for task in seen:
        assert isinstance(task, Curve)
        assert task.truth.shape == task.after.shape == (100,)
        assert len(task.support_x) == (0 if isinstance(learner, HypernetworkOptions) else 4)


@pytest.mark.parametrize("names", ["a", "abc", "abcdgh"])
def test_the_three_curves_differ_whatever_the_number_of_parameters(names: str) -> None:
    family = FormulaFamily("+".join(names) + "+x", tuple((name, -1.0, 1.0) for name in names))
    experiment = small(family, encoder=PointsOptions(width=4), inner=InnerOptions(steps=1))
    first, second, third = look(experiment, experiment.build()).tasks
    assert len({first.title, second.title, third.title}) == 3
    assert first.title.count(",") == len(names) - 1


def test_the_experiments_for_formulas_build_and_other_learners_are_refused() -> None:
    for learner in ("description", "set-attention"):
        experiment = formula_experiment(LINE, learner, seed=3)
        assert experiment.family == LINE
        assert experiment.training.seed == 3
        assert export(experiment.build())["encoder"]["kind"] == learner.replace("-", " ")
    with pytest.raises(
        ValueError, match="learner must be one of description, set-attention, got 'maml'"
    ):
        formula_experiment(LINE, "maml")


@pytest.mark.slow
def test_a_few_steps_of_the_recipe_learn_a_family_from_its_description() -> None:
    recipe = formula_experiment(LINE, "description")
    training = dataclasses.replace(recipe.training, steps=60)
    experiment = dataclasses.replace(recipe, training=training)
    data = dump_state(first_state(experiment, RunOptions()))
    untrained, trained = (run_chunk(data, steps).probe_losses[-1] for steps in (1, 60))
    assert trained < 0.1 * LINE.y_scale**2 < untrained
