"""The waves that fit follow a drag, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import axe_violations, needs_chromium, open_page, rest

pytestmark = needs_chromium
PAGE = "sinusoids?allowed=true&shots=1"


def paths(page: Page, role: str) -> list[str]:
    found: list[str] = page.locator(f"[data-role={role}]").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('d'))"
    )
    return found


def heights(path: str, x: float) -> list[float]:
    """Where a path passes a place, in pixels."""
    places = [tuple(map(float, pair)) for pair in re.findall(r"([-\d.]+) ([-\d.]+)", path)]
    nearest = min(places, key=lambda place: abs(place[0] - x))[0]
    return [y for at, y in places if at == nearest]


def test_the_waves_go_through_the_point_while_it_is_dragged(page: Page, address: str) -> None:
    open_page(page, address, PAGE)
    rest(page)
    panel = page.get_by_test_id("fit-panel").first
    panel.scroll_into_view_if_needed()
    before = paths(page, "allowed-waves")
    assert len(before) == len(paths(page, "allowed-band")) == 4
    point = panel.locator("[data-role=support]").bounding_box()
    chart = panel.locator("svg.chart").bounding_box()
    assert point is not None
    assert chart is not None
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - 25, steps=5)
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('*')].some((host) => host.shadowRoot"
        "?.querySelector('[data-role=allowed-waves]')?.getAttribute('d') !== before"
        " && host.shadowRoot?.querySelector('[data-role=allowed-waves]'))",
        arg=before[0],
    )
    held = paths(page, "allowed-waves")
    page.mouse.up()
    assert all(now != then for now, then in zip(held, before, strict=True))
    at = heights(held[0], x + 20 - chart["x"])
    assert len(at) == 10
    assert all(abs(height - (y - 25 - chart["y"])) < 8 for height in at)
    expect(page.get_by_text("on average the best guess, has MSE")).to_be_visible()
    rest(page)
    assert axe_violations(page) == []
