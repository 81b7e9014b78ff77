"""The player made live: edits of points and task in a browser, and what Python makes of them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hypernet.inspection.curve import Points, Wave
from hypernet.inspection.curve import run as run_task
from tests.browser import axe_violations, drawn, needs_chromium, new_page, open_page, rest
from tests.test_pages import numbers_per_line, printed_by_code_behind
from tests.visit import played, plotted, run, visit

WAVES = "sinusoids"
POINTS = re.compile(r"[?&]points=([^&]*)")
#: A pixel path may differ by this much from the server's own picture.
JUMP = 0.5


class Sent:
    """The messages that the browser sent to the server."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._note))

    def _note(self, frame: str | bytes) -> None:
        self.frames.append(frame.encode() if isinstance(frame, str) else frame)

    def edits(self) -> list[dict[str, Any]]:
        texts = [re.search(rb'"event":"edit","value":(\{.*\})\}\]', frame) for frame in self.frames]
        return [json.loads(text[1]) for text in texts if text]


@pytest.fixture(name="errors")
def _errors(page: Page) -> Iterator[list[str]]:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield errors
    assert errors == []


@pytest.fixture(name="sent")
def _sent(page: Page) -> Sent:
    return Sent(page)


def visit_waves(page: Page, address: str, path: str = WAVES) -> None:
    open_page(page, address, path)
    page.wait_for_function("window.hypernetModels?.size > 0")
    rest(page)
    panels(page).first.scroll_into_view_if_needed()


def panels(page: Page) -> Locator:
    return page.get_by_test_id("fit-panel")


def support(page: Page, panel: int = 0) -> Locator:
    return panels(page).nth(panel).locator("[data-role=support]")


