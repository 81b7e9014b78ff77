"""The shape of every page in a browser: its picture is in sight, few controls stand before it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import TITLES, needs_chromium, open_page, rest

pytestmark = needs_chromium

#: All pages but the list of terms, which has no picture.
LOOKS = [
    *(page for page in TITLES if page != "glossary"),
    *("own?way=Points", "own?way=Table", "own?way=Family"),
    *("boundaries?kind=clusters", "descriptions?family=planar+shapes"),
]
#: Width and height of the window, the lowest top of the picture, the least share of it in sight.
SIZES = [(1280, 800, 250, 0.85), (1024, 768, 250, 0.85), (390, 844, 300, 0.0)]
MOST_CONTROLS = 4
_PLACE = """() => {
  const box = document.querySelector('.st-key-picture').getBoundingClientRect();
  const seen = Math.min(innerHeight, box.bottom) - box.top;
  const controls = document.querySelectorAll(
    '.st-key-controls [data-testid=stElementContainer]:has(button, input, [role=slider])');
  const above = [...controls].filter((one) => one.getBoundingClientRect().top < box.top);
  return { top: box.top, share: seen / box.height, controls: above.length };
}"""


_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((one) => {
    if (!one.hadRecentInput) sum += one.value;
  });
  new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 200);
})"""
MOST_SHIFT = 0.05


@pytest.mark.parametrize("look", LOOKS)
def test_the_picture_is_the_first_thing_seen_and_nothing_moves(
    page: Page, address: str, look: str
) -> None:
    for width, height, lowest, least in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        open_page(page, address, look)
        rest(page)
        place = page.evaluate(_PLACE)
        assert place["top"] <= lowest, (width, place)
        assert place["share"] >= least, (width, place)
        assert place["controls"] <= MOST_CONTROLS, (width, place)
        assert page.evaluate(_SHIFT) <= MOST_SHIFT, width


def test_on_paper_there_are_picture_and_sentence_without_controls(page: Page, address: str) -> None:
    open_page(page, address, "sinusoids?options=true")
    expect(page.locator(".st-key-panel")).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (".st-key-controls", ".st-key-panel", ".scrubber", ".stExpander"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_test_id("fit-panel")).to_have_count(4)
    expect(page.locator(".st-key-says")).to_contain_text("has the least query error")
