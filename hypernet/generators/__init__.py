"""Generators: how an embedding becomes weights; to add one, write its file and a line here."""

from hypernet.generators.full import FullOptions
from hypernet.protocols import GeneratorOptions

GENERATORS: dict[str, type[GeneratorOptions]] = {
    "full": FullOptions,
}

__all__ = ["GENERATORS", "FullOptions"]
