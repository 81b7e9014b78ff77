"""What is said of a learner is what its options say."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest

from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import MamlOptions
from hypernet.presets import PRESETS, Preset, card
from hypernet.presets.defaults import default_presets
from hypernet.presets.preset import described
from hypernet.spec import to_plain
from hypernet.tasks import Clusters, Sinusoid
from ui.race import ANSWERS, network_weights

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
#: The first step of any inner loop.
FIRST = "0"
DEFAULTS = {
    **default_presets("waves", Sinusoid()),
    **default_presets("groups", Clusters()),
}


def options(plain: object) -> Iterator[str]:
    """Every number of some options, as a sentence writes it."""
    if isinstance(plain, dict):
        for value in plain.values():
            yield from options(value)
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        yield f"{plain:g}"


@pytest.mark.parametrize("preset", [*PRESETS.values(), *DEFAULTS.values()], ids=str)
def test_every_number_in_a_sentence_is_one_of_the_learners_options(preset: Preset) -> None:
    known = {FIRST, *options(to_plain(preset.experiment.learner))}
    assert set(NUMBER.findall(f"{preset.title}. {preset.summary}")) <= known


@pytest.mark.parametrize("name", PRESETS)
def test_a_sentence_on_steps_learned_rates_and_weighting_is_true(name: str) -> None:
    summary, learner = PRESETS[name].summary, to_plain(PRESETS[name].experiment)["learner"]
    inner = learner.get("inner", learner)
    if "without inner steps" in summary:
        assert inner["steps"] == 0
    if "a learned α for each tensor" in summary:
        assert inner["learned_rate"]
    if "mean loss" in summary:
        assert inner["weighting"] == "mean"
    if "for the loss after step" in summary:
        assert inner["weighting"] == "last"
    if "Newton" in summary:
        assert f"by {learner['steps']} Newton steps" in summary
    if learner["name"] == "learned_optimiser":
        assert ("A learned start" in summary) == learner["learned_start"]


def test_a_sentence_follows_its_options() -> None:
    experiment = Experiment(learner=MamlOptions(InnerOptions(steps=7, rate=0.5)))
    told = described("M", "{inner.steps} steps of α = {inner.rate:g}.", experiment)
    assert told.summary == "7 steps of α = 0.5."
    other = dataclasses.replace(experiment, learner=MamlOptions(InnerOptions(steps=2)))
    assert described("M", "{inner.steps} steps.", other).summary == "2 steps."


@pytest.mark.parametrize("name", PRESETS)
def test_a_card_says_what_its_preset_says(name: str) -> None:
    assert card(name)["title"] == PRESETS[name].title
    assert card(name)["summary"] == PRESETS[name].summary


def test_the_race_counts_the_context_and_the_weights_of_its_network() -> None:
    context = to_plain(PRESETS["sinusoid-cavia"].experiment.learner)["context"]
    answer = ANSWERS["sinusoid-cavia"]
    assert f"{context} numbers" in answer.before
    assert f"{context} numbers" in answer.now
    assert network_weights() == 1761
    for name in ANSWERS:
        assert PRESETS[name].experiment.target == PRESETS["sinusoid-maml"].experiment.target
