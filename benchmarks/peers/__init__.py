"""Peer libraries, each used as its own documentation shows, where it is installed.

To add one, write `with_<package>.py` with a `build` and put the package's name here.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings

from benchmarks.work import Build, Kind

PEERS: dict[Kind, tuple[str, ...]] = {
    "maml": ("higher", "learn2learn", "torchopt"),
    "generate": ("hyperlight", "hypnettorch"),
}


def installed(kind: Kind) -> dict[str, Build]:
    """The installed peers that can do this kind of work, by package name."""
    return {package: _load(package) for package in PEERS[kind] if importlib.util.find_spec(package)}


def _load(package: str) -> Build:
    """The peer's `build`; warnings of its import are its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build: Build = importlib.import_module(f"benchmarks.peers.with_{package}").build
    return build
