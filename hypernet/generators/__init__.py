"""Generators: how an embedding becomes weights; to add one, write its file and a line here."""

from hypernet.generators.attention import AttentionOptions
from hypernet.generators.chunked import ChunkedOptions
from hypernet.generators.conditioning import ConditioningOptions
from hypernet.generators.film import FilmOptions
from hypernet.generators.full import FullOptions
from hypernet.generators.last_layer import LastLayerOptions
from hypernet.generators.low_rank import LowRankOptions
from hypernet.generators.similarities import SimilaritiesOptions
from hypernet.protocols import GeneratorOptions

GENERATORS: dict[str, type[GeneratorOptions]] = {
    "full": FullOptions,
    "conditioning": ConditioningOptions,
    "film": FilmOptions,
    "last_layer": LastLayerOptions,
    "low_rank": LowRankOptions,
    "chunked": ChunkedOptions,
    "attention": AttentionOptions,
    "similarities": SimilaritiesOptions,
}

__all__ = [
    "GENERATORS",
    "AttentionOptions",
    "ChunkedOptions",
    "ConditioningOptions",
    "FilmOptions",
    "FullOptions",
    "GeneratorOptions",
    "LastLayerOptions",
    "LowRankOptions",
    "SimilaritiesOptions",
]
