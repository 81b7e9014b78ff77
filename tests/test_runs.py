"""A kept run comes back whole, or is refused in one sentence; the folder stays small."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load as parse
from safetensors.torch import save as dump

from hypernet.checkpoint import KEY, MAX_BYTES, dumps, loads, pack
from hypernet.custom.task import FormulaTask, from_json, to_json
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.jobs.chunks import run_chunk
from hypernet.outer import TrainingOptions
from hypernet.runs import (
    Quota,
    RunOptions,
    Store,
    default_folder,
    dump_state,
    first_state,
    load_state,
)
from hypernet.target import TargetOptions

EXPERIMENT = Experiment(
    target=TargetOptions(hidden=(4,)), training=TrainingOptions(steps=20, tasks=3, queries=5)
)
Damage = Callable[[bytes, torch.Generator], bytes]


@pytest.fixture(scope="module", name="state")
def _state() -> bytes:
    first = dump_state(first_state(EXPERIMENT, RunOptions(report_every=4, probe_tasks=2)))
    return run_chunk(first, 11).state


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def test_a_state_comes_back_bit_for_bit(state: bytes, store: Store) -> None:
    token = store.new_token()
    store.keep_state(token, state)
    assert dump_state(store.state(token)) == state
    assert store.state(token).snapshot.step == 11
    assert store.state(token).report_steps == [4, 8]
    assert len(store.state(token).pending) == 3


def test_a_step_that_was_left_out_is_still_known_after_a_restart(state: bytes) -> None:
    known = load_state(state, "it")
    left_out = known._replace(pending=(known.pending[0], float("nan"), known.pending[2]))
    pending = load_state(dump_state(left_out), "it").pending
    assert pending[0] == known.pending[0]
    assert pending[1] != pending[1]


def test_a_checkpoint_is_made_of_the_last_state(state: bytes, store: Store) -> None:
    token = store.new_token()
    store.keep_state(token, state)
    expected = load_state(state, "it").snapshot.learner
    found = store.checkpoint(token)
    assert found.experiment == EXPERIMENT
    assert loads(store.download(token), "it").experiment == EXPERIMENT
    for name, value in found.learner.state_dict().items():
        assert torch.equal(value, expected[name])


def test_a_card_is_there_once_the_run_has_ended_and_until_it_goes_on(
    state: bytes, store: Store
) -> None:
    token = store.new_token()
    store.keep_state(token, state)
    assert store.card(token) is None
    store.keep_card(token, {"ended": "stopped"})
    assert store.card(token) == {"ended": "stopped"}
    store.keep_state(token, state)
    assert store.card(token) is None


def test_an_upload_is_checked_and_then_used_like_a_run(state: bytes, store: Store) -> None:
    checkpoint = dumps(EXPERIMENT, EXPERIMENT.build().state_dict())
    token = store.upload(checkpoint)
    assert store.download(token) == checkpoint
    assert store.checkpoint(token).experiment == EXPERIMENT
    for bad in (b"", b"PK\x03\x04", checkpoint[:-1], state, b"0" * (MAX_BYTES + 1)):
        with pytest.raises(ValueError, match=r"^this file "):
            store.upload(bad)
    assert len(list(store.folder.iterdir())) == 1


# -- tasks --------------------------------------------------------------------------------------

TASK = to_json(FormulaTask("sin(x) + x²/10")).encode()


def test_a_task_comes_back_byte_for_byte(store: Store) -> None:
    token = store.keep_task(TASK)
    assert store.task(token) == TASK
    assert from_json(store.task(token)) == FormulaTask("sin(x) + x²/10")
    assert [path.name for path in (store.folder / token).iterdir()] == ["task.json"]


@pytest.mark.parametrize("data", [b"", b"{}", b"PK\x03\x04", TASK[:-1], b" " * 400_001])
def test_what_is_no_task_is_not_kept(data: bytes, store: Store) -> None:
    with pytest.raises(ValueError, match=r"^(this|the way of this) task "):
        store.keep_task(data)
    assert not store.folder.exists()


def test_a_task_is_no_run_and_a_run_no_task(state: bytes, store: Store) -> None:
    run, task = store.new_token(), store.keep_task(TASK)
    store.keep_state(run, state)
    assert store.card(task) is None
    for use in (lambda: store.state(task), lambda: store.checkpoint(task), lambda: store.task(run)):
        with pytest.raises(ValueError, match="cannot be read: No such file"):
            use()


def test_a_task_that_grew_is_not_read(store: Store) -> None:
    token = store.keep_task(TASK)
    (store.folder / token / "task.json").write_bytes(b" " * 400_001)
    with pytest.raises(ValueError, match=r"^task\.json has 400001 bytes"):
        store.task(token)


# -- damage -------------------------------------------------------------------------------------


def integer(low: int, high: int, rng: torch.Generator) -> int:
    return int(torch.randint(low, high, (), generator=rng))


def truncated(data: bytes, rng: torch.Generator) -> bytes:
    return data[: integer(0, len(data), rng)]


def with_a_flipped_bit(data: bytes, rng: torch.Generator) -> bytes:
    at = integer(0, len(data), rng)
    return data[:at] + bytes([data[at] ^ (1 << integer(0, 8, rng))]) + data[at + 1 :]


def with_a_flipped_bit_in_its_header(data: bytes, rng: torch.Generator) -> bytes:
    length = 8 + int.from_bytes(data[:8], "little")
    return with_a_flipped_bit(data[:length], rng) + data[length:]


def sealed_again(data: bytes, change: Callable[[dict[str, torch.Tensor]], None]) -> bytes:
    """The file with other tensors and a checksum that fits them."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    tensors = parse(data)
    change(tensors)
    about = json.loads(header["__metadata__"][KEY])
    return pack(tensors, {k: v for k, v in about.items() if k not in ("schema", "sha256")})


