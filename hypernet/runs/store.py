"""A folder of users' runs and tasks, each under a name that cannot be guessed.

FOLDER/TOKEN/state.safetensors     to go on from, and to make a checkpoint of
             card.json             how the run ended, and its numbers
             upload.safetensors    instead of both: a checkpoint from elsewhere
             task.json             instead of all: a visitor's own task
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypernet.checkpoint import (
    MAX_BYTES,
    Checkpoint,
    dumps,
    loads,
    read,
    write,
)
from hypernet.custom.task import MOST_TASK_BYTES, from_json
from hypernet.runs.state import MAX_STATE_BYTES, RunState, load_state

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
STATE, CARD, UPLOAD = "state.safetensors", "card.json", "upload.safetensors"
TASK = "task.json"
MAX_CARD_BYTES = 200_000
#: A temporary file of this age was left by a process that died while it wrote.
LEFT_OVER_SECONDS = 60.0
DAY = 86_400.0


@dataclass(frozen=True)
class Quota:
    """How much is kept; the runs that were written to longest ago go first."""

    runs: int = 2000
    bytes: int = 2_000_000_000
    days: float = 30.0


class Store:
    """Reads and writes runs in a folder, which several processes may share.

    Every file is written all or nothing and checked when it is read. A path is built only from a
    token of the right form. All methods that take a token raise ValueError for any other, and for
    a run that is not there.
    """

    def __init__(self, folder: Path, quota: Quota | None = None) -> None:
        self.folder = folder
        self.quota = quota or Quota()
        self.tidy()

    def new_token(self) -> str:
        """The name of a run to come; makes room for it."""
        self.tidy()
        return secrets.token_urlsafe(16)

    def keep_state(self, token: str, state: bytes) -> None:
        """Write the state of a run that is under way, as `dump_state` made it."""
        self._path(token, CARD).unlink(missing_ok=True)
        self._write(token, STATE, state)

    def keep_card(self, token: str, card: Mapping[str, Any]) -> None:
        """Write the card of a run that has ended, after its last state."""
        self._write(token, CARD, json.dumps(card, indent=1, ensure_ascii=False).encode())

    def upload(self, checkpoint: bytes) -> str:
        """Keep a checkpoint from elsewhere, once it is checked, under a new token."""
        if len(checkpoint) > MAX_BYTES:
            raise ValueError(
                f"this file has {len(checkpoint)} bytes; a checkpoint has at most {MAX_BYTES}"
            )
        loads(checkpoint, "this file")
        token = self.new_token()
        self._write(token, UPLOAD, checkpoint)
        return token

    def keep_task(self, data: bytes) -> str:
        """Keep the file of a visitor's own task, once it is checked, under a new token."""
        from_json(data)
        token = self.new_token()
        self._write(token, TASK, data)
        return token

    def task(self, token: str) -> bytes:
        """The bytes of a task that was kept; `from_json` checks and reads them."""
        return read(self._path(token, TASK), MOST_TASK_BYTES)

    def state(self, token: str) -> RunState:
        """The last state that was kept."""
        return load_state(read(self._path(token, STATE), MAX_STATE_BYTES), "this run")

    def download(self, token: str) -> bytes:
        """The bytes of a checkpoint: the one that was uploaded, or that of the run's last state."""
        path = self._path(token, UPLOAD)
        if _is_there(path):
            return read(path, MAX_BYTES)
        state = self.state(token)
        return dumps(state.experiment, state.snapshot.learner)

    def checkpoint(self, token: str) -> Checkpoint:
        """The learner of a run at its last state, or the one that was uploaded."""
        return loads(self.download(token), "this run's checkpoint")

    def card(self, token: str) -> dict[str, Any] | None:
        """The card of a run that has ended; None for others and for uploads."""
        path = self._path(token, CARD)
        if not _is_there(path):
            return None
        try:
            card = json.loads(read(path, MAX_CARD_BYTES))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            raise ValueError("this run's card is damaged: it is not JSON") from None
        if not isinstance(card, dict):
            raise ValueError("this run's card is damaged: it is not an object")
        return card

    def holds(self, token: str) -> bool:
        """Whether a run is kept under this name, which may be anything."""
        return bool(TOKEN.fullmatch(token)) and _is_there(self.folder / token)

    def remove(self, token: str) -> None:
        """Delete a run; nothing happens where it is gone already."""
        shutil.rmtree(self._path(token, STATE).parent, ignore_errors=True)

    def tidy(self) -> None:
        """Sweep what a killed process left, then delete runs over the quota, oldest first."""
        now = time.time()
        kept_bytes = 0
        for count, (written, size, path) in enumerate(sorted(self._runs(now), reverse=True), 1):
            kept_bytes += size
            over = count > self.quota.runs or kept_bytes > self.quota.bytes
            if over or now - written > self.quota.days * DAY:
                shutil.rmtree(path, ignore_errors=True)

    def _runs(self, now: float) -> Iterator[tuple[float, int, Path]]:
        """When each run was last written, its bytes, and where it is."""
        for path in self._folders():
            if TOKEN.fullmatch(path.name):
                # another process may delete the run at any moment
                with contextlib.suppress(FileNotFoundError):
                    yield path.stat().st_mtime, _swept_bytes(path, now), path

    def _folders(self) -> list[Path]:
        """What lies in the store's folder; nothing where it is not there or not ours to read."""
        try:
            return list(self.folder.iterdir())
        except OSError:
            return []

    def _path(self, token: str, file: str) -> Path:
        if not TOKEN.fullmatch(token):
            raise ValueError("this is not the link of a run")
        return self.folder / token / file

    def _write(self, token: str, file: str, data: bytes) -> None:
        path = self._path(token, file)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, data)


def _is_there(path: Path) -> bool:
    """Whether a path can be looked at; where the way to it is closed, nothing is there for us."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def default_folder() -> Path:
    """HYPERNET_RUNS, or a folder for this user's data."""
    given = os.environ.get("HYPERNET_RUNS")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or _home() / ".local" / "share")
    return base / "hypernet" / "runs"


def _home() -> Path:
    """This user's home, or what Debian calls that of a user without one: nothing is kept there."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


def _swept_bytes(run: Path, now: float) -> int:
    """The bytes of a run's files, after deleting temporary ones that were left over."""
    size = 0
    for path in run.iterdir():
        found = path.stat()
        if path.name.startswith(".") and now - found.st_mtime > LEFT_OVER_SECONDS:
            path.unlink(missing_ok=True)
        else:
            size += found.st_size
    return size
