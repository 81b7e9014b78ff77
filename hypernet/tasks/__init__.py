"""Task families; to add one, write its file and one line here."""

from hypernet.tasks.clusters import Clusters
from hypernet.tasks.digits import Digits
from hypernet.tasks.five_modes import FiveModes
from hypernet.tasks.planar import Planar
from hypernet.tasks.sinusoid import Sinusoid

FamilyOptions = Sinusoid | Planar | Clusters | Digits | FiveModes

FAMILIES: dict[str, type[FamilyOptions]] = {
    "sinusoid": Sinusoid,
    "planar": Planar,
    "clusters": Clusters,
    "digits": Digits,
    "modes": FiveModes,
}

__all__ = ["FAMILIES", "Clusters", "Digits", "FamilyOptions", "FiveModes", "Planar", "Sinusoid"]
