"""The page of a visitor's own task: four ways in, one picture."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hypernet.checkpoint import dumps
from hypernet.custom.task import FormulaTask
from hypernet.inspection.curve import curve_grid
from hypernet.presets import VISITOR_TITLE
from hypernet.tasks import FormulaFamily
from tests.visit import played, run, sent, visit
from ui.custom.family import EXAMPLES
from ui.custom.numbers import Numbers
from ui.custom.points import CLASSES, CURVES, FORMULAS
from ui.custom.table import TABLES, example_text
from ui.training.setup import formula_experiment
from ui.visitor import store

pytestmark = pytest.mark.slow

WAYS = ["Formula", "Points", "Table", "Family"]


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def field(at: AppTest) -> dict[str, Any]:
    return next(content for content in sent(at) if "hint" in content)


def labels(at: AppTest) -> list[str]:
    return [fit["label"] for fit in played(at)["fits"]]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_opens_with_a_picture_and_without_a_warning(way: str) -> None:
    at = visit("own", way=way)
    assert not at.warning
    assert len(labels(at)) == 4
    assert len(at.get("download_button")) == 1


# ------------------------------------------------------------ formula


def test_a_formula_in_the_link_is_drawn() -> None:
    at = visit("own", y="0.1*x^2 - max(x, 1)")
    x = curve_grid()[:, 0].numpy()
    expected = 0.1 * x**2 - np.maximum(x, 1)
    np.testing.assert_allclose(floats(played(at)["truth64"]), expected, rtol=1e-5, atol=1e-5)
    assert field(at)["problem"] is None


def test_a_wrong_formula_is_marked_at_its_character_and_the_last_right_one_stays() -> None:
    at = visit("own", y="2*x")
    at.query_params["y"] = "2*x + foo(x)"
    run(at)
    problem = field(at)["problem"]
    assert (problem["at"], problem["length"]) == (6, 3)
    assert "foo" in problem["sentence"]
    assert field(at)["text"] == "2*x + foo(x)"
    np.testing.assert_allclose(
        floats(played(at)["truth64"]), 2 * curve_grid()[:, 0].numpy(), rtol=1e-6
    )


@pytest.mark.parametrize("text", ["", "1/0", "log(x)", "__import__('os')", "x" * 5000, "𝐱", "a*x"])
def test_a_bad_formula_in_a_link_is_said_in_one_sentence(text: str) -> None:
    at = visit("own", y=text)
    assert field(at)["problem"]["sentence"][-1] in ".?"
    assert len(field(at)["text"]) <= 200
    assert len(labels(at)) == 4


@pytest.mark.parametrize("text", FORMULAS.values())
def test_every_example_is_a_formula_that_can_be_drawn(text: str) -> None:
    assert FormulaTask(text).formula.names == ()


def test_the_page_says_whether_the_family_contains_the_task() -> None:
    inside = " ".join(text.value for text in visit("own", y="2*sin(x - 1)").markdown)
    assert "Waves of the training range contain it: 2.00 sin(x − 1.00)" in inside
    outside = " ".join(text.value for text in visit("own", y="x").markdown)
    assert "No sinusoid of the training range is closer than 2.8" in outside


# ------------------------------------------------------------ points


@pytest.mark.parametrize(
    ("query", "judged"), [({}, False), ({"held": "0_1~1_2"}, True), ({"points": "none"}, False)]
)
def test_points_without_a_truth_are_judged_by_held_out_ones_or_not_at_all(
    query: dict[str, str], judged: bool
) -> None:
    view = played(visit("own", way="Points", **query))
    assert view["truth64"] is None
    assert view["judged"] is judged


@pytest.mark.parametrize("ways", [2, 3, 4, 5])
def test_points_of_up_to_five_classes(ways: int) -> None:
    marked = "~".join(f"{label}_{-label}_{label}" for label in range(min(ways, 3)))
    view = played(visit("own", way="Points", kind=f"{ways} classes", marked=marked))
    assert len(view["classColours"]) == ways
    assert view["kind"] == "fields"


def test_points_of_classes_that_are_not_there_wait() -> None:
    at = visit("own", way="Points", kind="2 classes", marked="0_0_0~1_1_1~1_0_4~2.9_0_0")
    assert played(at)["points"] == 2
    assert any("2 points of other classes or places wait" in info.value for info in at.info)


@pytest.mark.parametrize("points", CURVES.values())
def test_every_example_of_points_is_a_task(points: Any) -> None:
    assert played(visit("own", way="Points", points="~".join(f"{x}_{y}" for x, y in points)))[
        "points"
    ] == len(points)


@pytest.mark.parametrize("name", CLASSES)
def test_every_example_of_classes_is_a_task(name: str) -> None:
    ways = 1 + max(label for _, _, label in CLASSES[name])
    marked = "~".join(f"{x}_{y}_{label}" for x, y, label in CLASSES[name])
    at = visit("own", way="Points", kind=f"{ways} classes", marked=marked)
    assert played(at)["points"] == len(CLASSES[name])
    assert not at.info


# ------------------------------------------------------------ tables


@pytest.mark.parametrize("name", TABLES)
def test_every_example_of_a_table_opens(name: str) -> None:
    at = visit("own", way="Table", table=name)
    assert not at.warning
    view = played(at)
    count = view["points"] + view["queries"]
    assert count == len(example_text(name).splitlines()) - 1


def test_a_kept_table_comes_back_with_its_columns() -> None:
    text = "t;a;b\n" + "\n".join(f"{i};{i * i};{-i}" for i in range(12))
    token = store().keep_task(
        json.dumps(
            {
                "version": 1,
                "way": "csv",
                "csv": text,
                "columns": {"x": "t", "y": "b"},
                "ways": 0,
                "share": 50,
                "seed": 0,
            }
        ).encode()
    )
    at = visit("own", way="Table", task=token, across="t", target="a", share="50")
    assert not at.warning
    assert played(at)["points"] == 6
    assert [box.value for box in at.selectbox if box.key in ("across", "target")] == ["t", "a"]


@pytest.mark.parametrize("token", ["../../etc/passwd", "x" * 22, ""])
def test_a_link_to_no_table_falls_back_to_the_example(token: str) -> None:
    at = visit("own", way="Table", task=token)
    assert "The table of the link is not used" in at.warning[0].value
    assert played(at)["points"] > 0


# ------------------------------------------------------------ families


def test_a_family_has_a_dial_for_each_parameter_that_leaves_the_training_range() -> None:
    at = visit("own", way="Family", family="a*x + k2*abs(x)", ranges="a_-1_1~k2_0_3", theta="a_0.5")
    assert [slider.label for slider in at.slider] == ["Support points K"]
    live = played(at)["live"]
    dials = {d["name"]: [d[key] for key in ("low", "high", "value", "step")] for d in live["dials"]}
    assert dials == {"a": [-1.5, 1.5, 0.5, 0.01], "k2": [-0.75, 3.75, 1.5, 0.01]}
    assert [dial["training"] for dial in live["dials"]] == [[-1, 1], [0, 3]]
    assert live["law"] == ["+", ["*", "a", "x"], ["*", "k2", ["abs", "x"]]]
    assert live["toldDials"] == {}
    x = curve_grid()[:, 0].numpy()
    truth = floats(played(at)["truth64"])
    np.testing.assert_allclose(truth, 0.5 * x + 1.5 * np.abs(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_a_family_can_be_trained(name: str) -> None:
    formula, ranges = EXAMPLES[name]
    family = FormulaFamily(formula, tuple((n, *ends) for n, ends in ranges.items()))
    assert formula_experiment(family, "description").family == family


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"family": "sin(x)"}, "needs a parameter"),
        ({"family": "a+b+c+d+g+h+i+x"}, "1..6 parameters, got 7"),
        ({"family": "log(a*x)"}, "not a number at"),
        ({"family": "a*x", "ranges": "a_1_1e300"}, "not used"),
        ({"family": "a*x", "ranges": "a_2_1"}, "low end first"),
        ({"family": "a*x", "ranges": "<b>_0_1"}, "a name and 2 numbers"),
        ({"family": "a*x", "theta": "a_nan"}, "must be"),
    ],
)
def test_a_bad_family_in_a_link_is_said_in_one_sentence(query: dict[str, str], part: str) -> None:
    at = visit("own", way="Family", **query)
    said = [warning.value for warning in at.warning]
    problem = field(at)["problem"]
    assert part in " ".join([*said, problem["sentence"] if problem else ""])
    assert len(labels(at)) == 4


def test_a_run_of_the_family_stands_before_the_shipped_learners() -> None:
    family = FormulaFamily("a*x", (("a", -1.0, 1.0),))
    experiment = formula_experiment(family, "description")
    token = store().upload(dumps(experiment, experiment.build().state_dict()))
    query = {"family": "a*x", "ranges": "a_-1_1", "run": token}
    at = visit("own", way="Family", **query)
    assert labels(at)[0] == VISITOR_TITLE
    other = visit("own", way="Family", **{**query, "family": "a*x + 1"})
    assert "was made for y" in other.warning[0].value
    assert VISITOR_TITLE not in labels(other)


def test_numbers_in_the_address_are_read_as_they_were_written() -> None:
    numbers = Numbers("ranges", 2, {})
    assert numbers.parse("a_-1_2.5~k2_0_1") == {"a": (-1.0, 2.5), "k2": (0.0, 1.0)}


# ------------------------------------------------------------ other pages


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ({"y": "2*sin(x-1)"}, ["sinusoids", "idea"]),
        ({"way": "Points"}, ["sinusoids", "idea"]),
        ({"way": "Points", "kind": "2 classes"}, ["boundaries"]),
        ({"way": "Points", "kind": "4 classes"}, ["boundaries"]),
    ],
)
def test_the_task_can_be_taken_to_other_pages(query: dict[str, str], pages: list[str]) -> None:
    links = [link.proto for link in visit("own", **query).get("page_link")]
    assert [link.page.rsplit("/", 1)[-1] or "idea" for link in links] == pages
    for page, link in zip(pages, links, strict=True):
        assert not visit(page, **dict(parse_qsl(link.query_string))).warning