def centre(shape: Locator) -> tuple[float, float]:
    x, y = shape.evaluate(
        "shape => { const box = shape.getBoundingClientRect();"
        " return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    return x, y


def first_point(page: Page) -> tuple[float, float]:
    """Where the first point of the first panel is, also while panels are replaced."""
    x, y = page.get_by_test_id("inner-loop-player").evaluate(
        "player => { const box = player.querySelector('[data-role=support]')"
        ".getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    return x, y


def press(page: Page, x: float, y: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()


def free_place(page: Page) -> tuple[float, float]:
    """A place in the first panel that is far from all points."""
    box = panels(page).first.locator(".plane").bounding_box()
    assert box is not None
    return box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"]


def linked(page: Page) -> list[list[float]] | None:
    found = POINTS.search(page.url)
    if found is None:
        return None
    if found[1] == "none":
        return []
    return [[float(part) for part in point.split("_")] for point in found[1].split("~")]


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", path)]


def farthest(before: list[str], after: list[str]) -> float:
    """The largest move of a path's corner, in pixels."""
    return max(
        float(np.abs(np.subtract(numbers(a), numbers(b))).max())
        for a, b in zip(before, after, strict=True)
    )


def losses(page: Page) -> list[str]:
    paths: list[str] = (
        page.get_by_test_id("loss-chart")
        .locator(".line")
        .evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    )
    return paths


def key_run(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    rest(page, quiet_ms=800)


browser_tests = [*needs_chromium, pytest.mark.usefixtures("errors")]


def in_browser(test: Callable[..., None]) -> Callable[..., None]:
    for mark in browser_tests:
        test = mark(test)
    return test


@in_browser
def test_panels_follow_a_dragged_point_and_python_hears_of_it_once(
    page: Page, address: str, sent: Sent
) -> None:
    visit_waves(page, address)
    before, chart, count = drawn(page), losses(page), len(sent.frames)
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 10, y - 12, steps=4)
    rest(page)
    halfway = drawn(page)
    page.mouse.move(x + 25, y - 30, steps=8)
    rest(page)
    during = drawn(page)
    assert all(a != b for a, b in zip(before, halfway, strict=True))
    assert all(a != b for a, b in zip(halfway, during, strict=True))
    assert losses(page) != chart
    assert len(sent.frames) == count
    page.mouse.up()
    page.wait_for_timeout(150)
    left, left_losses = drawn(page), losses(page)
    rest(page)
    assert len(sent.edits()) == 1
    assert sent.edits()[0]["revision"] == 1
    assert linked(page) == sent.edits()[0]["points"]
    assert farthest(left, drawn(page)) < JUMP
    assert farthest(left_losses, losses(page)) < JUMP
    for panel in range(panels(page).count()):
        expect(support(page, panel)).to_have_count(5)


@in_browser
def test_where_frames_take_long_all_is_right_once_the_point_rests(page: Page, address: str) -> None:
    """Though the steps that are not shown have their turn only now and then meanwhile."""
    visit_waves(page, address)
    fits, corners = drawn(page), [len(numbers(path)) for path in losses(page)]
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    x, y = first_point(page)
    press(page, x, y)
    for down in (-60, 60, 110, 0):
        page.mouse.move(x, y + down, steps=6)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.wait_for_timeout(1000)
    assert farthest(drawn(page), fits) < JUMP
    assert [len(numbers(path)) for path in losses(page)] == corners
    page.mouse.up()


AXES_REMADE = """loss => {
  let remade = 0;
  const note = (records) => records.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node.classList?.contains("axes")) remade += 1;
  }));
  new MutationObserver(note).observe(loss, { childList: true });
  loss.axesRemade = () => remade;
}"""


@in_browser
def test_the_axes_of_the_losses_only_widen_while_a_point_is_held(page: Page, address: str) -> None:
    visit_waves(page, address)
    chart = page.locator(".losses .chart")
    chart.evaluate(AXES_REMADE)
    x, y = first_point(page)
    press(page, x, y)
    counts = []
    for _ in range(5):
        for down in (-60, 60, 110, 0):
            page.mouse.move(x, y + down)
            page.wait_for_timeout(120)
        counts.append(chart.evaluate("chart => chart.axesRemade()"))
    assert counts[0] > 0
    assert counts[-1] == counts[-2]
    page.mouse.up()
    rest(page)


@in_browser
def test_a_reload_and_a_second_session_restore_the_points(
    page: Page, browser: Browser, address: str
) -> None:
    visit_waves(page, address)
    x, y = centre(support(page).nth(2))
    press(page, x, y)
    page.mouse.move(x - 12, y + 17, steps=3)
    page.mouse.up()
    rest(page)
    placed, picture = linked(page), drawn(page)
    page.reload()
    rest(page)
    assert linked(page) == placed
    assert farthest(picture, drawn(page)) < JUMP
    with new_page(browser) as other:
        open_page(other, address, page.url.removeprefix(address).lstrip("/"))
        rest(other)
        assert drawn(other) == drawn(page)


@in_browser
def test_points_are_added_removed_undone_and_redone(page: Page, address: str, sent: Sent) -> None:
    visit_waves(page, address)
    page.mouse.click(*free_place(page))
    rest(page)
    assert [len(edit["points"]) for edit in sent.edits()] == [6]
    expect(support(page, 3)).to_have_count(6)
    page.mouse.click(*centre(support(page).last), button="right")
    rest(page)
    assert len(linked(page) or []) == 5
    for name, count in (("Undo", 6), ("Undo", 5), ("Redo", 6), ("Clear", 0), ("Undo", 6)):
        page.get_by_role("button", name=name).click()
        rest(page)
        expect(support(page)).to_have_count(count)
    page.get_by_role("button", name="Undo").click()
    rest(page)
    assert linked(page) is None
    expect(page.get_by_test_id("yours")).to_contain_text("Drag a point")
    assert [edit["revision"] for edit in sent.edits()] == list(range(1, 9))


@in_browser
def test_remove_mode_and_a_double_press_remove_points(page: Page, address: str) -> None:
    visit_waves(page, address)
    page.get_by_role("button", name="Edit").click()
    mode = page.get_by_role("button", name="Remove mode")
    mode.click()
    expect(mode).to_have_attribute("aria-pressed", "true")
    page.mouse.click(*free_place(page))
    page.mouse.click(*centre(support(page).first))
    rest(page)
    assert len(linked(page) or []) == 4
    mode.click()
    page.mouse.dblclick(*centre(support(page).first))
    rest(page)
    assert len(linked(page) or []) == 3


def paint(page: Page, x: float, y: float, along: float) -> None:
    """A stroke from a place of the first panel, in one jump to the right."""
    press(page, x, y)
    page.mouse.move(x + along, y)
    rest(page)


@in_browser
def test_a_stroke_paints_points_at_equal_distances_and_is_one_step_of_the_history(
    page: Page, address: str, sent: Sent
) -> None:
    visit_waves(page, address)
    page.get_by_role("button", name="Edit").click()
    mode = page.get_by_role("button", name="Paint")
    expect(mode).to_have_attribute("aria-pressed", "false")
    mode.focus()
    page.keyboard.press("Enter")
    expect(mode).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("yours")).to_have_text("Hold and move in a panel to paint points.")
    box = panels(page).first.locator(".plane").bounding_box()
    assert box is not None
    x, y = box["x"] + 10, box["y"] + 10
    paint(page, x, y, along=100)
    expect(support(page)).to_have_count(5 + 7)
    painted = [centre(support(page).nth(i)) for i in range(5, 12)]
    assert np.diff(painted, axis=0) == pytest.approx(np.array([[16.0, 0.0]] * 6), abs=0.6)
    assert sent.edits() == []
    page.mouse.up()
    rest(page)
    assert [len(edit["points"]) for edit in sent.edits()] == [12]
    paint(page, x, y + 30, along=40)
    page.mouse.up()
    rest(page)
    expect(support(page)).to_have_count(15)
    for count in (12, 5):
        page.get_by_role("button", name="Undo").click()
        rest(page)
        expect(support(page)).to_have_count(count)
    assert linked(page) is None


@in_browser
def test_nothing_is_painted_beside_the_plot_or_beyond_200_points(page: Page, address: str) -> None:
    many = "~".join(f"{x / 25 - 4:g}_{-x % 7 - 7}" for x in range(198))
    visit_waves(page, address, f"{WAVES}?points={many}")
    page.get_by_role("button", name="Paint").click()
    box = panels(page).first.locator(".plane").bounding_box()
    assert box is not None
    paint(page, box["x"] + box["width"] - 4, box["y"] + 10, along=60)
    expect(support(page)).to_have_count(199)
    page.mouse.up()
    rest(page)
    paint(page, box["x"] + 10, box["y"] + 10, along=60)
    expect(support(page)).to_have_count(200)
    page.mouse.up()
    rest(page)
    expect(page.get_by_test_id("yours")).to_have_text("There are 200 points; no more fit.")
    assert len(linked(page) or []) == 200


@in_browser
def test_a_stroke_has_the_chosen_class_and_keeps_it(page: Page, address: str) -> None:
    visit_waves(page, address, "boundaries?kind=clusters&learners=Hypernet%3A+points&k=1")
    before = len(support(page).all())
    page.get_by_role("button", name="Edit").click()
    remove, mode = (page.get_by_role("button", name=name) for name in ("Remove mode", "Paint"))
    remove.click()
    mode.click()
    expect(remove).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="class C").click()
    paint(page, *centre(support(page).first), along=40)
    page.mouse.up()
    rest(page)
    page.get_by_role("button", name="class A").click()
    rest(page)
    assert [point[2] for point in (linked(page) or [])[before:]] == [2, 2, 2]


@in_browser
def test_everything_works_with_keys_alone(page: Page, address: str, sent: Sent) -> None:
    visit_waves(page, address)
    stage = panels(page).first.locator(".stage")
    stage.focus()
    spoken = page.get_by_test_id("inner-loop-player").locator(".spoken")
    page.keyboard.press("n")
    expect(spoken).to_contain_text("point 1 of 5 at x = ")
    count = len(sent.frames)
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(100)
    assert len(sent.frames) == count
    key_run(page, "Shift+ArrowRight")
    first = linked(page)
    assert len(sent.edits()) == 1
    assert first is not None
    expect(spoken).to_contain_text("sin(x")
    key_run(page, "p", "Delete")
    assert len(linked(page) or []) == 4
    key_run(page, "Escape", "Enter")
    added = linked(page)
    assert added is not None
    assert len(added) == 5
    key_run(page, "Control+z")
    assert len(linked(page) or []) == 4
    key_run(page, "Shift+Control+Z")
    assert linked(page) == added
    for _ in range(3):
        key_run(page, "Control+z")
    assert linked(page) is None
    assert page.evaluate("document.activeElement.shadowRoot?.activeElement?.className") == "stage"


@in_browser
def test_a_rerun_in_the_middle_of_a_drag_keeps_the_point(
    page: Page, address: str, sent: Sent
) -> None:
    visit_waves(page, address, f"{WAVES}?options=true")
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 20, y - 30, steps=4)
    page.get_by_role("button", name="Replay").evaluate("button => button.click()")
    rest(page)
    assert first_point(page) == pytest.approx((x + 20, y - 30), abs=2)
    page.mouse.move(x + 24, y - 34, steps=2)
    page.mouse.up()
    page.wait_for_timeout(100)
    assert first_point(page) == pytest.approx((x + 24, y - 34), abs=2)
    rest(page)
    assert first_point(page) == pytest.approx((x + 24, y - 34), abs=2)
    assert len(sent.edits()) == 1
    assert len(linked(page) or []) == 5


