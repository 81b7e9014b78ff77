"""One look for all pictures: colours, dashes and the weight map.

Colours are Okabe and Ito's, safe for colour-blind readers; the blue is a little lighter, to be read
on dark ground too. No two learners share both colour and dash. The hue names the kind of learner; a
broken line was meta-trained without the loss of all inner steps, a solid one with it. Other ways to
write weights have short dashes, other encoders long ones, and a hue each. The weight map shares no
hue with the learners.
"""

from __future__ import annotations

from typing import NamedTuple

from hypernet.presets import CLUSTERS_WAYS, SKETCHES


class Line(NamedTuple):
    """Colour and dash of a learner; dash as SVG dash array, empty for a solid line."""

    colour: str
    dash: str


_LINES = {
    "sinusoid-description": Line("#0A84D6", "7 3"),
    "sinusoid-description-inner": Line("#0A84D6", ""),
    "sinusoid-points": Line("#009E73", "7 3"),
    "sinusoid-points-inner": Line("#009E73", ""),
    "sinusoid-set-attention": Line("#009E73", "2 3"),
    "sinusoid-maml": Line("#D55E00", "7 3"),
    "sinusoid-maml-averaged": Line("#D55E00", ""),
    "sinusoid-meta-sgd": Line("#D55E00", "2 3"),
    "sinusoid-cavia": Line("#E69F00", "7 3"),
    "sinusoid-learned-optimiser": Line("#CC79A7", ""),
    "sinusoid-reptile": Line("#D55E00", "9 3 2 3"),
    "sinusoid-reptile-scratch": Line("#7A7A7A", "2 3"),
    "sinusoid-joint": Line("#CC79A7", "2 3"),
    "sinusoid-scratch": Line("#7A7A7A", "9 3 2 3"),
    "sinusoid-conditioning": Line("#7A7A7A", "4 2"),
    "sinusoid-conditioning-large": Line("#7A7A7A", "4 2 2 2"),
    "sinusoid-film": Line("#009E73", "4 2"),
    "sinusoid-last-layer": Line("#E69F00", "4 2"),
    "sinusoid-low-rank": Line("#CC79A7", "4 2"),
    "sinusoid-chunked": Line("#D55E00", "4 2"),
    "sinusoid-attention": Line("#0A84D6", "2 3"),
    "sinusoid-none-inner": Line("#7A7A7A", "12 3"),
    "sinusoid-noisy-inner": Line("#E69F00", "12 3"),
    "sinusoid-noisier-inner": Line("#E69F00", "12 3 2 3"),
    "sinusoid-code-inner": Line("#CC79A7", "12 3"),
    "planar-description": Line("#0A84D6", "7 3"),
    "planar-points": Line("#009E73", ""),
    "planar-set-attention": Line("#009E73", "2 3"),
    "planar-maml": Line("#D55E00", ""),
    "planar-joint": Line("#CC79A7", "2 3"),
    "planar-scratch": Line("#7A7A7A", "9 3 2 3"),
    "planar-prototypes": Line("#CC79A7", ""),
    "planar-matching": Line("#CC79A7", "7 3"),
    "planar-ridge": Line("#E69F00", ""),
    "planar-logistic-head": Line("#E69F00", "7 3"),
    "planar-logistic": Line("#7A7A7A", "2 3"),
    "planar-neighbours": Line("#7A7A7A", ""),
    "planar-description-inner": Line("#0A84D6", ""),
    "planar-none-inner": Line("#7A7A7A", "12 3"),
    "planar-kind-inner": Line("#CC79A7", "12 3"),
    "planar-noisy-inner": Line("#E69F00", "12 3"),
    "clusters-description": Line("#0A84D6", "7 3"),
    "clusters-points": Line("#009E73", ""),
    "clusters-set-attention": Line("#009E73", "2 3"),
    "clusters-maml": Line("#D55E00", ""),
    "clusters-joint": Line("#CC79A7", "2 3"),
    "clusters-scratch": Line("#7A7A7A", "9 3 2 3"),
    "clusters-prototypes": Line("#CC79A7", ""),
    "clusters-matching": Line("#CC79A7", "7 3"),
    "clusters-ridge": Line("#E69F00", ""),
    "clusters-logistic-head": Line("#E69F00", "7 3"),
    "clusters-logistic": Line("#7A7A7A", "2 3"),
    "clusters-neighbours": Line("#7A7A7A", ""),
    "digits-hypernetwork": Line("#0A84D6", ""),
    "digits-points": Line("#009E73", ""),
    "digits-points-last-layer": Line("#009E73", "4 2"),
    "digits-maml": Line("#D55E00", ""),
    "digits-scratch": Line("#7A7A7A", "9 3 2 3"),
    "digits-prototypes": Line("#CC79A7", ""),
    "digits-matching": Line("#CC79A7", "7 3"),
    "digits-ridge": Line("#E69F00", ""),
    "digits-logistic": Line("#7A7A7A", "2 3"),
    "digits-neighbours": Line("#7A7A7A", ""),
    "digits-pixels": Line("#CC79A7", "9 3 2 3"),
    "modes-description": Line("#0A84D6", "7 3"),
    "modes-points-inner": Line("#009E73", ""),
    "modes-set-attention": Line("#009E73", "2 3"),
    "modes-maml": Line("#D55E00", ""),
    "modes-joint": Line("#CC79A7", "2 3"),
    "modes-scratch": Line("#7A7A7A", "9 3 2 3"),
}
#: A learner looks alike for any number of classes, and on any images.
LINES: dict[str, Line] = (
    _LINES
    | {name: _LINES[name.rpartition("-")[0]] for name in CLUSTERS_WAYS}
    | {name: _LINES[name.replace("sketches", "digits")] for name in SKETCHES}
)

#: Classes: hues that no learner has, and none of the weight map's ends.
CLASS_COLOURS = ("#56B4E9", "#C8A415", "#4D4D4D", "#8C564B", "#3FA7A0")
#: A learner from elsewhere is drawn in ink.
_VISITOR = Line("#222222", "")


def line_of(preset: str) -> Line:
    """How a learner is drawn, shipped or from elsewhere."""
    return LINES.get(preset, _VISITOR)


PREDICTION = LINES["sinusoid-description"].colour
TRUTH = "rgba(128, 134, 140, 0.3)"

#: Orange (negative) over white (zero) to purple (positive): ColorBrewer's PuOr, colour-blind safe.
WEIGHT_MAP = ("#B35806", "#F1A340", "#F7F7F7", "#998EC3", "#542788")
