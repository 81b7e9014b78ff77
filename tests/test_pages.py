"""Every page under every control at both ends, from good links and from bad ones."""

from __future__ import annotations

import base64
import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from hypernet import PRESETS, card
from hypernet.figures.digits import digits_sentence
from hypernet.figures.theme import LINES
from hypernet.inspection.curve import Points, Wave, generate
from hypernet.inspection.curve import run as run_task
from hypernet.inspection.digits import QUERIES, Images, digits_rounds, reads, run_digits
from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Labelled, Shape
from hypernet.presets import DIGITS
from tests.visit import PAGES, ROOT, arrive, played, plotted, program, run, said, visit
from ui.measured import measured


def control(at: AppTest, key: str) -> Any:
    widgets = [
        *at.slider,
        *at.select_slider,
        *at.number_input,
        *at.selectbox,
        *at.toggle,
        *at.button_group,
    ]
    return next(widget for widget in widgets if widget.key == key)


#: The page that explains words has a list of them in place of a picture.
WORDS = "glossary"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opened_first_on_a_server_has_a_picture_and_no_warning(page: str) -> None:
    at = run(arrive(page), fresh=True)
    assert not PagesManager.uses_pages_directory
    assert len(at.title) == 1
    pictures = len(at.get("plotly_chart")) + len(at.get("bidi_component"))
    assert (pictures == 0) if page == WORDS else (pictures >= 1)
    assert not at.warning
    assert not at.error


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_control_works_at_both_ends(page: str) -> None:
    at = visit(page)
    for index in range(len(at.slider)):
        for end in ("min", "max"):
            slider = at.slider[index]
            slider.set_value(getattr(slider, end))
            run(at)
        at.slider[index].set_value(at.slider[index].min)
        run(at)
    for index in range(len(at.select_slider)):
        for option in (at.select_slider[index].options[0], at.select_slider[index].options[-1]):
            at.select_slider[index].set_value(option)
            run(at)
    for index in range(len(at.number_input)):
        for end in ("min", "max"):
            at.number_input[index].set_value(getattr(at.number_input[index], end))
            run(at)
    for index in range(len(at.button)):
        if not at.button[index].disabled:
            at.button[index].click()
            run(at)
    for index in range(len(at.toggle)):
        at.toggle[index].set_value(True)
        run(at)
    for key in reversed([box.key for box in at.selectbox]):  # the first ones may take others away
        box = next(box for box in at.selectbox if box.key == key)
        box.set_value(box.options[-1])
        run(at)


def test_the_player_has_a_sentence() -> None:
    assert "1.5 sin(x − 0.8)" in played(visit("sinusoids", amplitude="1.5"))["alt"]


@pytest.mark.parametrize("amplitude", ["6", "0"])
def test_a_description_outside_the_training_range_is_marked(amplitude: str) -> None:
    info = visit("sinusoids", amplitude=amplitude).info[0].value
    assert f"Outside the training range: amplitude {amplitude} (trained on 0.1 to 5)" in info


LEARNERS = ["MAML", "From scratch"]
VALUES = {
    "amplitude": 3.5,
    "phase": 1.2,
    "shots": 9,
    "noise": 0.25,
    "seed": 17,
    "steps": "10",
    "alpha": "0.01",
    "weights": "From scratch",
}


def follow_link() -> AppTest:
    values = {name: str(value) for name, value in VALUES.items()}
    return visit("sinusoids", learners=LEARNERS, **values)


@pytest.mark.slow
def test_a_link_restores_every_control_and_gives_the_same_picture_in_another_session() -> None:
    first, second = follow_link(), follow_link()
    assert not first.warning
    assert {name: control(first, name).value for name in VALUES} == VALUES
    assert played(first) == played(second)
    assert [fit["label"] for fit in played(first)["fits"]] == LEARNERS
    assert played(first) != played(visit("sinusoids"))


