"""Sessions survive a lost network, and what the app changes in Streamlit for that still exists."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import MagicMock

import pytest
from streamlit import config
from streamlit.proto.Slider_pb2 import Slider
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo

from benchmarks.sessions import Plan, Session, _other_value, main, measure, serve
from tests.browser import apart
from ui.shell import DISCONNECTED_SESSIONS, keep_disconnected_sessions, watch_no_files

pytestmark = pytest.mark.slow

#: Before any page of the app has replaced it in this process.
ORIGINAL = AppSession.__dict__["register_file_watchers"]
CLASS = Plan(sessions=8, reruns=2, pause=0.5, outage=0.5)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[str]:
    with serve() as address:
        yield address


@pytest.fixture(name="runtime")
def _runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """A server's runtime that was not started."""
    monkeypatch.setattr(Runtime, "_instance", None)
    script = tmp_path / "app.py"
    script.write_text("")
    return Runtime(
        RuntimeConfig(
            script_path=str(script),
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=MemoryUploadedFileManager("/upload"),
        )
    )


def disconnected(count: int) -> list[SessionInfo]:
    sessions = [SimpleNamespace(id=str(number)) for number in range(count)]
    return [SessionInfo(client=None, session=cast("AppSession", session)) for session in sessions]


def test_a_class_opens_moves_loses_the_network_and_comes_back(server: str) -> None:
    result = apart(asyncio.run, measure(server, CLASS))
    assert result.failures == []
    counts = {what: len(seconds) for what, seconds in result.seconds.items()}
    assert counts == {"first": 1, "open": 7, "rerun": 16, "reconnect": 8}


def test_a_session_that_was_lost_is_a_failure(server: str) -> None:
    async def come_back_as_somebody_else() -> None:
        session = Session(server, 0, CLASS)
        await session.open()
        session.cut()
        session.session_id = "0" * 36
        try:
            await session.reconnect()
        finally:
            session.cut()

    with pytest.raises(Exception, match="the server began another"):
        apart(asyncio.run, come_back_as_somebody_else())


def test_a_page_without_what_was_there_before_is_a_failure(server: str) -> None:
    async def come_back_to_another_picture() -> None:
        session = Session(server, 0, CLASS)
        await session.open()
        first = session.page
        await session.move(0)
        session.cut()
        session.page = first
        try:
            await session.reconnect()
        finally:
            session.cut()

    with pytest.raises(Exception, match="not the one from before"):
        apart(asyncio.run, come_back_to_another_picture())


def test_failures_are_printed_and_counted(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--address", server, "--page", "nowhere", "--sessions", "2", "--pause", "0"]
    assert apart(main, arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "session 0, first: there is no page nowhere",
        "session 1, open: there is no page nowhere",
        "failures: 2",
    ]


def test_where_no_app_is_running_one_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert apart(main, ["--address", "http://127.0.0.1:1"]) == 1
    assert capsys.readouterr().out.startswith("there is no app: ")


@pytest.mark.parametrize("number", range(0, 100, 9))
def test_a_move_chooses_another_value_that_the_slider_has(number: int) -> None:
    slider = Slider(min=0.0, max=8.0, step=0.1, default=[2.5])
    value = _other_value(slider, None, number)
    assert value != pytest.approx(2.5)
    assert 0.0 <= value <= 8.0
    assert value * 10 == pytest.approx(round(value * 10))


def test_streamlit_keeps_128_disconnected_sessions_by_itself(runtime: Runtime) -> None:
    manager = runtime._session_mgr
    for session in disconnected(DISCONNECTED_SESSIONS):
        manager._session_storage.save(session)  # type: ignore[attr-defined]
    assert len(manager.list_sessions()) == 128


def test_the_app_keeps_1000_disconnected_sessions(runtime: Runtime) -> None:
    manager = runtime._session_mgr
    everyone = disconnected(DISCONNECTED_SESSIONS)
    manager._session_storage.save(everyone[0])  # type: ignore[attr-defined]
    keep_disconnected_sessions()
    for session in everyone[1:]:
        manager._session_storage.save(session)  # type: ignore[attr-defined]
    found = {session.session.id for session in manager.list_sessions()}
    assert found == {session.session.id for session in everyone}
    assert len(found) == 1000


def test_the_app_starts_where_streamlit_has_changed(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    del runtime._session_mgr._session_storage  # type: ignore[attr-defined]
    keep_disconnected_sessions()
    assert "few disconnected sessions" in caplog.text


def test_without_a_server_there_is_nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runtime, "_instance", None)
    keep_disconnected_sessions()
    assert not Runtime.exists()


@pytest.mark.parametrize("module", ["memory_session_storage", "app_session"])
def test_the_app_starts_where_streamlit_has_moved_a_module(
    module: str, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, f"streamlit.runtime.{module}", None)
    monkeypatch.setattr("ui.shell.st.get_option", lambda name: "none")
    original = AppSession.__dict__["register_file_watchers"]
    monkeypatch.setattr(AppSession, "register_file_watchers", original)
    keep_disconnected_sessions()
    watch_no_files()
    assert len(caplog.messages) == 1
    assert module in caplog.text


def come_back(monkeypatch: pytest.MonkeyPatch, watcher: str) -> list[str]:
    """What a session does about files as it comes back, under a setting."""
    done: list[str] = []

    def watch(pages: object) -> SimpleNamespace:
        done.append("looks up files")
        return SimpleNamespace(register_file_change_callback=lambda callback: None)

    monkeypatch.setattr("streamlit.runtime.app_session.LocalSourcesWatcher", watch)
    monkeypatch.setattr(AppSession, "register_file_watchers", ORIGINAL)
    before = config.get_option("server.fileWatcherType")
    config.set_option("server.fileWatcherType", watcher)
    try:
        watch_no_files()
    finally:
        config.set_option("server.fileWatcherType", before)
    session = MagicMock(_local_sources_watcher=None)
    AppSession.register_file_watchers(session)
    return done


def test_a_session_that_comes_back_looks_up_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert come_back(monkeypatch, "none") == []


def test_for_a_developer_who_wants_it_files_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert come_back(monkeypatch, "poll") == ["looks up files"]
