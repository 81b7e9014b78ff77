"""Planar shapes: tempered sequential Monte Carlo over kind, angle, shift, scale and swap."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.posterior.method import THETA, TaskSamples, chosen, effective, normalised
from hypernet.tasks import Planar
from hypernet.tasks.planar import KINDS, SCALE, SHIFT
from hypernet.tasks.planar_density import log_density_table, read_table
from hypernet.types import Params

#: Tasks drawn at first for each particle that is kept then, so that each kind and place is tried.
FIRST = 20
#: Sizes of a random walk's steps after each reweighting, and what each entry's is multiplied with.
SIZES = (0.5, 0.2, 0.06, 0.02)
ANGLE, SHIFTS, SCALES = 2.0, 1.0, 0.6
#: Halvings in the search for the next temperature.
HALVINGS = 30


class Cloud(NamedTuple):
    """Particles on their way to the posterior.

    Args:
        theta: tasks that may be.
        fit: the logarithm of the density of all points under each.
        root: which of the tasks drawn at first each comes from.
    """

    theta: Float[Tensor, "particle 6"]
    fit: Float[Tensor, " particle"]
    root: Int[Tensor, " particle"]

    def at(self, index: Int[Tensor, " chosen"]) -> Cloud:
        """These particles alone."""
        return Cloud(self.theta[index], self.fit[index], self.root[index])


class ShapePosterior(TaskSamples):
    """The posterior of planar tasks.

    Particles begin as tasks drawn from the family. The likelihood is let in little by little: its
    power grows from 0 to 1 in steps that leave half of the particles effective; after each they
    are resampled and moved by Metropolis steps. Each task has the same random numbers, so that the
    same points always have the same answer. The effective sample size counts the first draws that
    the particles come from, which is fewer than they are worth after their moves.

    Source: Del Moral et al. 2006 (sequential Monte Carlo samplers), sections 2.3 and 3.3; Jasra et
    al. 2011 for the steps of the power.

    Args:
        family: its kinds, ranges and noise are all that is known.
        particles: how many tasks are moved.
        kept: how many of them stand for the posterior, at most all.
        rng: where the seed of the moves is drawn from.
    """

    def __init__(self, family: Planar, *, particles: int, kept: int, rng: torch.Generator) -> None:
        self.family = family
        self.particles, self.kept = particles, min(kept, particles)
        self.seed = int(torch.randint(2**31, (), generator=rng))
        self.table = log_density_table(family.noise)

    def of_one(
        self, x: Float[Tensor, "point 2"], y: Float[Tensor, "point 2"]
    ) -> tuple[Float[Tensor, "kept 6"], Float[Tensor, ""]]:
        """`kept` tasks, taken evenly from all particles."""
        rng = torch.Generator()
        rng.manual_seed(self.seed)
        label = y.argmax(dim=-1)
        theta = self.family.sample(FIRST * self.particles, rng)
        cloud = Cloud(theta, self._fit(theta, x, label), torch.arange(len(theta)))
        power = 0.0
        while power < 1:
            step = self._step(cloud.fit, 1 - power)
            cloud = cloud.at(chosen(normalised(step * cloud.fit), self.particles))
            power += step
            for size in SIZES:
                cloud = self._moved(cloud, x, label, power, size, rng)
        shares = torch.bincount(cloud.root).double() / len(cloud.root)
        every = torch.arange(self.kept) * self.particles // self.kept
        return cloud.theta[every], effective(shares).float()

    def average(
        self, theta: Float[Tensor, "kept 6"], x: Float[Tensor, "point 2"]
    ) -> Float[Tensor, "point 2"]:
        """The logarithm of the density of each class at x, averaged over the tasks that fit."""
        return self._log_density(theta, x).logsumexp(dim=0)

    def _step(self, fit: Float[Tensor, " particle"], most: float) -> float:
        """The largest growth of the power that leaves half of the particles effective."""
        enough = self.particles / 2
        if effective(normalised(most * fit)) >= enough:
            return most
        low, high = 0.0, most
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if effective(normalised(middle * fit)) >= enough:
                low = middle
            else:
                high = middle
        return high

    def _moved(
        self,
        cloud: Cloud,
        x: Float[Tensor, "point 2"],
        label: Int[Tensor, " point"],
        power: float,
        size: float,
        rng: torch.Generator,
    ) -> Cloud:
        """One Metropolis step of each particle, at the smallest size with a leap before it."""
        theta, fit, root = cloud
        kind, angle, *shift, scale, swap = theta.unbind(dim=-1)
        walk = size * torch.randn(4, len(theta), generator=rng)
        if size == SIZES[-1]:
            turns = torch.randint(0, 4, (len(theta),), generator=rng)
            angle = angle + turns * (math.pi / 2)
            swap = torch.where(torch.rand(len(theta), generator=rng) < 0.5, 1 - swap, swap)
        angle = (angle + ANGLE * walk[0]).remainder(2 * math.pi)
        shift = [shift[0] + SHIFTS * walk[1], shift[1] + SHIFTS * walk[2]]
        scale = scale + SCALES * walk[3]
        inside = (shift[0].abs() <= SHIFT) & (shift[1].abs() <= SHIFT)
        inside &= (scale >= SCALE[0]) & (scale <= SCALE[1])
        there = torch.stack([kind, angle, *shift, scale, swap], dim=-1)
        there_fit = self._fit(there, x, label)
        chance = torch.rand(len(theta), generator=rng).double().log()
        taken = inside & (power * (there_fit - fit) > chance)
        return Cloud(
            torch.where(taken.unsqueeze(-1), there, theta), torch.where(taken, there_fit, fit), root
        )

    def _fit(
        self,
        theta: Float[Tensor, "particle 6"],
        x: Float[Tensor, "point 2"],
        label: Int[Tensor, " point"],
    ) -> Float[Tensor, " particle"]:
        """The logarithm of the density of all points, each in its class."""
        return self._density_of(theta, x, label).double().sum(dim=-1)

    def _log_density(
        self, theta: Float[Tensor, "particle 6"], x: Float[Tensor, "point 2"]
    ) -> Float[Tensor, "particle point 2"]:
        """The logarithm of the density of each class at x."""
        labels = torch.zeros(len(x), dtype=torch.long)
        both = [self._density_of(theta, x, labels + label) for label in range(2)]
        return torch.stack(both, dim=-1)

    def _density_of(
        self,
        theta: Float[Tensor, "particle 6"],
        x: Float[Tensor, "point 2"],
        label: Int[Tensor, " point"],
    ) -> Float[Tensor, "particle point"]:
        """The logarithm of the density at x of the class that each point is in."""
        kind, angle, shift_1, shift_2, scale, swap = theta.unsqueeze(1).unbind(dim=-1)
        one, two = (x[:, 0] - shift_1) / scale, (x[:, 1] - shift_2) / scale
        cosine, sine = angle.cos(), angle.sin()
        layer = 2 * kind.long() + (label + swap.long()) % 2
        density = read_table(
            self.table, layer, cosine * one + sine * two, cosine * two - sine * one
        )
        return density - 2 * scale.log()


def kind_probabilities(params: Params) -> Float[Tensor, "*task kind"]:
    """How probable each kind of planar shape is, from what `ShapePosterior` inferred."""
    kinds = params[THETA][..., 0].long()
    return torch.eye(len(KINDS))[kinds].mean(dim=-2)