@in_browser
def test_a_window_that_changes_during_a_drag_loses_nothing(page: Page, address: str) -> None:
    visit_waves(page, address)
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 10, y - 10, steps=2)
    page.set_viewport_size({"width": 700, "height": 800})
    rest(page)
    page.mouse.move(x + 3000, y, steps=2)
    page.mouse.up()
    rest(page)
    placed = linked(page)
    assert placed is not None
    assert len(placed) == 5
    assert placed[0][0] == 5.0


@in_browser
def test_the_task_pad_moves_truth_points_and_sliders(page: Page, address: str, sent: Sent) -> None:
    visit_waves(page, address, f"{WAVES}?options=true")
    before = drawn(page)
    x, y = centre(page.get_by_test_id("pad-handle"))
    press(page, x, y)
    page.mouse.move(x + 30, y - 20, steps=5)
    rest(page)
    during = drawn(page)
    assert all(a != b for a, b in zip(before, during, strict=True))
    assert sent.edits() == []
    page.mouse.up()
    rest(page)
    assert len(sent.edits()) == 1
    assert "points" not in sent.edits()[0]
    assert farthest(during, drawn(page)) < JUMP
    task = sent.edits()[0]["task"]
    assert f"amplitude={task['amplitude']:g}" in page.url
    slider = page.get_by_role("slider", name="Phase φ (rad)")
    expect(slider).to_have_value(f"{task['phase']:g}")


