"""The runs of the page Meta-training: begun, found by their link, paused, resumed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from hypernet.checkpoint import Checkpoint
from hypernet.experiment import Experiment
from hypernet.jobs import Job, JobProgress, find, load_client, queue, submit
from hypernet.runs import RunOptions
from ui.links import plain
from ui.training.controls import BESIDE, RUN, set_controls
from ui.training.setup import Setup, setup_of
from ui.warm import is_warming

#: How a run stands that can go on.
RESUMABLE = ("paused", "stopped", "failed")
#: How many active runs of this server are looked at how often, in seconds.
PACES = ((4, 0.25), (10, 0.5), (50, 1.0), (150, 2.0))
SLOWEST = 4.0

#: Names under which a session keeps what is no widget.
SESSION, PREPARED, ASKED, PROBLEM, SHOWN = (
    f"training {name}" for name in ("session", "prepared", "asked", "problem", "shown")
)

#: The runs that pages of this process have begun or resumed, by their token.
_begun: dict[str, Job] = {}


class Opened(NamedTuple):
    """A run that the address names: a job, or a checkpoint that was uploaded."""

    token: str
    job: Job | None
    checkpoint: Checkpoint | None

    @property
    def experiment(self) -> Experiment:
        """What was or is being trained."""
        if self.checkpoint is not None:
            return self.checkpoint.experiment
        return self.progress().experiment

    def progress(self) -> JobProgress:
        """How the job stands.

        Raises:
            ValueError: for a checkpoint, which has no job.
        """
        if self.job is None:
            raise ValueError("a checkpoint has no progress")
        return self.job.progress()


def session() -> str:
    """Who this visitor is to the queue."""
    name: str = st.session_state.setdefault(SESSION, secrets.token_urlsafe(16))
    return name


def prepare() -> None:
    """Start the workers in the background, once, when a visitor's page is drawn."""
    if is_warming():  # nobody wants workers yet
        load_client()
    elif not st.session_state.get(PREPARED):
        st.session_state[PREPARED] = True
        queue().prepare()


def start(setup: Setup, difference: str) -> None:
    """Submit a run, and one beside it where there is a difference; their names go to the address.

    The queue lets one run of a session compute at a time, so the one beside counts as another's.
    """
    second = setup.beside(difference)
    st.query_params.pop(BESIDE, None)
    begin(RUN, setup.experiment(), session(), setup.seconds)
    if second is not None:
        begin(BESIDE, second.experiment(), f"{session()} beside", setup.seconds)
    _remember()


def begin(name: str, experiment: Experiment, whose: str, seconds: float) -> None:
    """Submit a run of at most so many seconds; its token goes to the address under `name`."""
    try:
        options = RunOptions(budget_seconds=float(seconds))
        job = submit(experiment, session=whose, options=options)
    except (ValueError, OSError) as error:
        complain(str(error))
        return
    _begun[job.token] = job
    st.query_params[name] = job.token


def ask_for_run() -> None:
    """Have a run begin once the controls are read; for a button's callback."""
    st.session_state[ASKED] = True


def asked_for_run() -> bool:
    """Whether a run was asked for, once."""
    return bool(st.session_state.pop(ASKED, False))


def pause(jobs: Sequence[Job]) -> None:
    """Let all rest; for a button's callback."""
    for job in jobs:
        job.pause()


def stop(jobs: Sequence[Job]) -> None:
    """End all with what they have learned; for a button's callback."""
    for job in jobs:
        job.stop()


def can_go_on(view: JobProgress) -> bool:
    """Whether a run rests before its last step and has time left."""
    unfinished = view.status in RESUMABLE and view.step < view.steps
    return unfinished and view.seconds <= view.options.budget_seconds


def go_on(jobs: Sequence[Job]) -> None:
    """Resume those that can go on; for a button's callback."""
    try:
        for job in jobs:
            if can_go_on(job.progress()):
                job.resume()
                _begun[job.token] = job
    except ValueError as error:
        complain(str(error))


def active_runs() -> int:
    """How many runs of this server's pages wait or compute."""
    for token, job in list(_begun.items()):
        if not job.progress().active:
            _begun.pop(token, None)
    return len(_begun)


def pace() -> float:
    """Seconds between two looks at a run, more where many are looked at."""
    count = active_runs()
    return next((seconds for most, seconds in PACES if count <= most), SLOWEST)


def open_runs() -> list[Opened]:
    """The runs that the address names, or this visitor's last ones; what is wrong is said.

    The controls are set to what the run was made with when it is opened.
    """
    if RUN not in st.query_params:
        for name, token in st.session_state.get(SHOWN, {}).items():
            st.query_params[name] = token
    opened = []
    for name in (RUN, BESIDE):
        token = st.query_params.get(name)
        if token is None:
            continue
        whose = session() if name == RUN else f"{session()} beside"
        try:
            opened.append(open_run(token, whose))
        except ValueError as error:
            del st.query_params[name]
            complain(str(error))
    if opened and (_named() != st.session_state.get(SHOWN) or "family" not in st.session_state):
        _show_setup(opened[0])
    _remember()
    return _alike(opened)


def open_run(token: str, whose: str) -> Opened:
    """A run by its token: one of this process, or one that is kept.

    Raises:
        ValueError: where there is none.
    """
    store = queue().store
    known = store is not None and store.holds(token)
    if token in _begun:
        return Opened(token, _begun[token], None)
    if store is None or not known:
        raise ValueError(
            "no run is kept under this link: it is mistyped, or the run is gone, since runs are "
            "kept for 30 days"
        )
    try:
        return Opened(token, find(token, session=whose), None)
    except ValueError:
        return Opened(token, None, store.checkpoint(token))


def _alike(opened: list[Opened]) -> list[Opened]:
    """Those of the first one's family: only these can be drawn together."""
    return [one for one in opened if type(one.experiment.family) is _family_type(opened[0])]


def _family_type(opened: Opened) -> type:
    return type(opened.experiment.family)


def _show_setup(opened: Opened) -> None:
    seconds = Setup.seconds if opened.job is None else opened.progress().options.budget_seconds
    try:
        set_controls(setup_of(opened.experiment, seconds))
    except ValueError:
        return  # made elsewhere, with what the controls cannot say: they stay as they are


def _named() -> dict[str, str]:
    return {name: st.query_params[name] for name in (RUN, BESIDE) if name in st.query_params}


def _remember() -> None:
    st.session_state[SHOWN] = _named()


def complain(sentence: str) -> None:
    """Have a sentence shown at the next run of the page, with nothing in it that is Markdown."""
    st.session_state[PROBLEM] = sentence


def show_complaint() -> None:
    """Show what went wrong, once."""
    sentence = st.session_state.pop(PROBLEM, None)
    if sentence:
        st.warning(plain(sentence[0].upper() + sentence[1:], 400) + ".")
