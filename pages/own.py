"""Your own task: a formula, points, a table or a whole family, met by every learner."""

from hypernet.custom.task import TableTask
from hypernet.inspection.curve import Points
from ui.custom import family, table
from ui.custom.keep import WAY, keep
from ui.custom.points import (
    HELD_OUT,
    HELD_OUT_MARKED,
    KIND,
    KINDS,
    MARKED,
    formula_way,
    points_way,
)
from ui.custom.show import ALPHAS, LEARNERS, STEPS
from ui.forms import pills_one
from ui.formula_input import FORMULA
from ui.links import anything, number_check, up_to_check, warn_of_bad_link, word_check
from ui.placed import NAME
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.training.controls import RUN
from ui.training.runs import show_complaint

WAYS = {
    "Formula": formula_way,
    "Points": points_way,
    "Table": table.table_way,
    "Family": family.family_way,
}
#: Checked where they are used, because that depends on other values.
LATER = (
    *(FORMULA, NAME, MARKED, HELD_OUT, HELD_OUT_MARKED, RUN),
    *(family.FORMULA, family.RANGES, family.THETA),
    *(table.TOKEN, table.ACROSS, table.UP, table.TARGET),
)

OPTIONS = (
    *("shots", "noise", "seed", "share", family.READS),
    *(*LEARNERS, "steps", "alpha", "weights"),
)

open_page()
warn_of_bad_link(
    {name: number_check(Points, name) for name in ("shots", "noise", "seed")}
    | {WAY: word_check(list(WAYS)), KIND: word_check(list(KINDS))}
    | {"share": number_check(TableTask, "share"), table.AS: word_check(table.USES)}
    | {table.EXAMPLE: word_check(table.TABLES)}
    | {family.READS: word_check(list(family.READERS))}
    | {"steps": word_check(STEPS), "alpha": word_check(ALPHAS), "at": up_to_check(int(STEPS[-1]))}
    | {name: word_check(titles) for name, titles in LEARNERS.items()}
    | {"weights": word_check([title for titles in LEARNERS.values() for title in titles])}
    | dict.fromkeys(LATER, anything)
    | STAGE_CHECKS
)
stage = open_stage(
    "Bring your own task",
    "Nobody prepared these [[learners|learner]] for it: does the [[family]] of their "
    "[[meta-training]] contain your [[task]]?",
    OPTIONS,
)
with stage.controls:
    way = pills_one(WAY, "What you bring", list(WAYS), "Formula")
with stage.says:
    show_complaint()
task = WAYS[way](stage)
if task is not None:
    keep(task)