@in_browser
def test_no_points_at_all_are_drawn_and_a_201st_is_refused(page: Page, address: str) -> None:
    visit_waves(page, address, f"{WAVES}?points=none&learners=MAML&learners=Hypernet%3A+points")
    expect(support(page)).to_have_count(0)
    assert all("NaN" not in path for path in [*drawn(page), *losses(page)])
    many = "~".join(f"{x / 25 - 4:g}_{-x % 7 - 7}" for x in range(200))
    visit_waves(page, address, f"{WAVES}?points={many}")
    expect(support(page)).to_have_count(200)
    page.mouse.click(*free_place(page))
    expect(page.get_by_test_id("yours")).to_contain_text("no more fit")
    rest(page)
    expect(support(page)).to_have_count(200)


@in_browser
def test_models_are_sent_once(page: Page, address: str) -> None:
    received: list[int] = []
    page.on("websocket", lambda s: s.on("framereceived", lambda frame: received.append(len(frame))))
    visit_waves(page, address)
    assert sum(received) > 1_000_000
    received.clear()
    page.mouse.click(*free_place(page))
    rest(page)
    assert 0 < sum(received) < 400_000


@in_browser
def test_a_model_that_cannot_be_read_stays_with_the_server(page: Page, address: str) -> None:
    visit_waves(page, address)
    page.evaluate(
        """() => {
            window.hypernetModels.set("sinusoid-maml", new Error("version must be 1, got 2"));
            window.dispatchEvent(new CustomEvent("hypernet-model", { detail: "sinusoid-maml" }));
        }"""
    )
    maml = page.locator("[data-testid=fit-panel][data-learner=MAML]")
    expect(maml).to_contain_text("version must be 1, got 2")
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 15, y - 15, steps=3)
    expect(maml).to_contain_text("follows on release")
    page.mouse.up()
    rest(page)
    expect(maml).not_to_contain_text("follows on release")


@pytest.fixture(name="phone")
def _phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    visit_waves(page, address)
    yield page
    context.close()


