"""The benchmark compares methods, not mathematics: every contestant computes the same step."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from hypernet.__main__ import main
from hypernet.bench import contest, peers
from hypernet.bench.contestants import OWN, builds
from hypernet.bench.work import WORKS, Build, Contestant, Work
from hypernet.init import stream
from hypernet.types import Batch, Task

pytestmark = pytest.mark.slow

RIVALS = [
    (name, rival)
    for name, work in WORKS.items()
    for rival in builds(work.kind)[0]
    if rival != "ours"
]


class Run(NamedTuple):
    rates: dict[str, dict[str, float]]
    lines: list[str]
    unchanged: bool


def in_double(work: Work) -> Work:
    start = {name: value.double() for name, value in work.start.items()}
    return dataclasses.replace(work, start=start)


def tasks_in_double(work: Work) -> Task:
    task = work.draw(stream(1, "benchmark test"))
    return Task(
        task.description.double(),
        Batch(task.support.x.double(), task.support.y.double()),
        Batch(task.query.x.double(), task.query.y.double()),
    )


def meta_loss_and_gradient(build: Build, work: Work) -> tuple[Tensor, Tensor]:
    contestant = build(in_double(work))
    meta_loss = contestant.meta_loss(tasks_in_double(work))
    gradients = torch.autograd.grad(meta_loss, contestant.parameters)
    return meta_loss.detach(), torch.cat([gradient.flatten() for gradient in gradients])


@pytest.mark.parametrize(("name", "rival"), RIVALS)
def test_same_meta_loss_and_meta_gradient_within_1e_9(name: str, rival: str) -> None:
    work = WORKS[name]
    contestants, _ = builds(work.kind)
    ours, our_gradient = meta_loss_and_gradient(contestants["ours"], work)
    theirs, their_gradient = meta_loss_and_gradient(contestants[rival], work)
    torch.testing.assert_close(theirs, ours, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(their_gradient, our_gradient, rtol=1e-9, atol=1e-12)
    assert our_gradient.abs().max() > 1e-3


@pytest.fixture(scope="module")
def shortest_run() -> Run:
    lines: list[str] = []
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contest, "ROUNDS", 1)
        rates, _ = contest.run(1e-6, lines.append)
    unchanged = threads == torch.get_num_threads() and torch.equal(state, torch.get_rng_state())
    return Run(rates, lines, unchanged)


def test_run_times_every_contestant_on_every_work(shortest_run: Run) -> None:
    works = ["maml_1", "maml_5", "generate", "planar_maml_5", "planar_generate"]
    assert list(shortest_run.rates) == works
    for name, rates in shortest_run.rates.items():
        assert list(rates) == list(builds(WORKS[name].kind)[0])
        assert {"ours", "loop", "vmap"} <= rates.keys()
        assert all(math.isfinite(rate) and rate > 0 for rate in rates.values())


def test_run_reports_one_line_for_each_contestant(shortest_run: Run) -> None:
    expected = [(name, who) for name, rates in shortest_run.rates.items() for who in rates]
    assert [tuple(line.split(":")[0].split()) for line in shortest_run.lines] == expected


def test_run_leaves_the_threads_and_the_global_random_state_alone(shortest_run: Run) -> None:
    assert shortest_run.unchanged


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan, math.inf])
def test_run_refuses_a_time_that_is_not_finite_and_above_0(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds must be a finite number above 0"):
        contest.run(seconds, lambda line: None)


@pytest.fixture(name="broken_peers")
def _broken_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two peers that are there for whoever looks, one without a library of its own, one empty."""
    (tmp_path / "higher.py").write_text("import no_such_library")
    (tmp_path / "hyperlight.py").write_text("")
    for package in ("higher", "hyperlight"):
        monkeypatch.delitem(sys.modules, package, raising=False)
        monkeypatch.delitem(sys.modules, f"{peers.__name__}.with_{package}", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(peers, "PEERS", {"maml": ("higher",), "generate": ("hyperlight",)})
    monkeypatch.setattr(contest, "ROUNDS", 1)


@pytest.mark.usefixtures("broken_peers")
def test_a_peer_that_is_half_installed_is_left_out_with_its_reason() -> None:
    lines: list[str] = []
    rates, left_out = contest.run(1e-6, lines.append)
    assert "no_such_library" in left_out["higher"]
    assert "hyperlight" in left_out["hyperlight"]
    assert {name: list(found) for name, found in rates.items()} == {
        name: list(OWN[work.kind]) for name, work in WORKS.items()
    }
    for peer, why in left_out.items():
        assert lines.count(f"{peer} is left out: {why}") == 1


@pytest.mark.usefixtures("broken_peers")
def test_json_says_who_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--seconds", "1e-6", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert list(result) == [*WORKS, "left_out"]
    assert list(result["left_out"]) == ["higher", "hyperlight"]


def test_our_own_contestants_are_never_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(work: Work) -> Contestant:
        raise RuntimeError("ours is broken")

    monkeypatch.setitem(OWN["maml"], "ours", fail)
    with pytest.raises(RuntimeError, match="ours is broken"):
        contest.run(1e-6, lambda line: None)


def test_a_peer_that_breaks_in_its_first_step_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(work: Work) -> Contestant:
        return Contestant(list(work.start.values()), lambda task: task.no_such_field)  # type: ignore[attr-defined]

    monkeypatch.setattr(contest, "ROUNDS", 1)
    monkeypatch.setattr(
        contest, "builds", lambda kind: ({**OWN[kind], "breaking": fail}, dict[str, str]())
    )
    rates, left_out = contest.run(1e-6, lambda line: None)
    assert list(left_out) == ["breaking"]
    assert all("breaking" not in found for found in rates.values())
