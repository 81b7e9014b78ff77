"""Styles are put into the pages of HTML that the server sends, and into nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.browser import apart
from ui.styled import Styled, styles

PAGE = b"<html><head><title>t</title></head><body></head></body></html>"


def answered(
    chunks: list[bytes], kind: str = "text/html; charset=utf-8", accept: str = "text/html,*/*"
) -> tuple[Message, bytes, Scope]:
    """What reaches a browser: the first message, the whole body, and what the app was asked."""
    seen: list[Scope] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        length = str(sum(map(len, chunks))).encode()
        headers = [(b"content-type", kind.encode()), (b"content-length", length), (b"etag", b"e")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for i, chunk in enumerate(chunks):
            more = i < len(chunks) - 1
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is received")

    headers = [(b"accept", accept.encode()), (b"accept-encoding", b"gzip"), (b"range", b"0-1")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}

    async def answer() -> None:
        await Styled(app)(scope, receive, send)

    apart(lambda: asyncio.run(answer()))
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:]), seen[0]


@pytest.mark.parametrize("chunks", [[PAGE], [PAGE[:20], PAGE[20:]]])
def test_a_page_gets_the_styles_at_the_end_of_its_head(chunks: list[bytes]) -> None:
    start, body, scope = answered(chunks)
    assert body == PAGE.replace(b"</head>", styles() + b"</head>", 1)
    headers = dict(start["headers"])
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"etag" not in headers
    assert [name for name, _ in scope["headers"]] == [b"accept"]


@pytest.mark.parametrize(
    ("kind", "accept"), [("text/css", "text/html"), ("text/html", "application/json")]
)
def test_everything_else_is_left_as_it_is(kind: str, accept: str) -> None:
    start, body, scope = answered([PAGE], kind, accept)
    assert body == PAGE
    assert (b"etag", b"e") in start["headers"]
    assert len(scope["headers"]) == (3 if accept == "application/json" else 1)


def test_the_styles_are_those_of_the_stage_the_terms_and_the_machine() -> None:
    text = styles().decode()
    assert text.count("<style>") == text.count("</style>") == 1
    for name in (".st-key-picture", ".term > [popover]", ".machine"):
        assert name in text
