"""Styles in the head of the page that the server sends, so that nothing moves while it loads.

A style that a page draws comes after the first things it is for: they would be drawn twice, in two
places. Streamlit has no place for an app's own styles in its HTML, so they are put there on the way
to the browser.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import machine

_HERE = Path(__file__).parent
_END = b"</head>"
#: What a browser may ask for that would leave us without the HTML to put styles into.
_SHORTCUTS = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


@functools.lru_cache(maxsize=1)
def styles() -> bytes:
    """All styles of the pages as one element; those of components come with them."""
    files = (_HERE / "page.css", _HERE / "terms" / "terms.css")
    texts = [file.read_text(encoding="utf-8") for file in files]
    return f"<style>{''.join([*texts, machine.style()])}</style>".encode()


@final
class Styled:
    """ASGI middleware: adds `styles()` to each page of HTML, and leaves all else as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name not in _SHORTCUTS]
        await self.app({**scope, "headers": kept}, receive, _Sender(send))


def _asks_for_page(scope: Scope) -> bool:
    wanted = scope["type"] == "http" and scope["method"] == "GET"
    return wanted and "text/html" in Headers(scope=scope).get("accept", "")


@final
class _Sender:
    """Holds an answer of HTML back until it is whole, then sends it with the styles."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_whole(self.start)
        else:
            await self.send(message)

    async def _send_whole(self, start: Message) -> None:
        body = self.body.replace(_END, styles() + _END, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified"):
            del headers[name]
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})


def _is_page(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return bool(message["status"] == 200 and kind.startswith("text/html"))
