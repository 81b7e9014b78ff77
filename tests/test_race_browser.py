"""The race as a visitor meets it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import needs_chromium, open_page, settle

pytestmark = needs_chromium


def test_the_first_screen_shows_the_whole_race(page: Page, address: str) -> None:
    open_page(page, address, "weights")
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def test_what_the_race_is_drawn_against_is_in_the_link(page: Page, address: str) -> None:
    open_page(page, address, "weights")
    title = page.locator(".xtitle").first
    expect(title).to_have_text("gradient steps on the support points")
    page.get_by_label("Error against").first.click()
    page.get_by_role("option", name="FLOPs").click()
    expect(page).to_have_url(re.compile(r"against=FLOPs"))
    expect(title).to_have_text("FLOPs of the start and the steps")
    page.reload()
    settle(page)
    expect(title).to_have_text("FLOPs of the start and the steps")
