"""No visitor is the first: every page is drawn once before the server answers anybody.

streamlit run app.py ─► lifespan: a visitor inside the process opens each page ─► requests answered

Imports, checkpoints, exports and first pictures are then in memory. The port takes connections from
the start, but nothing is answered until the lifespan has begun: whoever comes early waits for the
rest of it, and Streamlit's own health check says "ok" to nobody before.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator
from typing import final

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

from hypernet.jobs import close

#: A page that takes longer is left to its first visitor.
PAGE_SECONDS = 60.0
#: What `st.user` knows of the visitor inside the process, and of nobody else.
WARMING = "warming"
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@contextlib.asynccontextmanager
async def warmed(_app: st.App) -> AsyncIterator[None]:
    """A server's lifespan: begins when all pages have been drawn, ends when runs are kept."""
    try:
        await draw_every_page(Runtime.instance())
    except (AttributeError, RuntimeError, TimeoutError, TypeError) as error:
        logging.getLogger(__name__).warning("first visitors will wait: %r", error)
    gc.collect()
    gc.freeze()
    yield
    await asyncio.to_thread(close)  # the server then ends by its signal, without `atexit`


def is_warming() -> bool:
    """Whether the page is drawn for the visitor inside the process, not for a real one."""
    return WARMING in st.user


async def draw_every_page(runtime: Runtime) -> list[str]:
    """The paths of all pages of the app, each drawn once for one visitor.

    Raises:
        TimeoutError: where a page is not drawn in time.
    """
    visitor = _Visitor()
    session = runtime.connect_session(visitor, user_info={WARMING: True})
    try:
        await _open(runtime, session, visitor, "")
        for path in visitor.others:
            await _open(runtime, session, visitor, path)
    finally:
        runtime.close_session(session)
    return ["", *visitor.others]


async def _open(runtime: Runtime, session: str, visitor: _Visitor, path: str) -> None:
    visitor.drawn.clear()
    message = BackMsg()
    message.rerun_script.page_name = path
    runtime.handle_backmsg(session, message)
    await asyncio.wait_for(visitor.drawn.wait(), PAGE_SECONDS)


@final
class _Visitor(SessionClient):
    """A visitor without a browser, who learns what other pages there are and when one is drawn."""

    def __init__(self) -> None:
        self.others: list[str] = []
        self.drawn = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take in what would go to the browser."""
        kind = msg.WhichOneof("type")
        if kind == "navigation":
            pages = msg.navigation.app_pages
            self.others = [page.url_pathname for page in pages if not page.is_default]
        elif kind == "script_finished" and msg.script_finished in ENDS:
            self.drawn.set()
