"""What every page does first: leave the legacy page mode, check its link, settle the process."""

from __future__ import annotations

import functools
import gc
import logging
from pathlib import Path

import streamlit as st
import torch
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager

from hypernet.plugins import load_plugin, named_files
from ui.links import plain

ICON = str(Path(__file__).parent / "icon.png")
#: How many visitors may lose their connection at once and find their session again.
DISCONNECTED_SESSIONS = 1000


def open_page() -> None:
    """Call on top of every page file.

    A folder called `pages` switches Streamlit to a mode that runs a page file without `app.py`,
    until `st.navigation` has run once in that server. The first visitor of a deep link would see
    the page without its navigation, so the mode is left and the run repeated.
    """
    _settle()
    if getattr(PagesManager, "uses_pages_directory", False):
        PagesManager.uses_pages_directory = False
        st.rerun()
    for problem in plugins_left_out():
        st.warning(f"A part of this server's own is missing: {plain(problem, 300)}.")


@functools.lru_cache(maxsize=1)
def plugins_left_out() -> tuple[str, ...]:
    """Load the files that HYPERNET_PLUGINS names; a sentence for each that cannot be loaded."""
    problems = []
    for file in named_files():
        try:
            load_plugin(file)
        except ValueError as error:
            logging.getLogger(__name__).warning("a plugin is left out: %s", error)
            problems.append(str(error))
    return tuple(problems)


@functools.lru_cache(maxsize=1)
def _settle() -> None:
    """Once in a process: one torch thread, room for sessions, nothing imported collected again."""
    torch.set_num_threads(1)
    keep_disconnected_sessions()
    watch_no_files()
    gc.collect()
    gc.freeze()


def keep_disconnected_sessions() -> None:
    """Let the server keep 1000 sessions for two minutes after their connection is lost.

    Streamlit keeps 128 and has no option for it: when a lecture hall's network fails for a moment,
    all others would start anew. This reaches into Streamlit; where that has changed, a line in the
    log says so and 128 it is.
    """
    if not Runtime.exists():
        return
    try:
        from streamlit.runtime.memory_session_storage import MemorySessionStorage

        sessions = Runtime.instance()._session_mgr
        with sessions._storage_lock:  # type: ignore[attr-defined]
            known = sessions._session_storage.list()  # type: ignore[attr-defined]
            storage = MemorySessionStorage(maxsize=DISCONNECTED_SESSIONS)
            for session in known:
                storage.save(session)
            sessions._session_storage = storage  # type: ignore[attr-defined]
    except (AttributeError, ImportError, TypeError) as error:
        logging.getLogger(__name__).warning("Streamlit keeps few disconnected sessions: %s", error)


def watch_no_files() -> None:
    """Obey `server.fileWatcherType = "none"` for sessions that come back, too.

    Streamlit obeys it for new sessions only. For each that reconnects it looks up the files of all
    modules, a quarter of a second with torch loaded, during which nobody else is served.
    """
    if st.get_option("server.fileWatcherType") != "none":
        return
    try:
        from streamlit.runtime.app_session import AppSession
    except ImportError as error:
        logging.getLogger(__name__).warning("Streamlit may watch files: %s", error)
    else:
        AppSession.register_file_watchers = lambda _: None  # type: ignore[assignment, method-assign]