def test_the_player_gets_what_the_core_computes() -> None:
    sent = played(follow_link())
    expected = run_task("sinusoid-maml", Wave(3.5, 1.2), Points(9, 0.25, 17), 10, 0.01)
    query = np.frombuffer(base64.b64decode(sent["fits"][0]["queryLoss64"]), dtype="<f4")
    np.testing.assert_allclose(query, expected.query_loss[: expected.kept])
    assert sent["step"] == sent["steps"] == 10
    assert sent["weights"]["label"] == "From scratch"


BAD_LINKS = [
    ("idea", {"amplitude": "nan"}, r"amplitude = nan; allowed is a number from 0 to 8"),
    ("idea", {"amplitude": "99"}, r"amplitude = 99; allowed is a number from 0 to 8"),
    ("idea", {"phase": "1e400"}, r"phase = 1e400; allowed is a number from 0 to 6.2"),
    ("idea", {"phase": ""}, r"phase = ; allowed is a number"),
    ("idea", {"colour": "red"}, r"The link has colour, which this page does not know"),
    ("sinusoids", {"shots": "0"}, r"shots = 0; allowed is a whole number from 1 to 20"),
    ("sinusoids", {"shots": "many"}, r"shots = many; allowed is a whole number from 1 to 20"),
    ("sinusoids", {"steps": "-1"}, r"steps = -1; allowed is one of 0, 1, 2"),
    ("sinusoids", {"alpha": "-0.1"}, r"alpha = -0.1; allowed is one of own, 0.0001"),
    ("sinusoids", {"alpha": "nan"}, r"alpha = nan; allowed is one of own, 0.0001"),
    ("sinusoids", {"seed": "12345678901234567890"}, r"allowed is a whole number from 0 to 9999"),
    ("sinusoids", {"learners": "Oracle"}, r"learners = Oracle; allowed is one of Hypernet"),
    (
        "boundaries",
        {"classes": "9", "kind": "clusters"},
        "classes = 9; allowed is a whole number from 2 to 5",
    ),
    ("boundaries", {"kind": "stars"}, "kind = stars; allowed is one of blobs, moons"),
    ("boundaries", {"swapped": "maybe"}, "swapped = maybe; allowed is true or false"),
    ("boundaries", {"scale": "0"}, "scale = 0; allowed is a number from 0.7 to 1.3"),
    ("digits", {"learner": "Oracle"}, "learner = Oracle; allowed is one of Hypernet: points"),
    ("sinusoids", {"weights": "<script>"}, "weights = \\<script\\>; allowed is one of"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "query", "sentence"), BAD_LINKS, ids=[str(b[1]) for b in BAD_LINKS]
)
def test_a_bad_link_falls_back_to_the_default_and_says_so(
    page: str, query: dict[str, str], sentence: str
) -> None:
    at = visit(page, **query)
    assert len(at.warning) == 1
    assert sentence in at.warning[0].value
    key, *others = query
    good = visit(page, **{name: query[name] for name in others})
    if page != "idea" and key not in ("learners", "learner"):
        assert control(at, key).value == control(good, key).value
    run(at)
    assert not at.warning


def test_a_step_size_that_is_too_large_is_explained() -> None:
    at = visit("sinusoids", alpha="1", steps="20", learners=["MAML"])
    assert "α = 1 is too large here" in at.info[0].value
    fit = played(at)["fits"][0]
    assert fit["kept"] < 21


def test_a_menu_says_how_many_learners_of_its_link_are_on() -> None:
    at = visit("sinusoids", learners=["MAML", "CAVIA"])
    assert "Learners · 2" in [block.proto.popover.label for block in at.get("popover")]


@pytest.mark.parametrize("page", ["sinusoids", "weights"])
def test_without_any_learner_the_page_asks_for_one(page: str) -> None:
    at = visit(page)
    at.button_group(key="learners").set_value([])
    run(at)
    assert at.info[0].value == "Switch on at least one learner above."


def test_new_points_change_the_seed_and_replay_does_not() -> None:
    at = visit("sinusoids")
    before = played(at)
    at.button[1].click()
    run(at)
    after = played(at)
    assert after["replay"] == before["replay"] + 1
    assert after["supportX64"] == before["supportX64"]
    at.button[0].click()
    run(at)
    assert at.number_input(key="seed").value != 0
    assert played(at)["supportX64"] != before["supportX64"]


