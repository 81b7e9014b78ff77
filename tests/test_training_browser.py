"""Meta-training in a real browser: begin, watch, pause, go on, take home, bring back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from hypernet.checkpoint import load
from tests.browser import (
    axe_violations,
    needs_chromium,
    new_page,
    open_page,
    rest,
    serve,
    settle,
    widest,
)

pytestmark = needs_chromium

#: A run of some seconds.
SHORT = "training?learner=MAML&inner=5&learned=true&outer=300"
#: On a busy machine, with a cluster that has yet to start.
PATIENCE_MS = 120_000


def errors_of(page: Page) -> list[str]:
    """A list that grows with each error, but for what Streamlit seeks below a page's path."""
    errors: list[str] = []

    def note(line: ConsoleMessage) -> None:
        if line.type == "error" and "/_stcore/" not in line.location["url"]:
            errors.append(line.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", note)
    return errors


def press(page: Page, name: str) -> None:
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name=re.compile(f"^{name}")).click()


def points(page: Page) -> int:
    """How many points the held-out curve has."""
    return (page.locator("[data-role=probe]").get_attribute("d") or "").count("L") + 1


def wait_for_more(page: Page, than: int) -> int:
    page.wait_for_function(
        "than => [...document.querySelectorAll('*')].some(host => "
        "(host.shadowRoot?.querySelector('[data-role=probe]')?.getAttribute('d') ?? '')"
        ".split('L').length > than)",
        arg=than,
        timeout=PATIENCE_MS,
    )
    return points(page)


def fits(page: Page) -> list[str | None]:
    return [path.get_attribute("d") for path in page.locator("[data-role=after]").all()]


def scores(page: Page) -> list[str]:
    return page.get_by_test_id("task").locator(".score").all_inner_texts()


def test_a_run_is_begun_watched_paused_resumed_ended_taken_home_and_brought_back(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with new_page(browser) as page:
        errors = errors_of(page)
        open_page(page, address, SHORT)
        words, spoken = page.get_by_test_id("words"), page.locator(".spoken")
        expect(page.locator("[data-role=probe]")).to_have_count(0)
        untrained = fits(page)[0]
        press(page, "Train")
        page.get_by_role("button", name="Pause").wait_for(timeout=PATIENCE_MS)
        page.locator("[data-role=probe]").wait_for(timeout=PATIENCE_MS)
        first = wait_for_more(page, 1)
        drawn = fits(page)
        wait_for_more(page, first)
        assert drawn[0] != untrained
        fit = page.locator("[data-role=after]").first
        expect(fit).not_to_have_attribute("d", drawn[0] or "")
        assert page.get_by_role("progressbar").get_attribute("aria-valuenow") != "0"

        press(page, "Pause")
        expect(words).to_contain_text("paused at step")
        expect(spoken).to_have_text("MAML: paused.")
        paused = words.inner_text()
        page.wait_for_timeout(1500)
        assert words.inner_text() == paused
        assert axe_violations(page) == []

        press(page, "Go on from step")
        expect(words).to_contain_text("done: 300 outer steps", timeout=PATIENCE_MS)
        expect(spoken).to_have_text("MAML: done.")
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
        with page.expect_download() as download:
            press(page, "Download checkpoint")
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert load(file).experiment.training.steps == 300
        with page.expect_download() as download:
            press(page, "Download card")
        assert download.value.suggested_filename == "maml.json"
        curve, shown, reached, link = points(page), fits(page), scores(page), page.url
        assert errors == []

    token = re.search(r"run=([\w-]{22})", link)
    assert token is not None
    with serve() as restarted, new_page(browser, dark=True) as page:
        errors = errors_of(page)
        open_page(page, restarted, f"training?run={token[1]}")
        expect(page.get_by_test_id("words")).to_contain_text("done: 300 outer steps")
        assert (points(page), fits(page)) == (curve, shown)
        assert axe_violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        rest(page)
        assert widest(page) <= 390
        page.get_by_text("Bring back a checkpoint").click()
        page.locator("input[type=file]").set_input_files(file)
        expect(page.get_by_test_id("words")).to_have_text("an uploaded checkpoint")
        settle(page)
        assert scores(page) == reached
        assert token[1] not in page.url
        assert errors == []


@pytest.mark.parametrize("path", ["training", "training?family=Planar+shapes&learner=MAML"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_example_has_no_violation_fits_a_phone_and_logs_nothing(
    browser: Browser, address: str, dark: bool, path: str
) -> None:
    with new_page(browser, dark=dark) as page:
        errors = errors_of(page)
        open_page(page, address, path)
        rest(page)
        assert axe_violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        rest(page)
        assert widest(page) <= 390
        assert page.get_by_test_id("task").count() == (3 if path == "training" else 6)
        assert errors == []


def test_a_rate_that_is_too_large_is_explained_and_lowered_by_a_button(
    page: Page, address: str
) -> None:
    errors = errors_of(page)
    open_page(page, address, "training?learner=MAML&inner=5&alpha=10&outer=300")
    press(page, "Train")
    sentence = re.compile("The meta-loss left the chart at step .*, because with α = 10 each inner")
    expect(page.get_by_text(sentence)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-role=left]")).to_be_visible()
    press(page, "Set α to 0.01")
    expect(page).not_to_have_url(re.compile("alpha=10"))
    assert errors == []
