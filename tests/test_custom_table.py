"""A visitor's table is read as it is meant, or refused in one sentence."""

from __future__ import annotations

import re
import time
from dataclasses import FrozenInstanceError

import pytest

from hypernet.custom.table import (
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    classes,
    numbers,
    one_line,
    read_table,
)
from tests.fuzz_tables import fuzz_tables
from tests.hostile_tables import HEADERS, NO_NUMBERS, REFUSED

PLAIN = Table(("x", "y"), (("1.5", "-2"), ("3", "4e1")), (2, 3))

#: The same table as many programs write it.
DIALECTS = {
    "commas": "x,y\n1.5,3\n-2,4e1\n",
    "semicolons": "x;y\n1.5;3\n-2;4e1\n",
    "tabs": "x\ty\n1.5\t3\n-2\t4e1\n",
    "decimal commas": "x;y\n1,5;3\n-2;4e1\n",
    "a real minus": "x,y\n1.5,3\n−2,4e1\n",
    "a byte order mark": "\ufeffx,y\n1.5,3\n-2,4e1\n",
    "no last line end": "x,y\n1.5,3\n-2,4e1",
    "CRLF": "x,y\r\n1.5,3\r\n-2,4e1\r\n",
    "CR": "x,y\r1.5,3\r-2,4e1\r",
    "a mixture of line ends": "x,y\r\n1.5,3\r-2,4e1\n",
    "quotation marks": '"x","y"\n"1.5","3"\n"-2","4e1"\n',
    "quoted decimal commas": '"x";"y"\n"1,5";"3"\n"-2";"4e1"\n',
    "blanks": " x , y\n 1.5 ,3\n\t-2, 4e1 \n",
    "blanks before quotation marks": '"x", "y"\n"1.5", "3"\n"-2", "4e1"\n',
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_table_is_the_same_in_every_dialect(name: str) -> None:
    assert read_table(DIALECTS[name]) == PLAIN
    assert read_table(DIALECTS[name].encode()) == PLAIN


def test_a_table_knows_its_rows_and_columns_and_can_be_a_key() -> None:
    assert PLAIN.rows == (("1.5", "3"), ("-2", "4e1"))
    assert PLAIN.column("y") == ("3", "4e1")
    assert {PLAIN: 1}[read_table("x,y\n1.5,3\n-2,4e1")] == 1
    with pytest.raises(FrozenInstanceError):
        PLAIN.names = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("x,y\n1,2\n", ("x", "y"), 1),
        ("1,2\n3,4\n", ("column 1", "column 2"), 2),
        ("1,5;2,5\n3,5;4,5\n", ("column 1", "column 2"), 2),
        ("2020,y\n1,2\n", ("2020", "y"), 1),
        ("x,kind\n1,a\n", ("x", "kind"), 1),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", ("column 1", "column 2", "column 3"), 2),
        (",x\n0,1\n1,2\n", ("column 1", "x"), 2),
        ("nan,1\n2,3\n", ("column 1", "column 2"), 2),
        ("word\n1\n", ("word",), 1),
    ],
)
def test_the_first_row_is_a_header_where_it_names_columns(
    text: str, names: tuple[str, ...], rows: int
) -> None:
    table = read_table(text)
    assert (table.names, len(table.rows)) == (names, rows)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b;c,d\n1,2,3\n", ("a", "b;c", "d")),
        ("a;b,c;d\n1;2;3\n", ("a", "b,c", "d")),
        ("a\tb;c\td\n1\t2\t3\n", ("a", "b;c", "d")),
        ('"a,b,c";d\n1;2\n', ("a,b,c", "d")),
        ('"a\nb,c,d";e\n1;2\n', ("a b,c,d", "e")),
        ("1,5;2,5\n", ("column 1", "column 2")),
        ("1,5\n", ("column 1", "column 2")),
    ],
)
def test_the_delimiter_is_what_the_first_line_has_most_of(
    text: str, names: tuple[str, ...]
) -> None:
    assert read_table(text).names == names


def test_blank_rows_are_left_out_and_rows_keep_their_place_in_the_file() -> None:
    table = read_table('\n x,y\n\n1,2\n , \n"3",word\n\n')
    assert table.places == (4, 6)
    with pytest.raises(ValueError, match="column 'y' must hold numbers: row 6 has 'word'"):
        numbers(table, "y")


@pytest.mark.parametrize("name", HEADERS)
def test_a_name_is_one_short_line_of_what_was_written(name: str) -> None:
    text, expected = HEADERS[name]
    assert read_table(text).names == (expected, "y")


def test_names_that_come_twice_are_numbered() -> None:
    long = "x" * 40
    table = read_table(f"y,y,y (2),{long},{long},y\n1,2,3,4,5,6\n")
    assert table.names == ("y", "y (2)", "y (2) (2)", long, "x" * 35 + " (2)", "y (3)")
    assert numbers(table, "y (3)") == (6.0,)


