"""A hypernetwork on sinusoids in one file: two numbers in, 1 761 weights out.

Run it with `python -m examples.hypernetwork`. Sources: Ha et al. 2016; the start of the heads is
Bias-HyperInit of Beck et al. 2022.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

TASKS, POINTS, HIDDEN, STEPS = 25, 20, 40, 2000
SHAPES = ((HIDDEN, 1), (HIDDEN,), (HIDDEN, HIDDEN), (HIDDEN,), (1, HIDDEN), (1,))
FAN_IN = (1, 1, HIDDEN, HIDDEN, HIDDEN, HIDDEN)


def layer(n_in: int, n_out: int, rng: torch.Generator) -> nn.Linear:
    """A linear layer drawn from `rng` as PyTorch would draw it."""
    made = nn.Linear(n_in, n_out, device="meta").to_empty(device="cpu")
    bound = 1 / math.sqrt(n_in)
    for value in made.parameters():
        nn.init.uniform_(value, -bound, bound, generator=rng)
    return made


class Hypernetwork(nn.Module):
    """Standardised (amplitude, phase) → two hidden layers → one head for each target tensor."""

    def __init__(self, rng: torch.Generator) -> None:
        super().__init__()
        self.trunk = nn.Sequential(layer(2, 64, rng), nn.ReLU(), layer(64, 64, rng), nn.ReLU())
        self.heads = nn.ModuleList(layer(64, math.prod(shape), rng) for shape in SHAPES)
        for head, n_in in zip(self.heads, FAN_IN, strict=True):
            weight, bias = head.parameters()
            nn.init.zeros_(weight)  # every task starts with the same ordinary network
            nn.init.uniform_(bias, -1 / math.sqrt(n_in), 1 / math.sqrt(n_in), generator=rng)

    def forward(self, description: Tensor) -> list[Tensor]:
        """The target's weights, one set for each description (task, 2)."""
        mean = torch.tensor([2.55, math.pi / 2])
        std = torch.tensor([4.9, math.pi]) / math.sqrt(12)
        hidden = self.trunk((description - mean) / std)
        return [
            head(hidden).unflatten(-1, shape)
            for head, shape in zip(self.heads, SHAPES, strict=True)
        ]


def network(weights: list[Tensor], x: Tensor) -> Tensor:
    """Predictions for x (task, point, 1); each task uses its own weights."""
    w1, b1, w2, b2, w3, b3 = weights
    x = torch.relu(x @ w1.mT + b1.unsqueeze(-2))
    x = torch.relu(x @ w2.mT + b2.unsqueeze(-2))
    return x @ w3.mT + b3.unsqueeze(-2)


def sample(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Descriptions (A, φ) of fresh waves, and points x, A sin(x − φ) on each."""
    description = torch.rand(TASKS, 2, generator=rng) * torch.tensor([4.9, math.pi])
    description = description + torch.tensor([0.1, 0.0])
    x = -5 + 10 * torch.rand(TASKS, POINTS, 1, generator=rng)
    amplitude, phase = description[:, :1, None], description[:, 1:, None]
    return description, x, amplitude * torch.sin(x - phase)


def main() -> None:
    """Train for some seconds and print the error now and then."""
    rng = torch.Generator().manual_seed(0)
    hypernetwork = Hypernetwork(rng)
    optimizer = torch.optim.Adam(hypernetwork.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for step in range(1, STEPS + 1):
        description, x, y = sample(rng)
        loss = (network(hypernetwork(description), x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(hypernetwork.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            print(f"step {step}: mean squared error {loss.item():.4f}")


if __name__ == "__main__":
    main()
