"""What every test in a real browser needs: a server, a page, and waiting for its picture."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ui.chapters import CHAPTERS, PAGES

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
#: Puts what tests call of ui/live onto the browser's window, once it is composed.
IN_WINDOW = ROOT / "tests" / "js" / "in_window.js"
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
    "weights": "Where do the weights come from?",
    "boundaries": "Where does one class end?",
    "descriptions": "Which description?",
    "digits": "Digits it has never seen",
    "own": "Bring your own task",
    "training": "Train it yourself",
    "glossary": "What the words mean",
}
#: For what takes a moment: where other work fills the machine, it may take many.
TIMEOUT_MS = 30_000
#: An empty page of the host that all servers of tests are on.
OPENER = "http://localhost/opener"
#: One of these on a page means that its picture is there, or what it has in place of one.
PICTURES = (
    ".js-plotly-plot .main-svg, [data-testid=inner-loop-player], [data-testid=weight-loom], "
    "[data-testid=training], .glossary"
)
#: Without Streamlit's navigation of narrow windows, whose lists hold what is no list item.
OURS = {"exclude": [["[data-testid=stSidebarNav]"]]}
#: Of a plain Streamlit page, light or dark.
STREAMLITS_OWN_VIOLATIONS = {"page-has-heading-one", "landmark-one-main", "color-contrast"}

#: The marks of a file of browser tests.
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no Chromium on this machine; the pages were not tried in a browser",
    ),
]


@contextlib.contextmanager
def serve(script: str = "app.py") -> Iterator[str]:
    """A fresh server of the app or of another script; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
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


def apart(function: Callable[..., T], *arguments: Any) -> T:
    """What the function returns, called in a thread without an event loop: a browser has one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


@contextlib.contextmanager
def launch() -> Iterator[Browser]:
    """A headless Chromium, with the window that `new_page` opens pages from."""
    assert CHROMIUM is not None, "Chromium is needed here: install the Debian package `chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=TIMEOUT_MS)
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.set_default_timeout(TIMEOUT_MS)
            context.route(OPENER, lambda route: route.fulfill(body="", content_type="text/html"))
            context.new_page().goto(OPENER)
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def new_page(browser: Browser, dark: bool = False) -> Iterator[Page]:
    """A page of a visitor who was never here before.

    A page in a process of its own spends much of its time on compiling Streamlit's scripts. One
    that another page of the same host opens shares its process, and so what is compiled already;
    what the browser could remember of a visitor is forgotten with the last page.
    """
    context = browser.contexts[0]
    with context.pages[0].expect_popup() as opened:
        context.pages[0].evaluate("void window.open('about:blank')")
    page = opened.value
    page.emulate_media(color_scheme="dark" if dark else "light")
    try:
        yield page
    finally:
        if len(context.pages) == 2:
            page.evaluate("localStorage.clear()")
            context.clear_cookies()
        page.close()


@contextlib.contextmanager
def silent_page(browser: Browser) -> Iterator[Page]:
    """A page in whose console no error may stand at the end."""
    with new_page(browser) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.extend([line.text] * (line.type == "error")))
        yield page
        assert errors == []


def open_page(page: Page, address: str, path: str = "") -> None:
    """Open a page at a path with its query and wait for its picture."""
    page.goto(f"{address}/{path}")
    title = TITLES[path.split("?")[0]]
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=3 * TIMEOUT_MS)
    settle(page)


#: Resolves when the script has not run and no frame was late for some time: what was to be sent is
#: sent, what was to be drawn is drawn. A machine that is too busy for that is not waited for long.
AT_REST = """([quiet, most]) => new Promise((resolve) => {
  let since = performance.now();
  let last = since;
  const look = (now) => {
    const app = document.querySelector("[data-testid=stApp]");
    const late = now - last > 50;
    if (late || app?.dataset.testScriptState !== "notRunning") since = now;
    last = now;
    if (now - since >= quiet) resolve();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  setTimeout(resolve, most);
})"""


def rest(page: Page, quiet_ms: int = 350) -> None:
    """Wait until the answer to all that was done is drawn."""
    page.evaluate(AT_REST, [quiet_ms, 3000])
    settle(page)


def go_to(page: Page, path: str) -> None:
    """Open a page from the navigation, in two presses."""
    entry = PAGES[path]
    chapter = next(name for name, pages in CHAPTERS.items() if entry in pages)
    page.get_by_test_id("stTopNavSection").filter(has_text=chapter).click()
    page.get_by_role("menuitem", name=entry.title).click()


def settle(page: Page) -> None:
    """Wait until the script has run and its picture is there."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    )
    page.locator(PICTURES).first.wait_for()


def drawn(page: Page) -> list[str]:
    """The paths of the learners' curves in the player."""
    paths: list[str] = page.locator("[data-role=current]").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )
    return paths


def sent_messages(page: Page) -> list[object]:
    """A list that grows with each message to the server; ask for it before the page is opened."""
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(text)))
    return sent


def widest(page: Page) -> int:
    """Pixels that the page needs from left to right, whatever its window's width."""
    width: int = page.evaluate(
        "Math.max(document.scrollingElement.scrollWidth,"
        " document.querySelector('[data-testid=stMain]').scrollWidth)"
    )
    return width


def axe_violations(page: Page) -> list[tuple[str, list[str], str]]:
    """Rule, element and explanation of each accessibility violation that is not Streamlit's own."""
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in Axe().run(page, context=OURS).response["violations"]
        for node in violation["nodes"]
        if violation["id"] not in STREAMLITS_OWN_VIOLATIONS
    ]
