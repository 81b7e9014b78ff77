"""The command line: JSON alone on stdout, and one line on stderr for wrong input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hypernet.__main__ import main

PRESET = "sinusoid-description"


def test_list_names_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    assert PRESET in json.loads(capsys.readouterr().out)
    assert main(["list"]) == 0
    assert capsys.readouterr().out.startswith(PRESET)


def test_evaluate_prints_one_json_object_with_aligned_lists(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--shots", "5", "--inner-steps", "0,3", "--tasks", "50", "--seed", "4", "--json"]
    assert main(["evaluate", PRESET, *arguments]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["preset"], result["family"], result["learner"]) == (
        PRESET,
        "sinusoid",
        "hypernetwork",
    )
    assert (result["shots"], result["tasks"], result["seed"]) == (5, 50, 4)
    assert result["inner_steps"] == [0, 3]
    assert result["parameters"] > 1761
    for name in ("mean", "ci95", "median", "diverged"):
        assert len(result[name]) == 2


@pytest.mark.slow
def test_training_writes_a_checkpoint_that_evaluate_reads(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "mine.safetensors")
    assert main(["train", PRESET, "--steps", "120", "--seed", "5", "--out", out]) == 0
    printed = capsys.readouterr().out
    assert "step 50/120: meta-loss" in printed
    assert "s of CPU time; written to" in printed
    card = json.loads((tmp_path / "mine.json").read_text())
    assert card["command"] == f"python -m hypernet train {PRESET} --steps 120 --seed 5"
    assert main(["evaluate", out, "--shots", "10", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["mean"] == card["numbers"][1]["mean"]


def test_three_polynomials_are_learned_one_after_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["continual", "--steps", "5", "--beta", "0.1", "--seed", "2"]
    assert main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["steps"], result["beta"], result["seed"]) == (5, 0.1, 2)
    assert [len(row) for row in result["errors"]] == [1, 2, 3]
    assert main(arguments) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"after {result['tasks'][-1]}  x + 3: {result['errors'][-1][0]:.5f}  ")


@pytest.mark.slow
def test_the_same_seed_trains_the_same_checkpoint(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.safetensors", "b.safetensors")]
    for file in files:
        main(["train", PRESET, "--steps", "20", "--seed", "5", "--out", str(file)])
    assert files[0].read_bytes() == files[1].read_bytes()


WRONG = [
    (["train", "nope"], "PRESET"),
    (["evaluate", "nope"], "preset must be a .safetensors file or one of "),
    (["evaluate", "sinsoid-maml"], "(nearest are sinusoid-maml, "),
    (["train", "planar_ridge"], "(nearest are planar-ridge, "),
    (["evaluate", "none.safetensors"], "none.safetensors cannot be read"),
    (["evaluate", PRESET, "--shots", "0"], "--shots: must be a whole number 1..1000, got '0'"),
    (["evaluate", PRESET, "--inner-steps", "1,-2"], "--inner-steps: must be whole numbers 0..1000"),
    (["evaluate", PRESET, "--inner-steps", "-1"], "--inner-steps"),
    (["evaluate", PRESET, "--kind", "moons"], "--kind is for planar presets, got 'moons'"),
    (["evaluate", "planar-points", "--kind", "stars"], "--kind: invalid choice: 'stars'"),
    (["evaluate", PRESET, "--alpha", "nan"], "--alpha: must be a finite number above 0, got 'nan'"),
    (["evaluate", PRESET, "--alpha", "0"], "--alpha: must be a finite number above 0, got '0'"),
    (["evaluate", PRESET, "--tasks", "x"], "--tasks: must be a whole number 2..100000, got 'x'"),
    (["evaluate", PRESET, "--seed", "-3"], "--seed"),
    (["train", PRESET, "--steps", "0"], "--steps: must be a whole number 1..1000000, got '0'"),
    (["train", PRESET, "--out", "x.pt"], "--out must end in .safetensors, got 'x.pt'"),
    (["continual", "--beta", "-1"], "beta must be 0..100, got -1"),
    (["results", "--workers", "0"], "--workers: must be a whole number 1..1000, got '0'"),
    (["results", "--tasks", "2", "--out", "no/such/folder.md"], "'no/such/folder.md' cannot be"),
    (["bench", "--seconds", "-1"], "--seconds: must be a finite number above 0, got '-1'"),
    (["paint"], "invalid choice: 'paint'"),
    ([], "command"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_input_is_one_line_on_stderr_and_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        sys.exit(main(arguments))
    printed = capsys.readouterr()
    assert caught.value.code == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert sentence in printed.err
