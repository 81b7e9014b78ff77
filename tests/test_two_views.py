"""Several live pictures on one page: each has its own state, and what is broken stays apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import needs_chromium, rest, serve, settle, silent_page
from tests.test_live_player import Sent, centre, press

pytestmark = needs_chromium

OTHER_VERSION = "not live here: version must be 1, got 2"
NOT_A_NUMBER = "not live here: start[0] must be finite"


@pytest.fixture(scope="module", name="two_views")
def _two_views() -> Iterator[str]:
    with serve("tests/two_views.py") as address:
        yield address


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    """A page in whose console no error may stand at the end."""
    with silent_page(browser) as page:
        yield page


@pytest.fixture(name="sent")
def _sent(page: Page) -> Sent:
    return Sent(page)


def open_views(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("inner-loop-player")).to_have_count(3, timeout=60_000)
    page.wait_for_function("window.hypernetModels?.size === 6")
    expect(page.get_by_test_id("error")).not_to_be_empty()
    rest(page)


def player(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-view-{key}").get_by_test_id("inner-loop-player")


def handle(page: Page, key: str) -> Locator:
    """What is dragged: the first point of a player, the task of the loom."""
    if key == "loom":
        return page.get_by_test_id("weight-loom").get_by_test_id("pad-handle")
    return player(page, key).locator("[data-role=support]").first


def picture(page: Page, key: str) -> list[str]:
    """What a view shows, as text that changes with it."""
    if key == "field":
        canvases = player(page, key).get_by_test_id("field")
        shown: list[str] = canvases.evaluate_all("all => all.map(one => one.toDataURL())")
        return shown
    host = page.get_by_test_id("weight-loom") if key == "loom" else player(page, key)
    paths: list[str] = host.locator("[data-role=current]").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )
    return paths


VIEWS = ["left", "right", "field", "loom"]


@pytest.mark.parametrize("key", VIEWS)
def test_an_edit_changes_one_view_and_is_sent_once(
    page: Page, two_views: str, sent: Sent, key: str
) -> None:
    open_views(page, two_views)
    handle(page, key).scroll_into_view_if_needed()
    before, count = {name: picture(page, name) for name in VIEWS}, len(sent.frames)
    x, y = centre(handle(page, key))
    press(page, x, y)
    page.mouse.move(x + 25, y - 25, steps=6)
    rest(page, quiet_ms=500)
    assert picture(page, key) != before[key]
    assert len(sent.frames) == count
    page.mouse.up()
    rest(page)
    assert [edit["revision"] for edit in sent.edits()] == [1]
    changed = [name for name in VIEWS if picture(page, name) != before[name]]
    assert changed == [key]


def rerun(page: Page) -> None:
    page.get_by_role("button", name="Run again").evaluate("button => button.click()")
    settle(page)


def make_narrower(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 800})


@pytest.mark.parametrize("disturb", [rerun, make_narrower])
def test_a_rerun_or_another_width_in_the_middle_of_a_drag_keeps_the_point(
    page: Page, two_views: str, sent: Sent, disturb: Callable[[Page], None]
) -> None:
    open_views(page, two_views)
    handle(page, "right").scroll_into_view_if_needed()
    x, y = centre(handle(page, "right"))
    press(page, x, y)
    page.mouse.move(x + 20, y - 20, steps=4)
    rest(page)
    dragged, others = place(page, "right"), place(page, "left")
    disturb(page)
    rest(page)
    assert place(page, "right") == pytest.approx(dragged, abs=0.02)
    page.mouse.up()
    rest(page)
    assert place(page, "right") == pytest.approx(dragged, abs=0.02)
    assert place(page, "left") == pytest.approx(others, abs=0.02)
    assert len(sent.edits()) == 1


def place(page: Page, key: str) -> tuple[float, float]:
    """Where a player's first point lies, as shares of its panel's plot."""
    x, y = player(page, key).evaluate(
        """player => {
            const box = player.querySelector('.plane').getBoundingClientRect();
            const point = player.querySelector('[data-role=support]').getBoundingClientRect();
            return [(point.x + point.width / 2 - box.x) / box.width,
                    (point.y + point.height / 2 - box.y) / box.height];
        }"""
    )
    return x, y


def test_models_that_cannot_be_read_stay_with_the_server(page: Page, two_views: str) -> None:
    open_views(page, two_views)
    panels = player(page, "right").get_by_test_id("fit-panel")
    for panel, sentence in ((panels.nth(1), OTHER_VERSION), (panels.nth(2), NOT_A_NUMBER)):
        expect(panel.locator(".trouble")).to_have_text(sentence)
    expect(player(page, "left").locator(".trouble:visible")).to_have_count(0)
    handle(page, "right").scroll_into_view_if_needed()
    before = picture(page, "right")
    x, y = centre(handle(page, "right"))
    press(page, x, y)
    page.mouse.move(x + 25, y - 25, steps=6)
    for i in (1, 2):
        expect(panels.nth(i)).to_contain_text("follows on release")
    expect(panels.first).not_to_contain_text("follows on release")
    page.mouse.up()
    rest(page)
    for i, path in enumerate(picture(page, "right")):
        expect(panels.nth(i)).not_to_contain_text("follows on release")
        assert path != before[i]
