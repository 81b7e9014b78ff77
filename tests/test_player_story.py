"""What the player tells of a marked cell and of a pinned wave, in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hypernet.inspection.curve import Array, Points, Wave
from hypernet.inspection.curve import run as run_task
from tests.browser import axe_violations, needs_chromium, new_page, rest, widest
from tests.test_live_player import Sent, numbers, visit_waves
from ui.waves import Y_RANGE

pytestmark = needs_chromium

LEARNERS = "learners=Hypernet%3A+description&learners=Hypernet%3A+points&learners=MAML"
DESCRIBED = f"sinusoids?{LEARNERS}&weights=Hypernet%3A+description"
FROM_POINTS = f"sinusoids?{LEARNERS}&weights=Hypernet%3A+points"


def panel_of(page: Page, learner: str) -> Locator:
    return page.locator(f"[data-testid=fit-panel][data-learner='{learner}']")


def paths(page: Page, role: str) -> list[str]:
    """The lines of this role, panel by panel."""
    lines: list[str] = page.locator(f".fit [data-role={role}]").evaluate_all(
        "lines => lines.map(line => line.getAttribute('d') ?? '')"
    )
    return lines


def mark_cell(page: Page, *keys: str) -> None:
    page.keyboard.press("Tab")
    page.get_by_role("application", name=re.compile("Weights")).focus()
    for key in keys:
        page.keyboard.press(key)
    rest(page)


def drag_pad(page: Page, *keys: str) -> None:
    page.locator(".pad").focus()
    for key in keys:
        page.keyboard.press(key)
    rest(page, quiet_ms=500)


def pixels(page: Page) -> str:
    """The cells of the second map as they are painted."""
    picture: str = page.get_by_test_id("weights-change").evaluate("canvas => canvas.toDataURL()")
    return picture


def heights(page: Page, path: str) -> np.ndarray:
    """What a line of the first panel shows, on the panel's y axis."""
    plot = page.locator(".fit .chart").first.get_attribute("data-plot-y") or ""
    ends = [float(pixel) for pixel in plot.split(" ")]
    shown: np.ndarray = np.interp(numbers(path)[1::2], ends[::-1], Y_RANGE[::-1])
    return shown


def second_layer(weights: dict[str, Array], x: np.ndarray) -> np.ndarray:
    """The activations of the second hidden layer."""
    first = np.maximum(x[:, None] * weights["0.weight"][:, 0] + weights["0.bias"], 0)
    second: np.ndarray = np.maximum(first @ weights["2.weight"].T + weights["2.bias"], 0)
    return second


@pytest.mark.parametrize("step", [0, 5])
def test_a_cell_tells_and_draws_the_unit_it_feeds_at_the_step_shown(
    page: Page, address: str, step: int
) -> None:
    visit_waves(page, address, f"{DESCRIBED}&at={step}")
    assert set(paths(page, "unit")) == {""}
    mark_cell(page, "ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight")
    expect(page.get_by_test_id("cell")).to_contain_text("it feeds hidden unit 1 of layer 2.")
    expect(page.get_by_text("hidden unit 1 of layer 2", exact=True)).to_be_visible()
    described, *others = paths(page, "unit")
    assert set(others) == {""}
    made = run_task("sinusoid-description", Wave(), Points(), 5)
    weights = {name: steps[step] for name, steps in made.weights.items()}
    x = np.linspace(-5, 5, len(numbers(described)) // 2)
    np.testing.assert_allclose(heights(page, described), second_layer(weights, x)[:, 1], atol=0.02)
    page.keyboard.press("End")
    expect(page.get_by_test_id("cell")).to_contain_text("it shifts the whole curve.")
    assert set(paths(page, "unit")) == {""}
    page.get_by_test_id("scrubber").focus()
    expect(page.get_by_text("hidden unit 1 of layer 2", exact=True)).not_to_be_visible()


def test_a_described_weight_is_drawn_along_the_entry_that_was_moved_last(
    page: Page, address: str
) -> None:
    visit_waves(page, address, DESCRIBED)
    sweep = page.get_by_test_id("sweep")
    expect(sweep.locator("*")).to_have_count(0)
    mark_cell(page, "ArrowRight")
    assert len(numbers(sweep.locator(".current").get_attribute("d") or "")) == 2 * 41
    expect(sweep.locator(".name").first).to_have_text("amplitude A")
    expect(sweep.locator("circle")).to_have_count(2)
    drag_pad(page, "ArrowRight", "ArrowRight", "ArrowRight")
    mark_cell(page, "Home")
    expect(sweep.locator(".name").first).to_have_text("phase φ (rad)")
    page.get_by_test_id("scrubber").fill("0")
    mark_cell(page, "Home")
    expect(sweep.locator("circle")).to_have_count(1)


def test_who_reads_points_has_no_weight_along_the_description(page: Page, address: str) -> None:
    visit_waves(page, address, FROM_POINTS)
    mark_cell(page, "ArrowRight")
    expect(page.get_by_test_id("cell")).to_contain_text("it feeds hidden unit 0 of layer 1.")
    expect(page.get_by_test_id("sweep")).not_to_be_visible()


def test_a_pinned_wave_stays_beside_the_new_one_and_survives_a_rerun(
    page: Page, address: str
) -> None:
    sent = Sent(page)
    visit_waves(page, address, f"{DESCRIBED}&options=true")
    truth, count = paths(page, "truth"), len(sent.frames)
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Pin this wave").click()
    rest(page)
    assert paths(page, "pinned") == truth
    expect(page.get_by_text("the same", exact=True)).to_be_visible()
    assert len(sent.frames) == count
    drag_pad(page, *["ArrowUp"] * 12)
    assert paths(page, "pinned") == truth
    assert paths(page, "truth") != truth
    expect(page.get_by_text("pinned: 2.5 sin(x − 0.8)")).to_be_visible()
    expect(page.get_by_text("Difference to the pinned task")).to_be_visible()
    difference = pixels(page)
    page.get_by_role("button", name="Replay").click()
    rest(page)
    page.get_by_test_id("scrubber").fill("5")
    assert paths(page, "pinned") == truth
    mark_cell(page, "ArrowRight")
    expect(page.get_by_test_id("cell")).to_contain_text(", pinned ")
    page.get_by_role("button", name="before any step").click()
    expect(page.get_by_text("What the inner loop changed")).to_be_visible()
    rest(page)
    assert pixels(page) != difference
    page.get_by_role("button", name="Unpin").click()
    expect(page.get_by_role("button", name="before any step")).to_have_count(0)
    rest(page)
    assert set(paths(page, "pinned")) == {""}


def test_weights_of_another_learner_are_not_compared(page: Page, address: str) -> None:
    visit_waves(page, address, f"{DESCRIBED}&options=true")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Pin this wave").click()
    page.get_by_label("Weights of", exact=True).first.click()
    page.get_by_role("option", name="MAML").click()
    rest(page)
    expect(page.get_by_text("no weights of this learner are pinned")).to_be_visible()
    assert "" not in paths(page, "pinned")


@pytest.mark.parametrize("dark", [False, True])
def test_a_marked_cell_and_a_pin_break_no_rule_and_fit_a_phone(
    browser: Browser, address: str, dark: bool
) -> None:
    with new_page(browser, dark=dark) as page:
        page.set_viewport_size({"width": 390 if dark else 1280, "height": 844})
        visit_waves(page, address, DESCRIBED)
        page.get_by_role("button", name="Edit").click()
        page.get_by_role("button", name="Pin this wave").click()
        mark_cell(page, "ArrowRight")
        assert axe_violations(page) == []
        assert widest(page) <= (390 if dark else 1280)
