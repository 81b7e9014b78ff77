"""Three polynomials learned one after another, with the regulariser and without it."""

from __future__ import annotations

from collections.abc import Iterator

from hypernet.continual import ContinualOptions
from hypernet.results.markdown import header, row
from hypernet.results.study import Section, Study
from hypernet.tasks.polynomials import NOISE, POLYNOMIALS, Polynomial

SEEDS = 3
SHORT_STEPS = 2
BETA = ContinualOptions().beta
#: von Oswald et al. 2020, from the page of its code: after all three were learned.
PUBLISHED = ("0.00419", "0.00239", "0.00607")


def in_turn(study: Study) -> Section:
    """Errors of each polynomial when it had just been learned, and at the end."""
    steps = SHORT_STEPS if study.short else ContinualOptions().steps
    seeds = range(study.seed, study.seed + SEEDS)
    asked = {
        beta: [
            study.measurements.ask("in turn", {}, beta=beta, steps=steps, seed=seed)
            for seed in seeds
        ]
        for beta in (BETA, 0.0)
    }

    def write() -> Iterator[str]:
        intervals = ", ".join(f"{one.formula} on {_interval(one)}" for one in POLYNOMIALS)
        yield from ("", "## Learned one after another: mean squared error", "")
        yield (
            f"{intervals}; noise σ = {NOISE:g} on 100 training points, none on 50 test points. "
            f"A 1-10-10-1 sigmoid network, codes of 2 numbers, {steps} updates on each; mean of "
            f"{SEEDS} seeds. No point of an earlier polynomial is seen again."
        )
        yield from ("", "### Three polynomials", "")
        yield from header("regulariser", "read", *(one.formula for one in POLYNOMIALS))
        for beta, futures in asked.items():
            errors = [future.result()["errors"] for future in futures]
            just = [[run[i][i] for run in errors] for i in range(len(POLYNOMIALS))]
            end = [[run[-1][i] for run in errors] for i in range(len(POLYNOMIALS))]
            name = f"β = {beta:g}" if beta else "none"
            yield row(name, "just learned", *map(_mean, just))
            yield row(name, "after all three", *map(_mean, end))
        yield row(f"β = {BETA:g}, published", "after all three", *PUBLISHED)

    return write


def _interval(polynomial: Polynomial) -> str:
    low, high = polynomial.interval
    return f"[{low:g}, {high:g}]".replace("-", "−")


def _mean(values: list[float]) -> str:
    return f"{sum(values) / len(values):.3g}"
