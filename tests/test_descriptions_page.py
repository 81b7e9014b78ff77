"""Which description?: what is told is what is read, and the answer is what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from hypernet.encoders import NoisyOptions
from hypernet.encoders.noisy import misreading
from hypernet.figures.descriptions import Told, meets, told_figure, told_sentence
from hypernet.figures.theme import Line
from hypernet.inspection.curve import Points, Wave, task_of
from hypernet.inspection.embedding import reading
from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Labelled, Shape, plane_task
from hypernet.learners import HypernetworkOptions
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.presets import TOLD, shared
from hypernet.tasks.planar import KINDS
from tests.visit import played, plotted, program, run, visit
from ui.descriptions import PRESETS, SHAPES, STEPS, WAVES, curves, setups, told_words

STEPS_MEASURED = [0, 1, 5]


def told(label: str, *mean: float, half: float = 0.01) -> Told:
    numbers = np.array(mean)
    return Told(label, Line("#0A84D6", "7 3"), "circle", numbers, np.full_like(numbers, half))


# ------------------------------------------------------------ what is read


def test_exact_numbers_are_read_as_they_are() -> None:
    task = plane_task(Shape("moons", 0.5, 0.2, 1.1), Labelled())
    entries = reading("planar-description-inner", task).entries
    assert list(entries.values()) == pytest.approx(task.description.tolist(), abs=1e-5)
    assert entries["moons"] == pytest.approx(1.0)
    assert entries["s₁"] == pytest.approx(0.2)


def test_of_the_kind_alone_the_code_of_the_kind_is_read() -> None:
    task = plane_task(Shape("rings", 2.0), Labelled())
    assert tuple(reading("planar-kind-inner", task).entries) == KINDS
    assert told_words("planar-kind-inner", task).startswith("rings; neither where it lies")


def test_noisy_numbers_are_misread_by_sigma_standard_deviations() -> None:
    wave = Wave(2.0, 1.0)
    task = task_of("sinusoid-noisy-inner", wave, Points())
    options = shared("sinusoid-noisy-inner").experiment.learner
    assert isinstance(options, HypernetworkOptions)
    assert isinstance(options.encoder, NoisyOptions)
    spread = np.array([4.9, np.pi]) / np.sqrt(12)
    off = options.encoder.noise * spread * misreading(task.description).numpy()
    entries = reading("sinusoid-noisy-inner", task).entries
    assert list(entries.values()) == pytest.approx((np.array([2.0, 1.0]) + off).tolist(), abs=1e-4)


@pytest.mark.parametrize("name", PRESETS[WAVES].values())
def test_the_first_weights_are_written_from_the_z_that_is_shown(name: str) -> None:
    learner, task = shared(name).learner, task_of(name, Wave(), Points())
    assert isinstance(learner, Hypernetwork)
    with torch.no_grad():
        written = learner.generator(torch.from_numpy(reading(name, task).z))
        start = learner.initial(task.description, task.support)
    for key, values in start.items():
        torch.testing.assert_close(written[key], values)


def test_points_and_nothing_read_no_entry_of_the_description() -> None:
    task = task_of("sinusoid-points-inner", Wave(), Points(shots=1))
    assert reading("sinusoid-points-inner", task).entries == {}
    assert reading("sinusoid-none-inner", task).entries == {}
    assert told_words("sinusoid-points-inner", task) == "1 point, read as 128 numbers"


def test_only_a_hypernetwork_is_told_something() -> None:
    task = task_of("sinusoid-maml", Wave(), Points())
    with pytest.raises(ValueError, match="preset must be a hypernetwork, got 'sinusoid-maml'"):
        reading("sinusoid-maml", task)


# ------------------------------------------------------------ figure and sentence


def test_the_sentence_compares_errors_with_the_best_at_the_same_step() -> None:
    lines = [told("nothing", 3.0, 1.0, 0.4), told("all", 0.1, 0.1, 0.2)]
    assert told_sentence(STEPS_MEASURED, lines, accuracy=False) == (
        "Best before any step: all (error 0.10); the others' error beside it, before any step → "
        "after 5: nothing 30 → 2 times; none of them catches up within 5 steps."
    )


def test_the_sentence_names_who_catches_up_and_sorts_by_the_end() -> None:
    lines = [
        told("nothing", 0.5, 0.6, 0.7),
        told("points", 0.8, 0.985, 0.99),
        told("all", 0.99, 0.99, 0.99),
    ]
    sentence = told_sentence(STEPS_MEASURED, lines, accuracy=True)
    assert "all (99.0% right); the others, before any step → after 5: points 80.0% →" in sentence
    assert sentence.endswith("nothing 50.0% → 70.0%; level with it: points after 1.")


def test_a_single_thing_told_is_compared_with_none() -> None:
    sentence = told_sentence(STEPS_MEASURED, [told("all", 0.1, 0.1, 0.2)], accuracy=False)
    assert sentence == "Told all: error 0.10 before any step, error 0.20 after 5."


@pytest.mark.parametrize(
    ("means", "place"),
    [((3.0, 2.0, 1.0), None), ((3.0, 1.0, 1.0), 1), ((1.0, 1.0, 1.0), 0), ((1.0, 3.0, 1.0), 2)],
)
def test_two_means_meet_where_their_intervals_do_and_part_no_more(
    means: tuple[float, ...], place: int | None
) -> None:
    best = told("best", *(0.985 for _ in means)) if place is not None else told("best", 0, 0, 0)
    assert meets(told("other", *means), best) == place


def test_the_figure_has_errors_on_a_logarithmic_axis_and_shares_on_a_linear_one() -> None:
    lines = [told("nothing", 3.0, 1.0, 0.4), told("all", 0.1, 0.1, 0.2)]
    errors = told_figure(STEPS_MEASURED, lines, accuracy=False)
    assert errors.layout.yaxis.type == "log"
    assert told_figure(STEPS_MEASURED, lines, accuracy=True).layout.yaxis.type is None
    assert [trace.name for trace in errors.data] == ["nothing", "all"]
    np.testing.assert_allclose(errors.data[0].y, [3.0, 1.0, 0.4], rtol=1e-6)
    np.testing.assert_allclose(errors.data[0].error_y.array, 0.01, rtol=1e-6)
    assert errors.data[0].line.dash == "7px,3px"


@pytest.mark.parametrize("family", PRESETS)
def test_all_that_is_told_was_measured_and_looks_unlike_the_rest(family: str) -> None:
    steps, lines = curves(family, list(PRESETS[family]))
    assert steps == [0, 1, 5, STEPS]
    assert all(len(line.mean) == len(steps) and (line.half > 0).all() for line in lines)
    assert len({line.marker for line in lines}) == len(lines)
    assert len({line.line for line in lines}) == len(lines)


def test_every_shipped_encoder_is_on_the_page() -> None:
    assert set(TOLD) <= {name for presets in PRESETS.values() for name in presets.values()}


def test_what_differs_in_meta_training_is_said() -> None:
    assert setups(PRESETS[SHAPES]) == (
        "Meta-training: 4000 steps through 3 inner steps, generator 64-64; only points: 25000 "
        "steps through 3 inner steps, generator 64."
    )


# ------------------------------------------------------------ the page


def labels(at: AppTest) -> list[str]:
    return [fit["label"] for fit in played(at)["fits"]]


@pytest.mark.parametrize("family", PRESETS)
def test_figure_table_and_player_show_the_same_in_the_same_words(family: str) -> None:
    at = visit("descriptions", family=family)
    words = list(PRESETS[family])
    assert [trace["name"] for trace in plotted(at, 0)["data"]] == words
    assert list(at.table[0].value["told"]) == words
    assert labels(at) == words
    sent = {word: name for word, name in played(at)["live"]["models"].items() if name}
    assert sent.items() == PRESETS[family].items() - {("a code", "sinusoid-code-inner")}
    assert played(at)["weights"]["label"] == "exact numbers"


def test_the_answer_is_the_sentence_of_the_measured_numbers() -> None:
    at = visit("descriptions")
    answer = told_sentence(*curves(WAVES, list(PRESETS[WAVES])), accuracy=False)
    assert answer in [text.value for text in at.markdown]
    assert at.get("plotly_chart")[0].proto.alt == answer
    assert "Best before any step: exact numbers" in answer


def test_the_table_shows_how_each_does_on_the_task_of_the_link() -> None:
    at = visit("descriptions", family=SHAPES, kind="spirals", angle="2", shots="3", seed="7")
    shape, labelled = Shape("spirals", 2.0), Labelled(3, seed=7)
    shares = run_plane("planar-points", shape, labelled, STEPS).accuracy
    row = at.table[0].value.set_index("told").loc["points"]
    assert row["right, 0 → 10 steps"].replace("\xa0", " ") == f"{shares[0]:.0%} → {shares[-1]:.0%}"
    assert row["of your task"] == "6 points, read as 128 numbers"


def test_a_link_keeps_what_is_told_and_the_step() -> None:
    at = visit("descriptions", told=["points", "nothing"], at="2", weights="points", amplitude="4")
    assert not at.warning
    assert labels(at) == ["nothing", "points"]
    assert played(at)["step"] == 2
    assert played(at)["weights"]["label"] == "points"
    assert played(at)["alt"].startswith("4 sin(x − 0.8): error before and after 10 gradient steps")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"family": "circles"}, "family = circles; allowed is one of sinusoids, planar shapes"),
        ({"told": "lies"}, "told = lies; allowed is one of nothing, very noisy numbers"),
        ({"shots": "13"}, "shots = 13; allowed is a whole number from 1 to 12"),
        ({"at": "11"}, "at = 11; allowed is a whole number from 0 to 10"),
        ({"points": "1_2_3"}, "The points of the link are not used: a point must be 2 numbers"),
    ],
)
def test_a_bad_link_falls_back_to_the_default_and_says_so(
    query: dict[str, str], sentence: str
) -> None:
    at = visit("descriptions", **query)
    assert len(at.warning) == 1
    assert sentence in at.warning[0].value
    assert labels(at) == list(PRESETS[WAVES])


def test_without_anything_to_tell_the_page_asks_for_it() -> None:
    at = visit("descriptions")
    at.button_group(key="told").set_value([])
    run(at)
    assert at.info[0].value == "Switch on at least one thing to tell above."


def test_a_wave_outside_the_training_range_is_marked() -> None:
    info = visit("descriptions", amplitude="7").info[0].value
    assert "Outside the training range: amplitude 7" in info


def test_what_was_switched_off_stays_off_on_other_tasks() -> None:
    at = visit("descriptions", told=["nothing", "a code", "exact numbers"])
    at.selectbox(key="family").set_value(SHAPES)
    run(at)
    assert labels(at) == ["nothing", "the kind", "exact numbers"]
    at.selectbox(key="family").set_value(WAVES)
    run(at)
    assert labels(at) == ["nothing", "very noisy numbers", "a code", "exact numbers"]


@pytest.mark.slow
def test_other_tasks_forget_the_points_placed_by_hand() -> None:
    at = visit("descriptions", points="-1_0.5~2_1")
    assert at.table[0].value["of your task"][3] == "2 points, read as 128 numbers"
    at.selectbox(key="family").set_value(SHAPES)
    run(at)
    assert not at.warning
    assert labels(at) == list(PRESETS[SHAPES])


@pytest.mark.parametrize("family", PRESETS)
def test_the_code_behind_the_picture_names_what_is_told(family: str) -> None:
    code = program(visit("descriptions", family=family, told="points"))
    compile(code, str(Path("shown.py")), "exec")
    assert PRESETS[family]["points"] in code
    assert PRESETS[family]["nothing"] not in code
