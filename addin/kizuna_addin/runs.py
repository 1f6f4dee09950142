"""Positions as runs of neighbours, so that many cells are written in few writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, count) for each run of neighbouring positions, in order."""
    first = count = 0
    for position in sorted(set(positions)):
        if count and position == first + count:
            count += 1
        else:
            if count:
                yield first, count
            first, count = position, 1
    if count:
        yield first, count