def swipe(page: Page, *places: tuple[float, float]) -> None:
    """A finger put down at the first place, moved to the others, and lifted."""
    session = page.context.new_cdp_session(page)
    steps = [("touchStart", places[:1]), *(("touchMove", (at,)) for at in places[1:])]
    for kind, touched in [*steps, ("touchEnd", ())]:
        touches = [{"x": x, "y": y} for x, y in touched]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    rest(page)


@in_browser
def test_a_finger_drags_a_point(phone: Page) -> None:
    x, y = centre(support(phone).first)
    swipe(phone, (x, y), (x + 8, y + 8), (x + 20, y + 20))
    assert centre(support(phone).first) == pytest.approx((x + 20, y + 20), abs=3)
    assert len(linked(phone) or []) == 5


@in_browser
def test_a_finger_beside_all_points_scrolls_until_the_tools_are_shown(phone: Page) -> None:
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = phone.evaluate(scrolled)
    x, y = free_place(phone)
    swipe(phone, (x, y), *((x, y - 20 * i) for i in range(1, 8)))
    assert linked(phone) is None
    assert phone.evaluate(scrolled) > before + 40
    phone.get_by_role("button", name="Edit").click()
    rest(phone)
    panels(phone).first.scroll_into_view_if_needed()
    swipe(phone, free_place(phone))
    assert len(linked(phone) or []) == 6


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_edited_picture_has_no_accessibility_violation(
    browser: Browser, address: str, theme: str
) -> None:
    with new_page(browser, dark=theme == "dark") as page:
        visit_waves(page, address)
        page.mouse.click(*free_place(page))
        rest(page)
        assert axe_violations(page) == []


@in_browser
def test_fields_follow_a_dragged_point_and_who_cannot_waits(
    page: Page, address: str, sent: Sent
) -> None:
    visit_waves(page, address, "boundaries?kind=moons")
    fields = page.get_by_test_id("field")
    before = [fields.nth(i).screenshot() for i in (1, 3)]
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 60, y + 40, steps=6)
    rest(page)
    assert fields.nth(1).screenshot() != before[0]
    expect(panels(page).nth(3)).to_contain_text("follows on release")
    assert sent.edits() == []
    page.mouse.up()
    rest(page)
    expect(panels(page).nth(3)).to_contain_text("accuracy")
    assert fields.nth(3).screenshot() != before[1]
    assert len(sent.edits()) == 1
    assert len(linked(page) or []) == 10


@in_browser
def test_digits_and_the_class_picker_set_classes(page: Page, address: str) -> None:
    visit_waves(page, address, "boundaries?kind=clusters&learners=Hypernet%3A+points")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("group", name="class of new points").locator("button")).to_have_count(3)
    panels(page).first.locator(".stage").focus()
    key_run(page, "n", "3")
    assert (linked(page) or [])[0][2] == 2
    key_run(page, "4")
    assert (linked(page) or [])[0][2] == 2
    page.get_by_role("button", name="class B").click()
    rest(page)
    assert (linked(page) or [])[0][2] == 1
    page.mouse.click(*free_place(page))
    rest(page)
    assert (linked(page) or [])[-1][2] == 1


def captions(page: Page) -> list[str]:
    """What the panels say below themselves: the accuracies before and after the steps."""
    return [text.split("\n")[0] for text in panels(page).locator(".caption").all_inner_texts()]


@pytest.mark.parametrize("purpose", ["swapped", "foreign"])
@in_browser
def test_what_is_wrong_on_purpose_is_the_same_in_the_browser_and_on_the_server(
    page: Page, address: str, purpose: str
) -> None:
    learners = "&learners=Hypernet%3A+description&learners=Hypernet%3A+points&learners=MAML"
    visit_waves(page, address, f"boundaries?kind=moons&{purpose}=true{learners}")
    drawn_before = [shape.get_attribute("data-class") for shape in support(page).all()]
    x, y = centre(support(page).first)
    press(page, x, y)
    page.mouse.move(x + 30, y + 20, steps=6)
    rest(page)
    live = captions(page)
    page.mouse.up()
    rest(page)
    assert captions(page) == live
    assert [shape.get_attribute("data-class") for shape in support(page).all()] == drawn_before


