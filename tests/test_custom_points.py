"""A task of a visitor's own reaches the learners in their units, and comes back from its file."""

from __future__ import annotations

import json
import math
import statistics
import time
from typing import Any

import pytest
import torch

from hypernet.custom.task import (
    FamilyTask,
    FormulaTask,
    OwnPoints,
    OwnTask,
    PointsTask,
    Scale,
    TableTask,
    fit_in,
    from_json,
    remarks,
    split,
    to_json,
)
from hypernet.init import stream, uniform

LINE = [0.0, 1.0, 2.0, 3.0]


def spread(values: list[float] | tuple[float, ...]) -> float:
    return max(values) - min(values)


# -- units --------------------------------------------------------------------------------------


def test_points_of_a_curve_that_lie_well_stay_as_they_are() -> None:
    rows, scales = fit_in(["x", "y"], [[-5.0, 0.0, 5.0], [8.0, 0.0, -8.0]])
    assert rows == ((-5.0, 8.0), (0.0, 0.0), (5.0, -8.0))
    assert scales == ()


@pytest.mark.parametrize(
    "x", [[0.0, 1.0, 2.0], [1995.0, 2000.0, 2005.0], [-1e100, 0.0, 1e100], [1.7e9, 1.7e9 + 1]]
)
def test_x_elsewhere_comes_to_4_5_at_both_ends(x: list[float]) -> None:
    y = LINE[: len(x)]
    y[0] = -2.0
    rows, scales = fit_in(["year", "y"], [x, y])
    assert rows[0][0] == pytest.approx(-4.5)
    assert rows[-1][0] == pytest.approx(4.5)
    assert [row[1] for row in rows] == y
    assert scales[0].name == "year"
    assert scales[1] == Scale("y", 0.0, 1.0)


@pytest.mark.parametrize(
    "y", [[100.0, 102.0, 104.0, 106.0], [0.0, 0.1, 0.2, 0.1], [0.0, 9.0, 1, 2]]
)
def test_y_elsewhere_is_centred_with_a_deviation_of_2(y: list[float]) -> None:
    rows, scales = fit_in(["x", "y"], [LINE, y])
    shown = [row[1] for row in rows]
    assert statistics.fmean(shown) == pytest.approx(0.0, abs=1e-9)
    assert statistics.pstdev(shown) == pytest.approx(2.0)
    assert scales[1].centre == pytest.approx(statistics.fmean(y))
    assert scales[1].unit == pytest.approx(statistics.pstdev(y) / 2)


def test_no_y_comes_beyond_8() -> None:
    y = [0.0] * 99 + [1000.0]
    rows, _ = fit_in(["x", "y"], [[float(i) for i in range(100)], y])
    assert max(abs(row[1]) for row in rows) == pytest.approx(8.0)


def test_points_of_the_plane_stay_or_both_axes_come_to_2() -> None:
    inside = [[-2.5, 0.0, 2.5], [0.0, 0.5, 1.1]]
    rows, scales = fit_in(["a", "b"], inside, [0, 1, 0])
    assert rows == ((-2.5, 0.0, 0.0), (0.0, 0.5, 1.0), (2.5, 1.1, 0.0))
    assert scales == ()
    for column in ([0.0, 0.5, 1.0], [0.0, 0.5, 2.6]):
        rows, scales = fit_in(["a", "b"], [inside[0], column], [0, 1, 0])
        assert [rows[0][:2], rows[2][:2]] == [(-2.0, -2.0), (2.0, 2.0)]
        assert [scale.name for scale in scales] == ["a", "b"]
        assert [row[2] for row in rows] == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("value", [3.0, 0.0, -2.0])
def test_one_value_alone_stays_where_it_can_be_drawn(value: float) -> None:
    assert fit_in(["x", "y"], [[value] * 4, LINE])[1] == ()
    assert fit_in(["x", "y"], [[-4.0, 0.0], [value] * 2])[1] == ()


@pytest.mark.parametrize("value", [100.0, 1e100, -1e16])
@pytest.mark.parametrize("rounding", [1.0, 1 + 2e-16])
def test_one_value_elsewhere_comes_to_0_whatever_its_rounding(
    value: float, rounding: float
) -> None:
    column = [value, value * rounding]
    for rows, _ in (
        fit_in(["x", "y"], [column, [0.0, 4.0]]),
        fit_in(["y", "x"], [[0.0, 4.0], column]),
        fit_in(["a", "b"], [column, [0.0, 4.0]], [0, 1]),
    ):
        assert all(abs(entry) <= 4.5 for row in rows for entry in row)
        assert min(spread(column) for column in zip(*rows, strict=True)) <= 2.0


