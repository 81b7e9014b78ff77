"""Task families; to ship one, write its file and one line here."""

from hypernet.protocols import TaskFamily
from hypernet.tasks.clusters import Clusters
from hypernet.tasks.digits import Digits
from hypernet.tasks.five_modes import FiveModes
from hypernet.tasks.formula import FormulaFamily
from hypernet.tasks.planar import Planar
from hypernet.tasks.sinusoid import Sinusoid
from hypernet.tasks.sketches import Sketches

FAMILIES: dict[str, type[TaskFamily]] = {
    "sinusoid": Sinusoid,
    "planar": Planar,
    "clusters": Clusters,
    "digits": Digits,
    "sketches": Sketches,
    "modes": FiveModes,
    "formula": FormulaFamily,
}

__all__ = [
    "FAMILIES",
    "Clusters",
    "Digits",
    "FiveModes",
    "FormulaFamily",
    "Planar",
    "Sinusoid",
    "Sketches",
]