BAD_EDITS: list[object] = [
    None,
    7,
    {"revision": "1", "points": []},
    {"revision": 3, "points": "none"},
    {"revision": 3, "points": [[1]]},
    {"revision": 3, "points": [[1, float("nan")]]},
    {"revision": 3, "points": [[1, 99]]},
    {"revision": 3, "points": [["1", "2"]]},
    {"revision": 3, "points": [[0, 0]] * 201},
    {"revision": 3, "task": [1, 2]},
    {"revision": 3, "task": {"amplitude": 99, "phase": "x"}},
    {"revision": 3, "task": {"seed": 5, "amplitude": True}},
]


def edit_page() -> None:
    import streamlit as st

    from ui.waves import take_in

    st.session_state.setdefault("amplitude", 2.5)
    st.session_state.setdefault("phase", 0.8)
    take_in("player")


@pytest.mark.parametrize("edit", BAD_EDITS, ids=str)
def test_a_bad_edit_changes_nothing(edit: object) -> None:
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_function(edit_page)
    at.session_state["player"] = {"edit": edit}
    at.run()
    assert not at.exception
    assert "points" not in at.query_params
    assert (at.session_state["amplitude"], at.session_state["phase"]) == (2.5, 0.8)


def test_a_good_edit_is_in_the_address_and_in_the_sliders() -> None:
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_function(edit_page)
    edit = {"revision": 4, "points": [[1, -2.5]], "task": {"amplitude": 3, "phase": 1.1}}
    at.session_state["player"] = {"edit": edit}
    at.run()
    assert at.query_params["points"] == "1_-2.5"
    assert (at.session_state["amplitude"], at.session_state["phase"]) == (3.0, 1.1)
    assert at.session_state["player-revision"] == 4
    at.session_state["player"] = {"edit": {"revision": 5, "points": None}}
    at.run()
    assert "points" not in at.query_params


def test_placed_points_are_what_the_learners_see() -> None:
    at = visit("sinusoids", points="1_2~-3.5_0.25", learners="MAML")
    sent = played(at)
    assert sent["points"] == 2
    assert sent["live"]["placed"] is True
    assert "from 2 support points placed by hand" in sent["alt"]
    at.button[0].click()
    run(at)
    assert "points" not in at.query_params
    assert played(at)["points"] == Points.shots
    assert played(at)["live"]["placed"] is False


def test_the_server_draws_the_same_runs_when_asked() -> None:
    at = visit("sinusoids", points="1_2", learners=["MAML", "From scratch"])
    assert not at.get("plotly_chart")
    at.session_state["server"] = True
    run(at)
    figure = plotted(at, 0)
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["MAML", "From scratch"]
    assert len(figure["data"]) == 8
    assert at.get("plotly_chart")[0].proto.alt == played(at)["alt"]
    after = figure["data"][2]["y"]
    shown = np.frombuffer(base64.b64decode(after["bdata"]), dtype=after["dtype"])
    expected = run_task("sinusoid-maml", Wave(), Points(placed=((1.0, 2.0),)), 5).curves[-1]
    np.testing.assert_allclose(shown, expected)


@pytest.mark.slow
@pytest.mark.parametrize("points", ["1_2~-3.5_0.25", "none"])
def test_the_code_behind_placed_points_prints_their_losses(points: str, tmp_path: Path) -> None:
    at = visit("sinusoids", points=points, learners=["MAML", "Hypernet: points"])
    placed = ((1.0, 2.0), (-3.5, 0.25)) if points != "none" else ()
    for name, printed in numbers_per_line(printed_by_code_behind(at, tmp_path)).items():
        shown = run_task(name, Wave(), Points(placed=placed), 5).query_loss
        assert printed == pytest.approx(shown, rel=1e-4)


def test_the_page_sends_what_the_browser_needs() -> None:
    live = played(visit("sinusoids", amplitude="3", alpha="0.01"))["live"]
    assert live["description"] == [3.0, pytest.approx(Wave().phase)]
    assert live["rate"] == 0.01
    assert live["revision"] == 0
    assert live["models"]["MAML"] == "sinusoid-maml"
    assert live["pad"]["amplitude"]["training"] == [pytest.approx(0.1), 5.0]
    assert live["pad"]["phase"]["high"] == 6.2
