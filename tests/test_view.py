"""How much of a page is shown, and how large, is in its link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import needs_chromium, open_page, rest, widest
from tests.visit import visit


@pytest.mark.parametrize("page", ["idea", "boundaries"])
def test_a_link_with_a_view_is_no_bad_link(page: str) -> None:
    assert not visit(page, show="picture", big="true", hide=["sentence"]).warning


def test_what_cannot_be_hidden_is_said() -> None:
    warned = visit("sinusoids", hide="everything").warning[0].value
    assert "allowed is one of controls, sentence, machine, more" in warned


pytestmark = needs_chromium


def test_a_link_shows_the_picture_alone(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?show=picture")
    rest(page)
    expect(page.get_by_role("slider", name="Support points K")).to_have_count(0)
    expect(page.get_by_role("group", name="The machine")).to_have_count(0)
    expect(page.locator(".stExpander").first).to_be_hidden()
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    expect(page.locator(".st-key-says")).to_contain_text("has the least query error")
    page.locator(".st-key-options label").first.click()
    page.locator(".st-key-show").get_by_text("everything").click()
    expect(page.get_by_role("slider", name="Support points K")).to_be_visible()
    expect(page).not_to_have_url("show=picture")


def test_a_large_page_has_large_text_and_fits_a_projector(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    open_page(page, address, "boundaries?big=true&hide=machine&hide=more")
    rest(page)
    sizes = page.get_by_test_id("fit-panel").first.evaluate(
        "one => [...one.querySelectorAll('text, p, span')]"
        ".filter(text => text.textContent.trim())"
        ".map(text => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(sizes) >= 20
    assert widest(page) <= 1024
