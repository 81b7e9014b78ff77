"""A run of the visitor's own beside the shipped learners."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from hypernet.checkpoint import dumps
from hypernet.inspection.curve import Points, Wave
from hypernet.inspection.curve import run as run_task
from hypernet.presets import FOLDER, VISITOR_TITLE, admit, is_visitors, load_preset, preset
from hypernet.presets.visitors import MOST
from hypernet.runs import Store
from tests.visit import played, program, said, visit
from ui import visitor
from ui.training.keep import uses


def shipped(name: str) -> bytes:
    return (FOLDER / f"{name}.safetensors").read_bytes()


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(tmp_path)
    monkeypatch.setattr(visitor, "store", lambda: store)
    return store


def labels(page: str, **query: str) -> list[str]:
    return [fit["label"] for fit in played(visit(page, **query))["fits"]]


def test_a_visitors_learner_gives_what_the_same_checkpoint_gives_as_a_preset() -> None:
    name = admit(shipped("sinusoid-maml"))
    assert name == admit(shipped("sinusoid-maml"))
    assert preset(name).title == VISITOR_TITLE
    own, known = (run_task(n, Wave(), Points(), 3) for n in (name, "sinusoid-maml"))
    assert (own.curves == known.curves).all()


def test_what_is_no_checkpoint_is_not_admitted() -> None:
    with pytest.raises(ValueError, match="this run's checkpoint"):
        admit(b"nonsense")


def test_the_visitors_learner_that_was_used_longest_ago_is_forgotten() -> None:
    first = admit(shipped("planar-scratch"))
    experiment, learner = load_preset("planar-scratch")
    for seed in range(1, MOST + 1):
        training = dataclasses.replace(experiment.training, seed=seed)
        other = dataclasses.replace(experiment, training=training)
        assert is_visitors(admit(dumps(other, learner.state_dict())))
    assert not is_visitors(first)


@pytest.mark.parametrize(
    ("page", "name", "query"),
    [
        ("sinusoids", "sinusoid-points", {}),
        ("boundaries", "planar-ridge", {}),
        ("boundaries", "planar-points", {"kind": "moons"}),
        ("boundaries", "clusters-ridge", {"kind": "clusters", "classes": "5"}),
        ("boundaries", "clusters-maml-5way", {"kind": "clusters", "classes": "5"}),
    ],
)
def test_a_run_in_the_link_stands_beside_the_shipped_learners(
    store: Store, page: str, name: str, query: dict[str, str]
) -> None:
    token = store.upload(shipped(name))
    assert labels(page, run=token, **query)[-1] == VISITOR_TITLE


@pytest.mark.parametrize(
    ("page", "name", "query", "sentence"),
    [
        ("sinusoids", "planar-ridge", {}, "was not meta-trained on sinusoids"),
        ("boundaries", "sinusoid-maml", {}, "was not meta-trained on planar shapes"),
        ("boundaries", "planar-maml", {"kind": "clusters"}, "was not meta-trained on clusters"),
        (
            "boundaries",
            "clusters-maml",
            {"kind": "clusters", "classes": "4"},
            "was meta-trained for 3 classes, this task has 4",
        ),
    ],
)
def test_a_run_that_does_not_fit_the_page_is_left_out_and_the_page_says_why(
    store: Store, page: str, name: str, query: dict[str, str], sentence: str
) -> None:
    at = visit(page, run=store.upload(shipped(name)), **query)
    assert sentence in at.warning[0].value
    assert VISITOR_TITLE not in [fit["label"] for fit in played(at)["fits"]]


@pytest.mark.parametrize("token", ["../../etc/passwd", "x" * 22, ""])
def test_a_link_to_no_run_is_noted_in_one_sentence(store: Store, token: str) -> None:
    at = visit("sinusoids", run=token)
    assert len(at.warning) == 1
    assert at.warning[0].value.startswith("The run of the link is not used")


def test_the_home_page_is_written_by_the_run_of_its_link(store: Store) -> None:
    data = shipped("sinusoid-description-inner")
    at = visit("idea", run=store.upload(data))
    sent = [json.loads(found.proto.json) for found in at.get("bidi_component") if found.proto.json]
    assert admit(data) in [content.get("model") for content in sent]
    assert "your own run" in said(at)
    assert not at.warning


def test_the_home_page_says_why_it_cannot_use_a_run(store: Store) -> None:
    at = visit("idea", run=store.upload(shipped("sinusoid-maml")))
    assert "is no hypernetwork that writes from amplitude and phase" in at.warning[0].value
    assert "Measured on 1000 unseen waves" in said(at)


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("sinusoid-description", [("idea", {}), ("sinusoids", {})]),
        ("sinusoid-maml", [("sinusoids", {})]),
        ("planar-ridge", [("boundaries", {})]),
        ("clusters-maml-4way", [("boundaries", {"kind": "clusters", "classes": "4"})]),
    ],
)
def test_a_run_is_offered_where_it_can_be_used(
    store: Store, name: str, links: list[tuple[str, dict[str, str]]]
) -> None:
    found = [(use.page, use.query) for use in uses(load_preset(name).experiment)]
    assert found == links
    for page, query in found:
        assert not visit(page, run=store.upload(shipped(name)), **query).warning


def test_a_run_alone_has_no_code_behind(store: Store) -> None:
    token = store.upload(shipped("planar-ridge"))
    assert program(visit("boundaries", run=token))
    assert not program(visit("boundaries", run=token, learners=[VISITOR_TITLE]))
