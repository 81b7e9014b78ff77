"""The app as a visitor meets it: a real server, a real browser."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TITLES = {
    "": "A network that writes networks",
    "sinusoids": "Where to start, or where to land?",
    "boundaries": "Where does one class end?",
    "digits": "Digits it has never seen",
}
#: Of a plain Streamlit page, light or dark.
STREAMLITS_OWN_VIOLATIONS = {"page-has-heading-one", "landmark-one-main", "color-contrast"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no Chromium on this machine; the pages were not tried in a browser",
    ),
]


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """A fresh server of the app; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://localhost:{port}"
    try:
        _wait_until_up(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.1)
    raise AssertionError("the server did not come up within a minute")


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "Chromium is needed here: install the Debian package `chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", name="address")
def _address() -> Iterator[str]:
    with serve() as address:
        yield address


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def open_page(page: Page, address: str, path: str = "") -> None:
    page.goto(f"{address}/{path}")
    title = TITLES[path.split("?")[0]]
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=30_000)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script has run and its picture is there."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    )
    page.locator(".js-plotly-plot .main-svg, [data-testid=inner-loop-player]").first.wait_for()


def curve(page: Page) -> list[float]:
    """What the idea's second chart draws: the y values of the generated network."""
    values: list[float] = page.evaluate(
        "Array.from(document.querySelectorAll('.js-plotly-plot')[1]._fullData[1].y)"
    )
    return values


def drawn(page: Page) -> list[str]:
    """The paths of the learners' curves in the player."""
    paths: list[str] = page.locator("[data-role=current]").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )
    return paths


@pytest.mark.parametrize(
    ("path", "slider", "value"),
    [
        ("?amplitude=4", "Amplitude A", "4"),
        ("sinusoids?amplitude=4", "Amplitude A", "4"),
        ("boundaries?angle=2", "Angle (rad)", "2"),
        ("digits?shots=3", "Images of each digit K", "3"),
    ],
)
def test_a_deep_link_opened_first_on_a_fresh_server_shows_the_whole_app(
    page: Page, path: str, slider: str, value: str
) -> None:
    with serve() as address:
        open_page(page, address, path)
        expect(page.get_by_test_id("stTopNavLink")).to_have_count(len(TITLES))
        expect(page.get_by_role("slider", name=slider)).to_have_value(value)
        assert page.url.endswith(path)


def test_moving_the_amplitude_redraws_the_curve_and_the_weights(page: Page, address: str) -> None:
    open_page(page, address)
    before, pixels = curve(page), page.locator(".js-plotly-plot").first.screenshot()
    slider = page.get_by_role("slider", name="Amplitude A")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => Math.max(...(document.querySelectorAll('.js-plotly-plot')[1]?._fullData?.[1].y"
        " ?? [])) > Math.max(...before) + 0.8",
        arg=before,
    )
    settle(page)
    assert max(curve(page)) == pytest.approx(3.5, abs=0.15)
    assert page.locator(".js-plotly-plot").first.screenshot() != pixels
    expect(page).to_have_url(re.compile(r"amplitude=3\.5"))


def test_the_same_link_shows_the_same_picture_in_a_second_session(
    page: Page, browser: Browser, address: str
) -> None:
    path = "sinusoids?amplitude=3.5&seed=17&shots=7&steps=10&learners=MAML&learners=From+scratch"
    open_page(page, address, path)
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    open_page(other, address, path)
    expect(page.get_by_test_id("fit-panel")).to_have_count(2)
    expect(other.get_by_test_id("fit-panel")).to_have_count(2)
    assert drawn(page) == drawn(other)
    other.context.close()


def test_scrubbing_the_inner_steps_asks_nothing_of_the_server(page: Page, address: str) -> None:
    sent: list[object] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload))
    )
    open_page(page, address, "sinusoids")
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    page.wait_for_timeout(500)
    after, count = drawn(page), len(sent)
    assert count > 0
    page.get_by_test_id("scrubber").fill("0")
    before = drawn(page)
    page.get_by_test_id("scrubber").fill("3")
    between = drawn(page)
    assert before != after
    assert between not in (before, after)
    page.wait_for_timeout(500)
    assert len(sent) == count
    assert page.url.endswith("?at=3")


def test_a_link_keeps_the_step_that_was_shown(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?at=2")
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
    open_page(page, address, "sinusoids")
    scrubber = page.get_by_test_id("scrubber")
    expect(scrubber).to_have_value("5")
    page.get_by_role("button", name="Replay").click()
    expect(scrubber).not_to_have_value("5", timeout=10_000)
    expect(scrubber).to_have_value("5", timeout=15_000)


def test_new_points_move_the_points_and_back_brings_them_back(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids")
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    first = drawn(page)
    page.get_by_role("button", name="New points").click()
    expect(page).to_have_url(re.compile(r"seed=\d+"))
    settle(page)
    page.wait_for_timeout(500)
    assert drawn(page) != first
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"seed=\d+"))
    settle(page)
    page.wait_for_timeout(500)
    assert drawn(page) == first


def test_a_bad_link_is_noted_where_the_visitor_sees_it(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?amplitude=nan&shots=0&nonsense=%3Cb%3E")
    page.wait_for_timeout(1000)
    notes = page.get_by_test_id("stAlert")
    expect(notes).to_have_count(3)
    expect(notes.first).to_be_in_viewport()
    expect(notes.first).to_contain_text("amplitude = nan; allowed is a number from 0 to 8")


@pytest.mark.parametrize("path", TITLES)
def test_a_page_asks_no_other_host_and_logs_no_exception(
    page: Page, address: str, path: str
) -> None:
    elsewhere: list[str] = []
    errors: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_page(page, address, path)
    page.wait_for_timeout(1000)
    assert elsewhere == []
    assert errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", TITLES)
def test_a_page_has_no_accessibility_violation_of_its_own(
    browser: Browser, address: str, path: str, theme: str
) -> None:
    context = browser.new_context(color_scheme="dark" if theme == "dark" else "light")
    page = context.new_page()
    open_page(page, address, path)
    page.wait_for_timeout(1000)
    violations = Axe().run(page).response["violations"]
    own = [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in violations
        for node in violation["nodes"]
        if violation["id"] not in STREAMLITS_OWN_VIOLATIONS
    ]
    context.close()
    assert own == []


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("path", TITLES)
def test_nothing_is_wider_than_the_window(page: Page, address: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, address, path)
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    player = page.get_by_test_id("inner-loop-player")
    if player.count():
        box = player.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_from_page_to_page_no_control_is_taken_for_a_bad_link(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?amplitude=4&at=2&steps=10")
    page.get_by_role("link", name="Decision boundaries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["boundaries"])
    settle(page)
    page.wait_for_timeout(1000)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.get_by_role("link", name="The idea").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[""])
    page.wait_for_timeout(1000)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_scrubbing_moves_the_boundary_without_the_server(page: Page, address: str) -> None:
    open_page(page, address, "boundaries?kind=stripes&learners=MAML")
    panel = page.get_by_test_id("fit-panel")
    expect(panel).to_have_count(1)
    page.wait_for_timeout(500)
    after = panel.screenshot()
    page.get_by_test_id("scrubber").fill("0")
    page.wait_for_timeout(300)
    assert panel.screenshot() != after
