"""MAML on sinusoids in one file: a learned start from which one gradient step leads far.

Run it with `python -m examples.maml`. Source: Finn et al. 2017, algorithm 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

TASKS, POINTS, HIDDEN, ALPHA = 25, 10, 40, 0.001


def first_weights(rng: torch.Generator) -> list[Tensor]:
    """Weights and biases of a 1-40-40-1 network, drawn as PyTorch draws them."""
    weights = []
    for n_in, n_out in ((1, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, 1)):
        bound = 1 / math.sqrt(n_in)
        for shape in ((n_out, n_in), (n_out,)):
            weights.append(-bound + 2 * bound * torch.rand(*shape, generator=rng))
    return [value.requires_grad_() for value in weights]


def network(weights: list[Tensor], x: Tensor) -> Tensor:
    """Predictions for x (task, point, 1); each task uses its own weights."""
    w1, b1, w2, b2, w3, b3 = weights
    x = torch.relu(x @ w1.mT + b1.unsqueeze(-2))
    x = torch.relu(x @ w2.mT + b2.unsqueeze(-2))
    return x @ w3.mT + b3.unsqueeze(-2)


def mse(weights: list[Tensor], x: Tensor, y: Tensor) -> Tensor:
    """Mean squared error of each task."""
    return (network(weights, x) - y).square().mean(dim=(-2, -1))


def adapt(start: list[Tensor], x: Tensor, y: Tensor, steps: int = 1) -> list[Tensor]:
    """The start after gradient steps on each task's own points, differentiable throughout."""
    weights = [value.expand(len(x), *value.shape) for value in start]
    for _ in range(steps):
        gradients = torch.autograd.grad(mse(weights, x, y).sum(), weights, create_graph=True)
        weights = [w - ALPHA * g for w, g in zip(weights, gradients, strict=True)]
    return weights


def meta_loss(
    start: list[Tensor], support: tuple[Tensor, Tensor], query: tuple[Tensor, Tensor]
) -> Tensor:
    """The query loss of each task after one step on its support points."""
    return mse(adapt(start, *support), *query)


def sample(rng: torch.Generator) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Support and query points of fresh waves A sin(x − φ)."""
    amplitude = 0.1 + 4.9 * torch.rand(TASKS, 1, 1, generator=rng)
    phase = math.pi * torch.rand(TASKS, 1, 1, generator=rng)
    points = []
    for _ in range(2):
        x = -5 + 10 * torch.rand(TASKS, POINTS, 1, generator=rng)
        points.append((x, amplitude * torch.sin(x - phase)))
    return points[0], points[1]


def main() -> None:
    """Meta-train for a minute and print the meta-loss now and then."""
    rng = torch.Generator().manual_seed(0)
    start = first_weights(rng)
    optimizer = torch.optim.Adam(start, lr=1e-3)
    for step in range(1, 20_001):
        loss = meta_loss(start, *sample(rng)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 2000 == 0:
            print(f"step {step}: query loss after one gradient step {loss.item():.3f}")


if __name__ == "__main__":
    main()
