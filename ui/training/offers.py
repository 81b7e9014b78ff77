"""Which families and learners a visitor may meta-train: shipped ones, and parts of one's own."""

from __future__ import annotations

from hypernet.inspection.training import can_be_drawn
from hypernet.plugins import own_names
from hypernet.presets import CLUSTERS, OWN, PLANAR, PRESETS, SINUSOID
from hypernet.tasks import FAMILIES as ALL_FAMILIES

FAMILIES = {"sinusoid": SINUSOID, "planar": PLANAR, "clusters": CLUSTERS}
LEARNERS = ("description", "set-attention", "points", "maml", "joint", "prototypes", "ridge")
FAMILY_TITLES = {"Sinusoids": "sinusoid", "Planar shapes": "planar", "Clusters": "clusters"}
LEARNER_TITLES = {PRESETS[f"planar-{name}"].title: name for name in LEARNERS}


def families() -> list[str]:
    """The families that there are presets for and that can be drawn."""
    own = [name for name in own_names("family") if can_be_drawn(ALL_FAMILIES[name]())]
    return [*FAMILIES, *(name for name in own if learners(name))]


def learners(family: str) -> list[str]:
    """The learners that there is a preset for on this family: `FAMILY-LEARNER`."""
    return [name for name in all_learners() if f"{family}-{name}" in PRESETS | OWN]


def all_learners() -> list[str]:
    """What a learner may be called: after its kind, or after the part of one's own that it has."""
    own = (own_names(role) for role in ("encoder", "generator", "learner"))
    return [*LEARNERS, *(name for names in own for name in names)]


def family_titles() -> dict[str, str]:
    """What families are called on the page; parts of one's own by their name."""
    return FAMILY_TITLES | {name: name for name in families() if name not in FAMILIES}


def learner_titles() -> dict[str, str]:
    """What learners are called on the page; parts of one's own by their name."""
    return LEARNER_TITLES | {name: name for name in all_learners() if name not in LEARNERS}