def test_a_scale_says_what_was_done() -> None:
    x = [1990.0, 2000.0, 2010.0]
    rows, scales = fit_in(["year", "y"], [x, [100.0, 900.0, 500.0]])
    for row, value in zip(rows, x, strict=True):
        assert row[0] == scales[0].shown(value) == (value - scales[0].centre) / scales[0].unit
        assert row[0] * scales[0].unit + scales[0].centre == pytest.approx(value)


def test_any_numbers_come_to_where_points_may_lie() -> None:
    rng = stream(0, "any numbers")
    for _ in range(200):
        size, shift = (10 ** uniform((2,), -99.0, 99.0, rng).double()).tolist()
        drawn = torch.randn(3, 7, generator=rng, dtype=torch.float64)
        columns = (drawn * size + shift).clamp(-1e100, 1e100).tolist()
        curve, scales = fit_in(["x", "y"], columns[:2])
        assert len(OwnPoints(0, curve, (), scales).support) == 7  # refuses what lies elsewhere
        plane, scales = fit_in(["a", "b"], columns[:2], [0, 1, 0, 1, 2, 0, 1])
        assert len(OwnPoints(3, plane, (), scales).support) == 7


# -- the split ----------------------------------------------------------------------------------

ROWS = tuple((float(i), 0.0) for i in range(10))
CLASSES = tuple((float(i), 0.0, float(i % 3 == 0)) for i in range(30))


@pytest.mark.parametrize(("share", "count"), [(10, 1), (14, 1), (15, 2), (70, 7), (100, 10)])
def test_so_many_rows_are_support(share: int, count: int) -> None:
    support, query = split(ROWS, share, 0)
    assert len(support) == count
    assert sorted(support + query) == list(ROWS)
    assert list(support) == sorted(support)
    assert list(query) == sorted(query)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert split(ROWS, 50, 3) == split(ROWS, 50, 3)
    assert len({split(ROWS, 50, seed) for seed in range(20)}) > 10


def test_a_larger_share_only_adds() -> None:
    for rows in (ROWS, CLASSES):
        for low, high in ((10, 20), (20, 55), (55, 100)):
            assert set(split(rows, low, 1)[0]) <= set(split(rows, high, 1)[0])


def test_each_class_is_split_by_itself() -> None:
    support, query = split(CLASSES, 60, 0)
    assert [sum(row[2] == label for row in support) for label in (0, 1)] == [12, 6]
    assert [sum(row[2] == label for row in query) for label in (0, 1)] == [8, 4]


def test_one_row_of_each_class_is_support_at_least() -> None:
    rows = tuple((float(i), 0.0, float(i)) for i in range(5))
    assert split(rows, 10, 0) == (rows, ())
    assert split(ROWS[:1], 10, 0) == (ROWS[:1], ())
    assert split((), 10, 0) == ((), ())


@pytest.mark.parametrize("share", [9, 101, -1])
def test_other_shares_are_refused(share: int) -> None:
    with pytest.raises(ValueError, match=rf"share must be 10\.\.100, got {share}"):
        split(ROWS, share, 0)


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    split(ROWS, 50, 0)
    assert torch.equal(before, torch.get_rng_state())


