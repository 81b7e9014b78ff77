"""Shape annotations of the core are checked in every test."""

from __future__ import annotations

from jaxtyping import install_import_hook

from tests.shapes import check

install_import_hook("hypernet", f"{check.__module__}.check")
