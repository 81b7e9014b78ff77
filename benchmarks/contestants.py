"""Who does which work; to add a contestant, write its build and one line here."""

from __future__ import annotations

from benchmarks import batched, loop, vmapped
from benchmarks.peers import installed
from benchmarks.work import Build, Kind

OWN: dict[Kind, dict[str, Build]] = {
    "maml": {"ours": batched.maml, "loop": loop.maml, "vmap": vmapped.maml},
    "generate": {"ours": batched.generate, "loop": loop.generate, "vmap": vmapped.generate},
}


def builds(kind: Kind) -> dict[str, Build]:
    """Every contestant for this kind of work: our own, then the installed peers."""
    return OWN[kind] | installed(kind)