def with_nan(data: bytes, rng: torch.Generator) -> bytes:
    def change(tensors: dict[str, torch.Tensor]) -> None:
        numbers = [name for name, value in tensors.items() if value.is_floating_point()]
        value = tensors[numbers[integer(0, len(numbers), rng)]].view(-1)
        value[integer(0, len(value), rng)] = (float("nan"), float("inf"))[integer(0, 2, rng)]

    return sealed_again(data, change)


def with_a_wrong_shape(data: bytes, rng: torch.Generator) -> bytes:
    def change(tensors: dict[str, torch.Tensor]) -> None:
        name = sorted(tensors)[integer(0, len(tensors), rng)]
        tensors[name] = torch.zeros(integer(1, 9, rng), integer(1, 9, rng), 3)

    return sealed_again(data, change)


def with_a_huge_header(data: bytes, rng: torch.Generator) -> bytes:
    return integer(64_001, 2**62, rng).to_bytes(8, "little") + data[8:]


def with_many_tensors(data: bytes, rng: torch.Generator) -> bytes:
    def change(tensors: dict[str, torch.Tensor]) -> None:
        for i in range(integer(1, 500, rng)):
            tensors[f"empty {i}"] = torch.zeros(0)

    return sealed_again(data, change)


def foreign(data: bytes, rng: torch.Generator) -> bytes:
    values = torch.randint(0, 256, (integer(1, 4000, rng),), generator=rng).to(torch.uint8)
    noise = values.numpy().tobytes()
    starts = (b"", b"PK\x03\x04", b"\x80\x02}q", b"\x89PNG\r\n", b"{" * 40)
    others = [dump({"a": values}), *(start + noise for start in starts)]
    return others[integer(0, len(others), rng)]


DAMAGES: list[Damage] = [
    truncated,
    with_a_flipped_bit,
    with_a_flipped_bit_in_its_header,
    with_nan,
    with_a_wrong_shape,
    with_a_huge_header,
    with_many_tensors,
    foreign,
]


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.__name__ for damage in DAMAGES])
@pytest.mark.parametrize("kind", ["state", "checkpoint"])
def test_each_of_500_damaged_files_is_refused_in_one_sentence(
    kind: str, damage: Damage, state: bytes
) -> None:
    read: Callable[[bytes, str], object] = load_state if kind == "state" else loads
    whole = (
        state if kind == "state" else dumps(EXPERIMENT, load_state(state, "it").snapshot.learner)
    )
    read(whole, "mine")
    rng = stream(0, damage.__name__)
    for _ in range(32):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at below
            read(damage(whole, rng), "mine")
        assert str(caught.value).startswith("mine ")
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 500