def test_the_largest_table_is_read() -> None:
    row = ",".join("1.5" for _ in range(MOST_COLUMNS))
    table = read_table(f"{row}\n" * MOST_ROWS)
    assert len(table.rows) == MOST_ROWS
    assert sum(numbers(table, "column 20")) == 1.5 * MOST_ROWS


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at below
        read_table(data)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.isprintable()
    assert len(sentence) <= 600


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_what_is_no_number_is_refused_with_its_row_and_column(name: str) -> None:
    data, words = NO_NUMBERS[name]
    table = read_table(data)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at below
        numbers(table, table.names[0])
    sentence = str(caught.value)
    assert sentence.startswith(f"column '{table.names[0]}' must hold numbers: row ")
    assert words in sentence
    assert sentence.isprintable()
    assert len(sentence) <= 600


def test_no_more_than_five_problems_are_named() -> None:
    long = "é" * 50
    table = read_table(f"{long},y\n" + f"{long},1\n" * 2000)
    with pytest.raises(ValueError, match=r"and 1995 more$") as caught:
        numbers(table, table.names[0])
    assert str(caught.value).count(" has ") == 5
    assert len(str(caught.value)) <= 600


def test_numbers_are_what_was_written() -> None:
    table = read_table("x\n1\n-2.50\n+.5\n3.\n1e-3\n2E+2\n-0\n0.1\n")
    assert numbers(table, "x") == (1.0, -2.5, 0.5, 3.0, 0.001, 200.0, 0.0, 0.1)
    assert str(numbers(table, "x")[6]) == "0.0"


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="this table has no column 'z'; it has x, y"):
        numbers(PLAIN, "z")
    many = read_table(",".join(f"{i}" + "a" * 39 for i in range(20)) + "\n" + "1," * 19 + "1")
    with pytest.raises(ValueError, match="no column") as caught:
        numbers(many, "\u202e" + "z" * 10_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("cells", "labels", "names"),
    [
        (["b", "a", "b"], (1, 0, 1), ("a", "b")),
        (["10", "9", "-1"], (2, 1, 0), ("-1", "9", "10")),
        (["x", "2", "1"], (2, 1, 0), ("1", "2", "x")),
        (["=1+1", "<b>", "@SUM(A1)"], (1, 0, 2), ("<b>", "=1+1", "@SUM(A1)")),
        (["a\u200b", "b\x07", "a"], (0, 1, 0), ("a", "b")),
        (["1e400", "0"], (1, 0), ("0", "1e400")),
    ],
)
def test_classes_are_numbered_by_size_or_by_the_alphabet(
    cells: list[str], labels: tuple[int, ...], names: tuple[str, ...]
) -> None:
    table = read_table("kind\n" + "\n".join(cells))
    assert classes(table, "kind") == (labels, names)


def test_the_names_of_classes_do_not_depend_on_the_order_of_the_rows() -> None:
    forth, back = read_table("kind\na\nb\nc"), read_table("kind\nc\nb\na")
    assert classes(forth, "kind")[1] == classes(back, "kind")[1]
    assert classes(forth, "kind")[0] == classes(back, "kind")[0][::-1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x,kind\n1,a\n2,a\n", "column 'kind' must hold 2..5 classes, got 1 different values"),
        ("kind\na\nb\nc\nd\ne\nf\n", r"must hold 2\.\.5 classes, got 6 different values"),
        ("x,kind\n1,a\n2,\n", "must hold names of classes: row 3 is empty"),
        ("x,kind\n1,a\n2,\u200b\n", "must hold names of classes: row 3 is empty"),
        ("kind\na\n" + "b" * 41, "row 3 has 'b{19}…', which is longer than 40 characters"),
    ],
)
def test_what_makes_no_classes_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        classes(read_table(text), "kind")


def test_more_classes_are_read_where_they_are_asked_for() -> None:
    assert classes(read_table("kind\na\nb\nc\nd\ne\nf\n"), "kind", most=6)[0] == (0, 1, 2, 3, 4, 5)


def test_a_text_in_one_line_is_short_and_has_nothing_invisible() -> None:
    assert one_line(" a\r\n\tb\x00\u202ec ") == "a bc"
    assert one_line("a" * 41) == "a" * 39 + "…"
    assert one_line("a" * 40) == "a" * 40
    assert one_line("a" * 10**6, 10) == "a" * 9 + "…"


def test_no_hostile_table_takes_a_second() -> None:
    for data, _ in (*REFUSED.values(), *NO_NUMBERS.values()):
        started = time.thread_time()
        try:
            table = read_table(data)
            numbers(table, table.names[0])
        except ValueError:
            pass
        assert time.thread_time() - started < 1.0


def test_40_mb_are_refused_before_they_are_looked_at() -> None:
    data = b"\xff" * 40_000_000
    started = time.thread_time()
    for _ in range(100):
        with pytest.raises(ValueError, match="has 40000000 bytes or more; at most 256000"):
            read_table(data)
    assert time.thread_time() - started < 0.1


@pytest.mark.slow
def test_150_random_tables_are_read_or_refused() -> None:
    summary = r"1[56]. tables: [1-9]. accepted with [1-9]. tasks, [1-9]. refused"
    assert re.match(summary, fuzz_tables(150, derandomize=True))
