"""The connection to a Dask scheduler: an own one, or that of DASK_SCHEDULER_ADDRESS."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import math
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast, final, runtime_checkable

from hypernet.plugins import plugin_environment

if TYPE_CHECKING:
    import distributed

#: Longest wait for a scheduler to start, to answer, and to end.
START_SECONDS = 60.0
ANSWER_SECONDS = 20.0
END_SECONDS = 10.0
#: How long a count of workers is good enough.
COUNT_SECONDS = 2.0
NEEDED = ("distributed", "cryptography", "psutil")
SERVER = Path(__file__).with_name("server.py")


@runtime_checkable
class Call(Protocol):
    """A call on a worker: the part of `distributed.Future` that is used here."""

    status: str

    def result(self, timeout: float) -> Any:
        """What it returned, or the error that it raised."""

    def release(self) -> None:
        """Say that its result is not wanted any more."""

    def add_done_callback(self, function: Callable[[Call], object]) -> None:
        """Have a function called when it has finished."""


@runtime_checkable
class Cluster(Protocol):
    """Where calls are computed."""

    def submit(self, function: Callable[..., object], *arguments: object) -> Call:
        """Start a call on some worker."""

    def alive(self) -> bool:
        """Whether calls may still come back."""

    def workers(self) -> int:
        """How many workers there are, 1 at least."""

    def close(self) -> None:
        """Let go of it; its calls are lost."""


@final
class DaskCluster:
    """A scheduler that calls can be submitted to; close it when done.

    Args:
        client: the connection.
        server: the process of an own scheduler; None for somebody else's.
    """

    def __init__(self, client: distributed.Client, server: subprocess.Popen[str] | None) -> None:
        self._client: Any = client  # Dask's own methods have no types
        self.server = server
        self._count, self._counted_at = 1, -math.inf

    def submit(self, function: Callable[..., object], *arguments: object) -> Call:
        """Start a call on some worker."""
        key = f"{function.__name__}-{uuid.uuid4()}"
        return cast("Call", self._client.submit(function, *arguments, key=key, pure=False))

    def alive(self) -> bool:
        """Whether calls may still come back."""
        served = self.server is None or self.server.poll() is None
        return served and bool(self._client.status == "running")

    def workers(self) -> int:
        """How many workers there are, 1 at least."""
        now = time.monotonic()
        if self.alive() and now - self._counted_at > COUNT_SECONDS:
            self._counted_at = now
            with contextlib.suppress(TimeoutError, OSError):
                ask = self._client.scheduler.identity
                about = self._client.sync(ask, n_workers=-1, callback_timeout=ANSWER_SECONDS)
                self._count = len(about["workers"])
        return max(1, self._count)

    def close(self) -> None:
        """Leave the scheduler, and end it where it is an own one."""
        # A client that lost its scheduler would use up its whole time to say goodbye.
        patience = END_SECONDS if self.alive() else 1.0
        self._client.close(timeout=patience)
        if self.server is not None:
            end(self.server)


def check_installed() -> None:
    """Refuse in one sentence where what a cluster needs is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(
            f"training on workers needs {', '.join(missing)}: pip install 'hypernet[jobs]'"
        )


def connect(workers: int | None = None) -> DaskCluster:
    """The cluster of DASK_SCHEDULER_ADDRESS, or else an own one on this machine.

    Args:
        workers: of an own cluster; one fewer than there are cores if None.

    Raises:
        OSError: where there is no answer in time.
    """
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    if address:
        return DaskCluster(_client(address, _security_from_files()), None)
    server = _serve(workers or max(1, (os.cpu_count() or 1) - 1))
    try:
        load_client()  # takes a second too, so while the server starts
        about = json.loads(_first_line(server))
        return DaskCluster(_client(about["address"], _security(about)), server)
    except BaseException:
        end(server)
        raise


def load_client() -> None:
    """Import what a connection needs."""
    importlib.import_module("distributed")


def end(server: subprocess.Popen[str]) -> None:
    """End an own scheduler and its workers, by force if it takes too long."""
    if server.stdin is None or server.stdout is None:
        raise ValueError("a scheduler has pipes")
    try:
        server.stdin.close()
        server.wait(END_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        server.kill()
        server.wait()
    server.stdout.close()


def _client(address: str, security: distributed.Security) -> distributed.Client:
    # Imported here, since it takes a second that only those who submit should pay.
    import dask
    from distributed import Client

    # A state may be larger than Dask thinks wise for one call; runs.MAX_STATE_BYTES bounds it.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "64MB"})
    return Client(address, security=security, timeout=ANSWER_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]


def _security(about: dict[str, str]) -> distributed.Security:
    from distributed import Security

    return Security(  # type: ignore[no-untyped-call]
        require_encryption=True,
        tls_ca_file=about["ca"],
        tls_client_cert=about["cert"],
        tls_client_key=about["key"],
    )


def _security_from_files() -> distributed.Security:
    """From DASK_TLS_CA_FILE, DASK_TLS_CERT and DASK_TLS_KEY, or else from Dask's configuration."""
    from distributed import Security

    names = {
        "tls_ca_file": "DASK_TLS_CA_FILE",
        "tls_client_cert": "DASK_TLS_CERT",
        "tls_client_key": "DASK_TLS_KEY",
    }
    given = {field: os.environ[name] for field, name in names.items() if os.environ.get(name)}
    return Security(**given)  # type: ignore[no-untyped-call]


def _serve(workers: int) -> subprocess.Popen[str]:
    package = str(Path(__file__).parent.parent.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(  # noqa: S603 - nothing but this interpreter and a number
        [sys.executable, "-P", str(SERVER), str(workers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            "DASK_LOGGING__DISTRIBUTED": "error",
            **os.environ,
            **plugin_environment(),
            "PYTHONPATH": path,
        },
        start_new_session=True,  # Ctrl+C is for the program that started it, which then ends it
    )


def _first_line(server: subprocess.Popen[str]) -> str:
    """What the scheduler says first; OSError where it says nothing in time."""
    lines: list[str] = []
    stdout = server.stdout
    if stdout is None:
        raise ValueError("a scheduler has pipes")
    reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
    reader.start()
    reader.join(START_SECONDS)
    if not lines or not lines[0]:
        server.kill()
        reader.join()
        raise OSError("the scheduler for training did not start")
    return lines[0]
