"""From recorded runs on a wave to the player's view and its sentence; edits on the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from hypernet.experiment import Experiment
from hypernet.formula import FormulaError
from hypernet.inspection.curve import Points, Run, Signal, Wave, curve_grid, task_of
from hypernet.inspection.formula_curve import OwnSignal
from hypernet.presets import preset
from hypernet.spec import Number, specs
from hypernet.tasks import Sinusoid
from ui.ahead import errors_ahead
from ui.allowed import allowed_sentence, allowed_waves
from ui.curves import curve_view, runs_words, tall
from ui.forms import slider
from ui.formula_input import FORMULA, checked
from ui.links import plain
from ui.live.model.models import sent
from ui.live.parts.arrays import Range
from ui.live.player.curves import CurveView
from ui.live.player.live import Dial, Live
from ui.placed import Area, place_points, received

#: The y axis of every fit: the tallest wave of the slider and some air.
Y_RANGE = (-8.5, 8.5)
#: Where points can be placed: inside the axes.
AREA = Area(Sinusoid.x_range, Y_RANGE)
TITLES = {"amplitude": "amplitude A", "phase": "phase φ"}


def linked_signal(wave: Wave) -> Wave | OwnSignal:
    """The wave, or the formula that the address gives; the wave is then what learners are told."""
    text = st.query_params.get(FORMULA)
    if text is None:
        return wave
    try:
        formula = checked(text).text
    except FormulaError as error:
        st.warning(f"The formula of the link is not used: {plain(str(error), 200)}.")
        return wave
    st.info(
        f"The true curve is y = {plain(formula, 200)}. Amplitude and phase are what learners are "
        "told that read a description."
    )
    st.button("Back to waves", on_click=_forget_formula)
    return OwnSignal(formula, (), (wave.amplitude, wave.phase))


def _forget_formula() -> None:
    st.query_params.pop(FORMULA, None)


def wave_view(
    signal: Wave | OwnSignal,
    points: Points,
    runs: Sequence[Run],
    weights_of: str,
    replay: int,
    at: int,
    live: Live | None = None,
    *,
    allowed: bool = False,
) -> CurveView:
    """Everything the player draws for these runs, opened at step `at` or the last one.

    Of a formula nobody knows what else it could be, so `allowed` shows something of waves alone.
    """
    alt = wave_sentence(signal, points, runs, allowed=allowed)
    waves = allowed_waves(points) if allowed and isinstance(signal, Wave) else None
    return curve_view(
        signal, points, runs, weights_of, y_range(signal), alt, replay, at, live, waves
    )


def y_range(signal: Signal) -> Range:
    """The vertical axis: that of all waves, unless a formula needs a taller one."""
    truth = signal.truth(curve_grid())
    needed = 0.0 if truth is None else float(truth.abs().max())
    return Y_RANGE if needed <= Y_RANGE[1] else (-tall(needed), tall(needed))


def live_wave(
    signal: Wave | OwnSignal,
    points: Points,
    presets: Sequence[str],
    rate: float | None,
    revision: int,
) -> Live:
    """What the browser needs to run these presets on other points and other waves.

    A formula stays as it is, so that there is no pad to change it.
    """
    wave = signal if isinstance(signal, Wave) else None
    return Live(
        models={preset(name).title: sent(name) for name in presets},
        description=signal.told(Sinusoid()).numpy(),
        rate=rate,
        revision=revision,
        placed=points.placed is not None,
        amplitude=None if wave is None else _dial(wave, "amplitude"),
        phase=None if wave is None else _dial(wave, "phase"),
    )


def _dial(wave: Wave, name: str) -> Dial:
    trained = {p.name: p for p in Sinusoid().parameters}[name]
    spec = _spec(name)
    return Dial(
        name=TITLES[name],
        unit=spec.unit,
        value=getattr(wave, name),
        low=spec.low,
        high=spec.high,
        step=spec.step or 0.1,
        training=(trained.low, trained.high),
    )


def _spec(name: str) -> Number:
    spec = specs(Wave)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    return spec


def unfit_for_waves(experiment: Experiment) -> str | None:
    """Why a learner cannot be used on waves of any amplitude and phase, or None if it can."""
    family = experiment.family
    if isinstance(family, Sinusoid) and len(family.parameters) == len(TITLES):
        return None
    return "was not meta-trained on sinusoids of any amplitude and phase"


def take_in(key: str) -> None:
    """Notes what was edited in the player `key`: points in the address, the wave in its sliders.

    What is no place inside the axes, or no number that the slider has, changes nothing.
    """
    edit = received(key)
    if edit is None:
        return
    if "points" in edit:
        place_points(AREA, edit["points"])
    task = edit.get("task")
    if not isinstance(task, Mapping):
        return
    for name in set(TITLES) & set(task):
        try:
            st.session_state[name] = float(_spec(name).parse(name, task[name]))  # type: ignore[arg-type]
        except ValueError:
            continue


def wave_options() -> Wave:
    """The wave that two sliders set."""
    amplitude = slider(Wave, "amplitude", "Amplitude A", "stretch")
    return Wave(amplitude, slider(Wave, "phase", "Phase φ (rad)", "stretch"))


def wave_sentence(
    signal: Wave | OwnSignal, points: Points, runs: Sequence[Run], *, allowed: bool = False
) -> str:
    """What the comparison shows in numbers, and what the points allow in another sentence."""
    said = f"{_given(signal, points)}: query error {runs_words(runs)}."
    return said + _allowed(signal, points, runs[0].preset, allowed=allowed)


def waves_ahead(
    signal: Wave | OwnSignal, points: Points, runs: Sequence[Run], *, allowed: bool = False
) -> str:
    """Who is ahead and what steps did, as Markdown; then what the points allow."""
    given = _given(signal, points)
    what = plain(given, 200) if isinstance(signal, OwnSignal) else given
    said = errors_ahead(what, runs, signal.truth(curve_grid()), "query error")
    return said + _allowed(signal, points, runs[0].preset, allowed=allowed)


def _given(signal: Wave | OwnSignal, points: Points) -> str:
    """The task and its points, in words."""
    count = points.shots if points.placed is None else len(points.placed)
    noun = ("point" if count == 1 else "points") + (" placed by hand" if points.placed else "")
    if isinstance(signal, OwnSignal):
        what = f"y = {signal.formula}"
    else:
        what = f"{signal.amplitude:g} sin(x − {signal.phase:g})"
    return f"{what} from {count} support {noun}"


def _allowed(signal: Wave | OwnSignal, points: Points, preset: str, *, allowed: bool) -> str:
    if not allowed or isinstance(signal, OwnSignal):
        return ""
    support = task_of(preset, signal, points).support
    return f" {allowed_sentence(signal, points, support)}"
