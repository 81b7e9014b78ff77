"""The player on points that nobody has drawn: what it says where little is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import axe_violations, needs_chromium, new_page, rest, serve, silent_page, widest
from tests.test_live_player import JUMP, Sent, centre, farthest, press

pytestmark = needs_chromium

VIEWS = ["known", "held-out", "unjudged", "field"]
SCORES = {
    "known": "query MSE",
    "held-out": "query MSE",
    "unjudged": "support MSE",
    "field": "support accuracy",
}


@pytest.fixture(scope="module", name="own_views")
def _own_views() -> Iterator[str]:
    with serve("tests/custom_views.py") as address:
        yield address


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    """A page in whose console no error may stand at the end."""
    with silent_page(browser) as page:
        yield page


def open_views(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("inner-loop-player")).to_have_count(len(VIEWS), timeout=60_000)
    page.wait_for_function("window.hypernetModels?.size === 5")
    rest(page)


def player(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-view-{key}").get_by_test_id("inner-loop-player")


def paths(view: Locator, selector: str) -> list[str]:
    """The `d` of each of these lines of a player."""
    lines: list[str] = view.locator(selector).evaluate_all(
        "lines => lines.map(line => line.getAttribute('d') ?? '')"
    )
    return lines


def pictures(view: Locator) -> list[str]:
    """All lines that follow an edit."""
    return [path for path in paths(view, ".losses .line, [data-role=current]") if path]


def captions(view: Locator) -> list[str]:
    return view.locator(".fit .caption").all_inner_texts()


def test_a_view_names_only_what_is_known(page: Page, own_views: str) -> None:
    open_views(page, own_views)
    for key in VIEWS:
        view, judged = player(page, key), key in ("known", "held-out")
        assert all(caption.startswith(SCORES[key]) for caption in captions(view))
        expect(view.locator(".key").get_by_text("true curve")).to_have_count(int(key == "known"))
        held_out = view.locator(".key").get_by_text("held-out points")
        expect(held_out).to_have_count(int(key == "held-out"))
        expect(view.get_by_text("query (counts)")).to_be_visible(visible=judged)
        assert all((path != "") == judged for path in paths(view, ".query-line"))
        assert all(paths(view, ".support-line"))
    squares = paths(player(page, "held-out"), ".fit .held-out")
    assert [path.count("M") for path in squares] == [5, 5, 5]
    assert set(paths(player(page, "unjudged"), ".fit .truth")) == {""}


@pytest.mark.parametrize("known", [True, False])
def test_a_reading_tells_the_true_curve_where_it_is_known(
    page: Page, own_views: str, known: bool
) -> None:
    open_views(page, own_views)
    view = player(page, "known" if known else "unjudged")
    view.locator(".stage").first.hover()
    reading = view.get_by_test_id("reading")
    expect(reading).to_contain_text("Hypernet: description at x = ")
    assert ("true curve" in reading.inner_text()) == known


@pytest.mark.parametrize("key", VIEWS)
def test_the_browser_measures_on_the_same_points_as_python(
    page: Page, own_views: str, key: str
) -> None:
    sent = Sent(page)
    open_views(page, own_views)
    view = player(page, key)
    before, truth = pictures(view), paths(view, ".fit .truth")
    handle = view.locator("[data-role=support]").first
    handle.scroll_into_view_if_needed()
    x, y = centre(handle)
    press(page, x, y)
    page.mouse.move(x + 22, y - 25, steps=6)
    rest(page, quiet_ms=400)
    assert all(now != then for now, then in zip(pictures(view), before, strict=True))
    assert sent.edits() == []
    page.mouse.up()
    page.wait_for_timeout(150)
    words, drawn = captions(view), pictures(view)
    rest(page)
    assert len(sent.edits()) == 1
    assert captions(view) == words
    assert farthest(drawn, pictures(view)) < JUMP
    assert paths(view, ".fit .truth") == truth


@pytest.mark.parametrize("key", ["unjudged", "field"])
def test_without_any_point_nothing_is_measured(page: Page, own_views: str, key: str) -> None:
    open_views(page, own_views)
    view = player(page, key)
    view.get_by_role("button", name="Clear").click()
    rest(page)
    assert set(captions(view)) == {"no points to measure on"}
    expect(view.locator(".losses circle:visible")).to_have_count(1)
    expect(view.locator(".losses .chart .label")).to_have_count(0)
    view.get_by_role("button", name="Undo").click()
    rest(page)
    assert all(caption.startswith(SCORES[key]) for caption in captions(view))


def test_points_that_nothing_draws_cannot_be_drawn_again(page: Page, own_views: str) -> None:
    open_views(page, own_views)
    view = player(page, "unjudged")
    expect(view.get_by_role("button", name="Drawn points")).to_have_count(0)
    expect(view.get_by_test_id("yours")).to_have_text("These 5 points are yours.")


@pytest.mark.parametrize("dark", [False, True])
def test_a_painted_picture_breaks_no_rule_and_fits_a_phone(
    browser: Browser, own_views: str, dark: bool
) -> None:
    with new_page(browser, dark=dark) as page:
        page.set_viewport_size({"width": 400 if dark else 1280, "height": 844})
        open_views(page, own_views)
        for key in VIEWS:
            view = player(page, key)
            view.get_by_role("button", name="Paint").click()
            plane = view.locator(".plane").first
            plane.scroll_into_view_if_needed()
            box = plane.bounding_box()
            assert box is not None
            place = np.array([box["x"] + 30, box["y"] + 30])
            press(page, *place)
            page.mouse.move(*(place + 50), steps=3)
            page.mouse.up()
            rest(page)
            expect(view.locator(".fit").first.locator("[data-role=support]")).to_have_count(10)
        assert axe_violations(page) == []
        assert widest(page) <= (400 if dark else 1280)
