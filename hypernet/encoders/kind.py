"""Kind: of the description only what kind of task it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.encoders.description import DescriptionEncoder
from hypernet.protocols import Kinds, TaskFamily
from hypernet.types import Batch


@dataclass(frozen=True)
class KindOptions:
    """The kind encoder has no options."""

    def build(self, family: TaskFamily, rng: torch.Generator) -> KindEncoder:
        """The encoder for a family of several kinds.

        Raises:
            ValueError: for a family whose tasks are all of one kind.
        """
        if not isinstance(family, Kinds):
            raise ValueError(
                f"encoder kind needs a family with kinds, got {type(family).__name__.lower()}"
            )
        return KindEncoder(family)


class KindEncoder(nn.Module):
    """z = the first entries of the standardised description, the one-hot code of the kind.

    Tasks of one kind get the same z, wherever they lie.
    """

    def __init__(self, family: Kinds) -> None:
        super().__init__()
        self.n_out = len(family.kinds)
        self.whole = DescriptionEncoder(family)

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The standardised code of the kind; the rest of the description is not looked at."""
        z: Tensor = self.whole(description, support)
        return z[..., : self.n_out]
