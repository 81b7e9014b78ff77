"""docs/api.md says what the code says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import hypernet
from hypernet.tasks import FAMILIES
from tests.api_page import PAGE, TABLES


@pytest.mark.slow
def test_the_page_is_up_to_date_make_docs_writes_it() -> None:
    clean = {name: value for name, value in os.environ.items() if name != "HYPERNET_FAMILIES"}
    program = "import sys, tests.api_page as a; sys.stdout.buffer.write(a.page().encode())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PAGE.parent.parent,
        env=clean,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == PAGE.read_text("utf-8")


def test_every_public_name_and_every_part_has_an_entry() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    for name in hypernet.__all__:
        assert lines.count(f"### `{name}`") == 1
    for table in TABLES.values():
        for name, kind in table.items():
            assert table is FAMILIES or f'### `"{name}": {kind.__name__}`' in lines


def test_nothing_on_it_depends_on_where_it_was_made() -> None:
    text = PAGE.read_text("utf-8")
    assert " at 0x" not in text
    assert str(PAGE.parent.parent) not in text
