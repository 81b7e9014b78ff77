"""The app as a visitor meets it: a real server, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import (
    TITLES,
    axe_violations,
    drawn,
    go_to,
    needs_chromium,
    new_page,
    open_page,
    rest,
    serve,
    settle,
)
from ui.chapters import CHAPTERS

pytestmark = needs_chromium


@pytest.mark.parametrize(
    ("path", "slider", "value"),
    [("?amplitude=4", "Amplitude A", "4"), ("digits?shots=3", "Images of each digit K", "3")],
)
def test_a_deep_link_opened_first_on_a_fresh_server_shows_the_whole_app(
    page: Page, path: str, slider: str, value: str
) -> None:
    with serve() as address:
        open_page(page, address, path)
        expect(page.get_by_test_id("stTopNavSection")).to_have_count(len(CHAPTERS))
        expect(page.get_by_role("slider", name=slider)).to_have_value(value)
        assert page.url.endswith(path)


def test_the_same_link_shows_the_same_picture_in_a_second_session(
    page: Page, browser: Browser, address: str
) -> None:
    path = "sinusoids?amplitude=3.5&seed=17&shots=7&steps=10&learners=MAML&learners=From+scratch"
    open_page(page, address, path)
    with new_page(browser) as other:
        open_page(other, address, path)
        expect(page.get_by_test_id("fit-panel")).to_have_count(2)
        expect(other.get_by_test_id("fit-panel")).to_have_count(2)
        assert drawn(page) == drawn(other)


def test_scrubbing_the_inner_steps_asks_nothing_of_the_server(page: Page, address: str) -> None:
    sent: list[object] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload))
    )
    open_page(page, address, "sinusoids")
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    rest(page)
    after, count = drawn(page), len(sent)
    assert count > 0
    page.get_by_test_id("scrubber").fill("0")
    before = drawn(page)
    page.get_by_test_id("scrubber").fill("3")
    between = drawn(page)
    assert before != after
    assert between not in (before, after)
    rest(page)
    assert len(sent) == count
    assert page.url.endswith("?at=3")


def test_a_link_keeps_the_step_that_was_shown(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?options=true&at=2")
    expect(page.get_by_test_id("scrubber")).to_have_value("2")
    page.get_by_role("button", name="step forward").click()
    expect(page).to_have_url(re.compile("at=3$"))
    slider = page.get_by_role("slider", name="Amplitude A")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"amplitude=2\.6"))
    settle(page)
    expect(page).to_have_url(re.compile("at=3"))
    expect(page.get_by_test_id("scrubber")).to_have_value("3")


def test_replay_plays_from_step_0_to_the_end(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?options=true")
    scrubber = page.get_by_test_id("scrubber")
    expect(scrubber).to_have_value("5")
    page.get_by_role("button", name="Replay").click()
    expect(scrubber).not_to_have_value("5", timeout=10_000)
    expect(scrubber).to_have_value("5", timeout=15_000)


def test_new_points_move_the_points_and_back_brings_them_back(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?options=true")
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    first = drawn(page)
    page.get_by_role("button", name="New points").click()
    expect(page).to_have_url(re.compile(r"seed=\d+"))
    rest(page)
    assert drawn(page) != first
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"seed=\d+"))
    rest(page)
    assert drawn(page) == first


def test_a_bad_link_is_noted_where_the_visitor_sees_it(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?amplitude=nan&shots=0&nonsense=%3Cb%3E")
    rest(page)
    notes = page.get_by_test_id("stAlert")
    expect(notes).to_have_count(3)
    expect(notes.first).to_be_in_viewport()
    expect(notes.first).to_contain_text("amplitude = nan; allowed is a number from 0 to 8")


class Opened(NamedTuple):
    """An open page, the hosts other than the app's own that it asked, and its exceptions."""

    page: Page
    elsewhere: list[str]
    errors: list[str]


#: A page whose width is looked at is opened narrow, as on a phone.
WINDOWS = {"light": (1280, 800), "dark": (390, 844)}


@pytest.fixture(
    name="opened",
    scope="module",
    params=[(path, theme) for path in TITLES for theme in WINDOWS],
    ids=lambda param: "-".join(param),
)
def _opened(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Opened]:
    """Each page in each theme, opened once for all that must be true of it."""
    path, theme = request.param
    width, height = WINDOWS[theme]
    with new_page(browser, dark=theme == "dark") as page:
        opened = Opened(page, [], [])

        def note(request: Request) -> None:
            if not request.url.startswith((address, "data:", "blob:")):
                opened.elsewhere.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: opened.errors.append(str(error)))
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, address, path)
        rest(page)
        yield opened


def test_a_page_has_no_accessibility_violation_of_its_own(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 1280, "height": 800})
    rest(opened.page)
    assert axe_violations(opened.page) == []


def test_nothing_is_wider_than_the_window(opened: Opened) -> None:
    page = opened.page
    for width in (390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        rest(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        player = page.get_by_test_id("inner-loop-player")
        if player.count():
            box = player.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_a_page_asks_no_other_host_and_logs_no_exception(opened: Opened) -> None:
    assert opened.elsewhere == []
    assert opened.errors == []


def test_from_page_to_page_no_control_is_taken_for_a_bad_link(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?amplitude=4&at=2&steps=10")
    go_to(page, "boundaries")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["boundaries"])
    rest(page)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    go_to(page, "")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[""])
    rest(page)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_scrubbing_moves_the_boundary_without_the_server(page: Page, address: str) -> None:
    open_page(page, address, "boundaries?kind=stripes&learners=MAML")
    panel = page.get_by_test_id("fit-panel")
    expect(panel).to_have_count(1)
    rest(page)
    after = panel.screenshot()
    page.get_by_test_id("scrubber").fill("0")
    rest(page)
    assert panel.screenshot() != after
