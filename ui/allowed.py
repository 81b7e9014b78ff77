"""What the points of a wave allow, to someone who knows that it is a wave of the training range."""

from __future__ import annotations

from dataclasses import dataclass

from hypernet.figures.numbers import brief
from hypernet.inspection.curve import Points, Wave, curve_grid
from hypernet.posterior.waves import SMALLEST_SIGMA, wave_posterior
from hypernet.spec import check, flag
from hypernet.tasks import Sinusoid
from hypernet.tasks.sinusoid import AMPLITUDE
from hypernet.types import Batch
from ui.live.player.allowed import Allowed


@dataclass(frozen=True)
class Shown:
    """What is drawn behind the learners' curves."""

    allowed: bool = flag(
        False, help="Waves that fit the points, and the band that they lie in: nobody knows more."
    )

    def __post_init__(self) -> None:
        check(self)


def allowed_waves(points: Points) -> Allowed:
    """The waves of the training range, for points as noisy as these."""
    return Allowed(
        amplitude=AMPLITUDE,
        phase=(0.0, Sinusoid().phase_high),
        sigma=max(points.noise, SMALLEST_SIGMA),
    )


def allowed_sentence(wave: Wave, points: Points, support: Batch) -> str:
    """How near the best guess from these points comes, and how much waves that fit still differ."""
    found = wave_posterior(support.x[:, 0], support.y[:, 0], points.noise, Sinusoid())
    x = curve_grid()
    error = (found.mean(x[:, 0]) - wave.truth(x)[:, 0]).square().mean().item()
    spread = found.deviation(x[:, 0]).square().mean().sqrt().item()
    return (
        f"The mean of all waves that fit these points, on average the best guess, has query error "
        f"{brief(error)}; they differ from it by {brief(spread)}."
    )
