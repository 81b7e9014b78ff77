"""What the JavaScript is held against is what Python computes now."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from tests.golden import GOLDEN, golden, read

#: Relative to numbers larger than 1; other processors round sums otherwise.
TOLERANCE = 1e-5


@pytest.fixture(scope="module", name="computed")
def _computed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(golden()))
    return found


def check_same(where: str, stored: Any, computed: Any) -> None:
    """Both have the same structure, and numbers within the tolerance."""
    assert type(stored) is type(computed), where
    if isinstance(stored, dict):
        assert list(stored) == list(computed), where
        for name, value in stored.items():
            check_same(f"{where}.{name}", value, computed[name])
    elif isinstance(stored, list):
        assert len(stored) == len(computed), where
        for i, value in enumerate(stored):
            check_same(f"{where}[{i}]", value, computed[i])
    elif isinstance(stored, float):
        assert stored == pytest.approx(computed, rel=TOLERANCE, abs=TOLERANCE), where
    elif "64" in where.rsplit(".", 1)[-1]:
        np.testing.assert_allclose(
            floats(stored), floats(computed), rtol=TOLERANCE, atol=TOLERANCE, err_msg=where
        )
    else:
        assert stored == computed, where


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


@pytest.mark.parametrize("name", ["networks", "formulas", "numbers", "waves"])
def test_the_stored_numbers_are_those_of_python(name: str, computed: dict[str, Any]) -> None:
    check_same(name, read(name), computed[name])


def test_every_file_is_tested_and_all_are_small(computed: dict[str, Any]) -> None:
    files = list(GOLDEN.iterdir())
    assert sorted(file.stem for file in files) == sorted(computed)
    assert sum(file.stat().st_size for file in files) <= 155_000


def test_every_encoder_and_generator_of_the_browser_is_among_them() -> None:
    kinds = [case["exported"] for case in read("networks")]
    encoders = {part["encoder"] and part["encoder"]["kind"] for part in kinds}
    assert encoders == {"description", "points", "set attention", "noisy", "none", None}
    assert {part["generator"]["kind"] for part in kinds} == {
        *("full", "shared", "conditioning", "film", "last layer", "low rank", "chunked")
    }
