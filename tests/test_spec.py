"""Options refuse what is out of range, in one sentence, and survive JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

from hypernet.encoders import ENCODERS
from hypernet.experiment import Experiment
from hypernet.generators import GENERATORS
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import LEARNERS, HypernetworkOptions
from hypernet.outer import TrainingOptions
from hypernet.spec import Number, check, data, from_plain, number, specs, to_plain
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks import Planar, Sinusoid

BAD = [
    (lambda: InnerOptions(steps=-1), "steps must be 0..20, got -1"),
    (lambda: InnerOptions(steps=True), "steps must be a whole number, got True"),
    (lambda: InnerOptions(rate=math.nan), "rate must be 1e-06..10, got nan"),
    (lambda: InnerOptions(rate=0.0), "rate must be 1e-06..10, got 0"),
    (lambda: InnerOptions(weighting="first"), "weighting must be one of mean, last, got 'first'"),
    (lambda: TrainingOptions(shots=(5, 2)), "shots must have its low end first, got 5, 2"),
    (lambda: TrainingOptions(shots=(0, 2)), "shots must be 1..100, got 0"),
    (lambda: Sinusoid(noise=-0.5), "noise must be 0..2, got -0.5"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_bad_option_is_refused_with_its_name_value_and_range(make, sentence) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="^" + sentence.replace("..", r"\.\.") + "$"):
        make()


def test_plain_values_name_every_part() -> None:
    plain = to_plain(Experiment())
    assert plain["family"]["name"] == "sinusoid"
    assert plain["learner"]["name"] == "hypernetwork"
    assert plain["learner"]["encoder"] == {"name": "description"}
    assert from_plain(Experiment, plain) == Experiment()


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        (3, "Experiment must be an object, got int"),
        ({"famly": {}}, "Experiment has no option 'famly'; it must be one of family, target, "),
        ({"family": {"name": "cosine"}}, "family must be one of sinusoid, planar, "),
        ({"family": "sinusoid"}, "family must be an object with a name, got 'sinusoid'"),
        ({"target": {"name": "mlp", "hidden": []}}, "hidden must be 1..4 whole numbers, got "),
    ],
)
def test_foreign_values_are_refused(plain: object, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        from_plain(Experiment, plain)
    assert str(caught.value).startswith(sentence)


def test_the_key_changes_with_any_option() -> None:
    deep = Experiment(learner=HypernetworkOptions(inner=InnerOptions(steps=0, rate=0.02)))
    assert Experiment().key() != deep.key()
    assert Experiment().key() == Experiment().key()


@dataclass(frozen=True)
class Undeclared:
    rate: float = number(0.1, 0.0, 1.0, help="Rate.")
    width: int = 3

    def __post_init__(self) -> None:
        check(self)


@pytest.mark.parametrize("read", [specs, lambda kind: from_plain(kind, {}), lambda kind: kind()])
def test_a_field_without_a_declaration_is_an_error_wherever_options_are_read(read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="Undeclared has an option without a range, 'width'"):
        read(Undeclared)


def test_declared_data_are_no_options_and_may_have_no_default() -> None:
    @dataclass(frozen=True)
    class Given:
        points: tuple[float, ...] = data()
        held_out: tuple[float, ...] = data(())
        seed: int = number(0, 0, 9, help="Seed.")

        def __post_init__(self) -> None:
            check(self)

    assert list(specs(Given)) == list(to_plain(Given((1.0,)))) == ["seed"]
    assert Given((1.0,)).held_out == ()
    with pytest.raises(TypeError, match="points"):
        Given()


#: Every number that an option of a learner, an encoder or a generator may be, at its ends.
ENDS = [
    (kind, {name: end})
    for table in (LEARNERS, ENCODERS, GENERATORS)
    for kind in table.values()
    for name, spec in specs(kind).items()
    if isinstance(spec, Number)
    for end in (spec.low, spec.high)
]


@pytest.mark.parametrize(("kind", "values"), ENDS, ids=lambda part: getattr(part, "__name__", None))
def test_what_an_option_may_be_can_be_built(kind: type[Any], values: dict[str, float]) -> None:
    whole = {name: int(end) if end == int(end) else end for name, end in values.items()}
    options, rng = kind(**whole), stream(0, "ends")
    family, target = Planar(), TargetNetwork(2, 2, TargetOptions(hidden=(4,)))
    if kind in GENERATORS.values():
        options.build(3, target, rng)
    elif kind in ENCODERS.values():
        options.build(family, rng)
    else:
        options.build(family, target, rng)
