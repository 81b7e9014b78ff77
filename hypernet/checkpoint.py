"""Checkpoints: safetensors with the experiment inside, and a JSON card beside it.

A file is refused unless it is small, whole, finite and exactly of the shapes that its
experiment asks for. Nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load as parse_tensors
from safetensors.torch import save as dump_tensors
from torch import Tensor

from hypernet.experiment import Experiment
from hypernet.protocols import Learner

#: Files of schema 1 are read too; their checksum covers the tensors alone.
SCHEMA = 2
#: All metadata is one JSON text under this key: with several keys their order, and so the
#: file's bytes, would differ from run to run.
KEY = "hypernet"
MAX_BYTES = 5_000_000
MAX_HEADER_BYTES = 64_000


class Checkpoint(NamedTuple):
    """A learner ready to use, and the experiment that made it."""

    experiment: Experiment
    learner: Learner


def save(path: Path, experiment: Experiment, learner: Learner) -> None:
    """Write the learner's tensors and its experiment to `path`, all or nothing."""
    write(path, dumps(experiment, learner.state_dict()))


def dumps(experiment: Experiment, learner: Mapping[str, Tensor]) -> bytes:
    """The checkpoint of a learner's tensors as the bytes of a file; `loads` reads them."""
    return pack(learner, {"experiment": experiment.to_json()})


def save_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write the card of the checkpoint at `path` beside it, all or nothing."""
    write(card_path(path), (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())


def card_path(path: Path) -> Path:
    """Where the card of the checkpoint at `path` lies."""
    return path.with_suffix(".json")


def load(path: Path) -> Checkpoint:
    """The checkpoint at `path`.

    Raises:
        ValueError: in one sentence, for a file that is missing, too large, truncated, foreign,
            damaged, not finite, or not of the shapes its experiment asks for.
    """
    return loads(read(path, MAX_BYTES), path.name)


def loads(data: bytes, name: str) -> Checkpoint:
    """The checkpoint in `data`; `name` is what error sentences call it (see `load`)."""
    about = read_about(data, name)
    experiment = read_experiment(about, name)
    learner = experiment.build()
    learner.load_state_dict(unpack(data, name, learner.state_dict(), about))
    return Checkpoint(experiment, learner)


def read(path: Path, most: int) -> bytes:
    """The bytes of a file of at most `most` bytes.

    Raises:
        ValueError: where it is missing or larger, which is seen before it is read.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise ValueError(f"{path.name} has {size} bytes; a checkpoint has at most {most}")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from None


def pack(state: Mapping[str, Tensor], about: Mapping[str, object]) -> bytes:
    """Tensors and what is to be known about them as one file, with a checksum over both."""
    state = {name: value.detach().contiguous() for name, value in state.items()}
    about = {"schema": SCHEMA, **about}
    about = {**about, "sha256": _digest(state, about)}
    return dump_tensors(state, {KEY: json.dumps(about)})


def read_about(data: bytes, name: str) -> dict[str, object]:
    """What a file says of itself, read from its header before any tensor is.

    Raises:
        ValueError: for a file that is not of this program and version.
    """
    if len(data) < 8:
        raise ValueError(f"{name} is not a safetensors file: it has only {len(data)} bytes")
    length = int.from_bytes(data[:8], "little")
    if length > MAX_HEADER_BYTES or length > len(data) - 8:
        raise ValueError(
            f"{name} is truncated or not a safetensors file: its header claims {length} bytes, "
            f"allowed are {min(MAX_HEADER_BYTES, len(data) - 8)}"
        )
    try:
        header = json.loads(data[8 : 8 + length])
        about = json.loads(header["__metadata__"][KEY])
    except (KeyError, TypeError):
        raise ValueError(f"{name} is not a checkpoint of this program") from None
    except (ValueError, RecursionError):
        raise ValueError(f"{name} is no safetensors file: its header is not JSON") from None
    if not isinstance(about, dict):
        raise ValueError(f"{name} is not a checkpoint of this program")
    if about.get("schema") not in (1, SCHEMA):
        raise ValueError(
            f"{name} is not a checkpoint of this version: its schema is {about.get('schema')!r}, "
            f"expected 1 or {SCHEMA}"
        )
    return about


def read_experiment(about: Mapping[str, object], name: str) -> Experiment:
    """The experiment that a file says it is of.

    Raises:
        ValueError: where it is not valid.
    """
    try:
        return Experiment.from_json(str(about.get("experiment")))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name} holds an experiment that is not valid: {error}") from None


def unpack(
    data: bytes, name: str, expected: Mapping[str, Tensor], about: Mapping[str, object]
) -> dict[str, Tensor]:
    """The tensors of a file, of exactly the names, shapes and types of `expected`.

    Raises:
        ValueError: for others, for numbers that are not finite, and for a wrong checksum.
    """
    try:
        state = parse_tensors(data)
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"{name} is damaged: {error}") from None
    if state.keys() != expected.keys():
        odd = sorted(state.keys() ^ expected.keys())
        raise ValueError(f"{name} has other tensors than its experiment needs, such as {odd[0]!r}")
    for key, value in state.items():
        if value.shape != expected[key].shape or value.dtype != expected[key].dtype:
            raise ValueError(
                f"{name} has {key!r} of shape {tuple(value.shape)} and type {value.dtype}, "
                f"expected {tuple(expected[key].shape)} and {expected[key].dtype}"
            )
        if not torch.isfinite(value).all():
            raise ValueError(f"{name} has a value in {key!r} that is not a finite number")
    sealed = {key: value for key, value in about.items() if key != "sha256"}
    if _digest(state, sealed if about["schema"] == SCHEMA else {}) != about.get("sha256"):
        raise ValueError(f"{name} is damaged: its checksum does not match its content")
    return state


def _digest(state: Mapping[str, Tensor], about: Mapping[str, object]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode() if about else b"")
    for name in sorted(state):
        digest.update(f"{name}{tuple(state[name].shape)}".encode())
        digest.update(state[name].numpy().tobytes())
    return digest.hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write beside, flush to disk, then rename: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
