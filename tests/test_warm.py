"""A server answers nobody before every page is drawn; no visitor is the first."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
import streamlit as st
from streamlit.runtime import Runtime

from benchmarks.sessions import Plan, Session
from tests.bench_browser import TRIES
from tests.browser import TITLES, apart, serve
from ui import warm

APP = """
import streamlit as st
from ui.warm import warmed

if __name__ == "__main__":
    pages = ["usual.py", "broken.py", "slow.py"]
    st.navigation([st.Page(page, default=page == "usual.py") for page in pages]).run()
else:
    app = st.App(__file__, lifespan=warmed)
"""
DRAWN = """
import time
from pathlib import Path
import streamlit as st
from ui.warm import is_warming
st.slider("A value", 0, 10)
time.sleep({seconds})
with Path(__file__).with_suffix(".drawn").open("a") as file:
    file.write("warming " if is_warming() else "visitor ")
"""
MOST_MEGABYTES = 600
#: More seconds for the first visitor of a page than for later ones: a quarter of the bar of
#: `make bench-browser`, where half of a second visit in a browser, about a second, is allowed.
MORE_SECONDS = 0.25
LATER_VISITS = 3


@pytest.fixture(name="small", scope="module")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder and the address of an app of three pages, one slow, one that fails."""
    folder = tmp_path_factory.mktemp("small")
    pages = {
        "app": APP,
        "usual": DRAWN.format(seconds=0),
        "broken": "raise ValueError('as meant')",
        "slow": DRAWN.format(seconds=2),
    }
    for name, text in pages.items():
        (folder / f"{name}.py").write_text(text)
    with serve(str(folder / "app.py")) as address:
        yield folder, address


def drawn(folder: Path, page: str) -> list[str]:
    """For whom a page was drawn."""
    return (folder / f"{page}.drawn").read_text().split()


@pytest.mark.slow
def test_health_is_said_once_every_page_is_drawn_though_one_fails(
    small: tuple[Path, str],
) -> None:
    folder, _ = small
    assert drawn(folder, "slow") == drawn(folder, "usual") == ["warming"]


@pytest.mark.slow
def test_only_the_visitor_inside_the_process_is_warming(small: tuple[Path, str]) -> None:
    folder, address = small
    session = Session(address, 0, Plan(page="slow"))

    async def visit() -> None:
        await session.open()
        session.cut()

    session.ask_for_cookies()
    apart(asyncio.run, visit())
    assert drawn(folder, "slow") == ["warming", "visitor"]


@pytest.mark.slow
def test_with_every_page_drawn_the_server_is_small_and_trains_nothing() -> None:
    before = set(psutil.Process().children())
    with serve():
        (server,) = set(psutil.Process().children()) - before
        assert server.memory_info().rss <= MOST_MEGABYTES * 2**20
        assert server.children() == []


async def live(app: st.App) -> None:
    async with warm.warmed(app):
        pass


def test_a_server_that_cannot_be_warmed_starts_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warm, "PAGE_SECONDS", 0.01)
    monkeypatch.setattr(Runtime, "_instance", Mock())
    apart(asyncio.run, live(Mock()))
    assert "first visitors will wait" in caplog.text


def test_runs_are_kept_when_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Mock()
    monkeypatch.setattr(warm, "close", closed)
    monkeypatch.setattr(Runtime, "_instance", None)
    apart(asyncio.run, live(Mock()))
    closed.assert_called_once_with()


async def seconds_of(session: Session) -> float:
    start = time.perf_counter()
    await session.look()
    spent = time.perf_counter() - start
    session.cut()
    return spent


def late(address: str) -> dict[str, float]:
    """How many seconds more the first visitor of each page waits, where it is too many."""
    found = {}
    for page in TITLES:
        sessions = [Session(address, i, Plan(page=page)) for i in range(1 + LATER_VISITS)]
        first, *later = (apart(asyncio.run, seconds_of(session)) for session in sessions)
        found[page] = first - statistics.median(later)
    return {page: more for page, more in found.items() if more > MORE_SECONDS}


@pytest.mark.timing
def test_no_page_makes_its_first_visitor_wait() -> None:
    """As the server sees it; whatever else a visit takes is the same for all visitors."""
    for _ in range(TRIES):
        with serve() as address:
            found = late(address)
        if not found:
            break
    assert found == {}
