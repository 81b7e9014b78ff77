"""The app under Streamlit's own test runner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ui.chapters import PAGES as CHAPTER_PAGES
from ui.code import SHOWN

ROOT = Path(__file__).parent.parent
PAGES = {path or "idea": f"pages/{page.file}.py" for path, page in CHAPTER_PAGES.items()}


def visit(page: str, **query: str | list[str]) -> AppTest:
    """A visitor who opens a page with these values in the address."""
    return run(arrive(page, **query))


def arrive(page: str, **query: str | list[str]) -> AppTest:
    """A visitor with these values in the address, before anything has run."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.switch_page(PAGES[page])
    at._page_hash = calc_hash(page)  # AppTest takes the file's name for it before a first run
    return at


def run(at: AppTest, fresh: bool = False) -> AppTest:
    """One run of the script, in a fresh server's page mode or that which `open_page` leaves."""
    PagesManager.uses_pages_directory = fresh
    at.run()
    assert not at.exception, at.exception
    return at


def said(at: AppTest) -> str:
    """What a page says of its picture first."""
    return str(at.markdown[0].value)


def program(at: AppTest) -> str:
    """The code behind the picture, once it is asked for; empty where there is none."""
    assert not at.code
    at.session_state[SHOWN] = True
    run(at)
    return str(at.code[0].value) if at.code else ""


def plotted(at: AppTest, index: int) -> dict[str, Any]:
    """The specification of a Plotly figure."""
    spec: dict[str, Any] = json.loads(at.get("plotly_chart")[index].proto.spec)
    return spec


def sent(at: AppTest) -> list[dict[str, Any]]:
    """What each component was sent, from the top of the page to its end."""
    return [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]


def played(at: AppTest) -> dict[str, Any]:
    """What the inner-loop player was sent."""
    return next(content for content in sent(at) if "fits" in content)