# -- points -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ways": 1}, r"ways must be 0 or 2\.\.5, got 1"),
        ({"ways": 6}, r"ways must be 0 or 2\.\.5, got 6"),
        ({"support": ((0.0, 0.0),) * 1500, "query": ((0.0, 0.0),) * 501}, r"0\.\.2000, got 2001"),
        ({"support": ((5.1, 0.0),)}, r"x must be -5\.\.5, got 5\.1"),
        ({"query": ((0.0, -101.0),)}, r"y must be -100\.\.100, got -101"),
        ({"support": ((math.nan, 0.0),)}, r"x must be -5\.\.5, got nan"),
        ({"support": ((0.0, math.inf),)}, r"y must be -100\.\.100, got inf"),
        ({"support": ((0.0, 0.0, 0.0),)}, "a point must be 2 numbers, got 3"),
        ({"support": ((),)}, "a point must be 2 numbers, got 0"),
        ({"ways": 2, "support": ((0.0, 0.0),)}, "a point must be 3 numbers, got 2"),
        ({"ways": 2, "support": ((0.0, 2.6, 0.0),)}, r"x₂ must be -2\.5\.\.2\.5, got 2\.6"),
        ({"ways": 2, "support": ((0.0, 0.0, 2.0),)}, r"class must be 0\.\.1, got 2"),
        ({"ways": 2, "support": ((0.0, 0.0, 0.5),)}, r"class must be 0\.\.1, got 0\.5"),
        ({"ways": 2, "support": ((0.0, 0.0, math.nan),)}, r"class must be 0\.\.1, got nan"),
        ({"scales": (Scale("x"),)}, "scales must be 0 or 2, got 1"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        OwnPoints(**{"ways": 0, "support": (), **given})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (("", 0.0, 1.0), "the name of an axis"),
        (("x" * 41, 0.0, 1.0), "the name of an axis"),
        (("x\ny", 0.0, 1.0), "the name of an axis"),
        (("x", math.nan, 1.0), "centre must be a finite number, got nan"),
        (("x", 0.0, 0.0), "unit must be a finite number above 0, got 0"),
        (("x", 0.0, -1.0), "unit must be a finite number above 0, got -1"),
        (("x", 0.0, math.inf), "unit must be a finite number above 0, got inf"),
    ],
)
def test_scales_that_cannot_be_are_refused(values: tuple[str, float, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Scale(*values)


CURVE = ((-1.0, 0.0), (0.0, 1.0), (1.0, 0.0))
PLANE = tuple(
    (x, y, label) for label in (0.0, 1.0) for x, y in ((label, 0.0), (1.5, 1.0), (2.0, 2.0))
)
PLANE = tuple((x - 2 * label, y, label) for x, y, label in PLANE)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (OwnPoints(0, ()), ["no support point"]),
        (OwnPoints(2, (), PLANE), ["no support point"]),
        (OwnPoints(0, CURVE), []),
        (OwnPoints(0, CURVE, ((2.0, 2.0),)), []),
        (OwnPoints(0, CURVE[:2]), ["Only 2 support points"]),
        (OwnPoints(0, CURVE[:1]), ["Only 1 support point:"]),
        (OwnPoints(0, ((1.0, 0.0), (1.0, 1.0), (1.0, 2.0))), ["same x:", "different y (1 time)"]),
        (OwnPoints(0, ((1.0, 3.0), (2.0, 3.0), (3.0, 3.0))), ["same y: a constant"]),
        (OwnPoints(0, CURVE, ((0.0, 2.0), (1.0, 2.0))), ["different y (2 times)"]),
        (OwnPoints(0, CURVE, (*CURVE[:2], (2.0, 2.0))), ["are support points too: 2 of 3"]),
        (OwnPoints(2, PLANE), []),
        (OwnPoints(2, PLANE[:3]), ["are of one class"]),
        (OwnPoints(3, PLANE), ["without a support point: 1 of 3"]),
        (OwnPoints(2, PLANE[:4]), ["A class has only 1 support point:"]),
        (OwnPoints(2, (*PLANE, (*PLANE[0][:2], 1.0))), ["different classes (1 time)"]),
        (OwnPoints(2, tuple((0.5, y, k) for _, y, k in PLANE)), ["same x₁", "(3 times)"]),
    ],
)
def test_what_is_worth_knowing_is_said_and_nothing_else(
    points: OwnPoints, words: list[str]
) -> None:
    said = remarks(points)
    assert len(said) == len(words), said
    for sentence, word in zip(said, words, strict=True):
        assert word in sentence
        assert sentence.endswith(".")


# -- the file -----------------------------------------------------------------------------------

CSV = "year;größe;kind\n1990;1,5;a\n2000;2,5;b\n2010;4,5;a\n2020;0,5;b\n"
RANGES = (("a", 0.1, 5.0), ("b", 0.5, 2.0))
TASKS: dict[str, OwnTask] = {
    "formula": FormulaTask("sin(x) + x²/10"),
    "a curve": PointsTask(OwnPoints(0, CURVE, ((0.1, 0.2),))),
    "a plane": PointsTask(OwnPoints(2, PLANE, (), (Scale("größe", 1.5, 2e-7), Scale("=1+1")))),
    "no points": PointsTask(OwnPoints(5, ())),
    "a table": TableTask(CSV, ("year", "größe"), 0),
    "a table of classes": TableTask(CSV, ("year", "größe", "kind"), 2, 50, 9999),
    "a family": FamilyTask("a*sin(b*x)", RANGES, (7.5, 1 / 3)),
}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_comes_back_from_its_file(name: str) -> None:
    text = to_json(TASKS[name])
    assert from_json(text) == TASKS[name]
    assert from_json(b"\xef\xbb\xbf" + text.encode()) == TASKS[name]
    assert hash(from_json(text)) == hash(TASKS[name])
    assert to_json(from_json(text)) == text
    assert json.loads(text)["version"] == 1


