"""The shape of every page in a browser: its picture is in sight, few controls stand before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import TITLES, launch, needs_chromium, new_page, open_page, rest, serve

pytestmark = needs_chromium

#: All pages but the list of terms, which has no picture.
LOOKS = [
    *(page for page in TITLES if page != "glossary"),
    *("own?way=Points", "own?way=Table", "own?way=Family"),
    *("boundaries?kind=clusters", "descriptions?family=planar+shapes"),
]
#: Width and height of the window, the lowest top of the picture, the least share of it in sight.
SIZES = {
    "laptop": (1280, 800, 250, 0.85),
    "projector": (1024, 768, 250, 0.85),
    "phone": (390, 844, 300, 0.0),
}
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


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve() as url:
        yield url


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with launch() as browser, new_page(browser) as opened:
        yield opened


@pytest.mark.parametrize("look", LOOKS)
def test_the_picture_is_the_first_thing_seen(page: Page, address: str, look: str) -> None:
    open_page(page, address, look)
    for width, height, lowest, least in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        place = page.evaluate(_PLACE)
        assert place["top"] <= lowest, (width, place)
        assert place["share"] >= least, (width, place)
        assert place["controls"] <= MOST_CONTROLS, (width, place)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_moves_while_a_page_loads(page: Page, address: str, look: str, size: str) -> None:
    width, height, *_ = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto("about:blank")
    open_page(page, address, look)
    rest(page)
    assert page.evaluate(_SHIFT) <= MOST_SHIFT
