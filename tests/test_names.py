"""A name that is in no table is answered with the ones that were meant."""

from __future__ import annotations

import pytest

from hypernet.experiment import Experiment
from hypernet.names import MOST_LISTED, nearest, one_of, unknown
from hypernet.presets import LIST, OWN, PRESETS, card, load_preset, preset
from hypernet.spec import Choice, from_plain

LETTERS = list("abcdefgh")


def test_short_tables_are_listed_whole_and_long_ones_by_their_three_nearest() -> None:
    assert len(LETTERS) == MOST_LISTED
    assert one_of(LETTERS, "x", "the shelf") == "one of a, b, c, d, e, f, g, h"
    words = ["tree", "three", "thee", *LETTERS]
    assert one_of(words, "Tree", "the shelf") == (
        "one of 11 names (nearest are tree, three and thee; the shelf lists all)"
    )


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_with_two_letters_swapped_is_nearest_to_itself(name: str) -> None:
    typo = name[:3] + name[4] + name[3] + name[5:]
    assert nearest(typo, PRESETS)[0] == name


@pytest.mark.parametrize("look", [preset, load_preset, card])
def test_a_mistyped_preset_is_answered_in_one_short_sentence(look) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="nearest are sinusoid-maml, sinusoid-") as caught:
        look("sinusoid-mmal")
    said = str(caught.value)
    assert LIST in said
    assert f"{len(PRESETS | OWN)} names" in said
    assert said.endswith("got 'sinusoid-mmal'")
    assert len(said) < 200


def test_a_mistyped_learner_is_answered_with_the_nearest_and_where_the_others_are() -> None:
    with pytest.raises(
        ValueError, match=r"^learner must be one of 15 .*nearest are meta_sgd, .*api"
    ):
        from_plain(Experiment, {"learner": {"name": "metasgd"}})


def test_a_mistyped_word_of_a_long_choice_is_answered_with_the_nearest() -> None:
    words = Choice((*LETTERS, "cosine", "constant", "linear"), "Long.")
    with pytest.raises(ValueError, match="nearest are cosine, "):
        words.parse("schedule", "cosin")


@pytest.mark.parametrize("value", [None, 3, ["maml"], {"name": "maml"}, "", "x" * 100_000])
def test_whatever_is_given_the_sentence_is_short(value: object) -> None:
    said = str(unknown("preset", value, PRESETS))
    assert len(said) < 250
    assert "\n" not in said