FORGED: dict[str, tuple[dict[str, object], str]] = {
    "kind": ({"kind": "card"}, "is not the state of a run"),
    "step": ({"step": 21}, "step must be a whole number 0..20"),
    "fraction": ({"step": 1.5}, "step must be a whole number"),
    "probes": ({"probes": 10**9}, "probes must be a whole number"),
    "time": ({"seconds": -1}, "seconds must be a number of 0 or more"),
    "origin": ({"origin": [1]}, "origin must be a text, got list"),
    "pending": ({"pending": [1.0]}, "pending must be 3 losses"),
    "options": ({"options": {"probe_tasks": 10**9}}, "probe_tasks must be 2..1000"),
    "experiment": ({"experiment": '{"family": {"name": []}}'}, "an experiment that is not valid"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_state_that_says_what_cannot_be_is_refused(name: str, state: bytes) -> None:
    changes, sentence = FORGED[name]
    header = json.loads(state[8 : 8 + int.from_bytes(state[:8], "little")])
    about = json.loads(header["__metadata__"][KEY])
    del about["sha256"], about["schema"]
    with pytest.raises(ValueError, match=sentence):
        load_state(pack(parse(state), {**about, **changes}), "mine")


def test_a_damaged_card_is_refused(store: Store, state: bytes) -> None:
    token = store.new_token()
    store.keep_state(token, state)
    for content in (b"{", b"[]", b"\xff\xfe"):
        (store.folder / token / "card.json").write_bytes(content)
        with pytest.raises(ValueError, match="this run's card is damaged"):
            store.card(token)


# -- the folder ---------------------------------------------------------------------------------

BAD_TOKENS = ["", "..", "../../../../etc/pass", "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 22 + "\n"]


@pytest.mark.parametrize("token", BAD_TOKENS)
def test_no_path_is_built_from_anything_but_a_token(token: str, store: Store) -> None:
    uses = (store.state, store.checkpoint, store.card, store.download, store.task, store.remove)
    for use in uses:
        with pytest.raises(ValueError, match="this is not the link of a run"):
            use(token)
    with pytest.raises(ValueError, match="this is not the link of a run"):
        store.keep_state(token, b"")


def test_tokens_cannot_be_guessed_and_the_folder_cannot_be_listed_by_others(
    store: Store, state: bytes
) -> None:
    tokens = {store.new_token() for _ in range(100)}
    assert len(tokens) == 100
    token = tokens.pop()
    store.keep_state(token, state)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def kept(store: Store, state: bytes, age: float) -> str:
    """A run that was last written `age` seconds ago."""
    token = store.new_token()
    store.keep_state(token, state)
    written = time.time() - age
    os.utime(store.folder / token, (written, written))
    return token


def remaining(store: Store) -> set[str]:
    return {path.name for path in store.folder.iterdir()}


def test_runs_over_the_quota_go_oldest_first(tmp_path: Path, state: bytes) -> None:
    store = Store(tmp_path)
    tokens = [kept(store, state, age) for age in (300, 200, 100)]
    assert remaining(Store(tmp_path, Quota(runs=2))) == set(tokens[1:])
    assert remaining(Store(tmp_path, Quota(bytes=len(state) + 100))) == {tokens[2]}


def test_tasks_count_like_runs_and_go_like_them(tmp_path: Path, state: bytes) -> None:
    store = Store(tmp_path)
    task = store.keep_task(TASK)
    written = time.time() - 2 * 86_400
    os.utime(tmp_path / task, (written, written))
    run = kept(store, state, 86_400)
    assert remaining(Store(tmp_path)) == {task, run}
    assert remaining(Store(tmp_path, Quota(runs=1))) == {run}
    again = store.keep_task(TASK)
    os.utime(tmp_path / again, (written, written))
    assert remaining(Store(tmp_path, Quota(days=1.5))) == {run}


def test_runs_expire_by_age(tmp_path: Path, state: bytes) -> None:
    store = Store(tmp_path)
    kept(store, state, 3 * 86_400)
    young = kept(store, state, 86_400)
    assert remaining(Store(tmp_path, Quota(days=2))) == {young}


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(
    tmp_path: Path, state: bytes
) -> None:
    store = Store(tmp_path)
    folder = tmp_path / kept(store, state, 0)
    for name, age in ((".state.safetensors.old", 100), (".state.safetensors.new", 1)):
        (folder / name).write_bytes(b"half")
        written = time.time() - age
        os.utime(folder / name, (written, written))
    Store(tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        "state.safetensors",
        ".state.safetensors.new",
    }


def test_other_folders_are_left_alone(tmp_path: Path, state: bytes) -> None:
    (tmp_path / "notes").mkdir()
    Store(tmp_path, Quota(runs=0))
    assert (tmp_path / "notes").is_dir()


def test_a_removed_run_is_gone(store: Store, state: bytes) -> None:
    token = kept(store, state, 0)
    store.remove(token)
    store.remove(token)
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        store.state(token)


def test_the_folder_is_the_one_that_is_given_or_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HYPERNET_RUNS", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("HYPERNET_RUNS")
    assert default_folder().parts[-2:] == ("hypernet", "runs")
    assert default_folder().is_absolute()


def test_a_user_without_a_home_has_a_folder_that_nothing_is_kept_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("HYPERNET_RUNS")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert not Store(default_folder()).holds("A" * 22)


def test_a_folder_that_is_closed_to_us_holds_nothing(
    store: Store, state: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = kept(store, state, 0)
    assert store.holds(token)

    def closed(path: Path, **_: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", closed)
    monkeypatch.setattr(Path, "iterdir", closed)
    Store(store.folder).tidy()
    assert not store.holds(token)
    assert store.card(token) is None
    with pytest.raises(ValueError, match="cannot be read: Permission denied"):
        store.download(token)
