"""A class at the level of Streamlit's protocol: open, move, lose the network, come back.

    python -m benchmarks.sessions --sessions 100

Every session does what a browser's tab does: it keeps the cookies, opens a websocket with its
tokens, says which page it wants, moves a slider now and then, and draws nothing. Then all
connections are cut at once, and all come back at once with the name of their session. The page is
asked for without one slider's value, so that only the server can know what it showed before.

    first       the first visitor of a fresh server, which has drawn every page for itself before
    open        from the websocket's start to the end of the first run of the page
    rerun       from a slider's message to the end of the run that it caused
    reconnect   the same as open, all sessions at the same moment
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from typing import final
from urllib.parse import urlsplit

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

ROOT = Path(__file__).parent.parent
XSRF = "_streamlit_xsrf"
#: What the browser sends as long as it has no token.
NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"  # noqa: S105
START_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """What a class does.

    Args:
        page: the page's path; it has at least one slider.
        reruns: how often each session moves a slider.
        pause: seconds between two moves of a session; all sessions open within as long. What is
            dragged in a picture is no move: the browser follows by itself.
        outage: seconds that all are gone for.
        timeout: seconds after which an answer counts as a failure.
    """

    page: str = "sinusoids"
    sessions: int = 100
    reruns: int = 5
    pause: float = 10.0
    outage: float = 2.0
    timeout: float = 60.0


@dataclass
class Result:
    """What was measured: seconds by what was waited for, and a sentence for each failure."""

    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {"first": [], "open": [], "rerun": [], "reconnect": []}
    )
    failures: list[str] = field(default_factory=list)


class SessionError(Exception):
    """A session did not get what it asked for."""


@final
class Session:
    """One visitor's tab; `page` is what it shows: the hash of each element by its place."""

    def __init__(self, address: str, number: int, plan: Plan) -> None:
        self.address, self.number, self.plan = address, number, plan
        self.cookies: dict[str, str] = {}
        self.session_id = ""
        self.sliders: dict[str, Slider] = {}
        self.values: dict[str, float] = {}
        self.page: dict[tuple[int, ...], str] = {}
        self._page_hash = ""
        self._cached: set[str] = set()
        self._connection: ClientConnection | None = None

    async def open(self) -> None:
        """Connect, and wait for the first run of the page."""
        await self.look()
        if not self.sliders:
            raise SessionError(f"there is no slider on {self.plan.page}")

    async def look(self) -> None:
        """The same on a page that need not have sliders."""
        await self._connect()
        await self._run({})

    async def move(self, count: int) -> None:
        """Move one slider, another one each time, and wait for the run."""
        names = list(self.sliders)
        name = names[(self.number + count) % len(names)]
        self.values[name] = _other_value(self.sliders[name], self.values.get(name), self.number)
        before = self.page
        await self._run(self.values)
        if self.page == before:
            raise SessionError("the page did not change with a slider")

    def cut(self) -> None:
        """Lose the connection, as with the network: nothing is said to the server."""
        if self._connection is not None:
            self._connection.transport.abort()
            self._connection = None

    async def reconnect(self) -> None:
        """Come back with the session's name; its page must be there without any slider's value."""
        session_id, page = self.session_id, self.page
        await self._connect()
        await self._run({})
        if self.session_id != session_id:
            raise SessionError("the session was lost: the server began another")
        if self.page != page:
            raise SessionError("the page is not the one from before")

    def ask_for_cookies(self) -> None:
        """Get what a page's first request gets: Streamlit's token, a proxy's choice of replica."""
        with urllib.request.urlopen(  # noqa: S310
            f"{self.address}/_stcore/health", timeout=self.plan.timeout
        ) as answer:
            for line in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: found.value for name, found in SimpleCookie(line).items()}

    async def _connect(self) -> None:
        address = urlsplit(self.address)
        scheme = {"http": "ws", "https": "wss"}[address.scheme]
        tokens = ["streamlit", self.cookies.get(XSRF, NO_TOKEN), self.session_id]
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection = await connect(
            f"{scheme}://{address.netloc}{address.path}/_stcore/stream",
            subprotocols=[Subprotocol(token) for token in tokens if token],
            additional_headers={"Cookie": cookies} if cookies else None,
            origin=f"{address.scheme}://{address.netloc}",  # type: ignore[arg-type]
            open_timeout=self.plan.timeout,
            max_size=None,
            ping_interval=None,  # a browser sends none
            proxy=None,
        )

    async def _run(self, values: dict[str, float]) -> None:
        """Ask for a run with these values of sliders and take in what it draws."""
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash, state.page_name = self._page_hash, self.plan.page
        state.cached_message_hashes.extend(sorted(self._cached))
        for name, value in values.items():
            widget = state.widget_states.widgets.add(id=name)
            widget.double_array_value.data.append(value)
        if self._connection is None:
            raise SessionError("not connected")
        await self._connection.send(message.SerializeToString())
        self.page = {}
        async with asyncio.timeout(self.plan.timeout):
            while not self._take_in(ForwardMsg.FromString(await self._receive())):
                pass

    async def _receive(self) -> bytes:
        if self._connection is None:
            raise SessionError("not connected")
        data = await self._connection.recv(decode=False)
        return bytes(data)

    def _take_in(self, message: ForwardMsg) -> bool:
        """Draw a message; whether the run has ended."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id
            self.page = {}
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_not_found":
            raise SessionError(f"there is no page {self.plan.page}")
        elif kind in ("delta", "ref_hash"):
            self.page[tuple(message.metadata.delta_path)] = message.ref_hash or message.hash
            if message.metadata.cacheable:
                self._cached.add(message.hash)
            self._look_at(message)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise SessionError("the page does not compile")
            return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False

    def _look_at(self, message: ForwardMsg) -> None:
        """Note a slider; an exception is a failure."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise SessionError(f"the page shows an error: {element.exception.message}")
        found = element.slider
        if kind == "slider" and found.type == Slider.SLIDER and len(found.default) == 1:
            self.sliders[found.id] = found


