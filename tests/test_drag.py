"""Live pictures follow the pointer without the server, and links are quick."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.bench_browser import (
    LIVE,
    NAVIGATION_SECONDS,
    TRIES,
    Drag,
    measure_navigation,
    missed,
    smooth_drag,
)
from tests.browser import needs_chromium

pytestmark = [*needs_chromium, pytest.mark.timing]


@pytest.mark.parametrize("name", LIVE)
def test_a_drag_of_5_seconds_is_smooth_and_sends_one_message_on_release(
    browser: Browser, address: str, name: str
) -> None:
    drag = smooth_drag(browser, address, LIVE[name])
    assert missed(drag, LIVE[name].bar_ms) == []


def test_a_link_leads_to_a_live_picture_within_2_seconds(page: Page, address: str) -> None:
    slowest = (max(measure_navigation(page, address).values()) for _ in range(TRIES))
    assert any(seconds <= NAVIGATION_SECONDS for seconds in slowest)


@pytest.mark.parametrize(
    ("frames", "while_held", "on_release", "sentences"),
    [
        ([1.0] * 95 + [20.0] * 5, 0, 1, []),
        ([1.0] * 94 + [20.0] * 6, 0, 1, ["95 % of the frames must take at most 16 ms"]),
        ([], 0, 1, ["no frame was drawn"]),
        ([1.0], 2, 1, ["nothing may be sent while dragging, got 2 messages"]),
        ([1.0], 0, 0, ["one message must be sent on release, got 0"]),
    ],
)
def test_each_bar_that_is_missed_is_named(
    frames: list[float], while_held: int, on_release: int, sentences: list[str]
) -> None:
    assert missed(Drag(frames, [], while_held, on_release), 16.0) == sentences
