"""A picture of every page, light, dark and on a phone: python -m tests.screenshots [folder]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from tests.browser import ROOT, TITLES, launch, new_page, open_page, serve, widest


class Look(NamedTuple):
    """A window and its theme; `whole` pictures are as high as what the page scrolls."""

    width: int
    height: int
    dark: bool = False
    whole: bool = False


LOOKS = {
    "light": Look(1280, 800),
    "dark": Look(1280, 800, dark=True),
    "phone": Look(390, 844, whole=True),
}
#: For fonts and figures to take their final place.
REST_MS = 1000


def shoot(browser: Browser, address: str, path: str, look: Look, file: Path) -> list[str]:
    """Write the picture of one page; a sentence for each thing that is wrong with it."""
    with new_page(browser, dark=look.dark) as page:
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(f"logs {error}"))
        page.set_viewport_size({"width": look.width, "height": look.height})
        open_page(page, address, path)
        page.wait_for_timeout(REST_MS)
        if look.whole:
            _stretch(page, look.width)
        page.screenshot(path=file)
        return problems + faults(page, look.width)


def _stretch(page: Page, width: int) -> None:
    """Make the window as high as all that Streamlit's inner container scrolls."""
    height = page.get_by_test_id("stMain").evaluate(
        "main => main.scrollHeight + window.innerHeight - main.clientHeight"
    )
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(REST_MS)


def faults(page: Page, width: int) -> list[str]:
    """A sentence for each exception on the page, and one where it is wider than its window."""
    shown = page.get_by_test_id("stException").all_inner_texts()
    faults = [f"shows {text.splitlines()[0]}" for text in shown]
    if widest(page) > width:
        faults.append(f"is {widest(page)} pixels wide in a window of {width}")
    return faults


def main(folder: Path) -> int:
    """Print each file and what is wrong with it; the exit code is 1 if anything is."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = False
    with launch() as browser, serve() as address:
        for path in TITLES:
            for name, look in LOOKS.items():
                file = folder / f"{path or 'idea'}-{name}.png"
                problems = shoot(browser, address, path, look, file)
                print(file, *problems, sep="\n    ")
                wrong = wrong or bool(problems)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "screenshots"))
