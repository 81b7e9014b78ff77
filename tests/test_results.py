"""The results document: measured once, kept at once, and taken up again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from hypernet import PRESETS, evaluate, load_preset
from hypernet.__main__ import main
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.learners import BayesOptions
from hypernet.learners.bayes import TITLE
from hypernet.outer import TrainingOptions
from hypernet.presets import CLUSTERS_WAYS
from hypernet.results import Measurements, Study, document, measurements, results
from hypernet.results.data_efficiency import COUNTS
from hypernet.results.limit import POINTS
from hypernet.results.measures import (
    MEASURES,
    corner,
    few_tasks,
    limit,
    plain_family,
    plain_training,
)
from hypernet.results.parts import errors
from hypernet.results.regression import PUBLISHED
from hypernet.results.store_or_generate import store_or_generate
from hypernet.results.study import STEPS
from hypernet.tasks import FiveModes, Planar, Sinusoid
from hypernet.tasks.corner import Corner
from hypernet.tasks.few_tasks import FewTasks

pytestmark = pytest.mark.slow

CONTINUAL = {"beta": 0.0, "steps": 2, "seed": 0}


@pytest.fixture(name="asked")
def _asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was computed rather than taken from the file."""
    computed: list[dict[str, Any]] = []

    def measure(**about: Any) -> dict[str, Any]:
        computed.append(about)
        return {"errors": [[float(len(computed))]]}

    monkeypatch.setitem(MEASURES, "in turn", measure)
    return computed


def test_what_is_asked_twice_is_computed_once(asked: list[dict[str, Any]]) -> None:
    known = Measurements()
    first, again = (known.ask("in turn", {}, **CONTINUAL).result() for _ in range(2))
    assert first == again
    assert asked == [CONTINUAL]


