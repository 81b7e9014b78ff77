"""A whole family of one's own: a formula with parameters, and a hypernetwork trained for it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from hypernet.custom.task import FamilyTask, OwnTask
from hypernet.experiment import Experiment
from hypernet.figures.numbers import brief
from hypernet.formula import LARGEST, Formula, FormulaError, parse
from hypernet.inspection.curve import X_RANGE, Points
from hypernet.jobs import JobProgress
from hypernet.tasks import FormulaFamily, Sinusoid
from hypernet.tasks.formula import MOST_PARAMETERS
from ui.custom.comparison import MIDDLE, own_curve
from ui.custom.dials import family_dials, family_height, moved
from ui.custom.numbers import Numbers
from ui.custom.points import FIELD_WIDTH
from ui.custom.show import show_curve
from ui.forms import NARROW, choice, examples, row, slider
from ui.formula_input import field, put_formula, typed_formula
from ui.links import plain
from ui.live.player.live import Dial
from ui.live.training.training import training
from ui.placed import NAME, Area, linked_points
from ui.stage import Stage
from ui.training.controls import RUN
from ui.training.runs import Opened, begin, complain, open_run, pace, prepare, session, stop
from ui.training.setup import formula_experiment
from ui.training.view import run_views, tasks_sentence
from ui.visitor import linked_run

FORMULA = "family"
RANGES, THETA = "ranges", "theta"
READS = "reads"
#: What the hypernetwork reads of a task.
READERS = {"the numbers": "description", "the points": "set-attention"}
#: Longest time in computation, in seconds.
BUDGET = 60
#: The range of a parameter that nobody has given one.
USUAL = (0.5, 2.0)
EXAMPLES = {
    "Waves of any frequency": (
        "a*sin(b*x + c)",
        {"a": (0.1, 5.0), "b": (0.5, 2.0), "c": (0, 3.14)},
    ),
    "Parabolas": ("a*x^2 + b*x + c", {"a": (-0.3, 0.3), "b": (-1.0, 1.0), "c": (-2.0, 2.0)}),
    "Soft steps": ("a*tanh(b*(x - c))", {"a": (0.5, 4.0), "b": (0.5, 3.0), "c": (-3.0, 3.0)}),
    "Valleys": ("a*abs(x - b) + c", {"a": (-1.0, 1.0), "b": (-3.0, 3.0), "c": (-2.0, 2.0)}),
    "Bumps": ("a*exp(-(x - b)^2)", {"a": (1.0, 5.0), "b": (-4.0, 4.0)}),
}
FIRST = "Waves of any frequency"
FIRST_FORMULA, FIRST_RANGES = EXAMPLES[FIRST]
HINT = "Any other short name is a parameter with a range and a dial."
#: Dials change how tall the picture is, so that its points may lie anywhere.
ANYWHERE = Area(X_RANGE, (-LARGEST, LARGEST))
_ranges = Numbers(RANGES, 2, FIRST_RANGES)
_theta = Numbers(THETA, 1, {})


def family_way(page: Stage) -> OwnTask | None:
    """A formula with parameters becomes a family; a hypernetwork is meta-trained for it here."""
    known = {**FIRST_RANGES, **_ranges.linked()}
    typed = typed_formula(FORMULA, FIRST_FORMULA, functools.partial(_checked, ranges=known))
    family = _family(typed.formula, known)
    with page.controls:
        with st.container(width=FIELD_WIDTH):
            field(FORMULA, "Formula in x and parameters", typed, FIRST_FORMULA, HINT)
        train = st.container(width="content")
    with page.options:
        examples("family examples", list(EXAMPLES), _take_example)
        reads = READERS[choice(READS, "The hypernetwork reads", list(READERS))]
        shots = slider(Points, "shots", "Support points K", "stretch")
        _range_fields(family)
    train.button("Train", type="primary", width=100, on_click=_train, args=(family, reads))
    opened = _opened_run()
    if opened is not None and opened.job is not None and opened.progress().active:
        with page.picture:
            _watch(opened)
        return None
    drawn = []
    if typed.problem is not None:
        drawn.append(f"In use is still y = {plain(typed.formula.text, 200)}.")
    values = _one_task(page, family, shots, opened, drawn)
    prepare()
    return FamilyTask(family.formula, family.ranges, tuple(value for _, value in values))


# ------------------------------------------------------------ the family


def _checked(text: str, ranges: Mapping[str, Sequence[float]]) -> Formula:
    """The formula of a family that can be used.

    Raises:
        FormulaError: in one sentence, with the place of what is wrong.
    """
    formula = parse(text, names=None)
    count = len(formula.names)
    if count == 0:
        sentence = "a family needs a parameter: any other short name, as a in a*sin(x)"
        raise FormulaError(sentence, 0, len(text))
    if count > MOST_PARAMETERS:
        sentence = f"a family has 1..{MOST_PARAMETERS} parameters, got {count}"
        raise FormulaError(sentence, text.find(formula.names[-1]), len(formula.names[-1]))
    try:
        _family(formula, ranges)
    except FormulaError:
        raise
    except ValueError as error:
        raise FormulaError(str(error), 0, max(1, len(text))) from None
    return formula


def _family(formula: Formula, ranges: Mapping[str, Sequence[float]]) -> FormulaFamily:
    chosen = tuple((name, *map(float, ranges.get(name, USUAL))) for name in formula.names)
    return FormulaFamily(formula.text, chosen)  # type: ignore[arg-type]


def _range_fields(family: FormulaFamily) -> None:
    """Both ends of every range."""
    for name, low, high in family.ranges:
        with row():
            for end, value in (("from", low), ("to", high)):
                key = f"range {name} {end}"
                st.session_state[key] = value
                st.number_input(
                    f"{name} {end}",
                    -100.0,
                    100.0,
                    step=0.1,
                    format="%.4g",
                    key=key,
                    width=NARROW,
                    on_change=_take_range,
                    args=(family,),
                )


def _take_range(family: FormulaFamily) -> None:
    """Ranges that were edited; a pair that stands the wrong way round is exchanged."""
    ranges = dict(_ranges.linked())
    for name, *_ in family.ranges:
        ends = [round(float(st.session_state[f"range {name} {end}"]), 4) for end in ("from", "to")]
        ranges[name] = tuple(sorted(ends))
    try:
        _family(parse(family.formula, names=None), ranges)
    except ValueError as error:
        complain(str(error))
        return
    _ranges.put(ranges)


def _take_example(name: str) -> None:
    formula, ranges = EXAMPLES[name]
    put_formula(FORMULA, formula, FIRST_FORMULA)
    _ranges.put({} if name == FIRST else ranges)
    for other in (THETA, NAME):
        st.query_params.pop(other, None)


def put_task(task: FamilyTask) -> None:
    """Write a family and one task of it into the address."""
    put_formula(FORMULA, task.formula, FIRST_FORMULA)
    ranges = {name: (low, high) for name, low, high in task.ranges}
    _ranges.put({} if ranges == FIRST_RANGES else ranges)
    values = zip(task.ranges, task.theta, strict=True)
    _theta.put({name: (value,) for (name, _, _), value in values})


# ------------------------------------------------------------ one task of it


def _one_task(
    page: Stage,
    family: FormulaFamily,
    shots: int,
    opened: Opened | None,
    remarks: Sequence[str],
) -> list[tuple[str, float]]:
    """Dials choose a task of the family; all learners meet it."""
    dials = family_dials(family, _theta.linked())
    values = [(dial.name, dial.value) for dial in dials]
    points = Points(shots, placed=linked_points(ANYWHERE))
    own = own_curve(family.formula, values, points)
    high = max(own.y_range[1], family_height(family))
    own = own._replace(dials=dials, y_range=(-high, high))
    visitors = {} if opened is None else linked_run(functools.partial(_unfit, family))
    if opened is not None and opened.job is not None and visitors:
        remarks = [*remarks, _trained_sentence(opened.progress(), family)]
    take_task = functools.partial(_take_theta, family, dials)
    show_curve(page, own, visitors, NAME, remarks, take_task=take_task)
    return values


def _take_theta(family: FormulaFamily, dials: Sequence[Dial], task: object) -> None:
    """Write dials that were moved into the address; what is no task of them changes nothing."""
    with contextlib.suppress(ValueError):
        _theta.put(moved(family, dials, task))


# ------------------------------------------------------------ its hypernetwork


def _train(family: FormulaFamily, reads: str) -> None:
    begin(RUN, formula_experiment(family, reads), session(), BUDGET)


def _opened_run() -> Opened | None:
    token = st.query_params.get(RUN)
    if token is None:
        return None
    try:
        return open_run(token, session())
    except ValueError as error:
        del st.query_params[RUN]
        complain(str(error))
        return None


def _watch(opened: Opened) -> None:
    """The live picture of the run; the page runs again when the run rests."""
    st.button("Stop", on_click=stop, args=([opened.job],))

    @st.fragment(run_every=pace())
    def picture() -> None:
        views = run_views([opened], [opened.progress()])
        training(views, opened.experiment.family.x_range, tasks_sentence(views), key="own training")
        if not opened.progress().active:
            st.rerun()

    picture()


def _unfit(family: FormulaFamily, experiment: Experiment) -> str | None:
    """Why a learner cannot be used on a task of the family, or None if it can."""
    trained = experiment.family
    if isinstance(trained, FormulaFamily):
        same = trained.formula == family.formula
        return None if same else f"was made for y = {plain(trained.formula, 200)}"
    waves = isinstance(trained, Sinusoid) and len(trained.parameters) == len(MIDDLE)
    return None if waves else "was meta-trained neither on this formula nor on sinusoids"


def _trained_sentence(view: JobProgress, family: FormulaFamily) -> str:
    """What the hypernetwork reached, and how long that took."""
    if not view.probe_losses:
        return "Your hypernetwork has not learned anything yet."
    share = view.probe_losses[-1] / family.y_scale**2
    return (
        f"Your hypernetwork, meta-trained for {view.step} outer steps in {view.seconds:.0f} s: "
        f"query error {brief(view.probe_losses[-1])} on held-out tasks of your family, "
        f"{share:.1%} of their variance."
    )
