"""Which description?, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import needs_chromium, open_page, settle

pytestmark = needs_chromium


@pytest.mark.parametrize("family", ["sinusoids", "planar+shapes"])
def test_the_first_screen_holds_the_answer_and_its_figure(
    page: Page, address: str, family: str
) -> None:
    open_page(page, address, f"descriptions?family={family}")
    for shown in (page.get_by_text("Best before any step"), page.locator(".js-plotly-plot")):
        box = shown.first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_other_tasks_take_the_placed_points_out_of_the_link(page: Page, address: str) -> None:
    open_page(page, address, "descriptions?points=-1_0.5~2_1&told=nothing&told=a+code")
    expect(page.get_by_test_id("fit-panel")).to_have_count(2)
    page.get_by_role("combobox", name="Tasks").click()
    page.get_by_role("option", name="planar shapes").click()
    expect(page).to_have_url(re.compile("family=planar"))
    settle(page)
    expect(page).not_to_have_url(re.compile("points="))
    panels = page.get_by_test_id("fit-panel")
    expect(panels).to_have_count(2)
    expect(panels.nth(1)).to_contain_text("the kind")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
