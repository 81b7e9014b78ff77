"""One look for all pictures: colours, dashes and the weight map.

Colours are Okabe and Ito's, safe for colour-blind readers; the blue is a little lighter, to be read
on dark ground too. No two learners share both colour and dash. The hue names the kind of learner; a
broken line was meta-trained without the loss of all inner steps, a solid one with it. The weight
map shares no hue with the learners.
"""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """Colour and dash of a learner; dash as SVG dash array, empty for a solid line."""

    colour: str
    dash: str


LINES: dict[str, Line] = {
    "sinusoid-description": Line("#0A84D6", "7 3"),
    "sinusoid-description-inner": Line("#0A84D6", ""),
    "sinusoid-points": Line("#009E73", "7 3"),
    "sinusoid-points-inner": Line("#009E73", ""),
    "sinusoid-maml": Line("#D55E00", "7 3"),
    "sinusoid-maml-averaged": Line("#D55E00", ""),
    "sinusoid-joint": Line("#CC79A7", "2 3"),
    "sinusoid-scratch": Line("#7A7A7A", "9 3 2 3"),
}

PREDICTION = LINES["sinusoid-description"].colour
TRUTH = "rgba(128, 134, 140, 0.3)"

#: Orange (negative) over white (zero) to purple (positive): ColorBrewer's PuOr, colour-blind safe.
WEIGHT_MAP = ("#B35806", "#F1A340", "#F7F7F7", "#998EC3", "#542788")
