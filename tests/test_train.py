"""The command `train`: how it begins, is interrupted and taken up again, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hypernet import checkpoint
from hypernet.__main__ import main
from hypernet.checkpoint import load
from hypernet.commands import train_here, training
from hypernet.jobs import cluster
from hypernet.runs import load_state

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PRESET = "sinusoid-description"
RUN = ["train", PRESET, "--steps", "120", "--seed", "5", "--out"]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def interrupt_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C at the report of this step."""
    reported = training.report

    def report(experiment, name, reports):  # type: ignore[no-untyped-def]
        reported(experiment, name, reports)
        if reports[0][0] >= step:
            raise KeyboardInterrupt

    monkeypatch.setattr(train_here, "report", report)


@pytest.fixture(name="interrupted")
def _interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """The state of a run that was stopped at its second report; what was said on stderr is read."""
    with monkeypatch.context() as patch:
        interrupt_at(100, patch)
        assert main([*RUN, "mine.safetensors"]) == 130
    said = capsys.readouterr().err
    assert "go on with --resume mine.state.safetensors" in said
    assert not Path("mine.safetensors").exists()
    return "mine.state.safetensors"


def without_time(card: str) -> dict[str, object]:
    return {k: v for k, v in json.loads(Path(card).read_text()).items() if "seconds" not in k}


def test_an_interrupted_run_that_is_taken_up_ends_with_the_same_bits(interrupted: str) -> None:
    main([*RUN, "straight.safetensors"])
    assert main(["train", PRESET, "--out", "mine.safetensors", "--resume", interrupted]) == 0
    files = [Path(f"{name}.safetensors") for name in ("straight", "mine")]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert without_time("straight.json") == without_time("mine.json")
    assert not Path(interrupted).exists()


def test_the_state_of_an_interrupted_run_holds_its_steps_and_reports(interrupted: str) -> None:
    state = load_state(Path(interrupted).read_bytes(), interrupted)
    assert state.snapshot.step in (50, 100)
    assert state.report_steps == list(range(50, state.snapshot.step + 1, 50))
    assert state.cpu_seconds > 0


def test_a_state_is_kept_as_time_goes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    write = checkpoint.write

    def watched(path: Path, data: bytes) -> None:
        kept.append(load_state(data, path.name).snapshot.step)
        write(path, data)

    monkeypatch.setattr(train_here, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(train_here, "write", watched)
    main([*RUN, "mine.safetensors"])
    assert kept == [50, 100, 120]
    assert sorted(path.name for path in Path().iterdir()) == ["mine.json", "mine.safetensors"]


def test_a_state_that_cannot_be_kept_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(train_here, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(train_here, "write", full)
    assert main([*RUN, "mine.safetensors"]) == 0
    assert "mine.state.safetensors cannot be written: No space left" in capsys.readouterr().err


def test_ctrl_c_keeps_the_run_and_says_how_to_go_on() -> None:
    state = Path(f"{PRESET}.state.safetensors")
    with subprocess.Popen(
        [sys.executable, "-m", "hypernet", "train", PRESET, "--steps", "500"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline().startswith("step 50/500")
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said.endswith(f"go on with --resume {state}\nstopped\n")
    assert load_state(state.read_bytes(), "state").snapshot.step % 50 == 0


def test_from_begins_with_the_weights_of_a_checkpoint_and_a_fresh_optimiser() -> None:
    shipped = str(ROOT / "hypernet" / "pretrained" / f"{PRESET}.safetensors")
    run = ["train", PRESET, "--steps", "1", "--from", shipped, "--out", "tuned.safetensors"]
    assert main(run) == 0
    before, (experiment, after) = load(Path(shipped)).learner.state_dict(), load(Path(run[-1]))
    moved = [(after.state_dict()[name] - before[name]).abs().max() for name in before]
    # Adam's first step moves each weight by at most its rate, and nearly all by that much.
    assert torch.stack(moved).max().item() == pytest.approx(experiment.training.rate, rel=1e-3)
    assert json.loads(Path("tuned.json").read_text())["command"].endswith(f"--from {shipped}")


def test_a_resumed_run_remembers_where_its_weights_are_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main([*RUN, "first.safetensors"])
    run = [*RUN, "mine.safetensors", "--from", "first.safetensors"]
    main([*RUN, "straight.safetensors", "--from", "first.safetensors"])
    with monkeypatch.context() as patch:
        interrupt_at(100, patch)
        main(run)
    main([*RUN, "mine.safetensors", "--resume", "mine.state.safetensors"])
    files = [Path(f"{name}.safetensors") for name in ("straight", "mine")]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert without_time("straight.json") == without_time("mine.json")


WRONG = [
    (["--out", "no/such/x.safetensors"], "--out 'no/such/x.safetensors' cannot be written: No "),
    (["--out", "folder.safetensors"], "--out 'folder.safetensors' cannot be written: Is a dir"),
    (["--from", "none.safetensors"], "none.safetensors cannot be read: No such file"),
    (["--from", "maml.safetensors"], "--from maml.safetensors is of another learner: '"),
    (["--resume", "maml.safetensors"], "maml.safetensors is not the state of a run"),
    (["--resume", "mine.state.safetensors", "--steps", "60"], "training.steps is 120 there, 60 he"),
    (["--resume", "mine.state.safetensors", "--seed", "6"], "training.seed is 5 there, 6 here"),
    (["--resume", "mine.state.safetensors", "--seeds", "1,2"], "--resume is for one run, got 2"),
    (["--resume", "x", "--from", "y"], "--from and --resume cannot be given together"),
    (["--resume", "x", "--workers", "1"], "--from and --resume are for runs without --workers"),
]


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize(("options", "sentence"), WRONG, ids=[" ".join(o) for o, _ in WRONG])
def test_what_cannot_be_done_is_refused_before_the_first_step(
    options: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("folder.safetensors").mkdir()
    shipped = ROOT / "hypernet" / "pretrained" / "sinusoid-maml.safetensors"
    Path("maml.safetensors").write_bytes(shipped.read_bytes())
    monkeypatch.setattr(train_here, "meta_train", None)
    assert main(["train", PRESET, *options]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_learner_with_nothing_to_train_begins_from_no_checkpoint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train", "sinusoid-scratch", "--from", "x.safetensors"]) == 2
    assert "sinusoid-scratch has nothing to meta-train" in capsys.readouterr().err


def test_workers_without_their_extra_are_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "NEEDED", ("torch", "no_such_scheduler"))
    assert main(["train", PRESET, "--workers", "2"]) == 2
    said = capsys.readouterr().err
    assert "needs no_such_scheduler: pip install 'hypernet[jobs]'" in said


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_output_that_cannot_show_a_character_shows_its_number(encoding: str) -> None:
    command = [sys.executable, "-m", "hypernet", "evaluate", "sinusoid-points", "--tasks", "2"]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert r"y = A sin(x \u2212 \u03c6)" in done.stdout.decode(encoding)
