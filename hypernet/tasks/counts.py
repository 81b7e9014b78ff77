"""The numbers of support and query points that a family accepts."""

from __future__ import annotations


def check_counts(shots: int, queries: int) -> None:
    """Refuse fewer than one support or query point.

    Raises:
        ValueError: with the name and the number.
    """
    for name, count in (("shots", shots), ("queries", queries)):
        if count < 1:
            raise ValueError(f"{name} must be 1 or more, got {count}")
