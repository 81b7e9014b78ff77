"""The page Meta-training: its setups, its example, its links, and what it refuses."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from hypernet.checkpoint import dumps
from hypernet.inspection.training import Curve, Field, left_chart, look
from hypernet.jobs import JobProgress, RunOptions, queue
from hypernet.outer import meta_train
from hypernet.presets import PRESETS, load_preset
from hypernet.runs import dump_state, first_state
from hypernet.spec import Number, specs
from tests.visit import program, run, visit
from ui.stage import STAGE_CHECKS
from ui.training import keep
from ui.training import runs as page
from ui.training.offers import FAMILIES, FAMILY_TITLES, LEARNERS
from ui.training.setup import (
    DIFFERENCES,
    RATES,
    Setup,
    recipe,
    setup_of,
    smaller,
)
from ui.training.view import divergence, left_at, run_names, status_words

PAIRS = [
    (family, learner)
    for family in FAMILIES
    for learner in LEARNERS
    if f"{family}-{learner}" in FAMILIES[family]
]


# ------------------------------------------------------------ setups


def test_the_default_setup_is_the_shipped_experiment_to_the_bit() -> None:
    assert Setup().experiment() == PRESETS["sinusoid-description"].experiment
    assert recipe("sinusoid", "description") == Setup()


@pytest.mark.parametrize(("family", "learner"), PAIRS)
def test_what_is_trained_without_inner_steps_takes_later_ones_of_its_presets_size(
    family: str, learner: str
) -> None:
    setup = dataclasses.replace(recipe(family, learner), inner=0, alpha=1.0)
    trained, shipped = (e.learner for e in (setup.experiment(), PRESETS[setup.preset].experiment))
    if setup.can_have_inner:
        assert trained.inner.rate == shipped.inner.rate  # type: ignore[attr-defined]


@pytest.mark.parametrize(("family", "learner"), PAIRS)
def test_every_recipe_can_be_set_and_is_read_back_from_its_experiment(
    family: str, learner: str
) -> None:
    setup = recipe(family, learner)
    assert setup_of(setup.experiment()) == setup
    for name in ("alpha", "rate"):
        assert getattr(setup, name) in RATES
    for name in ("inner", "tasks", "outer", "width", "seconds"):
        spec = specs(Setup)[name]
        assert isinstance(spec, Number)
        if spec.step:
            assert (getattr(setup, name) - spec.low) % spec.step == 0


@pytest.mark.parametrize(("family", "learner"), PAIRS)
def test_two_runs_side_by_side_differ_in_one_option(family: str, learner: str) -> None:
    setup = recipe(family, learner)
    for difference in setup.differences():
        other = setup.beside(difference)
        if difference == "nothing":
            assert other is None
        else:
            assert other is not None
            changed = [
                f.name
                for f in dataclasses.fields(Setup)
                if getattr(setup, f.name) != getattr(other, f.name)
            ]
            assert len(changed) == 1
            assert setup.experiment() != other.experiment()
            assert len(set(run_names([setup.experiment(), other.experiment()]))) == 2
    for difference in set(DIFFERENCES) - set(setup.differences()):
        with pytest.raises(ValueError, match="difference must be one of"):
            setup.beside(difference)


def test_a_head_needs_classes() -> None:
    with pytest.raises(ValueError, match="learner ridge needs a family with classes"):
        Setup("sinusoid", "ridge")


def test_an_experiment_that_the_controls_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="family must be one of"):
        setup_of(PRESETS["digits-maml"].experiment)
    with pytest.raises(ValueError, match="learner must be one of"):
        setup_of(PRESETS["planar-matching"].experiment)


# ------------------------------------------------------------ three tasks


@pytest.mark.parametrize(("family", "learner"), PAIRS)
def test_the_shipped_learner_solves_the_three_tasks_better_than_the_untrained_one(
    family: str, learner: str
) -> None:
    experiment, trained = load_preset(f"{family}-{learner}")
    before, after = look(experiment, experiment.build()), look(experiment, trained)
    assert len(after.tasks) == 3
    assert [task.title for task in before.tasks] == [task.title for task in after.tasks]
    scores = [[task.score for task in seen.tasks] for seen in (before, after)]
    if family == "sinusoid":
        assert all(isinstance(task, Curve) for task in after.tasks)
        assert np.mean(scores[1]) < np.mean(scores[0])
    else:
        assert all(isinstance(task, Field) for task in after.tasks)
        assert np.mean(scores[1]) > np.mean(scores[0]) - 0.25 * (learner == "joint")


def test_the_fit_is_what_the_learner_predicts_and_its_score_the_mean_squared_error() -> None:
    experiment, learner = load_preset("sinusoid-description")
    task = look(experiment, learner).tasks[0]
    assert isinstance(task, Curve)
    assert task.score == pytest.approx(np.square(task.after - task.truth).mean(), rel=1e-4)
    assert len(task.support_x) == 0, "who reads the description is shown no points"


def test_only_weights_that_depend_on_the_task_differ_by_task() -> None:
    for name, differs in (("sinusoid-description", True), ("sinusoid-maml", False)):
        experiment, learner = load_preset(name)
        weights = look(experiment, learner).weights
        assert [tensor.name for tensor in weights] == ["W1", "b1", "W2", "b2", "W3", "b3"]
        assert all((tensor.share > 0.001) is differs for tensor in weights)
    params = learner.initial(torch.zeros(1, 2), PRESETS_TASK.support)
    mean = params["0.weight"].abs().mean().item()
    assert weights[0].size == pytest.approx(mean, rel=1e-5)


PRESETS_TASK = PRESETS["sinusoid-maml"].experiment.family.make(
    torch.tensor([[1.0, 0.0]]), torch.Generator(), 3
)


def test_a_learner_that_exploded_is_still_drawn_with_finite_numbers() -> None:
    setup = dataclasses.replace(recipe("sinusoid", "maml"), alpha=10.0)
    learner = setup.experiment().build()
    with torch.no_grad():
        for parameter in learner.parameters():
            parameter.fill_(1e20)
    seen = look(setup.experiment(), learner)
    for task in seen.tasks:
        assert isinstance(task, Curve)
        assert np.isfinite([task.score, *task.before, *task.after]).all()
    assert np.isfinite([value for t in seen.weights for value in (t.size, t.share)]).all()


def test_a_family_that_cannot_be_drawn_is_named() -> None:
    experiment, learner = load_preset("digits-maml")
    with pytest.raises(ValueError, match="to be drawn here, got digits"):
        look(experiment, learner)


# ------------------------------------------------------------ divergence


def progress_of(setup: Setup, **changed: Any) -> JobProgress:
    """A run as its page sees it, without a queue."""
    state = first_state(setup.experiment(), RunOptions())
    values: dict[str, Any] = {
        "token": "x" * 22,
        "experiment": state.experiment,
        "options": state.options,
        "status": "running",
        "sentence": "",
        "position": 0,
        "step": 0,
        "steps": setup.outer,
        "steps_per_second": None,
        "seconds_left": None,
        "seconds": 0.0,
        "cpu_seconds": 0.0,
        "report_steps": (),
        "meta_losses": (),
        "probe_steps": (),
        "probe_losses": (),
        "saved_step": None,
        "numbers": (),
        "state": dump_state(state),
    }
    return JobProgress(**(values | changed))


def test_a_loss_1000_times_that_of_knowing_nothing_has_left_the_chart() -> None:
    wave, plane = Setup().experiment(), recipe("planar", "maml").experiment()
    assert left_chart(wave, [10, 20], [3999.0, 4001.0]) == 20
    assert left_chart(plane, [10, 20], [692.0, 694.0]) == 20
    assert left_chart(wave, [10], [4.0]) is None


@pytest.mark.parametrize(
    ("changed", "name", "better", "words"),
    [
        ({"alpha": 10.0}, "alpha", 0.01, "with α = 10 each inner step overshoots the valley"),
        ({"rate": 1.0}, "rate", 3e-3, "with an outer learning rate of 1 each update throws"),
    ],
)
def test_divergence_is_explained_by_the_rate_that_is_too_large(
    changed: dict[str, float], name: str, better: float, words: str
) -> None:
    setup = dataclasses.replace(recipe("sinusoid", "maml"), **changed)  # type: ignore[arg-type]
    view = progress_of(setup, status="diverged", step=9, probe_steps=(9,), probe_losses=(1e30,))
    assert left_at(view) == 9
    sentence, lowered, value = divergence(view)
    assert sentence.startswith("The meta-loss left the chart at step 9, because ")
    assert words in sentence
    assert (lowered, value) == (name, better)
    assert "e+" not in status_words(view)


def test_a_smaller_rate_is_offered_and_at_most_a_third() -> None:
    for rate in RATES[1:]:
        assert smaller(rate) in RATES
        assert smaller(rate) <= rate / 3 * 1.001 or smaller(rate) == RATES[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "queued", "position": 3}, "Starting a worker …"),
        ({"status": "paused", "step": 70}, "paused at step 70 of 2000"),
        (
            {"status": "stopped", "step": 9, "sentence": "its time of 5 s was used up at step 9"},
            "stopped at step 9 of 2000: its time of 5 s was used up at step 9",
        ),
        (
            {
                "status": "done",
                "step": 2000,
                "seconds": 8.2,
                "probe_steps": (9,),
                "probe_losses": (0.00123,),
            },
            "done: 2000 outer steps in 8 s · held-out loss 0.0012",
        ),
    ],
)
def test_how_a_run_stands_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], words: str
) -> None:
    monkeypatch.setattr(queue(), "_cluster", None)
    assert status_words(progress_of(Setup(), **changed)) == words


def test_a_run_goes_on_where_steps_and_time_are_left() -> None:
    assert page.can_go_on(progress_of(Setup(), status="paused", step=70))
    assert page.can_go_on(progress_of(Setup(), status="failed", step=70))
    assert not page.can_go_on(progress_of(Setup(), status="running", step=70))
    assert not page.can_go_on(progress_of(Setup(), status="stopped", step=2000))
    assert not page.can_go_on(progress_of(Setup(), status="stopped", step=70, seconds=121.0))


@pytest.mark.parametrize(("count", "seconds"), [(0, 0.25), (5, 0.5), (50, 1.0), (151, 4.0)])
def test_more_active_runs_are_looked_at_less_often(
    monkeypatch: pytest.MonkeyPatch, count: int, seconds: float
) -> None:
    monkeypatch.setattr(page, "active_runs", lambda: count)
    assert page.pace() == seconds


# ------------------------------------------------------------ the page


def shown(at: AppTest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(at.get("bidi_component")[0].proto.json)
    return content


def test_before_any_run_the_shipped_learner_stands_beside_the_untrained_one() -> None:
    at = visit("training")
    assert [button.label for button in at.button] == ["Train", "Reset"]
    sent = shown(at)
    assert [view["name"] for view in sent["runs"]] == ["Untrained", "Shipped example"]
    assert all(view["reports"] == view["probes"] == 0 for view in sent["runs"]), "no fake curve"
    experiment, learner = load_preset("sinusoid-description")
    task = look(experiment, learner).tasks[1]
    after = np.frombuffer(base64.b64decode(sent["runs"][1]["tasks"][1]["after64"]), dtype="<f4")
    assert isinstance(task, Curve)
    np.testing.assert_array_equal(after, task.after)


def values_of(at: AppTest) -> dict[str, Any]:
    widgets = [*at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.toggle]
    return {str(widget.key): widget.value for widget in widgets}


def test_the_form_has_the_ranges_and_defaults_of_the_specs() -> None:
    at = visit("training", inner="3")
    for widget in [*at.slider, *at.number_input]:
        spec = specs(Setup)[str(widget.key)]
        assert isinstance(spec, Number)
        assert (widget.min, widget.max, widget.help) == (spec.low, spec.high, spec.help)
        if widget.key != "inner":
            assert widget.value == getattr(Setup, str(widget.key))
    assert values_of(at) | {"inner": 3, "alpha": "0.01", "rate": "0.003"} == values_of(at)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "learner"), PAIRS)
def test_another_family_or_learner_begins_with_its_recipe(family: str, learner: str) -> None:
    titles = {name: title for title, name in FAMILY_TITLES.items()}
    at = visit("training")
    at.selectbox(key="family").set_value(titles[family])
    run(at)
    at.selectbox(key="learner").set_value(PRESETS[f"{family}-{learner}"].title)
    run(at)
    assert not at.warning
    setup, values = recipe(family, learner), values_of(at)
    for name in set(values) - {"family", "learner", "compare", *STAGE_CHECKS}:
        expected = getattr(setup, name)
        assert values[name] == (f"{expected:g}" if name in ("alpha", "rate") else expected)
    assert shown(at)["kind"] == ("curve" if family == "sinusoid" else "field")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"outer": "99"}, "outer = 99; allowed is a whole number from 100 to 10000"),
        ({"inner": "-1"}, "inner = -1; allowed is a whole number from 0 to 10"),
        ({"alpha": "nan"}, "alpha = nan; allowed is one of 0.0001"),
        ({"learner": "Oracle"}, "learner = Oracle; allowed is one of Hypernet"),
        ({"family": "Digits"}, "family = Digits; allowed is one of Sinusoids"),
        ({"learned": "perhaps"}, "learned = perhaps; allowed is true or false"),
        ({"compare": "everything"}, "compare = everything; allowed is one of nothing"),
        ({"colour": "red"}, "The link has colour, which this page does not know"),
        ({"run": "../../etc/passwd"}, "No run is kept under this link"),
        ({"run": "x" * 22}, "No run is kept under this link"),
    ],
    ids=str,
)
def test_a_bad_link_is_told_in_one_sentence(query: dict[str, str], sentence: str) -> None:
    at = visit("training", **query)
    assert len(at.warning) == 1
    assert sentence in at.warning[0].value
    assert shown(at)["runs"][0]["name"] == "Untrained"
    run(at)
    assert not at.warning


def keep_run(setup: Setup) -> str:
    """A run that a killed server left behind: its name."""
    store = queue().store
    assert store is not None
    token = store.new_token()
    store.keep_state(token, dump_state(first_state(setup.experiment(), RunOptions())))
    return token


def test_the_link_of_a_run_that_was_left_sets_the_controls_and_offers_to_go_on() -> None:
    setup = dataclasses.replace(recipe("planar", "maml"), outer=300, seed=5, seconds=120)
    at = visit("training", run=keep_run(setup))
    assert not at.warning
    assert [button.label for button in at.button] == ["Go on from step 0", "Train", "Reset"]
    values = values_of(at)
    assert (values["family"], values["learner"]) == ("Planar shapes", "MAML")
    assert (values["outer"], values["seed"], values["alpha"]) == (300, 5, "0.1")
    view = shown(at)["runs"][0]
    assert (view["name"], view["words"]) == ("MAML", "paused at step 0 of 300")
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["Download checkpoint", "Download card"]


def test_two_runs_of_a_link_are_shown_side_by_side_and_named_by_their_difference() -> None:
    setup = recipe("sinusoid", "maml")
    other = setup.beside("order")
    assert other is not None
    at = visit("training", run=keep_run(setup), beside=keep_run(other))
    assert [view["name"] for view in shown(at)["runs"]] == ["Second order", "First order"]
    assert len({view["dash"] for view in shown(at)["runs"]}) == 2


@pytest.mark.slow
def test_the_code_behind_trains_what_is_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    at = visit("training", outer="100", tasks="5")
    exec(program(at), {})  # noqa: S102 - the page's own program
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [step for step, _ in printed] == ["50", "100"]
    experiment = Setup(outer=100, tasks=5).experiment()
    reports = meta_train(experiment.build(), experiment.family, experiment.training)
    assert [float(loss) for _, loss in printed] == [report.meta_loss for report in reports]


# ------------------------------------------------------------ uploads


class File:
    """What the uploader holds."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def getvalue(self) -> bytes:
        return self._data


