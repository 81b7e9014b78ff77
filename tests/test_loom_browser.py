"""The weight loom in a real browser: what a visitor does with it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from hypernet.inspection.curve import Wave, generate
from tests.browser import (
    axe_violations,
    needs_chromium,
    new_page,
    open_page,
    rest,
    sent_messages,
    settle,
)
from ui.words import outside_training

pytestmark = needs_chromium

PRESET = "sinusoid-description"


def error_of(page: Page) -> float:
    """The error of the curve as the loom writes it: 0.0012, 14 or 3.6·10⁻⁴."""
    plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    text = page.get_by_test_id("error").inner_text().translate(plain)
    return float(text.replace("·10", "e"))


def open_loom(page: Page, address: str, path: str = "") -> None:
    open_page(page, address, path)
    expect(page.get_by_test_id("error")).not_to_be_empty()


def path_of(page: Page, role: str) -> str:
    """The line of this role in the curve's picture."""
    return page.locator(f".chart [data-role={role}]").get_attribute("d") or ""


def pixels(page: Page) -> str:
    """The cells of the weights as they are painted."""
    picture: str = page.get_by_test_id("weights").evaluate("canvas => canvas.toDataURL()")
    return picture


def box_of(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def centre(locator: Locator) -> tuple[float, float]:
    box = box_of(locator)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize(("amplitude", "phase"), [(2.5, 0.8), (0.4, 3.0), (7.0, 5.0)])
def test_the_loom_shows_what_the_core_computes(
    page: Page, address: str, amplitude: float, phase: float
) -> None:
    open_loom(page, address, f"?amplitude={amplitude:g}&phase={phase:g}")
    wave = Wave(amplitude, phase)
    assert error_of(page) == pytest.approx(generate(PRESET, wave).query_loss, rel=0.06)
    assert page.get_by_test_id("outside").inner_text() == " ".join(outside_training(PRESET, wave))


def test_a_drag_moves_everything_and_tells_the_server_once(page: Page, address: str) -> None:
    sent = sent_messages(page)
    open_loom(page, address)
    rest(page)
    count = len(sent)
    curve, cells = path_of(page, "current"), pixels(page)
    x, y = centre(page.get_by_test_id("pad-handle"))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(x + 3 * step, y - 2 * step)
    rest(page, quiet_ms=700)
    assert path_of(page, "current") != curve
    assert pixels(page) != cells
    shown = [page.get_by_role("slider", name=name).input_value() for name in ("Amplitude", "Phase")]
    assert (len(sent), page.url.endswith("/")) == (count, True)
    page.mouse.up()
    expect(page).to_have_url(re.compile("amplitude=.*phase="))
    rest(page, quiet_ms=700)
    assert len(sent) == count + 1
    assert page.url.endswith(f"amplitude={shown[0]}&phase={shown[1]}")
    expect(page.locator(".katex-html").first).to_contain_text(shown[0])
    spoken = page.get_by_test_id("weight-loom").locator(".spoken")
    expect(spoken).to_contain_text(f"draws {shown[0]} sin(x − {shown[1]})")


@pytest.mark.parametrize("keys", [["ArrowUp"] * 3 + ["Shift+ArrowRight"], ["Home", "PageUp"]])
def test_the_pad_works_by_keyboard_alone(page: Page, address: str, keys: list[str]) -> None:
    sent = sent_messages(page)
    open_loom(page, address)
    rest(page)
    count = len(sent)
    pad = page.locator(".pad")
    pad.focus()
    for key in keys:
        page.keyboard.press(key)
    where = {"ArrowUp": "amplitude=2.8&phase=1.8", "Home": "amplitude=8&phase=0"}[keys[0]]
    expect(page).to_have_url(re.compile(f"{where}$"))
    rest(page, quiet_ms=700)
    assert len(sent) == count + 1
    expect(pad).to_be_focused()


def test_a_slider_moves_the_pad_and_back_undoes_it(page: Page, address: str) -> None:
    open_loom(page, address)
    before, curve = centre(page.get_by_test_id("pad-handle")), path_of(page, "current")
    slider = page.get_by_role("slider", name="Amplitude A")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?amplitude=3\.5$"))
    settle(page)
    assert centre(page.get_by_test_id("pad-handle"))[1] < before[1]
    page.go_back()
    expect(slider).to_have_value("2.5")
    expect(page).not_to_have_url(re.compile("amplitude"))
    rest(page)
    assert path_of(page, "current") == curve
    assert centre(page.get_by_test_id("pad-handle")) == before


def test_a_rerun_or_another_width_in_the_middle_of_a_drag_moves_nothing(
    page: Page, address: str
) -> None:
    open_loom(page, address)
    x, y = centre(page.get_by_test_id("pad-handle"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 40)
    slider = page.get_by_role("slider", name="Amplitude A")
    expect(slider).not_to_have_value("2.5")
    value = slider.input_value()
    page.get_by_text("The same as a still figure").evaluate("summary => summary.click()")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    settle(page)
    expect(slider).to_have_value(value)
    page.set_viewport_size({"width": 1100, "height": 800})
    rest(page)
    expect(slider).to_have_value(value)
    page.mouse.move(x + 40, y - 60)
    expect(slider).not_to_have_value(value)
    value = slider.input_value()
    page.mouse.up()
    expect(page).to_have_url(re.compile(f"amplitude={value}"))


def test_a_cell_tells_its_number_and_the_unit_it_feeds(page: Page, address: str) -> None:
    open_loom(page, address)
    weights = generate(PRESET, Wave()).weights
    maps = page.get_by_role("application", name=re.compile("Weights"))
    page.keyboard.press("Tab")
    maps.focus()
    cell = page.get_by_test_id("cell")
    expect(cell).to_contain_text("W1[0] = ")
    assert page.get_by_test_id("sweep").locator("circle").count() == 1
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell).to_contain_text("W2[1,1] = ")
    shown = re.search(r"= (\S+);", cell.inner_text())
    assert shown is not None
    number = float(shown[1].replace("−", "-"))
    np.testing.assert_allclose(number, weights["2.weight"][1, 1], rtol=0.01)
    expect(cell).to_contain_text("it feeds hidden unit 1 of layer 2")
    assert path_of(page, "unit") != ""
    page.keyboard.press("End")
    expect(cell).to_contain_text("it shifts the whole curve")
    expect(page.get_by_test_id("weight-loom").locator(".spoken")).to_contain_text("b3[0] = ")


def test_a_pinned_wave_stays_beside_the_new_one(page: Page, address: str) -> None:
    open_loom(page, address)
    difference = page.get_by_role("button", name="difference to the pinned wave")
    expect(difference).to_have_count(0)
    curve, cells = path_of(page, "current"), pixels(page)
    page.get_by_role("button", name="Pin this wave").click()
    page.get_by_role("slider", name="Amplitude A").fill("4")
    expect(page).to_have_url(re.compile("amplitude=4"))
    settle(page)
    assert path_of(page, "pinned") == curve
    assert path_of(page, "current") != curve
    expect(page.get_by_text("pinned: 2.5 sin(x − 0.8)")).to_be_visible()
    written = pixels(page)
    difference.click()
    rest(page)
    assert pixels(page) not in (written, cells)
    page.get_by_role("button", name="Unpin").click()
    expect(difference).to_have_count(0)
    rest(page)
    assert path_of(page, "pinned") == ""
    assert pixels(page) == written


@pytest.mark.parametrize("dark", [False, True])
def test_the_loom_has_no_accessibility_violation_and_no_error_in_any_state(
    browser: Browser, address: str, dark: bool
) -> None:
    with new_page(browser, dark=dark) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.extend([line.text] * (line.type == "error")))
        open_loom(page, address, "?amplitude=7")
        page.get_by_role("button", name="Pin this wave").click()
        page.mouse.move(*centre(page.get_by_test_id("weights")))
        rest(page)
        assert axe_violations(page) == []
        assert errors == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_loom_fits_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_loom(page, address, "?amplitude=7&phase=5")
    page.get_by_role("button", name="Pin this wave").click()
    rest(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    parts = page.get_by_test_id("weight-loom").locator("h2, p, button, input, canvas, svg:visible")
    for part in parts.all():
        box = part.bounding_box()
        if box is not None and box["width"] > 1:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width + 1
    if width == 1280:
        assert all(box_of(section)["y"] < 300 for section in page.locator("section h2").all())


def test_a_model_that_cannot_be_read_leaves_the_task_and_the_server_s_picture(
    page: Page, address: str
) -> None:
    broken = f"new Map([['{PRESET}', new Error('version must be 1, got 2')]])"
    page.add_init_script(f"window.hypernetModels = Object.assign({broken}, {{ set() {{}} }})")
    open_page(page, address)
    problem = "The live picture cannot be drawn: version must be 1, got 2. Below, the server draws"
    expect(page.get_by_text(problem)).to_be_visible()
    page.get_by_text("The same as a still figure").click()
    page.get_by_role("slider", name="Amplitude A").fill("4")
    expect(page.get_by_role("figure", name=re.compile("draws 4 sin"))).to_be_visible()