Step = Callable[[Session], Awaitable[None]]


def _other_value(slider: Slider, now: float | None, number: int) -> float:
    """A value of a slider, neither the one it has nor the one that most other sessions choose."""
    stops = round((slider.max - slider.min) / slider.step) + 1
    now = slider.default[0] if now is None else now
    stop = (round((now - slider.min) / slider.step) + 1 + number % (stops - 1)) % stops
    return float(min(slider.max, slider.min + stop * slider.step))


async def measure(address: str, plan: Plan) -> Result:
    """Let a class visit the app at an address; a session that has failed does nothing more.

    Raises:
        OSError: where nobody answers at all.
    """
    result = Result()
    visitors = [Session(address, number, plan) for number in range(plan.sessions)]

    async def one(what: str, visitor: Session, step: Step) -> Session | None:
        """The visitor after a step, or None where it failed."""
        started = time.perf_counter()
        try:
            await step(visitor)
        except (OSError, TimeoutError, WebSocketException, SessionError) as error:
            said = str(error) or f"no answer within {plan.timeout:g} s"
            result.failures.append(f"session {visitor.number}, {what}: {said}")
            visitor.cut()
            return None
        result.seconds[what].append(time.perf_counter() - started)
        return visitor

    async def later(what: str, visitor: Session, step: Step, wait: float) -> Session | None:
        await asyncio.sleep(wait * visitor.number / plan.sessions)
        return await one(what, visitor, step)

    async def everyone(what: str, among: list[Session], step: Step, wait: float) -> list[Session]:
        done = await asyncio.gather(*(later(what, visitor, step, wait) for visitor in among))
        return [visitor for visitor in done if visitor]

    for visitor in visitors:
        await asyncio.to_thread(visitor.ask_for_cookies)
    first = [await one("first", visitor, Session.open) for visitor in visitors[:1]]
    here = [visitor for visitor in first if visitor]
    here += await everyone("open", visitors[1:], Session.open, plan.pause)
    for count in range(plan.reruns):
        here = await everyone("rerun", here, partial(Session.move, count=count), plan.pause)
    for visitor in here:
        visitor.cut()
    await asyncio.sleep(plan.outage)
    for visitor in await everyone("reconnect", here, Session.reconnect, 0.0):
        visitor.cut()
    return result


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """A fresh server of the app on this machine; its address.

    Raises:
        OSError: where it does not come up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1"]
    process = subprocess.Popen(  # noqa: S603 - nothing but this interpreter and a number
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_up(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.1)
    raise OSError("the app did not start")


def report(result: Result) -> Iterator[str]:
    """The result in lines."""
    for what, seconds in result.seconds.items():
        if seconds:
            shares = np.percentile(seconds, [50, 95, 99])
            shown = ", ".join(
                f"p{share} {1000 * value:.0f}"
                for share, value in zip((50, 95, 99), shares, strict=True)
            )
            yield f"{what}: {len(seconds)} times, {shown} ms"
    yield from result.failures
    yield f"failures: {len(result.failures)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told, print, and return 1 where something failed."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions", description="A class.")
    parser.add_argument("--address", help="of a running app; without it one is started")
    parser.add_argument("--page", default=plan.page, help="a page with a slider")
    parser.add_argument("--sessions", type=int, default=plan.sessions)
    parser.add_argument("--reruns", type=int, default=plan.reruns, help="moves of each session")
    parser.add_argument("--pause", type=float, default=plan.pause, help="seconds between moves")
    parser.add_argument("--outage", type=float, default=plan.outage, help="seconds without network")
    parser.add_argument("--timeout", type=float, default=plan.timeout, help="seconds for an answer")
    options = vars(parser.parse_args(arguments))
    given = options.pop("address")
    place = contextlib.nullcontext(given.rstrip("/")) if given else serve()
    try:
        with place as address:
            result = asyncio.run(measure(address, Plan(**options)))
    except OSError as error:
        print(f"there is no app: {error}")
        return 1
    for line in report(result):
        print(line)
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
