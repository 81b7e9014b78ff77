"""Definitions of terms under the mouse, on keyboard focus and on a tap; Escape closes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import needs_chromium, new_page, open_page, rest, sent_messages, serve
from ui.terms import GROUPS, TERMS

pytestmark = needs_chromium
#: Lines with terms wherever a narrow window breaks them, and one at the foot of a page.
SCRIPT = """
import streamlit as st
from ui.styled import styles
from ui.terms import said
st.html(styles().decode())
st.title("Terms")
said("[[hypernetwork]] [[support points]] [[task]] [[query points]] [[MAML]] [[attention]] [[way]]")
st.button("Again")
st.container(height=2000, border=False)
said("At the foot of the page a [[phase]] and a long way to the right of it an [[amplitude]]")
"""


@pytest.fixture(name="lines", scope="module")
def _lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("terms") / "lines.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with serve(str(script)) as address:
        yield address


def button(page: Page, name: str) -> Locator:
    return page.locator(".term").get_by_role("button", name=name, exact=True)


def open_definitions(page: Page) -> Locator:
    return page.locator(".term > :popover-open")


def go(page: Page, address: str, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    expect(page.locator(".term")).to_have_count(9)
    page.wait_for_function("window.hypernetTerms === true")


def test_a_definition_opens_under_the_mouse_stays_under_it_and_goes_with_it(
    page: Page, lines: str
) -> None:
    go(page, lines)
    button(page, "hypernetwork").hover()
    expect(open_definitions(page)).to_contain_text("A network that writes the weights of another")
    open_definitions(page).hover()
    page.wait_for_timeout(600)
    expect(open_definitions(page)).to_have_count(1)
    page.get_by_role("heading", level=1).hover()
    expect(open_definitions(page)).to_have_count(0)


def test_a_mouse_that_has_passed_leaves_nothing_open(page: Page, lines: str) -> None:
    go(page, lines)
    button(page, "hypernetwork").hover()
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    expect(open_definitions(page)).to_have_count(0)
    button(page, "hypernetwork").hover()
    expect(open_definitions(page)).to_have_count(1)
    button(page, "MAML").hover()
    page.mouse.move(2, 2)
    expect(open_definitions(page)).to_have_count(0)


def test_escape_closes_what_the_mouse_or_focus_opened_and_it_stays_closed(
    page: Page, lines: str
) -> None:
    go(page, lines)
    button(page, "MAML").hover()
    expect(open_definitions(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(open_definitions(page)).to_have_count(0)
    page.wait_for_timeout(400)
    expect(open_definitions(page)).to_have_count(0)
    page.mouse.move(2, 2)
    page.keyboard.press("Tab")
    button(page, "hypernetwork").focus()
    expect(open_definitions(page)).to_contain_text("A network that writes")
    page.keyboard.press("Escape")
    expect(open_definitions(page)).to_have_count(0)
    expect(button(page, "hypernetwork")).to_be_focused()


def test_by_keyboard_each_term_is_a_stop_and_one_definition_is_open(page: Page, lines: str) -> None:
    go(page, lines)
    button(page, "hypernetwork").focus()
    page.keyboard.press("Tab")
    expect(button(page, "support points")).to_be_focused()
    expect(open_definitions(page)).to_have_count(1)
    expect(open_definitions(page)).to_contain_text("The few points with known answers")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(open_definitions(page)).to_contain_text("The few points with known answers")
    page.keyboard.press("Tab")
    expect(open_definitions(page)).to_contain_text("One problem to solve")


def test_a_screen_reader_gets_the_definition_with_the_word(page: Page, lines: str) -> None:
    go(page, lines)
    expect(button(page, "way")).to_have_accessible_description(
        "How many classes a task has: 2-way for shapes in the plane, 3-way for the digits never "
        "seen before."
    )


def test_opening_asks_nothing_of_the_server_and_a_rerun_leaves_terms_as_they_are(
    page: Page, lines: str
) -> None:
    sent = sent_messages(page)
    go(page, lines)
    rest_ms = 500
    page.wait_for_timeout(rest_ms)
    before = len(sent)
    button(page, "task").click()
    page.wait_for_timeout(rest_ms)
    assert len(sent) == before
    page.get_by_role("button", name="Again").click()
    page.wait_for_timeout(rest_ms)
    button(page, "attention").hover()
    expect(open_definitions(page)).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_definition_is_cut_off(browser: Browser, lines: str, width: int, dark: bool) -> None:
    with new_page(browser, dark) as page:
        go(page, lines, width)
        for one in page.locator(".term > button").all():
            one.scroll_into_view_if_needed()
            one.click()
            expect(open_definitions(page)).to_have_count(1)
            box, word = open_definitions(page).bounding_box(), one.bounding_box()
            assert box is not None
            assert word is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 844
            below, above = (
                box["y"] - (word["y"] + word["height"]),
                word["y"] - box["y"] - box["height"],
            )
            assert 0 <= max(below, above) <= 12
            colours = open_definitions(page).evaluate(
                "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
            )
            assert colours == (
                ["rgb(232, 236, 240)", "rgb(30, 36, 44)"]
                if dark
                else ["rgb(31, 41, 51)", "rgb(243, 245, 247)"]
            )
            page.keyboard.press("Escape")


def test_a_tap_opens_a_definition_and_a_tap_elsewhere_closes_it(
    browser: Browser, lines: str
) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as phone:
        page = phone.new_page()
        page.goto(lines)
        page.wait_for_function("window.hypernetTerms === true")
        button(page, "query points").tap()
        expect(open_definitions(page)).to_contain_text("Other points of the same task")
        button(page, "query points").tap()
        expect(open_definitions(page)).to_contain_text("Other points of the same task")
        page.get_by_role("heading", level=1).tap()
        expect(open_definitions(page)).to_have_count(0)


def test_an_address_leads_to_its_term_and_a_link_in_a_definition_to_the_next(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/glossary#step-size")
    here = page.locator(".glossary > .here")
    expect(here).to_have_attribute("id", "step-size")
    expect(here).to_be_in_viewport()
    rest(page)
    here.get_by_role("link", name="gradient").click()
    expect(here).to_have_attribute("id", "gradient")
    expect(here).to_be_in_viewport()
    assert page.url.endswith("/glossary#gradient")
    here.get_by_role("link", name="Sinusoids").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where to start, or where to land?")
    assert page.url.endswith("/sinusoids?at=1")


def test_the_page_of_terms_has_every_term_once(page: Page, address: str) -> None:
    open_page(page, address, "glossary")
    rest(page)
    shown = page.locator(".glossary > div > dt").all_inner_texts()
    assert shown == [one.name for one in TERMS.values()]
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings == list(GROUPS)
