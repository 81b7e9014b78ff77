"""The weight loom: what reaches the browser, and what comes back. See test_loom_browser.py too."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hypernet.figures.theme import WEIGHT_MAP
from hypernet.inspection.curve import Wave, generate, weight_range
from tests.visit import plotted, run, visit
from ui.live.loom.loom import payload

PRESET = "sinusoid-description"


def woven(at: AppTest) -> dict[str, Any]:
    """What the loom was sent."""
    protos = [component.proto for component in at.get("bidi_component")]
    (proto,) = [proto for proto in protos if proto.component_name.endswith("weight_loom")]
    content: dict[str, Any] = json.loads(proto.json)
    return content


# What is sent.


def test_the_loom_gets_the_wave_its_ranges_and_the_colours_of_all_other_pictures() -> None:
    sent = json.loads(json.dumps(payload(PRESET, Wave(1.5, 3.0), 7), allow_nan=False))
    assert (sent["model"], sent["revision"], sent["values"]) == (PRESET, 7, [1.5, 3.0])
    assert tuple(sent["weightMap"]) == WEIGHT_MAP
    assert sent["weightRange"] == weight_range(PRESET)
    amplitude, phase = sent["entries"]
    assert (amplitude["low"], amplitude["high"], amplitude["step"]) == (0, 8, 0.1)
    assert (phase["low"], phase["high"], phase["unit"]) == (0, 6.2, "rad")
    assert amplitude["training"] == [0.1, 5]
    assert phase["trained"] == "0 to 3.14"


def test_a_link_is_on_the_loom_and_steps_of_a_tenth_are_kept() -> None:
    assert woven(visit("idea"))["values"] == [2.5, 0.8]
    assert woven(visit("idea", amplitude="4", phase="1.2"))["values"] == [4, 1.2]
    assert woven(visit("idea", amplitude="1.234"))["values"] == [1.2, 0.8]


@pytest.mark.parametrize("text", ["nan", "99", "-1", "", "1e400", "<b>"])
def test_a_bad_link_shows_the_default_and_leaves_the_address(text: str) -> None:
    at = visit("idea", amplitude=text, phase="1.2")
    assert len(at.warning) == 1
    assert woven(at)["values"] == [2.5, 1.2]
    assert dict(at.query_params) == {"phase": "1.2"}


# What comes back.


def a_page_that_takes_in(edit: object) -> AppTest:
    def page(edit: object) -> None:
        import streamlit as st

        from ui.live.loom.loom import linked_wave, loom, take_in

        take_in(edit, "loom")
        loom("sinusoid-description", linked_wave(), key="loom")
        st.text(str(dict(st.query_params)))

    at = AppTest.from_function(page, args=(edit,))
    at.query_params["phase"] = "1.2"
    at.run()
    assert not at.exception
    return at


def test_an_edit_is_in_the_address_and_on_the_loom() -> None:
    at = a_page_that_takes_in({"revision": 3, "amplitude": 4, "phase": 6.2})
    assert at.text[0].value == "{'phase': '6.2', 'amplitude': '4'}"
    assert (woven(at)["revision"], woven(at)["values"]) == (3, [4, 6.2])


def test_default_values_are_left_out_of_the_address() -> None:
    at = a_page_that_takes_in({"revision": 3, "amplitude": 2.5, "phase": 0.8})
    assert at.text[0].value == "{}"
    assert woven(at)["values"] == [2.5, 0.8]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amplitude": math.nan},
        {"amplitude": math.inf},
        {"amplitude": "4"},
        {"amplitude": None},
        {"amplitude": True},
        {"amplitude": 8.1},
        {"amplitude": 10**400},
        {"phase": -0.1},
        {"phase": [1]},
    ],
    ids=str,
)
def test_what_is_no_wave_is_refused_but_no_longer_waited_for(wrong: dict[str, object]) -> None:
    at = a_page_that_takes_in({"revision": 3, "amplitude": 4, "phase": 2} | wrong)
    assert at.text[0].value == "{'phase': '1.2'}"
    assert (woven(at)["revision"], woven(at)["values"]) == (3, [2.5, 1.2])


@pytest.mark.parametrize(
    "edit",
    [
        None,
        "edit",
        [1, 2],
        {},
        {"amplitude": 4, "phase": 2},
        {"revision": "3", "amplitude": 4, "phase": 2},
        {"revision": True, "amplitude": 4, "phase": 2},
        {"revision": 1.5, "amplitude": 4, "phase": 2},
        {"revision": 10**400, "amplitude": 4, "phase": 2},
    ],
    ids=str,
)
def test_what_is_no_edit_changes_nothing(edit: object) -> None:
    at = a_page_that_takes_in(edit)
    assert at.text[0].value == "{'phase': '1.2'}"
    assert (woven(at)["revision"], woven(at)["values"]) == (0, [2.5, 1.2])


# What the server draws.


def drawn_by_the_server(**query: str) -> AppTest:
    at = visit("idea", **query)
    at.session_state["server"] = True
    return run(at)


def test_the_server_draws_only_when_asked() -> None:
    assert len(visit("idea").get("plotly_chart")) == 0
    assert len(drawn_by_the_server().get("plotly_chart")) == 2


def test_the_server_draws_the_same_wave_with_a_sentence_for_each_picture() -> None:
    at = drawn_by_the_server(amplitude="1.5")
    alts = [chart.proto.alt for chart in at.get("plotly_chart")]
    assert "1761 generated weights" in alts[0]
    assert "1.5 sin(x − 0.8)" in alts[1]
    other = drawn_by_the_server(amplitude="4")
    for index in (0, 1):
        assert plotted(at, index)["data"] != plotted(other, index)["data"]


def test_the_server_draws_what_the_core_computes() -> None:
    curve = plotted(drawn_by_the_server(amplitude="1.5", phase="3"), 1)["data"][1]["y"]
    sent = np.frombuffer(base64.b64decode(curve["bdata"]), dtype=curve["dtype"])
    np.testing.assert_allclose(sent, generate(PRESET, Wave(1.5, 3.0)).prediction)