def test_the_files_of_all_ways_stay_readable() -> None:
    files: dict[str, OwnTask] = {
        '{"version":1,"way":"formula","y":"sin(x)"}': FormulaTask("sin(x)"),
        '{"version":1,"way":"points","ways":2,"support":[[1,2,1]],"query":[],"scales":[]}': (
            PointsTask(OwnPoints(2, ((1.0, 2.0, 1.0),)))
        ),
        '{"version":1,"way":"csv","csv":"x,y\\n1,2","columns":{"x":"x","y":"y"},"ways":0,'
        '"share":20,"seed":0}': TableTask("x,y\n1,2", ("x", "y"), 0),
        '{"version":1,"way":"family","formula":"a*x","ranges":[["a",0.1,5]],"theta":{"a":1}}': (
            FamilyTask("a*x", (("a", 0.1, 5.0),), (1.0,))
        ),
    }
    for text, task in files.items():
        assert from_json(text) == task


def test_a_table_becomes_points_in_the_units_of_the_learners() -> None:
    points = TableTask(CSV, ("year", "größe"), 0, share=50).points
    assert sorted((*points.support, *points.query))[0] == pytest.approx((-4.5, 1.5))
    assert len(points.support) == len(points.query) == 2
    assert points.scales == (Scale("year", 2005.0, 15 / 4.5), Scale("größe"))
    plane = TableTask(CSV, ("year", "größe", "kind"), 2, share=50).points
    assert plane.ways == 2
    assert sorted(row[2] for row in plane.support) == [0.0, 1.0]
    assert max(abs(entry) for row in plane.support + plane.query for entry in row) == 2.0


def test_a_table_full_of_quotation_marks_cannot_be_kept() -> None:
    cell = '"' + '""' * 30 + '"'
    task = TableTask("x,y,note\n" + f"1,2,{cell}\n" * 2000, ("x", "y"), 0)
    assert len(to_json(task).encode()) < 400_000
    cell = '"' + '""' * 59 + '"'
    task = TableTask("x,y,note\n" + f"1,2,{cell}\n" * 2000, ("x", "y"), 0)
    with pytest.raises(ValueError, match="bytes; at most 400000 can be kept"):
        to_json(task)


def file(**changes: object) -> str:
    """The file of a task with points, changed."""
    plain = {"version": 1, "way": "points", "ways": 0, "support": [], "query": [], "scales": []}
    return json.dumps({**plain, **changes})


def table_file(**changes: object) -> str:
    columns = {"x": "year", "y": "größe"}
    plain = {"version": 1, "way": "csv", "csv": CSV, "columns": columns, "ways": 0}
    return json.dumps({**plain, "share": 70, "seed": 0, **changes})


def family_file(**changes: object) -> str:
    plain = {"version": 1, "way": "family", "formula": "a*x", "ranges": [["a", 0.1, 5]]}
    return json.dumps({**plain, "theta": {"a": 1.0}, **changes})


def formula_file(y: object) -> str:
    return json.dumps({"version": 1, "way": "formula", "y": y})


