"""What the points allow, on the page of sinusoids."""

from __future__ import annotations

import math

import pytest
import torch

from hypernet.inspection.curve import Points, Wave
from hypernet.posterior.waves import SMALLEST_SIGMA
from hypernet.tasks import Sinusoid
from hypernet.types import Batch
from tests.visit import played, said, visit
from ui.allowed import allowed_sentence, allowed_waves
from ui.live.player.allowed import Allowed

DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@pytest.mark.slow
def test_it_is_shown_where_it_is_asked_for_and_said() -> None:
    off, on = visit("sinusoids"), visit("sinusoids", allowed="true", noise="0.25", shots="1")
    assert played(off)["allowed"] is None
    assert played(on)["allowed"] == {
        "amplitude": [0.1, 5.0],
        "phase": [0.0, math.pi],
        "sigma": 0.25,
    }
    limit = "The mean of all waves that fit these points"
    assert limit in said(on)
    assert limit in played(on)["alt"]
    assert limit not in said(off)


@pytest.mark.slow
def test_of_a_formula_nobody_knows_what_else_it_could_be() -> None:
    at = visit("sinusoids", allowed="true", y="x**2/5")
    assert played(at)["allowed"] is None
    assert "waves that fit" not in said(at)


def test_points_without_noise_are_taken_as_finely_as_the_grid_can_tell() -> None:
    assert allowed_waves(Points()).sigma == SMALLEST_SIGMA
    assert allowed_waves(Points(noise=0.5)).sigma == 0.5


def test_one_point_leaves_much_open_and_three_nothing() -> None:
    wave = Wave(2.5, 0.8)
    x = torch.tensor([[-3.0], [0.5], [2.0]])
    y = Sinusoid().truth(torch.tensor([2.5, 0.8]), x)
    one, three = (allowed_sentence(wave, Points(), Batch(x[:k], y[:k])) for k in (1, 3))
    errors = [read(told.split("query error ")[1].split(";")[0]) for told in (one, three)]
    assert errors[0] > 0.1 > 0.01 > errors[1]
    assert read(three.split("by ")[1].rstrip(".")) < 2 * SMALLEST_SIGMA


def read(number: str) -> float:
    """The number that a sentence writes."""
    mantissa, _, power = number.partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(DIGITS) or 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sigma": 0.0}, "sigma must be above 0, got 0"),
        ({"phase": (3.0, 3.0)}, "phase must have its low end first, got 3, 3"),
    ],
)
def test_what_no_grid_can_be_made_of_is_refused(changes: dict[str, object], said: str) -> None:
    values: dict[str, object] = {"amplitude": (0.1, 5.0), "phase": (0.0, 3.0), "sigma": 0.1}
    with pytest.raises(ValueError, match=said):
        Allowed(**(values | changes)).payload()  # type: ignore[arg-type]
