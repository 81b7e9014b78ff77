"""A checkpoint comes back bit for bit, and anything else is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load as parse
from safetensors.torch import save as dump

from hypernet.checkpoint import KEY, MAX_BYTES, card_path, load, loads, save, save_card
from hypernet.experiment import Experiment
from tests.parts import EXPERIMENTS

EXPERIMENT = EXPERIMENTS["sinusoid-hypernetwork-points-full-through-steps"]


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> bytes:
    save(tmp_path / "good.safetensors", EXPERIMENT, EXPERIMENT.build())
    return (tmp_path / "good.safetensors").read_bytes()


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_was_saved_comes_back_bit_for_bit(name: str, tmp_path: Path) -> None:
    learner = EXPERIMENTS[name].build()
    save(tmp_path / "a.safetensors", EXPERIMENTS[name], learner)
    loaded = load(tmp_path / "a.safetensors")
    assert loaded.experiment == EXPERIMENTS[name]
    expected = learner.state_dict()
    assert loaded.learner.state_dict().keys() == expected.keys()
    for key, value in loaded.learner.state_dict().items():
        torch.testing.assert_close(value, expected[key], rtol=0, atol=0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]


def test_the_card_lies_beside_its_checkpoint(tmp_path: Path) -> None:
    save_card(tmp_path / "a.safetensors", {"seed": 3})
    assert json.loads(card_path(tmp_path / "a.safetensors").read_text()) == {"seed": 3}


def rebuilt(data: bytes, change: Callable[[dict[str, torch.Tensor]], None]) -> bytes:
    """The file with changed tensors and its old metadata."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    state = parse(data)
    change(state)
    return dump(state, header["__metadata__"])


def with_about(data: bytes, **changes: object) -> bytes:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    about = {**json.loads(header["__metadata__"][KEY]), **changes}
    return dump(parse(data), {KEY: json.dumps(about)})


def put_nan(state: dict[str, torch.Tensor]) -> None:
    next(iter(state.values())).view(-1)[0] = float("nan")


def put_other_shape(state: dict[str, torch.Tensor]) -> None:
    name = next(iter(state))
    state[name] = torch.zeros(2, 2, 2)


def put_other_value(state: dict[str, torch.Tensor]) -> None:
    next(iter(state.values())).view(-1)[0] += 1


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda d: b"", "is not a safetensors file: it has only 0 bytes"),
    "truncated header": (lambda d: d[:100], "is truncated or not a safetensors file"),
    "truncated tensors": (lambda d: d[:-100], "is damaged"),
    "huge header": (lambda d: (10**12).to_bytes(8, "little") + d[8:], "its header claims"),
    "text": (lambda d: b"hello, this is no checkpoint at all", "its header claims"),
    "header not JSON": (lambda d: (16).to_bytes(8, "little") + b"{" * 16 + d, "not JSON"),
    "deeply nested": (lambda d: (60000).to_bytes(8, "little") + b"[" * 60000, "not JSON"),
    "foreign": (lambda d: dump({"a": torch.ones(2)}), "is not a checkpoint of this program"),
    "foreign metadata": (lambda d: dump(parse(d), {KEY: "[1]"}), "is not a checkpoint of this"),
    "other schema": (lambda d: with_about(d, schema=99), "its schema is 99, expected 1"),
    "no experiment": (lambda d: with_about(d, experiment="{"), "is not valid JSON"),
    "bad option": (
        lambda d: with_about(d, experiment='{"training": {"name": "adam", "steps": 0}}'),
        "steps must be 1..1e+06, got 0",
    ),
    "other experiment": (
        lambda d: with_about(d, experiment=Experiment().to_json()),
        "has other tensors than its experiment needs",
    ),
    "NaN": (lambda d: rebuilt(d, put_nan), "that is not a finite number"),
    "wrong shape": (lambda d: rebuilt(d, put_other_shape), "of shape (2, 2, 2)"),
    "missing tensor": (lambda d: rebuilt(d, lambda s: s.popitem() and None), "has other tensors"),
    "changed value": (lambda d: rebuilt(d, put_other_value), "its checksum does not match"),
    "flipped bit": (lambda d: d[:-2] + bytes([d[-2] ^ 1]) + d[-1:], "checksum does not match"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_with_a_sentence_that_names_it(damage: str, data: bytes) -> None:
    change, sentence = DAMAGES[damage]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        loads(change(data), "mine.safetensors")
    assert str(caught.value).startswith("mine.safetensors ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "big.safetensors").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ValueError, match=r"big.safetensors has 5000001 bytes; .* at most 5000000"):
        load(tmp_path / "big.safetensors")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^none.safetensors cannot be read: No such file"):
        load(tmp_path / "none.safetensors")
