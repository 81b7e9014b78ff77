"""Who does which work; to add a contestant, write its build and one line here."""

from __future__ import annotations

from hypernet.bench import batched, loop, vmapped
from hypernet.bench.peers import installed
from hypernet.bench.work import Build, Kind

OWN: dict[Kind, dict[str, Build]] = {
    "maml": {"ours": batched.maml, "loop": loop.maml, "vmap": vmapped.maml},
    "generate": {"ours": batched.generate, "loop": loop.generate, "vmap": vmapped.generate},
}


def builds(kind: Kind) -> tuple[dict[str, Build], dict[str, str]]:
    """Every contestant for this kind of work, our own first; why a peer is left out, by name."""
    peers, left_out = installed(kind)
    return OWN[kind] | peers, left_out