DEEP = "[" * 100_000 + "]" * 100_000
BAD_FILES: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "this task is not JSON: Expecting value at place 1"),
    "no JSON": ("{", "this task is not JSON"),
    "a rest": (file() + "x", "this task is not JSON: Extra data"),
    "no UTF-8": (b'{"a": "\xff"}', "this task is not UTF-8 text"),
    "UTF-16": (file().encode("utf-16"), "this task is not UTF-8 text"),
    "a surrogate": ("\ud800", "this task is not UTF-8 text"),
    "too large": (b" " * 400_001, "this task has 400001 bytes or more; at most 400000"),
    "40 MB": (b"[" * 40_000_000, "this task has 40000000 bytes or more"),
    "many bytes": ("é" * 200_001, "this task has 400002 bytes or more"),
    "a pickle": (b"\x80\x04\x95cposix\nsystem\n", "this task is not UTF-8 text"),
    "deep lists": (DEEP, "nested too deeply"),
    "deep objects": ('{"a":' * 60_000, "nested too deeply"),
    "a deep value": (file(ways=0)[:-1] + ', "support": ' + DEEP + "}", "nested too deeply"),
    "a list": ("[]", "this task must be an object, got a list"),
    "a text": ('"x"', 'this task must be an object, got "x"'),
    "a key twice": ('{"version": 1, "version": 1}', "a key comes twice"),
    "a key twice inside": (table_file()[:-1] + ', "z": {"x": 1, "x": 2}}', "a key comes twice"),
    "NaN": ('{"version": NaN}', "NaN is not a finite number"),
    "Infinity": (file(support=[[0, math.inf]]), "Infinity is not a finite number"),
    "-Infinity": (file(support=[[0, -math.inf]]), "-Infinity is not a finite number"),
    "a number beyond floats": (file()[:-1] + ', "z": 1e400}', "1e400 is not a finite number"),
    "a huge whole number": ('{"version": ' + "1" * 300_000 + "}", "more than 15 digits"),
    "a whole number of 16 digits": (file(seed=10**15), "more than 15 digits"),
    "no version": (json.dumps({"way": "formula", "y": "x"}), "must be of version 1"),
    "another version": (file(version=2), "must be of version 1"),
    "version true": (file(version=True), "must be of version 1"),
    "version 1.0": (file(version=1.0), "must be of version 1"),
    "no way": ('{"version": 1}', "must be one of formula, points, csv, family"),
    "another way": (file(way="python"), "must be one of formula, points, csv, family"),
    "a way that is none": (file(way=["points"]), "must be one of formula, points, csv, family"),
    "a key too many": (file(code="x"), "must have the keys ways, support, query, scales; got "),
    "a key too few": ('{"version": 1, "way": "formula"}', "must have the keys y; got none"),
    "a hostile key": (file(**{"\u202e" * 9 + "x" * 10**5: 1}), "must have the keys ways"),
    "ways true": (file(ways=True), "ways must be a whole number, got true"),
    "ways 2.0": (file(ways=2.0), "ways must be a whole number, got 2.0"),
    "ways 1": (file(ways=1), r"ways must be 0 or 2..5, got 1"),
    "support null": (file(support=None), "support must be a list, got null"),
    "support a text": (file(support="[[1,2]]"), 'support must be a list, got "[[1,2]]"'),
    "many points": (file(support=[[0, 0]] * 2001), "support must have 0..2000 entries, got 2001"),
    "many points in all": (file(support=[[0, 0]] * 1500, query=[[0, 0]] * 501), "got 2001"),
    "a short point": (file(support=[[0]]), "a point of the support must have 2..3 entries, got 1"),
    "a labelled point": (file(query=[[0, 0, 0]]), "a point must be 2 numbers, got 3"),
    "a point of texts": (file(support=[["0", 0]]), 'must be a number, got "0"'),
    "a point of true": (file(support=[[True, 0]]), "must be a number, got true"),
    "a point of lists": (file(support=[[[], 0]]), "must be a number, got a list"),
    "a point of null": (file(support=[[None, 0]]), "must be a number, got null"),
    "a point elsewhere": (file(support=[[6, 0]]), "x must be -5..5, got 6"),
    "one scale": (file(scales=[["x", 0, 1]]), "scales must be 0 or 2, got 1"),
    "three scales": (file(scales=[["x", 0, 1]] * 3), "scales must have 0..2 entries, got 3"),
    "a scale of 0": (file(scales=[["x", 0, 0]] * 2), "unit must be a finite number above 0"),
    "a scale's name": (file(scales=[["x\n", 0, 1]] * 2), "the name of an axis must be"),
    "a scale's long name": (file(scales=[["x" * 99, 0, 1]] * 2), "must have 0..40 characters"),
    "a scale without a name": (file(scales=[[1, 0, 1]] * 2), "must be a text, got 1"),
    "a table that is none": (table_file(csv=["x"]), "csv must be a text, got a list"),
    "an empty table": (table_file(csv=""), "this table is empty"),
    "a large table": (table_file(csv="1" * 256_001), "csv must have 0..256000 characters"),
    "a table of bytes": (table_file(csv="\ud800"), "this table is not UTF-8 text"),
    "another column": (table_file(columns={"x": "year", "y": "z"}), "has no column 'z'; it has"),
    "a column of words": (table_file(columns={"x": "year", "y": "kind"}), "row 2 has 'a'"),
    "columns of classes": (table_file(ways=2), "columns must have the keys x, x2, class; got x, y"),
    "a list of columns": (table_file(columns=["year", "größe"]), "columns must be an object"),
    "a column's number": (table_file(columns={"x": 0, "y": 1}), "must be a text, got 0"),
    "other classes": (
        table_file(ways=3, columns={"x": "year", "x2": "größe", "class": "kind"}),
        "ways must be 2, as in the table, got 3",
    ),
    "a share of 5": (table_file(share=5), "share must be 10..100, got 5"),
    "half a share": (table_file(share=50.5), "share must be a whole number, got 50.5"),
    "a seed below 0": (table_file(seed=-1), "seed must be 0..9999, got -1"),
    "a formula that is none": (formula_file(1), "y must be a text, got 1"),
    "a long formula": (formula_file("x" * 201), "y must have 0..200 characters, got 201"),
    "an empty formula": (formula_file(""), "formula"),
    "code": (formula_file("__import__('os').system('id')"), "cannot stand in a formula"),
    "a parameter": (formula_file("a*x"), "a"),
    "a formula without values": (formula_file("log(x)"), "log(x) is "),
    "no ranges": (family_file(ranges=[]), "ranges must have 1..6 entries, got 0"),
    "seven ranges": (family_file(ranges=[["a", 0, 1]] * 7), "ranges must have 1..6 entries, got 7"),
    "a short range": (family_file(ranges=[["a", 0]]), "a range must have 3..3 entries, got 2"),
    "a range that is none": (family_file(ranges=["a01"]), 'a range must be a list, got "a01"'),
    "a range upside down": (family_file(ranges=[["a", 1, 0]]), "a must have its low end first"),
    "a wide range": (family_file(ranges=[["a", 0, 101]]), "a must be -100..100, got 101"),
    "a range of texts": (family_file(ranges=[["a", "0", 1]]), 'must be a number, got "0"'),
    "a range of a number": (family_file(ranges=[[1, 0, 1]]), "must be a text, got 1"),
    "a long parameter": (
        family_file(ranges=[["a" * 9, 0, 1]]),
        "must have 0..8 characters, got 9",
    ),
    "a parameter twice": (
        family_file(ranges=[["a", 0, 1], ["a", 0, 1]]),
        "ranges must have different names",
    ),
    "another parameter": (
        family_file(ranges=[["b", 0, 1]], theta={"b": 1}),
        "ranges must be of the formula's parameters, a; got b",
    ),
    "another theta": (family_file(theta={"b": 1}), "theta must have the keys a; got b"),
    "a list as theta": (family_file(theta=[1]), "theta must be an object, got a list"),
    "a far theta": (family_file(theta={"a": 101}), "a must be -100..100, got 101"),
    "theta as text": (family_file(theta={"a": "1"}), 'theta must be a number, got "1"'),
    "theta where there are no values": (
        family_file(formula="log(a)+x", theta={"a": -1}),
        "is not a number at x = −5, a = −1",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_is_no_task_is_refused_in_one_sentence(name: str) -> None:
    data, words = BAD_FILES[name]
    started = time.thread_time()
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at below
        from_json(data)
    assert time.thread_time() - started < 1.0
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.isprintable()
    assert len(sentence) <= 400


@pytest.mark.parametrize("name", TASKS)
def test_a_damaged_file_is_another_task_or_refused_in_one_sentence(name: str) -> None:
    text = to_json(TASKS[name]).encode()
    rng = stream(0, f"damage {name}")
    refused = 0
    for _ in range(100):
        at, value, cut = torch.randint(0, 2**31, (3,), generator=rng).tolist()
        at %= len(text)
        damaged = text[:at] + bytes([value % 256]) + text[at + cut % 3 :]
        sentence = why_refused(damaged)
        refused += sentence is not None
        assert sentence is None or (sentence.isprintable() and len(sentence) <= 600)
    assert refused > 50


def why_refused(data: bytes) -> str | None:
    """The sentence for what is no task; None for a task."""
    try:
        task = from_json(data)
    except ValueError as error:
        return str(error)
    assert from_json(to_json(task)) == task
    return None


def test_tasks_that_cannot_be_are_not_made() -> None:
    with pytest.raises(ValueError, match="columns must be those of x, y; got 3"):
        TableTask(CSV, ("year", "größe", "kind"), 0)
    with pytest.raises(ValueError, match="theta must have 2 entries, got 1"):
        FamilyTask("a*sin(b*x)", RANGES, (1.0,))
    with pytest.raises(ValueError, match=r"a must be -100\.\.100, got nan"):
        FamilyTask("a*sin(b*x)", RANGES, (math.nan, 1.0))