def printed_by_code_behind(at: AppTest, folder: Path) -> str:
    file = folder / "snippet.py"
    file.write_text(program(at), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(file)],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def numbers_per_line(printed: str) -> dict[str, list[float]]:
    lines = [line.split(" ", 1) for line in printed.splitlines()]
    assert lines, "nothing was printed"
    return {name: [float(v) for v in values.strip("[]").split(",")] for name, values in lines}


@pytest.mark.slow
def test_the_code_behind_the_idea_prints_its_error(tmp_path: Path) -> None:
    printed = printed_by_code_behind(visit("idea", amplitude="3", phase="0.5"), tmp_path)
    shown = generate("sinusoid-description", Wave(3.0, 0.5)).query_loss
    assert float(printed.split("MSE")[1]) == pytest.approx(shown, rel=1e-4)


@pytest.mark.slow
def test_the_code_behind_the_waves_prints_their_losses(tmp_path: Path) -> None:
    at = visit("sinusoids", amplitude="3", phase="0.5")
    for name, losses in numbers_per_line(printed_by_code_behind(at, tmp_path)).items():
        shown = run_task(name, Wave(3.0, 0.5), Points(), 5).query_loss
        assert losses == pytest.approx(shown, rel=1e-4)


@pytest.mark.slow
def test_the_code_behind_the_boundaries_prints_their_accuracies(tmp_path: Path) -> None:
    at = visit("boundaries", kind="xor")
    for name, accuracies in numbers_per_line(printed_by_code_behind(at, tmp_path)).items():
        shown = run_plane(name, Shape(kind="xor"), Labelled(), 5).accuracy
        assert accuracies == pytest.approx(shown, abs=1e-6)


def test_the_digits_page_shows_the_answers_and_the_measured_table() -> None:
    at = visit("digits", shots="3", seed="5", learner="Ridge head")
    result = run_digits("digits-ridge", Images(3, 5), 5)
    texts = [note["text"] for note in plotted(at, 1)["layout"]["annotations"]]
    assert len(texts) == 3 * QUERIES
    wrong = sum(text.endswith("✗") for text in texts)
    assert wrong == round((1 - result.accuracy[1]) * len(texts))
    assert f"{result.accuracy[1]:.0%} of the query images are right" in said(at)
    accuracy = card("digits-ridge")["numbers"][0]["accuracy"][0]
    assert f"{accuracy:.3f}" in at.table[0].value.to_string()


@pytest.mark.parametrize("done", [0, 2, 3])
def test_the_digits_page_opens_on_who_speaks_for_whom(done: int) -> None:
    at = visit("digits", shots="2", round=str(done))
    read = digits_rounds("digits-hypernetwork", Images(2, 0))
    bars = [trace for trace in plotted(at, 0)["data"] if trace["type"] == "bar"]
    assert len(bars) == 3
    for column, bar in enumerate(bars):
        assert len(bar["hovertext"]) == 6
        for text, value in zip(bar["hovertext"], read.voices[done][:, column], strict=True):
            assert text.split("<br>")[0].endswith(f"{value:+.2f}")
            assert (" against " if value < 0 else " for ") in text
            assert ("a round before" in text) == (done > 0)
    told = said(at)
    assert told.startswith(f"Round {done}" if done else "Class means, before any round")
    assert f"After this round {read.accuracy[done]:.0%} of the new images are right" in told
    assert len(plotted(at, 0)["layout"]["images"]) == 6


def test_the_first_round_is_class_means_and_the_last_is_what_answers() -> None:
    images = Images(4, 7)
    read, run = (
        digits_rounds("digits-hypernetwork", images),
        run_digits("digits-hypernetwork", images, 0),
    )
    own = np.kron(np.eye(3), np.ones((4, 1)))
    np.testing.assert_allclose(read.voices[0], 1.5 * own - 0.5, atol=1e-6)
    np.testing.assert_allclose((read.voices * own).sum(axis=(1, 2)) / 12, 1, atol=1e-6)
    np.testing.assert_allclose(read.voices.sum(axis=-1), 0, atol=1e-5)
    assert read.accuracy[-1] == pytest.approx(run.accuracy[0])
    assert reads("digits-hypernetwork") == len(read.voices) - 1
    assert reads("digits-ridge") is None
    with pytest.raises(ValueError, match="digits-ridge does not read similarities"):
        digits_rounds("digits-ridge", images)


