"""A task of one's own in a real browser: typed, painted, taken home, brought back, trained."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hypernet.custom.task import FormulaTask, from_json
from tests.browser import axe_violations, needs_chromium, new_page, open_page, rest, settle, widest

pytestmark = needs_chromium

WAYS = ["Formula", "Points", "Table", "Family"]
#: In full: what one way shows may still stand a moment beside what the next one shows.
FORMULA_FIELD, FAMILY_FIELD = "Formula in x, drawn from −5 to 5", "Formula in x and parameters"
#: From pressing Train to a hypernetwork that is used, with workers still to be started.
TRAINED_SECONDS = 30.0


def choose(page: Page, way: str) -> None:
    page.get_by_text(way, exact=True).click()
    settle(page)


def truth(page: Page) -> str | None:
    return page.locator("[data-role=truth]").first.get_attribute("d")


def query_of(page: Page) -> str:
    query: str = page.evaluate("decodeURIComponent(location.search)")
    return query


def test_a_formula_is_drawn_while_it_is_typed(page: Page, address: str) -> None:
    open_page(page, address, "own")
    before = truth(page)
    box = page.get_by_label(FORMULA_FIELD)
    box.press("End")
    box.press_sequentially("+1", delay=30)
    page.wait_for_function(
        "before => [...document.querySelectorAll('*')].some(host => { const line = "
        "host.shadowRoot?.querySelector('[data-role=truth]'); "
        "return line && line.getAttribute('d') !== before; })",
        arg=before,
    )
    expect(box).to_be_focused()
    expect(box).to_have_value("abs(x) - 2+1")
    page.wait_for_function("decodeURIComponent(location.search).includes('y=abs(x)')")


def test_what_is_wrong_is_marked_at_its_character(page: Page, address: str) -> None:
    open_page(page, address, "own")
    box = page.get_by_label(FORMULA_FIELD)
    box.fill("2*x + foo(x)")
    mark = page.get_by_test_id("formula-field").locator("mark")
    expect(mark).to_have_text("foo")
    expect(page.get_by_test_id("formula-field")).to_contain_text("foo")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("2*x")
    expect(mark).to_have_count(0)
    expect(box).to_have_attribute("aria-invalid", "false")


def test_nothing_typed_is_lost_by_a_reload(page: Page, address: str) -> None:
    open_page(page, address, "own")
    page.get_by_label(FORMULA_FIELD).fill("sin(x) +")
    page.wait_for_function("decodeURIComponent(location.search).includes('y=sin(x)')")
    page.reload()
    settle(page)
    expect(page.get_by_label(FORMULA_FIELD)).to_have_value("sin(x) +")
    expect(page.get_by_test_id("formula-field").locator("mark")).to_have_count(1)


def test_an_example_replaces_what_is_typed(page: Page, address: str) -> None:
    open_page(page, address, "own")
    page.get_by_role("button", name="Examples").click()
    page.get_by_text("A bump", exact=True).click()
    expect(page.get_by_label(FORMULA_FIELD)).to_have_value("4*exp(-x^2)")
    assert "y=4*exp(-x^2)" in query_of(page)


@pytest.mark.parametrize(("way", "dark"), list(zip(WAYS, [False, True, True, False], strict=True)))
def test_every_way_can_be_used_by_everyone(
    browser: Browser, address: str, way: str, dark: bool
) -> None:
    with new_page(browser, dark=dark) as page:
        open_page(page, address, f"own?way={way}")
        assert axe_violations(page) == []


@pytest.mark.parametrize(("way", "width"), [*((way, 390) for way in WAYS), ("Family", 1280)])
def test_nothing_of_any_way_is_wider_than_the_window(
    page: Page, address: str, way: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, address, f"own?way={way}")
    rest(page)
    assert widest(page) <= width


def test_a_painted_task_goes_home_and_comes_back_elsewhere(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "task.json"
    with new_page(browser) as page:
        open_page(page, address, "own?way=Points&points=none")
        stage = page.get_by_test_id("fit-panel").first.locator(".plane")
        box = stage.bounding_box()
        assert box is not None
        for share in (0.3, 0.5, 0.7):
            page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.4 * box["height"])
            page.wait_for_timeout(600)
        page.wait_for_function("location.search.split('~').length === 3")
        points = query_of(page)
        settle(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download task").click()
        download.value.save_as(file)
    with new_page(browser) as page:
        open_page(page, address, "own")
        page.get_by_text("Open a task from a file").click()
        page.locator("input[type=file]").set_input_files(file)
        page.wait_for_function("location.search.split('~').length === 3")
        assert re.search("points=([^&]*)", query_of(page)).group(1) in points  # type: ignore[union-attr]


def test_a_task_of_a_file_that_is_none_is_refused_in_one_sentence(
    page: Page, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "task.json"
    file.write_text('{"version": 1, "way": "formula", "y": "open(1)"}')
    open_page(page, address, "own")
    page.get_by_text("Open a task from a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("stAlert").first).to_contain_text("open")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_label(FORMULA_FIELD)).to_have_value("abs(x) - 2")


def test_a_table_is_uploaded_kept_and_found_again(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("=cmd|' /C calc'!A0;<b>y</b>\n" + "\n".join(f"{i};{i % 7}" for i in range(40)))
    open_page(page, address, "own?way=Table")
    page.get_by_role("button", name="Your table").click()
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="CSV file")
    uploader.locator("input[type=file]").set_input_files(file)
    page.wait_for_function("location.search.includes('task=')")
    page.keyboard.press("Escape")
    expect(page.get_by_text("40 rows, 2 columns")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text("40 rows, 2 columns")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert (
        page.locator("main b").count() == 0 or "y" not in page.locator("main b").all_inner_texts()
    )


@pytest.mark.parametrize("text", ["x,y\n1,2,3", '"', "a\n1\n2", "x,y\n1,nan"])
def test_a_bad_table_is_refused_in_one_sentence_and_nothing_is_lost(
    page: Page, address: str, text: str
) -> None:
    open_page(page, address, "own?way=Table")
    page.get_by_role("button", name="Your table").click()
    box = page.get_by_label("Or paste rows here")
    box.fill(text)
    box.blur()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "task=" not in query_of(page)


@pytest.mark.timing
def test_three_actions_lead_to_a_hypernetwork_for_an_own_family(page: Page, address: str) -> None:
    open_page(page, address, "own")
    choose(page, "Family")  # 1
    page.get_by_label(FAMILY_FIELD).fill("a*tanh(b*x) + c")  # 2
    expect(page.get_by_test_id("formula-field").locator("mark")).to_have_count(0)
    page.wait_for_function("location.search.includes('family=')")
    settle(page)
    started = time.monotonic()
    page.get_by_role("button", name="Train", exact=True).click()  # 3
    page.get_by_test_id("training").wait_for(timeout=60_000)
    sentence = page.get_by_text("Your hypernetwork, meta-trained")
    sentence.wait_for(timeout=120_000)
    assert time.monotonic() - started < TRAINED_SECONDS
    share = re.search(r"([\d.]+)% of their variance", sentence.inner_text())
    assert share is not None
    assert float(share.group(1)) < 5
    expect(page.get_by_test_id("fit-panel").first).to_have_attribute("data-learner", "Your run")


def test_what_is_downloaded_is_the_formula_that_is_shown(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_page(page, address, "own?y=x^2/5")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download task").click()
    download.value.save_as(tmp_path / "task.json")
    task = from_json((tmp_path / "task.json").read_bytes())
    assert task == FormulaTask("x^2/5")
