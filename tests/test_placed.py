"""Support points placed by hand: from the browser into the link, and back."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.visit import said, visit
from ui.placed import Area, points_text

CURVE = Area((-5.0, 5.0), (-8.5, 8.5))
PLANE = Area((-2.5, 2.5), (-2.5, 2.5), ways=3)


@pytest.mark.parametrize(
    ("area", "points", "text"),
    [
        (CURVE, ((-1.25, 0.5), (2.3, -1.0)), "-1.25_0.5~2.3_-1"),
        (PLANE, ((0.0, 1.0, 2), (-0.01, 0.0, 0)), "0_1_2~-0.01_0_0"),
        (PLANE, (), "none"),
    ],
)
def test_a_link_keeps_the_points(area: Area, points: tuple[Any, ...], text: str) -> None:
    assert points_text(points) == text
    assert area.parse(text) == points


def test_places_are_rounded_to_two_decimals() -> None:
    assert CURVE.read([[0.12345, -0.001]]) == ((0.12, 0.0),)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (None, "points must be a list, got None"),
        ("12", "points must be a list, got '12'"),
        ([[0, 0, 0]] * 201, r"points must be 0\.\.200, got 201"),
        ([[0.0, 0.0]], r"a point must be 3 numbers, got \[0.0, 0.0\]"),
        (["abc"], "a point must be 3 numbers, got 'abc'"),
        ([[3.0, 0.0, 0]], r"x must be -2.5\.\.2.5, got 3"),
        ([[0.0, -9.0, 0]], r"y must be -2.5\.\.2.5, got -9"),
        ([[math.nan, 0.0, 0]], "x must be a number, got nan"),
        ([["0", 0.0, 0]], "x must be a number, got '0'"),
        ([[True, 0.0, 0]], "x must be a number, got True"),
        ([[0.0, 0.0, 3]], r"class must be 0\.\.2, got 3"),
        ([[0.0, 0.0, 0.5]], r"class must be 0\.\.2, got 0.5"),
        ([[0.0, 0.0, math.inf]], "class must be a number, got inf"),
    ],
)
def test_what_is_no_point_is_refused_in_one_sentence(rows: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        PLANE.read(rows)


@pytest.mark.parametrize("text", ["", "~", "1", "1_2_x", "1__0", "1_2_0~", "nan_0_0", "1e9_0_0"])
def test_a_damaged_link_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|is needed"):
        PLANE.parse(text)


def test_a_page_takes_the_points_of_its_link() -> None:
    at = visit("boundaries", points="0.5_1_0~-1_1_1")
    assert "from 2 support points placed by hand" in said(at)
    assert not at.warning


def test_a_page_says_which_points_it_does_not_use_and_draws_some() -> None:
    at = visit("boundaries", points="0.5_1_4")
    assert "The points of the link are not used: class must be 0..1" in at.warning[0].value
    assert "from 5 support points each" in said(at)


def test_a_page_says_which_class_has_no_point() -> None:
    at = visit("boundaries", kind="clusters", points="0.5_1_0")
    assert "Classes B, C without a point" in at.info[0].value