def test_digits_named_after_divergence_count_as_wrong_and_the_sentence_says_so() -> None:
    run = run_digits("digits-maml", Images(), 20, 1000.0)
    before, after = run.accuracy
    assert run.kept <= 20
    assert before > 0
    assert after == 0
    assert np.isfinite(run.probability).all()
    sentence = digits_sentence("MAML", 5, *run.accuracy, 20, run.kept)
    assert sentence.startswith(f"MAML diverged at step {run.kept} on 5 images of each digit")
    assert f"those of step {run.kept - 1} are shown" in sentence


def test_swapped_labels_turn_the_points_hypernetwork_but_not_the_description_one() -> None:
    moons, points = Shape(kind="moons"), Labelled(shots=10)
    exchanged = dataclasses.replace(points, swapped=True)
    plain = run_plane("planar-points", moons, points, 5)
    swapped = run_plane("planar-points", moons, exchanged, 5)
    assert plain.accuracy[-1] > 0.95
    assert swapped.accuracy[-1] > 0.95
    assert (plain.winner[-1] != swapped.winner[-1]).mean() > 0.5
    told = run_plane("planar-description", moons, points, 0)
    ignores_points = run_plane("planar-description", moons, exchanged, 0)
    assert told.accuracy[0] > 0.95
    assert ignores_points.accuracy[0] < 0.05
    assert (told.winner == ignores_points.winner).all()


def test_foreign_weights_start_worse_and_are_mended_by_steps() -> None:
    moons, points = Shape(kind="moons"), Labelled(shots=10)
    own = run_plane("planar-points", moons, points, 10)
    foreign = run_plane("planar-points", moons, dataclasses.replace(points, foreign=True), 10)
    assert foreign.accuracy[0] < own.accuracy[0] - 0.1
    assert foreign.support_loss[-1] < foreign.support_loss[0] / 2


def test_the_boundary_page_says_what_was_done_on_purpose() -> None:
    info = visit("boundaries", swapped="true", foreign="true").info[0].value
    assert "The labels of all points are exchanged" in info
    assert "made for another task" in info


def test_every_preset_has_a_line_of_its_own() -> None:
    assert set(LINES) >= set(PRESETS)
    for family in ("sinusoid", "planar"):
        names = [name for name in PRESETS if name.startswith(family)]
        assert len({LINES[name] for name in names}) == len(names)
        assert len({PRESETS[name].title for name in names}) == len(names)


def test_the_numbers_on_the_digits_page_are_those_of_the_results_document() -> None:
    at = visit("digits")
    document = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    section = document.split("## Handwritten digits")[1].split("\n## ")[0]
    table = at.table[0].value
    rows = [" | ".join(cells) for cells in [list(table.columns), *table.to_numpy().tolist()]]
    assert {preset.title for preset in DIGITS.values()} == set(table["learner"])
    written = section.split("\n### ")[1]
    assert rows == [line[2:-2] for line in written.splitlines() if line.startswith("| ")]
    how = next(caption.value for caption in at.caption if "CPU s" in caption.value)
    assert section.splitlines()[2] in how
    assert "python -m hypernet results --tasks 1000 --seed 0" in how


@pytest.mark.parametrize(
    ("section", "subsection"),
    [
        ("Waves", "5 support points of each class"),
        ("Sinusoids: mean squared error", "7 support points"),
        ("Clusters: accuracy", "10 support points"),
    ],
)
def test_a_table_that_was_not_measured_is_named(section: str, subsection: str) -> None:
    missing = section if section == "Waves" else subsection
    with pytest.raises(ValueError, match=rf"docs/results\.md has no '#+ {missing}'"):
        measured(section, subsection)