def taken(monkeypatch: pytest.MonkeyPatch, data: bytes) -> tuple[str | None, str | None]:
    """The run that an upload leads to, and what is said of it."""
    state: dict[str, Any] = {"checkpoint": File(data)}
    address: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "query_params", address)
    keep._take_upload()
    return address.get("run"), state.get(page.PROBLEM)


def test_an_uploaded_checkpoint_is_kept_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, learner = load_preset("clusters-ridge")
    with monkeypatch.context() as patch:
        token, problem = taken(patch, dumps(experiment, learner.state_dict()))
    assert token is not None
    assert problem is None
    at = visit("training", run=token)
    assert not at.warning
    assert shown(at)["runs"][0]["words"] == "an uploaded checkpoint"
    assert values_of(at)["family"] == "Clusters"
    assert shown(at)["alt"].startswith("Query accuracy on three held-out tasks. Ridge head: ")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this file is not a safetensors file: it has only 0 bytes"),
        (b"\x80\x04K\x01." * 20, "this file is truncated or not a safetensors file"),
        (bytes(5_000_001), "this file has 5000001 bytes; a checkpoint has at most 5000000"),
    ],
    ids=["empty", "pickle", "large"],
)
def test_an_upload_that_is_no_checkpoint_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, data: bytes, sentence: str
) -> None:
    token, problem = taken(monkeypatch, data)
    assert token is None
    assert problem is not None
    assert problem.startswith(sentence)


def test_a_full_queue_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit("training")
    monkeypatch.setattr(queue(), "limits", dataclasses.replace(queue().limits, queued=0))
    at.button[0].click()
    run(at)
    assert [warning.value for warning in at.warning] == [
        "The queue is full \\(0 runs\\)\\; try again in a minute."
    ]
