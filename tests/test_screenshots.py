"""Screenshots are also a check: what must not be on a page is named."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import needs_chromium
from tests.screenshots import faults

pytestmark = needs_chromium
MAIN = '<body style="margin: 0"><main data-testid="stMain" style="overflow: auto">{}</main></body>'


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("<p>all is well</p>", []),
        ('<p style="width: 900px">wide</p>', ["is 900 pixels wide in a window of 390"]),
        (
            '<p data-testid="stException">ValueError: no<br>at line 3</p>',
            ["shows ValueError: no"],
        ),
    ],
)
def test_an_exception_and_what_is_too_wide_are_named(
    page: Page, content: str, named: list[str]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(MAIN.format(content))
    assert faults(page, 390) == named
