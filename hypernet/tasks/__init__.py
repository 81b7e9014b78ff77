"""Task families; to add one, write its file and one line here."""

from hypernet.tasks.sinusoid import Sinusoid

FAMILIES: dict[str, type[Sinusoid]] = {"sinusoid": Sinusoid}

__all__ = ["FAMILIES", "Sinusoid"]
