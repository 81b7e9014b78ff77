"""What Python sends has the structure of the examples that the JavaScript is checked against."""

from __future__ import annotations

from typing import Any

import pytest

from tests.examples import TYPES, examples, read


@pytest.fixture(scope="module", name="sent")
def _sent() -> dict[str, dict[str, Any]]:
    return examples()


def structure(value: Any) -> Any:
    """Names and kinds of values; of a list, the different structures of what is in it."""
    if isinstance(value, dict):
        return {name: structure(part) for name, part in value.items()}
    if isinstance(value, list):
        parts = [structure(part) for part in value]
        return [part for i, part in enumerate(parts) if part not in parts[:i]]
    return "number" if type(value) in (int, float) else type(value).__name__


def test_a_structure_tells_names_kinds_and_absence_apart() -> None:
    assert structure({"a": [1, 2.5], "b": None}) == {"a": ["number"], "b": "NoneType"}
    assert structure([True, "x", 1]) == ["bool", "str", "number"]
    assert structure({"a": 1}) != structure({"a": None})


@pytest.mark.parametrize("component", TYPES)
def test_what_is_sent_has_the_structure_of_the_example(
    component: str, sent: dict[str, dict[str, Any]]
) -> None:
    assert structure(sent[component]) == structure(read(component))
