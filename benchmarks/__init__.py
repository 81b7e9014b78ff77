"""How fast the leading task axis is, against a loop, `vmap` and the peers on the same work."""
