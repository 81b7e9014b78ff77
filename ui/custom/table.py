"""A table of the visitor's own: uploaded or pasted, its columns chosen, its rows split."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Sequence

import streamlit as st

from hypernet.custom.points import Rows, Scale, remarks
from hypernet.custom.table import MOST_BYTES, Table, classes, numbers, read_table
from hypernet.custom.task import OwnTask, TableTask, from_json, to_json
from hypernet.inspection.curve import PlacedOnCurve, Points
from hypernet.inspection.plane_tasks import Placed
from ui.custom.comparison import own_curve, own_plane
from ui.custom.show import show_curve, show_plane
from ui.forms import NARROW, choice, examples, slider, whole_number
from ui.links import plain
from ui.stage import Stage
from ui.training.runs import complain
from ui.visitor import store

#: Names in the address: an example, a table that is kept, and what its columns are used as.
EXAMPLE, TOKEN = "table", "task"
ACROSS, UP, TARGET, AS = "across", "up", "target", "as"
IRIS, DIABETES = "Iris flowers", "Diabetes patients"
TABLES = [IRIS, DIABETES]
CURVE, CLASSES = "a curve", "classes"
USES = [CURVE, CLASSES]
PREVIEW_ROWS = 5
#: How the classes are called in the pictures.
LETTERS = "ABCDE"


def table_way(page: Stage) -> OwnTask | None:
    """Two columns of a table become a curve, three become classes in the plane."""
    with page.controls:
        with st.popover("Your table"):
            _inputs()
        examples("table examples", TABLES, _take_example)
    with page.says:
        text = _text()
    table = read_table(text)
    with page.options:
        task = _chosen(table, text)
    if task is None:
        _preview(table)
        return None
    note = " ".join(f"{_scaled(scale)}." for scale in task.points.scales)
    said = [text if text.endswith(".") else f"{text}." for text in remarks(task.points)]
    if task.ways:
        names = zip(LETTERS, classes(table, task.columns[2])[1], strict=False)
        called = ", ".join(f"{letter} is {plain(name)}" for letter, name in names)
        support, query = (labelled(rows) for rows in (task.points.support, task.points.query))
        show_plane(page, own_plane(task.ways, support, query), None, said, f"{called}. {note}")
    else:
        points = Points(placed=pairs(task.points.support), held_out=pairs(task.points.query))
        show_curve(page, own_curve("", (), points), {}, None, said, note)
    _preview(table)
    return task


# ------------------------------------------------------------ where the text comes from


def _inputs() -> None:
    st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="csv file",
        on_change=_take_file,
        max_upload_size=1,
        help=f"Up to {MOST_BYTES // 1000} kB, 20 columns and 2000 rows; with a header or without.",
    )
    st.text_area(
        "Or paste rows here",
        key="csv text",
        on_change=_take_text,
        placeholder="x,y\n0,1.2\n1,0.7",
        max_chars=MOST_BYTES,
    )


def _take_file() -> None:
    file = st.session_state["csv file"]
    if file is not None:
        _take(file.getvalue())


def _take_text() -> None:
    text = st.session_state["csv text"]
    if text.strip():
        _take(text)


def _take(data: bytes | str) -> None:
    """Check a table and keep it; its token goes to the address."""
    try:
        table = read_table(data)
        text = data if isinstance(data, str) else _written(table)
        keep_table(_first_task(table, text))
    except (ValueError, OSError) as error:
        complain(str(error))


def keep_table(task: TableTask) -> None:
    """Keep a table on the server; the address names it and what its columns are used as."""
    st.query_params[TOKEN] = store().keep_task(to_json(task).encode())
    st.query_params.pop(EXAMPLE, None)
    roles = (ACROSS, UP, TARGET) if task.ways else (ACROSS, TARGET)
    chosen = dict(zip(roles, task.columns, strict=True))
    values = {**chosen, AS: CLASSES if task.ways else CURVE, "share": task.share, "seed": task.seed}
    for name, value in values.items():
        st.session_state[name] = value


def _take_example(name: str) -> None:
    st.query_params.pop(TOKEN, None)
    st.query_params[EXAMPLE] = name
    for other in (ACROSS, UP, TARGET, AS):
        st.session_state.pop(other, None)
        st.query_params.pop(other, None)


def _text() -> str:
    """The table that the address names, or an example."""
    token = st.query_params.get(TOKEN)
    if token is not None:
        try:
            task = from_json(store().task(token))
            if isinstance(task, TableTask):
                return task.csv
            st.warning("The link's task is no table.")
        except (ValueError, OSError) as error:
            st.warning(f"The table of the link is not used: {plain(str(error), 200)}.")
        del st.query_params[TOKEN]
    return example_text(st.query_params.get(EXAMPLE, IRIS))


@functools.cache
def example_text(name: str) -> str:
    """A real table as CSV: measurements of 150 iris flowers, or of 442 diabetes patients.

    Source: both as scikit-learn ships them (Fisher 1936; Efron et al. 2004).
    """
    from sklearn import datasets  # here, for it is slow to import

    if name == DIABETES:
        data = datasets.load_diabetes(scaled=False)
        names = ["body mass index", "blood pressure", "progression"]
        rows = zip(data.data[:, 2], data.data[:, 3], data.target, strict=True)
    else:
        data = datasets.load_iris()
        names = ["petal length", "petal width", "species"]
        kinds = [str(data.target_names[label]) for label in data.target]
        rows = zip(data.data[:, 2], data.data[:, 3], kinds, strict=True)
    text = io.StringIO()
    csv.writer(text).writerows([names, *rows])
    return text.getvalue()


def _written(table: Table) -> str:
    """A table as CSV text, whatever its encoding and separators were."""
    text = io.StringIO()
    csv.writer(text).writerows([table.names, *table.rows])
    return text.getvalue()


# ------------------------------------------------------------ what its columns are


def _first_task(table: Table, text: str) -> TableTask:
    """Classes where the last column has some and two others hold numbers; else a curve.

    Raises:
        ValueError: where the table has no two columns of numbers.
    """
    numeric = [name for name in table.names if _is_numeric(table, name)]
    last = table.names[-1]
    ways = _ways(table, last)
    others = [name for name in numeric if name != last]
    if ways and len(others) >= 2:
        return TableTask(text, (others[0], others[1], last), ways)
    if len(numeric) < 2:
        raise ValueError("a table needs two columns of numbers, or two and one with 2..5 classes")
    return TableTask(text, (numeric[0], numeric[-1]), 0)


def _chosen(table: Table, text: str) -> TableTask | None:
    """The task that the controls ask for; None, with a sentence, where the columns are unfit."""
    numeric = [name for name in table.names if _is_numeric(table, name)]
    with_classes = [name for name in table.names if _ways(table, name)]
    first = _first_task(table, text)
    usual = CLASSES if first.ways else CURVE
    offered = [use for use in USES if use == CURVE or (with_classes and len(numeric) >= 2)]
    use = choice(AS, "Use as", offered, usual, NARROW)
    if use == CLASSES:
        target = choice(TARGET, "Class", with_classes, _of(first.columns[-1], with_classes), NARROW)
        rest = [name for name in numeric if name != target] or numeric
        across = choice(ACROSS, "x₁", rest, rest[0], NARROW)
        up = choice(UP, "x₂", rest, rest[-1], NARROW)
        columns, ways = (across, up, target), _ways(table, target)
    else:
        across = choice(ACROSS, "x", numeric, numeric[0], NARROW)
        target = choice(TARGET, "y", numeric, numeric[-1], NARROW)
        columns, ways = (across, target), 0  # type: ignore[assignment]
    share = slider(TableTask, "share", "Support (%)", "stretch")
    seed = whole_number(TableTask, "seed", "Seed of the split")
    try:
        return TableTask(text, columns, ways, share, seed)
    except ValueError as error:
        st.warning(plain(str(error), 400))
        return None


def _of(name: str, offered: Sequence[str]) -> str:
    return name if name in offered else offered[-1]


def _is_numeric(table: Table, name: str) -> bool:
    try:
        numbers(table, name)
    except ValueError:
        return False
    return True


def _ways(table: Table, name: str) -> int:
    """How many classes a column holds; 0 where it holds none."""
    try:
        return len(classes(table, name)[1])
    except ValueError:
        return 0


# ------------------------------------------------------------ words


def _preview(table: Table) -> None:
    with st.expander(f"{len(table.rows)} rows, {len(table.names)} columns"):
        shown = [dict(zip(table.names, cells, strict=True)) for cells in table.rows[:PREVIEW_ROWS]]
        st.dataframe(shown, hide_index=True, width="stretch")


def _scaled(scale: Scale) -> str:
    return f"Shown is ({plain(scale.name)} − {scale.centre:.4g}) / {scale.unit:.3g}"


def pairs(rows: Rows) -> PlacedOnCurve:
    """Rows of a curve as points placed on it."""
    return tuple((x, y) for x, y in rows)


def labelled(rows: Rows) -> Placed:
    """Rows of classes as points placed in the plane."""
    return tuple((x1, x2, int(label)) for x1, x2, label in rows)
