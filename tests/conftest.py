"""Shape annotations of the core are checked in every test; one thread computes, as in the app.

`--plugin FILE` (or HYPERNET_PLUGINS) has the contract tests take in parts of one's own.

All browser tests share one server and one Chromium; Playwright is imported only for them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

#: For scikit-learn's small matrices further threads only wait, at full load. Child processes too.
os.environ["OMP_NUM_THREADS"] = "1"

import pytest
import torch
from jaxtyping import install_import_hook
from threadpoolctl import threadpool_limits

from tests.shapes import check

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

torch.set_num_threads(1)
threadpool_limits(1)
install_import_hook("hypernet", f"{check.__module__}.check")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--plugin",
        "--family",
        action="append",
        default=[],
        metavar="FILE",
        help="a file with parts of one's own",
    )


def pytest_configure(config: pytest.Config) -> None:
    from hypernet.plugins import load_plugin, named_files

    try:
        for file in [*named_files(), *config.getoption("--plugin")]:
            load_plugin(file)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session", autouse=True)
def _runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs that tests begin are kept in a folder of their own, and end with the tests."""
    os.environ["HYPERNET_RUNS"] = str(tmp_path_factory.mktemp("runs"))
    yield
    if "hypernet.jobs" in sys.modules:
        sys.modules["hypernet.jobs"].queue().close()


@pytest.fixture(scope="session", name="browser")
def _browser() -> Iterator[Browser]:
    from tests.browser import launch

    with launch() as browser:
        yield browser


@pytest.fixture(scope="session", name="address")
def _address() -> Iterator[str]:
    from tests.browser import serve

    with serve() as address:
        yield address


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    from tests.browser import new_page

    with new_page(browser) as page:
        yield page
