"""Generators: how an embedding becomes weights."""

from hypernet.generators.full import FullOptions

GENERATORS: dict[str, type[FullOptions]] = {"full": FullOptions}

__all__ = ["GENERATORS", "FullOptions"]
