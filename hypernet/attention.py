"""Tokens that look at each other: the block of a transformer, for encoders and generators."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import linear, mlp


class AttentionBlock(nn.Module):
    """A transformer encoder layer: attention, then a network for each token, both as changes.

    Source: Vaswani et al. 2017, equation 1 and section 3.3, with the normalisation first as in
    Xiong et al. 2020.
    """

    def __init__(self, width: int, heads: int, rng: torch.Generator) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.asked = linear(width, 3 * width, rng)
        self.answered = linear(width, width, rng)
        self.alone = mlp((width, 2 * width, width), rng)

    def forward(self, tokens: Float[Tensor, "*task token width"]) -> Tensor:
        """The tokens after they have looked at each other."""
        tokens = tokens + self.answered(attend(self.asked(self.before(tokens)), self.heads))
        changed: Tensor = tokens + self.alone(self.between(tokens))
        return changed


def attend(asked: Float[Tensor, "*task token triple"], heads: int) -> Tensor:
    """softmax(Q Kᵀ / √d) V of each head, head beside head.

    Args:
        asked: Q, K and V of each token side by side, each of `heads` parts of d numbers.
        heads: how many.
    """
    parts = (part.unflatten(-1, (heads, -1)).transpose(-2, -3) for part in asked.chunk(3, dim=-1))
    query, key, value = parts  # (*task, head, token, d)
    weights = (query @ key.mT / math.sqrt(query.shape[-1])).softmax(dim=-1)
    attended: Tensor = (weights @ value).transpose(-2, -3).flatten(-2)
    return attended