def test_a_run_goes_on_where_it_was_interrupted(
    asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl"
    first = Measurements(kept).ask("in turn", {}, **CONTINUAL).result()
    assert Measurements(kept).ask("in turn", {}, **CONTINUAL).result() == first
    assert len(asked) == 1
    Measurements(kept).ask("in turn", {}, **(CONTINUAL | {"seed": 1}))
    assert len(asked) == 2


def test_another_checkpoint_is_measured_again(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    for checkpoint in ("old", "new", "new"):
        Measurements(kept).ask("in turn", {"checkpoint": checkpoint}, **CONTINUAL)
    assert len(asked) == 2


@pytest.mark.parametrize("end", ['{"of": {"mea', "[1]\n", "\n", '{"of": 3}\n'])
def test_a_line_that_was_cut_off_or_is_foreign_is_no_harm(
    end: str, asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl"
    Measurements(kept).ask("in turn", {}, **CONTINUAL)
    kept.write_text(kept.read_text() + end)
    Measurements(kept).ask("in turn", {}, **CONTINUAL)
    assert len(asked) == 1
    Measurements(kept).ask("in turn", {}, **(CONTINUAL | {"seed": 1}))
    again = Measurements(kept)
    again.ask("in turn", {}, **CONTINUAL)
    again.ask("in turn", {}, **(CONTINUAL | {"seed": 1}))
    assert len(asked) == 2


def test_processes_measure_the_same_as_this_one(tmp_path: Path) -> None:
    told: list[str] = []
    here = Measurements().ask("in turn", {}, **CONTINUAL).result()
    with measurements(tmp_path / "kept.jsonl", 2, told.append) as known:
        future = known.ask("in turn", {}, **CONTINUAL)
        assert future.result() == here
    assert told == ["in turn: 0.0, 0"]
    assert json.loads((tmp_path / "kept.jsonl").read_text())["found"] == here


def test_an_error_of_a_measurement_is_that_of_the_document(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    with (
        measurements(kept, 2, print) as known,
        pytest.raises(ValueError, match=r"steps must be 1\.\.100000, got 0"),
    ):
        known.ask("in turn", {}, **(CONTINUAL | {"steps": 0})).result()
    assert kept.read_text() == ""


def test_few_tasks_are_the_only_ones_that_are_drawn() -> None:
    family = FewTasks(Sinusoid(), 3, stream(0, "few"))
    drawn = family.sample(200, stream(1, "drawn"))
    assert {tuple(row) for row in drawn.tolist()} == {tuple(row) for row in family.theta.tolist()}
    assert family.held_out() == Sinusoid()
    with pytest.raises(ValueError, match="count must be 1 or more, got 0"):
        FewTasks(Sinusoid(), 0, stream(0, "few"))


def test_points_in_a_corner_are_on_the_same_curves_and_are_judged_everywhere() -> None:
    plain, crowded = Sinusoid(), Corner(Sinusoid(), 0.25)
    theta = crowded.sample(20, stream(0, "tasks"))
    anywhere = plain.make(theta, stream(1, "points"), 10)
    task = crowded.make(theta, stream(1, "points"), 10)
    assert 2.5 <= task.support.x.min() < 3 < 4.5 < task.support.x.max() <= 5
    torch.testing.assert_close(task.support.y, plain.truth(theta, task.support.x))
    assert torch.equal(task.query.x, anywhere.query.x)
    assert isinstance(crowded.held_out(), Corner)
    noisy = Corner(Sinusoid(noise=0.3), 0.25).make(theta, stream(1, "points"), 10).support
    left = noisy.y - plain.truth(theta, noisy.x)
    assert left.std().item() == pytest.approx(0.3, rel=0.15)
    with pytest.raises(ValueError, match="share must be above 0 and at most 1, got 0"):
        Corner(plain, 0)


def test_a_corner_of_classes_is_refused() -> None:
    family = plain_family(Planar())
    with pytest.raises(ValueError, match="family must be of curves, got planar"):
        corner(preset="planar-maml", family=family, share=0.5, shots=5, steps=[0], tasks=2, seed=0)


def test_more_tasks_hold_the_fewer_ones() -> None:
    few, many = (FewTasks(Sinusoid(), count, stream(0, "few")).theta for count in (10, 30))
    assert few.tolist() == many[:10].tolist()


def test_few_tasks_teach_less_than_many() -> None:
    experiment = Experiment(training=TrainingOptions(steps=300, queries=20)).to_json()
    few, many = (
        few_tasks(experiment=experiment, count=count, shots=5, step=0, tasks=100, seed=0)
        for count in (2, 1000)
    )
    assert few["mean"][0] > 5 * many["mean"][0]


def test_plain_training_learns_a_line_from_many_points() -> None:
    family = plain_family(FiveModes(kind="line", noise=0.0))
    found = plain_training(family=family, hidden=[20], shots=100, steps=[0, 300], tasks=4, seed=0)
    assert found["mean"][1] < found["mean"][0] / 20
    assert len(found["ci95"]) == 2


def test_from_the_break_even_on_the_hypernetwork_is_smaller() -> None:
    rows = [line for line in store_or_generate()() if line.startswith("| Hypernet: description |")]
    cells = [cell.strip() for cell in rows[0].split("|")[1:-1]]
    own, even = int(cells[1]), int(cells[-1])
    assert own == sum(p.numel() for p in load_preset("sinusoid-description").learner.parameters())
    assert (even - 1) * 1761 < own <= even * 1761


@pytest.fixture(scope="module", name="text")
def _text() -> str:
    return results(Study(Measurements(), tasks=2, seed=3, short=True))


def test_every_preset_stands_in_the_table_of_every_number(text: str) -> None:
    every = text.split("## Every number")[1]
    for name in PRESETS.keys() - CLUSTERS_WAYS.keys():
        preset = PRESETS[name]
        family = preset.experiment.family.held_out()
        section = every.split(f"\n{family.protocol}.\n")[1].split("\n### ")[0]
        for shots in (5, 10):
            for step in preset.experiment.measured_steps((0, 1, 5, 10)):
                assert f"| {preset.title} | {shots} | {step} | " in section, name


def test_a_row_of_every_number_is_what_evaluate_gives(text: str) -> None:
    learner = load_preset("sinusoid-maml").learner
    report = evaluate(learner, Sinusoid(), shots=5, tasks=2, seed=3)
    count = sum(p.numel() for p in learner.parameters())
    expected = f"| MAML | 5 | 1 | {report.mean[1]:.3g} ± {report.ci95[1]:.1g} | "
    expected += f"{report.median[1]:.3g} | {report.diverged[1]:.1%} | {count} | "
    assert expected in text


def test_tables_have_the_same_number_of_cells_in_each_row(text: str) -> None:
    for table in tables(text):
        assert len({row.count("|") for row in table}) == 1, table[0]


def tables(text: str) -> Iterator[list[str]]:
    table: list[str] = []
    for line in text.splitlines():
        if line.startswith("|"):
            table.append(line)
        elif table:
            yield table
            table = []
    if table:
        yield table


def test_each_case_has_one_winner_and_it_is_the_smallest_error(text: str) -> None:
    cases = text.split("## Against plain training")[1].split("\n## ")[0].split("\n### ")[1:]
    assert len(cases) == 2
    for case in cases:
        rows = [line for line in case.splitlines() if line.startswith("| ")][1:]
        errors = [float(row.split("|")[3].split("±")[0]) for row in rows]
        assert errors == sorted(errors)
        assert [row.endswith("| wins |") for row in rows] == [True] + [False] * (len(rows) - 1)
        assert sum("| Plain training |" in row for row in rows) == 3


def test_data_efficiency_has_a_row_for_each_number_of_tasks(text: str) -> None:
    section = text.split("## Data efficiency")[1].split("\n## ")[0]
    for count in COUNTS:
        assert f"\n| {count} | " in section


def test_a_family_in_another_protocol_has_a_table_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = (Sinusoid(), Sinusoid(noise=0.5), Sinusoid(noise=1.0), Planar())
    families = {family: {"sinusoid-maml": PRESETS["sinusoid-maml"]} for family in found}
    monkeypatch.setattr(document, "by_family", lambda: families)
    assert list(document._titled()) == [
        "Sinusoids",
        "Sinusoids, other protocol",
        "Sinusoids, other protocol 2",
        "Planar shapes",
    ]


def test_the_command_keeps_what_it_measured_and_takes_it_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = count_measures(monkeypatch)
    out = tmp_path / "results.md"
    command = ["results", "--tasks", "2", "--seed", "3", "--workers", "1", "--short"]
    assert main([*command, "--out", str(out)]) == 0
    first, measured = out.read_text(encoding="utf-8"), len(computed)
    assert "`python -m hypernet results --tasks 2 --seed 3 --short`" in first
    assert measured == len((tmp_path / "results.kept.jsonl").read_text().splitlines())
    assert main([*command, "--out", str(out)]) == 0
    assert len(computed) == measured
    assert out.read_text(encoding="utf-8") == first
    assert main([*command, "--fresh", "--out", str(out)]) == 0
    assert len(computed) == 2 * measured


def count_measures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of measurements that were made; numbers of no meaning stand for what they give."""
    computed: list[str] = []
    lists = ("mean", "ci95", "median", "diverged", "accuracy", "accuracy_ci95")

    def in_place_of(name: str) -> Callable[..., dict[str, Any]]:
        def measure(**about: Any) -> dict[str, Any]:
            computed.append(name)
            if name == "in turn":
                return {"errors": [[0.5], [0.5] * 2, [0.5] * 3]}
            steps = about.get("steps", [about.get("step", 0)])
            numbers = dict.fromkeys(lists, [0.5] * len(steps))
            found = {"shots": about["shots"], "inner_steps": steps, "steps": steps, **numbers}
            return found | {"effective": 1.0}

        return measure

    for name in MEASURES:
        monkeypatch.setitem(MEASURES, name, in_place_of(name))
    return computed


def test_a_table_never_takes_one_step_for_another() -> None:
    found = {"inner_steps": [0, 8, 32], "mean": [3.0, 2.0, 1.0], "ci95": [0.3, 0.2, 0.1]}
    assert errors(found, (0, 32)) == ["3 ± 0.3", "1 ± 0.1"]
    with pytest.raises(ValueError, match="step must be one of 0, 8, 32, got 1"):
        errors(found, STEPS)


def test_published_numbers_stand_under_their_steps(text: str) -> None:
    section = text.split("## Sinusoids: mean squared error")[1].split("### 10 support points")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    steps = [cell.strip() for cell in rows[0].split("|")[1:-1]]
    for (_, shots), published in PUBLISHED.items():
        assert shots == 5
        for name, losses in published.items():
            row = next(row for row in rows if row.startswith(f"| {name} |"))
            cells = [cell.strip() for cell in row.split("|")[1:-1]]
            assert {step: cells[steps.index(f"step {step}")] for step in losses} == losses


def test_what_the_points_allow_stands_in_the_tables_of_every_family_that_is_known(
    text: str,
) -> None:
    sections = text.split("\n## ")
    for title in ("Sinusoids:", "Sinusoids, other", "Planar", "Clusters", "Five modes"):
        section = next(section for section in sections if section.startswith(title))
        for table in tables(section):
            assert sum(row.startswith(f"| {TITLE} |") for row in table) == 1, title
    digits = next(section for section in sections if section.startswith("Handwritten"))
    assert TITLE not in digits
    by_number = next(section for section in sections if section.startswith(f"{TITLE}:"))
    found = list(tables(by_number))
    assert len(found) == 5
    assert all(len(table) == 2 + len(POINTS) for table in found)


def test_the_limit_is_what_evaluate_gives_of_its_learner() -> None:
    experiment = Experiment(learner=BayesOptions(samples=500, kept=20))
    about = {"shots": 3, "tasks": 20, "seed": 5}
    family = plain_family(Sinusoid())
    found = limit(experiment=experiment.to_json(), family=family, steps=[0, 1], **about)
    report = evaluate(experiment.build(), Sinusoid(), inner_steps=(0, 1), **about)
    assert found.pop("effective") >= 1
    assert found == report.as_dict()


def test_a_table_of_digits_says_what_its_intervals_allow_for(text: str) -> None:
    section = text.split("## Handwritten digits")[1].split("\n## ")[0]
    assert "other images of the same 3 classes, not other classes" in section


def test_tables_of_sketches_allow_for_other_things_and_leave_out_what_is_not_measured(
    text: str,
) -> None:
    section = text.split("## Sketches of things never seen before")[1].split("\n## ")[0]
    assert "allow for other tasks and other classes than these 23" in section
    assert "beside the" not in section
    steps, ways = tables(section)
    row = next(line for line in steps if line.startswith("| Hypernet: similarities |"))
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    assert cells[0]
    assert cells[1:4] == ["", "", ""]
    row = next(line for line in ways if line.startswith("| Hypernet: similarities |"))
    assert all(cell.strip() for cell in row.split("|")[2:-1])
