"""The machine: every learner's stations, their numbers checked against the built learner."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
import torch
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest
from torch import Tensor

from hypernet.encoders import ENCODERS, DescriptionOptions
from hypernet.experiment import Experiment
from hypernet.generators import GENERATORS, LastLayerOptions
from hypernet.init import stream
from hypernet.inspection.cost import numbers
from hypernet.inspection.machine import ORIGINS, PLACES, Station, stations
from hypernet.inspection.machine.station import counted
from hypernet.learners import LEARNERS, HypernetworkOptions, JointOptions
from hypernet.learners.bayes import Bayes
from hypernet.learners.cavia import CONTEXT
from hypernet.learners.embedding import EmbeddingLearner
from hypernet.learners.gradient import GradientLearner, SharedStart
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.presets import PRESETS, SINUSOID
from hypernet.protocols import AnyGenerator, Encoder, Learner, LearnerOptions, TaskFamily
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params, Task, Trace
from tests.browser import TITLES, axe_violations, needs_chromium
from tests.parts import EXPERIMENTS, FIRST
from ui.machine import COLOURS, PAGES, drawn, machine, style

#: Every shipped preset, and every kind of learner, encoder and generator in a small experiment.
ALL = {name: entry.experiment for name, entry in PRESETS.items()} | {
    f"small-{name}": experiment
    for name, experiment in EXPERIMENTS.items()
    if name.startswith(FIRST) or name.endswith("bayes")
}
each = pytest.mark.parametrize("name", ALL)


@cache
def built(name: str) -> Learner:
    return ALL[name].build()


def at(row: tuple[Station, ...], place: str) -> Station:
    return next(station for station in row if station.place == place)


def test_every_part_of_the_tables_is_looked_at() -> None:
    options = [experiment.learner for experiment in ALL.values()]
    writers = [o for o in options if isinstance(o, HypernetworkOptions)]
    assert {type(o) for o in options} == set(LEARNERS.values())
    assert {type(o.encoder) for o in writers} == set(ENCODERS.values())
    assert {type(o.generator) for o in writers} == set(GENERATORS.values())


@each
def test_a_row_is_short_and_in_order_and_says_what_it_is(name: str) -> None:
    row = stations(ALL[name])
    order = [PLACES.index(station.place) for station in row if not station.beside]
    assert order == sorted(set(order))
    assert {"weights", "target"} <= {station.place for station in row}
    for station in row:
        assert station.origin in ORIGINS
        assert 0 < len(station.name) <= 16
        assert 0 < len(station.size) <= 16, station.size
        assert len(station.sentence.split(" ")) <= 20, station.sentence
        assert station.sentence.endswith(".")
        assert name not in PRESETS or "one's own" not in station.sentence, "no words for it"


@each
def test_each_number_that_is_learned_is_held_by_one_station(name: str) -> None:
    row = stations(ALL[name])
    learned = sum(p.numel() for p in built(name).parameters() if p.requires_grad)
    assert sum(station.learned for station in row) == learned
    for station in row:
        assert station.origin != "learned" or station.learned or station.place == "weights"
        if " learned" in station.size:
            assert station.size.startswith(f"{counted(station.learned)} learned")


@each
def test_weights_are_those_that_the_learner_begins_with(name: str) -> None:
    experiment, learner = ALL[name], built(name)
    weights, target = (at(stations(experiment), place) for place in ("weights", "target"))
    family, rng = experiment.family.held_out(), stream(0, "tasks")
    assert target.out == family.n_out
    if isinstance(learner, Bayes):
        return
    task = family.make(family.sample(2, rng), rng, 2, 1)
    with torch.no_grad():
        made = learner.initial(task.description, task.support)
    count = sum(value[0].numel() for key, value in made.items() if key != CONTEXT)
    if weights.out is None:
        assert isinstance(learner, EmbeddingLearner)
        points = 2 * family.n_out
        assert weights.size == f"{counted(count // points)} per point"
        return
    assert weights.out == count
    assert weights.size == f"{counted(count)} numbers"
    if isinstance(learner, GradientLearner) and not experiment.any_classes:
        assert weights.out == learner.target.n_parameters
        assert written_out(target.size) == list(learner.target.widths)


@each
def test_what_one_station_hands_on_is_what_the_next_takes(name: str) -> None:
    experiment, learner, row = ALL[name], built(name), stations(ALL[name])
    if isinstance(learner, Hypernetwork):
        n_z = learner.encoder.n_out
        assert at(row, "z").out == n_z
        assert all(s.out == n_z for s in row if s.place == "encoder")
        assert at(row, "generator").out == at(row, "weights").out
        assert f"{n_z} number" in at(row, "z").size
    if isinstance(learner, EmbeddingLearner):
        features = learner.embed(torch.zeros(1, experiment.family.n_in)).shape[-1]
        shown = [s.out for s in row if s.place in ("encoder", "z")]
        assert all(features - 1 <= (out or 0) <= features for out in shown)
    read = [s for s in row if s.name == "description"]
    assert all(s.out == len(experiment.family.entries) for s in read)


@each
def test_the_inner_step_leads_back_to_what_it_moves(name: str) -> None:
    row, learner = stations(ALL[name]), built(name)
    back = [station.back for station in row if station.back]
    if not isinstance(learner, GradientLearner):
        assert back == []
        assert "inner step" not in {station.place for station in row}
        return
    assert [station.place for station in row[-3:]] == ["target", "loss", "inner step"]
    assert back == ["z" if at(row, "generator").name == "shared network" else "weights"]


def written_out(size: str) -> list[int]:
    """The widths that "1-100×3-1" stands for."""
    parts = [part.partition("×") for part in size.split("-")]
    return [int(width) for width, _, count in parts for _ in range(int(count or 1))]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("sinusoid-description", "description encoder z generator weights target loss inner step"),
        ("sinusoid-set-attention", "support encoder z generator weights target loss inner step"),
        ("sinusoid-none-inner", "z generator weights target loss inner step"),
        ("sinusoid-maml", "learned start weights target loss inner step"),
        ("sinusoid-joint", "one net for all weights target loss inner step"),
        ("sinusoid-scratch", "random start weights target loss inner step"),
        ("sinusoid-learned-optimiser", "learned start weights target loss learned step"),
        ("sinusoid-cavia", "context shared network weights target loss inner step"),
        ("digits-hypernetwork", "z support generator weights target loss inner step"),
        ("digits-prototypes", "support embedding features class means weights target loss"),
        ("digits-pixels", "support class means weights target"),
        ("planar-ridge", "support embedding features solved layer weights target loss"),
        ("digits-logistic", "support fitted layer weights target"),
        ("small-sinusoid-bayes", "support the family tasks that fit their mean"),
    ],
)
def test_each_kind_of_learner_has_a_row_of_its_own(name: str, says: str) -> None:
    assert " ".join(station.name for station in stations(ALL[name])) == says


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("sinusoid-scratch", "drawn at random"),
        ("sinusoid-joint", "learned"),
        ("sinusoid-maml", "learned"),
        ("sinusoid-points", "generated"),
        ("planar-prototypes", "computed"),
    ],
)
def test_the_border_of_weights_answers_where_they_come_from(name: str, origin: str) -> None:
    assert at(stations(ALL[name]), "weights").origin == origin


@pytest.mark.parametrize("name", [n for n in SINUSOID if isinstance(built(n), Hypernetwork)])
def test_no_more_weights_differ_in_a_shipped_learner_than_may(name: str) -> None:
    said = at(stations(ALL[name]), "weights").sentence
    first = re.findall(r"\d[\d\N{NARROW NO-BREAK SPACE}]*", said)[0]
    may = int(first.replace("\N{NARROW NO-BREAK SPACE}", ""))
    assert 0 < numbers(name).generated <= may


def test_only_weights_in_tensors_that_are_written_may_differ() -> None:
    film, last = (
        at(stations(ALL[f"sinusoid-{kind}"]), "weights") for kind in ("film", "last-layer")
    )
    experiment = ALL["sinusoid-film"]
    fans = TargetNetwork(1, 1, experiment.target).fans
    layers = [(n_in + 1) * n_out for n_in, n_out in fans]
    assert film.sentence.startswith(f"{counted(sum(layers[:-1]))} of {counted(sum(layers))} ")
    assert last.sentence.startswith(f"{layers[-1]} of {counted(sum(layers))} ")


def test_what_a_page_sets_is_what_is_told() -> None:
    experiment = ALL["sinusoid-points-inner"]
    own, here = stations(experiment), stations(experiment, shots=1, steps=20, rate=0.3)
    assert at(own, "description").size == "1–20 points"
    assert at(own, "inner step").size == "6 learned α"
    assert at(here, "description").size == "1 point"
    assert at(here, "inner step").size == "20 steps"
    assert "α = 0.3" in at(here, "inner step").sentence
    assert at(stations(ALL["digits-maml"], steps=1), "inner step").size == "1 step"
    assert at(stations(ALL["planar-points"], shots=2), "description").size == "2 per class"


class Nobody(Learner):
    """A learner of one's own that says 0."""

    def initial(self, description: Tensor, support: Batch) -> Params:
        """Nothing."""
        return {}

    def walk(self, start: Params, support: Batch, steps: int, rate: float | None = None) -> Trace:
        """Nothing."""
        return [start]

    def predict(self, params: Params, x: Tensor) -> Tensor:
        """0."""
        return torch.zeros_like(x)

    def meta_loss(self, task: Task) -> Tensor:
        """The loss of 0."""
        return task.query.y.square().mean(dim=(-2, -1))


