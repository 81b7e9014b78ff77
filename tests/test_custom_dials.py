"""Dials of a family of one's own, moved in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hypernet.checkpoint import dumps
from hypernet.presets import VISITOR_TITLE
from hypernet.tasks import FormulaFamily
from tests.browser import axe_violations, drawn, needs_chromium, new_page, rest, settle, widest
from tests.test_live_player import JUMP, Sent, farthest, losses, visit_waves
from ui.training.setup import formula_experiment
from ui.visitor import store

pytestmark = needs_chromium

FAMILY = FormulaFamily("a*sin(x) + b", (("b", -1.0, 1.0), ("a", 0.5, 4.0)))
PATH = "own?way=Family&family=a*sin(x)+%2B+b&ranges=b_-1_1~a_0.5_4"
WAVES = "Hypernet: description"


@pytest.fixture(scope="module", name="token")
def _token() -> str:
    """A hypernetwork that reads the numbers of the family, in another order than its formula."""
    experiment = formula_experiment(FAMILY, "description")
    return store().upload(dumps(experiment, experiment.build().state_dict()))


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    """A page on which no error may have happened at the end."""
    with new_page(browser) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []


@pytest.fixture(name="link")
def _link(token: str) -> str:
    learners = "".join(f"&learners={title}" for title in (VISITOR_TITLE, WAVES, "MAML"))
    return f"{PATH}&run={token}{learners}&weights={VISITOR_TITLE}".replace(" ", "+")


def dial(page: Page, name: str) -> Locator:
    return page.get_by_test_id("inner-loop-player").get_by_role("slider", name=name, exact=True)


def place(page: Page, name: str, share: float) -> tuple[float, float]:
    """Where the middle of a dial's thumb is at this share of its range."""
    box = dial(page, name).bounding_box()
    assert box is not None
    thumb = 20
    return box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2


def hold(page: Page, name: str) -> None:
    """Press the thumb of a dial."""
    dial(page, name).scroll_into_view_if_needed()
    low, high, value = (
        float(dial(page, name).evaluate(f"input => input.{what}"))
        for what in ("min", "max", "value")
    )
    page.mouse.move(*place(page, name, (value - low) / (high - low)))
    page.mouse.down()


def value(page: Page, name: str) -> float:
    return float(dial(page, name).input_value())


def truth(page: Page) -> list[str]:
    paths: list[str] = page.locator("[data-role=truth]").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )
    return paths


def points(page: Page) -> list[str]:
    places: list[str] = page.locator("[data-role=support]").evaluate_all(
        "shapes => shapes.map(shape => shape.getAttribute('transform'))"
    )
    return places


def weights(page: Page) -> str:
    pixels: str = page.get_by_test_id("weights").evaluate("canvas => canvas.toDataURL()")
    return pixels


def test_everything_follows_a_held_dial_and_python_hears_of_it_once(
    page: Page, address: str, link: str
) -> None:
    sent = Sent(page)
    visit_waves(page, address, link)
    before = truth(page), points(page), drawn(page), losses(page), weights(page)
    count = len(sent.frames)
    hold(page, "a")
    for share in (0.7, 0.8, 0.95):
        page.mouse.move(*place(page, "a", share), steps=5)
    rest(page)
    during = truth(page), points(page), drawn(page), losses(page), weights(page)
    assert len(sent.frames) == count
    assert [now != then for now, then in zip(during, before, strict=True)] == [True] * 5
    assert during[2][0] != before[2][0]
    expect(page.locator(".dial-beyond.outside")).to_have_text("beyond training")
    page.mouse.up()
    rest(page)
    assert len(sent.edits()) == 1
    assert sent.edits()[0]["task"] == {"a": value(page, "a"), "b": 0.0}
    assert "points" not in sent.edits()[0]
    assert page.url.endswith(f"theta=a_{value(page, 'a'):g}~b_0")
    assert farthest(during[0], truth(page)) < JUMP
    assert farthest(during[2][:1], drawn(page)[:1]) < JUMP


def test_a_reload_restores_the_task(page: Page, browser: Browser, address: str, link: str) -> None:
    visit_waves(page, address, link)
    hold(page, "b")
    page.mouse.move(*place(page, "b", 0.8), steps=4)
    page.mouse.up()
    rest(page)
    seen = value(page, "b"), truth(page), points(page)
    assert seen[0] == pytest.approx(0.9, abs=0.1)
    page.reload()
    rest(page)
    assert (value(page, "b"), truth(page), points(page)) == seen


def test_keys_move_a_dial_and_are_one_edit(page: Page, address: str, link: str) -> None:
    sent = Sent(page)
    visit_waves(page, address, link)
    before = drawn(page)
    dial(page, "a").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "PageUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
    assert sent.edits() == []
    assert drawn(page)[0] != before[0]
    rest(page, quiet_ms=700)
    assert len(sent.edits()) == 1
    assert value(page, "a") > 2.28
    assert f"a_{value(page, 'a'):g}" in page.url
    assert dial(page, "a").evaluate("input => input.getRootNode().activeElement === input")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    rest(page)
    assert len(sent.edits()) == 2
    expect(dial(page, "a")).to_have_attribute("aria-valuetext", "4.88, beyond training")


def test_a_learner_of_another_family_is_told_the_same_as_before(page: Page, address: str) -> None:
    visit_waves(page, address, f"{PATH}&learners=Hypernet:+description&steps=0&points=none")
    before, curve = drawn(page), truth(page)
    hold(page, "a")
    page.mouse.move(*place(page, "a", 0.9), steps=4)
    rest(page)
    assert truth(page) != curve
    assert drawn(page) == before
    page.mouse.up()


def test_placed_points_stay_and_undo_leaves_the_dials(page: Page, address: str) -> None:
    visit_waves(page, address, f"{PATH}&points=1_2~-3_0.5")
    placed, curve = points(page), truth(page)
    hold(page, "b")
    page.mouse.move(*place(page, "b", 0.9), steps=4)
    page.mouse.up()
    rest(page)
    assert points(page) == placed
    assert truth(page) != curve
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_a_dial_stops_where_the_formula_is_no_number(page: Page, address: str) -> None:
    # a sample of the family does not meet the pole at a = 0.5 exactly
    query = "own?way=Family&family=1%2F(2*a-1)%2B0*x&ranges=a_0.003_1&theta=a_0.6"
    sent = Sent(page)
    visit_waves(page, address, query)
    dial(page, "a").evaluate(
        "input => { input.value = '0.5'; input.dispatchEvent(new Event('input')); }"
    )
    expect(page.get_by_test_id("yours")).to_have_text("There the true curve is no number: a stays.")
    assert value(page, "a") == 0.6
    rest(page)
    assert sent.edits() == []


@pytest.mark.parametrize("dark", [False, True])
def test_dials_break_no_rule_and_fit_a_phone(
    browser: Browser, address: str, link: str, dark: bool
) -> None:
    with new_page(browser, dark=dark) as page:
        page.set_viewport_size({"width": 400 if dark else 1280, "height": 844})
        visit_waves(page, address, f"{link}&theta=a_4.5")
        settle(page)
        expect(dial(page, "a")).to_be_visible()
        assert axe_violations(page) == []
        assert widest(page) <= (400 if dark else 1280)
