"""Who is ahead on a task and by how much, in two sentences, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from hypernet.figures.numbers import brief
from hypernet.inspection.curve import Run
from hypernet.inspection.plane import PlaneRun
from hypernet.presets import preset

#: So many times the first error count as worse, and so many as better.
WORSE, BETTER = 1.05, 0.95
#: A share of right answers that differs by less is the same.
SAME_SHARE = 0.005


class Reached(NamedTuple):
    """What one learner reached: before any step, and after the last one that it did not leave."""

    title: str
    first: float
    last: float
    left_at: int | None


def errors_ahead(what: str, runs: Sequence[Run], truth: Tensor | None, error: str) -> str:
    """The learner with the least error, how many times as much the others have, what steps did.

    Who left the chart is in no comparison: `ui.words.diverged_sentences` says it.

    Args:
        what: the task and its points, as the sentence begins.
        runs: one for each learner.
        truth: the true curve on the grid, where one is known: errors are shares of its variance.
        error: which error is compared, such as "query error".
    """
    reached = [one for one in _sorted(runs, ascending=True) if one.left_at is None]
    if not reached:
        return f"{what}, {_after(runs[0].steps)}: every learner has left the chart."
    variance = 0.0 if truth is None else truth.var(correction=0).item()
    best, *others = reached
    share = f", {brief(100 * best.last / variance)} % of the task's variance" if variance else ""
    behind = [f"{one.title} has {_times(one.last, best.last)}" for one in others]
    said = f"{what}, {_after(runs[0].steps)}: **{best.title}** has the least {error}, "
    said += f"{brief(best.last)}{share}{'; ' if behind else ''}{', '.join(behind)}."
    better = [one for one in reached if one.last < BETTER * one.first]
    if better:
        most = min(better, key=lambda one: one.last / one.first)
        said += f" Steps helped {most.title} most: {brief(most.first)} → {brief(most.last)}."
    worse = [one for one in reached if one.last > WORSE * one.first]
    return said + _worse([f"{x.title}, {brief(x.first)} → {brief(x.last)}" for x in worse])


def shares_ahead(what: str, runs: Sequence[PlaneRun], judge: str) -> str:
    """The learner that is right most often, the others after it, what steps did.

    Args:
        what: the task and its points, as the sentence begins.
        runs: one for each learner.
        judge: what they are asked about, such as "other points".
    """
    reached = _sorted(runs, ascending=False)
    best, *others = reached
    listed = [f"{one.title} on {one.last:.0%}" for one in others]
    said = f"{what}, {_after(runs[0].steps)}: **{best.title}** is right on {best.last:.0%} of "
    said += f"{judge}{''.join(f', {one}' for one in listed)}."
    helped = max(reached, key=lambda one: one.last - one.first)
    if helped.last - helped.first > SAME_SHARE:
        said += f" Steps helped {helped.title} most: {helped.first:.0%} → {helped.last:.0%}."
    worse = [x for x in reached if x.left_at is None and x.first - x.last > SAME_SHARE]
    return said + _worse([f"{x.title}, {x.first:.0%} → {x.last:.0%}" for x in worse])


def numbers_behind(runs: Sequence[Run | PlaneRun]) -> None:
    """A table of every learner's numbers before and after the steps, one press away."""
    with st.expander("The numbers"):
        rows = [_row(run) for run in runs]
        st.table({name: [row[name] for row in rows] for name in rows[0]})


def _row(run: Run | PlaneRun) -> dict[str, str]:
    last = run.kept - 1
    row = {"learner": preset(run.preset).title}
    if isinstance(run, PlaneRun):
        row |= {"right before": f"{run.accuracy[0]:.1%}", "after": f"{run.accuracy[-1]:.1%}"}
    losses = {"query error": run.query_loss, "support error": run.support_loss}
    for name, values in losses.items():
        row |= {f"{name}, step 0": brief(values[0]), f"{name}, step {run.steps}": brief(values[-1])}
    return row | {"left the chart": "" if last == run.steps else f"after step {last}"}


def _sorted(runs: Sequence[Run | PlaneRun], *, ascending: bool) -> list[Reached]:
    """From best to worst; who left the chart comes last, whatever it had reached before."""
    sign = 1 if ascending else -1
    reached = [_reached(run) for run in runs]
    return sorted(reached, key=lambda one: (one.left_at is not None, sign * one.last))


def _reached(run: Run | PlaneRun) -> Reached:
    scores = run.accuracy if isinstance(run, PlaneRun) else run.query_loss
    left_at = None if run.kept > run.steps else run.kept
    return Reached(preset(run.preset).title, float(scores[0]), float(scores[-1]), left_at)


def _after(steps: int) -> str:
    if steps == 0:
        return "before any step"
    return f"after {steps} gradient {'step' if steps == 1 else 'steps'}"


def _times(value: float, least: float) -> str:
    """How many times as much; the value itself beside an error of exactly 0."""
    if least == 0:
        return brief(value)
    ratio = value / least
    return "about as much" if ratio < WORSE else f"{brief(ratio)} times as much"


def _worse(listed: Sequence[str]) -> str:
    return f" They made it worse for {'; '.join(listed)}." if listed else ""
