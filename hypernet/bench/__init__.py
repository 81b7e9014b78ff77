"""How fast the leading task axis is, against a loop, `vmap` and the peers on the same work.

Only the command `bench` and its tests use it; what times the app lies in the source tree's
`benchmarks`.
"""
