"""Task families; to add one, write its file and one line here."""

from hypernet.tasks.clusters import Clusters
from hypernet.tasks.digits import Digits
from hypernet.tasks.planar import Planar
from hypernet.tasks.sinusoid import Sinusoid

FamilyOptions = Sinusoid | Planar | Clusters | Digits

FAMILIES: dict[str, type[FamilyOptions]] = {
    "sinusoid": Sinusoid,
    "planar": Planar,
    "clusters": Clusters,
    "digits": Digits,
}

__all__ = ["FAMILIES", "Clusters", "Digits", "FamilyOptions", "Planar", "Sinusoid"]
