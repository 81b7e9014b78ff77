"""Your own task: a formula, points, a table or a whole family, met by every learner."""

import streamlit as st

from hypernet.one_task import Points
from hypernet.own_task import TableTask
from ui import own_family, own_table
from ui.forms import pills_one
from ui.links import anything, number_check, up_to_check, warn_of_bad_link, word_check
from ui.own_formula import FORMULA
from ui.own_keep import WAY, keep
from ui.own_points import (
    HELD_OUT,
    HELD_OUT_MARKED,
    KIND,
    KINDS,
    MARKED,
    formula_way,
    points_way,
)
from ui.own_stage import ALPHAS, LEARNERS, STEPS
from ui.placed import NAME
from ui.shell import open_page
from ui.training import show_complaint
from ui.training_controls import RUN

WAYS = {
    "Formula": formula_way,
    "Points": points_way,
    "Table": own_table.table_way,
    "Family": own_family.family_way,
}
#: Checked where they are used, because that depends on other values.
LATER = (
    *(FORMULA, NAME, MARKED, HELD_OUT, HELD_OUT_MARKED, RUN),
    *(own_family.FORMULA, own_family.RANGES, own_family.THETA),
    *(own_table.TOKEN, own_table.ACROSS, own_table.UP, own_table.TARGET),
)

open_page()
warn_of_bad_link(
    {name: number_check(Points, name) for name in ("shots", "noise", "seed")}
    | {WAY: word_check(list(WAYS)), KIND: word_check(list(KINDS))}
    | {"share": number_check(TableTask, "share"), own_table.AS: word_check(own_table.USES)}
    | {own_table.EXAMPLE: word_check(own_table.TABLES)}
    | {own_family.READS: word_check(list(own_family.READERS))}
    | {"steps": word_check(STEPS), "alpha": word_check(ALPHAS), "at": up_to_check(int(STEPS[-1]))}
    | {name: word_check(titles) for name, titles in LEARNERS.items()}
    | {"weights": word_check([title for titles in LEARNERS.values() for title in titles])}
    | dict.fromkeys(LATER, anything)
)
st.title("Bring your own task")
st.markdown(
    "Nobody trained the learners for it. Whether they master it depends on one thing: whether the "
    "**family** of tasks they grew up with contains it."
)
way = pills_one(WAY, "What you bring", list(WAYS), "Formula")
show_complaint()
task = WAYS[way]()
if task is not None:
    keep(task)
