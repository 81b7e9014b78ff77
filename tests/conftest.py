"""Shape annotations are checked in every test, and every page test starts like a fresh server."""

from __future__ import annotations

from jaxtyping import install_import_hook

install_import_hook("hypernet", "tests.shapes.check")
