"""The full generator before any training."""

from __future__ import annotations

import torch

from hypernet.generators import FullOptions
from hypernet.init import stream
from hypernet.target import TargetNetwork, TargetOptions

TARGET = TargetNetwork(1, 1, TargetOptions(hidden=(7, 5)))
Z = torch.randn(4, 3, generator=stream(0, "z"))


def test_zero_heads_write_the_same_ordinary_network_for_every_task() -> None:
    written = FullOptions(heads="zero").build(3, TARGET, stream(0, "generator"))(Z)
    for name, values in written.items():
        torch.testing.assert_close(values, values[:1].expand_as(values))
        fan_in = TARGET.shapes[name.replace("bias", "weight")][1]
        assert values.abs().max() <= fan_in**-0.5


def test_default_heads_write_another_network_for_every_task() -> None:
    written = FullOptions(heads="default").build(3, TARGET, stream(0, "generator"))(Z)
    for values in written.values():
        assert (values[0] != values[1]).any()


def test_both_starts_have_the_same_trunk() -> None:
    zero, default = (
        FullOptions(heads=heads).build(3, TARGET, stream(0, "generator"))
        for heads in ("zero", "default")
    )
    for one, other in zip(zero.trunk.parameters(), default.trunk.parameters(), strict=True):
        torch.testing.assert_close(one, other)
