"""Peer libraries, each used as its own documentation shows, where it is installed.

To add one, write `with_<package>.py` with a `build` and put the package's name here.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings

from hypernet.bench.work import Build, Kind

PEERS: dict[Kind, tuple[str, ...]] = {
    "maml": ("higher", "learn2learn", "torchopt"),
    "generate": ("hyperlight", "hypnettorch"),
}


def installed(kind: Kind) -> tuple[dict[str, Build], dict[str, str]]:
    """The installed peers for this kind of work, and why others that seem to be there are not.

    A package that is half installed may raise anything when it is imported.
    """
    found: dict[str, Build] = {}
    left_out: dict[str, str] = {}
    for package in filter(importlib.util.find_spec, PEERS[kind]):
        try:
            found[package] = _load(package)
        except Exception as error:
            left_out[package] = reason(error)
    return found, left_out


def reason(error: Exception) -> str:
    """What a peer raised, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _load(package: str) -> Build:
    """The peer's `build`; warnings of its import are its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build: Build = importlib.import_module(f"{__name__}.with_{package}").build
    return build