@dataclass(frozen=True)
class OwnStart:
    """Options of a learner of one's own that starts and walks as others do."""

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> SharedStart:
        """A start like any other."""
        return JointOptions().build(family, target, rng)


@dataclass(frozen=True)
class OwnLearner:
    """Options of a learner that is like no other."""

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Nobody:
        """That learner."""
        return Nobody()


@dataclass(frozen=True)
class OwnEncoder:
    """Options of an encoder of one's own."""

    def build(self, family: TaskFamily, rng: torch.Generator) -> Encoder:
        """The description's."""
        return DescriptionOptions().build(family, rng)


@dataclass(frozen=True)
class OwnGenerator:
    """Options of a generator of one's own."""

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> AnyGenerator:
        """One that writes the last layer."""
        return LastLayerOptions().build(n_z, target, rng)


@pytest.mark.parametrize(
    ("table", "learner", "names"),
    [
        (LEARNERS, OwnStart, "start weights target loss inner step"),
        (LEARNERS, OwnLearner, "support own learner weights target"),
        (
            ENCODERS,
            lambda: HypernetworkOptions(encoder=OwnEncoder()),
            "task encoder z generator weights target loss inner step",
        ),
        (
            GENERATORS,
            lambda: HypernetworkOptions(generator=OwnGenerator()),
            "description encoder z generator weights target loss inner step",
        ),
    ],
)
def test_parts_of_ones_own_have_a_row_too(
    table: dict[str, type],
    learner: Callable[[], LearnerOptions],
    names: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in (OwnStart, OwnLearner, OwnEncoder, OwnGenerator):
        monkeypatch.setitem(table, kind.__name__, kind)
    row = stations(Experiment(learner=learner()))
    assert " ".join(station.name for station in row) == names
    assert all(station.size and station.sentence for station in row)


def test_building_a_row_leaves_the_global_stream_alone() -> None:
    before = torch.random.get_rng_state()
    for name in ("sinusoid-film", "digits-hypernetwork", "planar-logistic-head"):
        stations.__wrapped__(ALL[name])
    assert torch.equal(before, torch.random.get_rng_state())


def test_one_station_is_lit_and_other_pages_are_linked() -> None:
    row = stations(ALL["sinusoid-points"])
    html = drawn(row, "inner step")
    assert html.count("<li ") == len(row)
    assert html.count('aria-current="true"') == html.count(" lit") == 1
    assert 'href="sinusoids"' not in html
    assert re.findall('href="([^"]*)"', html) == ["descriptions", "./", "weights", "training"]
    assert all(page.strip("./") in TITLES for page in PAGES.values())
    assert "aria-current" not in drawn(stations(ALL["digits-pixels"]), "inner step")


def test_text_is_no_markup() -> None:
    row = (Station("weights", "<b>", "1 & 2", "given", "<script>."),)
    html = drawn(row, "z", ": <i>")
    assert not re.search("<(script|i|b)>(?!Given)", html)


def test_borders_tell_origins_apart_without_colour() -> None:
    borders = {}
    for origin in ORIGINS:
        word = origin.rpartition(" ")[2]
        rule = re.search(rf"\.machine \.{word} \.station {{(.*?)}}", style(), re.DOTALL)
        assert rule
        borders[word] = tuple(re.findall(r"border-(?:width|style): (\S+);", rule[1]))
    assert len(set(borders.values())) == len(ORIGINS)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", COLOURS)
def test_each_border_keeps_three_to_one_to_its_ground(colour: str) -> None:
    grounds = re.findall(r"--paper: light-dark\((\S+), (\S+)\)", style())[0]
    for shade, ground in zip(COLOURS[colour], grounds, strict=True):
        low, high = sorted((luminance(shade), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 3


def test_a_page_calls_it_in_one_line() -> None:
    def page() -> None:
        from ui.machine import machine

        machine("sinusoid-maml", "inner step", steps=5)

    script = AppTest.from_function(page, default_timeout=60).run()
    assert not script.exception
    rows = [e.proto.body for e in script.get("html") if e.proto.body.startswith("<div")]
    assert len(rows) == 1
    assert "learned start" in rows[0]
    assert 'aria-label="The machine: MAML"' in rows[0]


def test_a_place_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"lit must be one of description, .*, got 'gradient'"):
        machine("sinusoid-maml", "gradient")


class TestInABrowser:
    """Drawn on an empty page, as Streamlit's theme would have it."""

    pytestmark = needs_chromium

    @pytest.fixture(params=["light", "dark"])
    def drawn_page(self, page: Page, request: pytest.FixtureRequest) -> Page:
        page.set_viewport_size({"width": 1280, "height": 800})
        row = drawn(stations(ALL["sinusoid-points"], shots=5), "inner step")
        colours = "background: light-dark(#FFFFFF, #12161C); color: light-dark(#1F2933, #E8ECF0)"
        theme = f"color-scheme: {request.param}; {colours}"
        page.set_content(
            f'<html lang="en"><title>m</title><style>{style()}</style>'
            f'<body style="{theme}; margin: 80px">'
            f"<main><h1>m</h1>{row}<p>below</p></main></body></html>"
        )
        return page

    def test_it_is_one_low_line_and_nothing_is_cut(self, drawn_page: Page) -> None:
        height = "element => element.getBoundingClientRect().height"
        assert drawn_page.locator(".machine").evaluate(height) == 64
        tops = drawn_page.locator(".machine li").evaluate_all(
            "items => items.map(item => item.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == 1
        texts = drawn_page.locator(".machine :is(.name, .size, .said)")
        sizes = texts.evaluate_all("texts => texts.map(text => getComputedStyle(text).fontSize)")
        assert set(sizes) == {"14px"}
        drawn_page.set_viewport_size({"width": 390, "height": 844})
        assert drawn_page.locator(".machine").evaluate(height) == 64
        row = drawn_page.locator(".machine .row")
        assert row.evaluate("row => row.scrollWidth > row.clientWidth")
        assert row.evaluate("row => row.scrollHeight <= row.clientHeight")

    def test_pointer_and_keyboard_show_the_sentence(self, drawn_page: Page) -> None:
        said = drawn_page.locator(".said").nth(3)
        expect(said).to_have_css("opacity", "0")
        drawn_page.locator(".station").nth(3).hover()
        expect(said).to_have_css("opacity", "1")
        drawn_page.mouse.move(0, 0)
        expect(said).to_have_css("opacity", "0")
        drawn_page.locator(".station").nth(2).focus()
        drawn_page.keyboard.press("Tab")
        expect(said).to_have_css("opacity", "1")

    def test_it_is_a_list_that_anybody_can_read(self, drawn_page: Page) -> None:
        items = drawn_page.get_by_role("listitem")
        expect(items).to_have_count(8)
        expect(items.nth(4)).to_contain_text("Generated. All 1\u202f761 numbers")
        assert axe_violations(drawn_page) == []
        contrast = drawn_page.evaluate("axe.run({runOnly: ['color-contrast']})")
        assert [node["html"] for fault in contrast["violations"] for node in fault["nodes"]] == []
