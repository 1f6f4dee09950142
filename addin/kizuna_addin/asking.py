"""Many calls in as few requests as the server takes: pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

MOST_CALLS, MOST_VALUES = 1_000, 1_000_000
"""Of one request; the server takes several times as many."""

NOT_REACHED = "not-reached"
"""The server's word for a call that the calls before it left no time or room for."""

Ask = Callable[[Sequence[dict[str, Any]]], tuple[str, list[dict[str, Any]]]]


def in_parts(calls: Sequence[dict[str, Any]], ask: Ask) -> tuple[str, list[dict[str, Any]]]:
    """Return the position of the first request and the results of all; what a request did not come to is in the next."""
    position = None
    results: dict[int, dict[str, Any]] = {}
    waiting = list(range(len(calls)))
    while waiting or position is None:
        part = waiting[: together([calls[place] for place in waiting])]
        stood, found = ask([calls[place] for place in part])
        position = stood if position is None else position
        results.update(zip(part, found, strict=False))
        # The first is always made; a server that says otherwise would say so for ever.
        again = [place for place in part[1:] if _not_reached(results.get(place))]
        waiting = again + waiting[len(part) :]
    return position, [results[place] for place in range(len(calls)) if place in results]


def together(calls: Sequence[Mapping[str, Any]]) -> int:
    """Return how many of the first calls go into one request; one at least, where there is one."""
    values = 0
    for place, call in enumerate(calls[:MOST_CALLS]):
        arguments = call.get("arguments", {})
        values += sum(len(one) if isinstance(one, list) else 1 for one in arguments.values())
        if place and values > MOST_VALUES:
            return place
    return min(len(calls), MOST_CALLS)


def _not_reached(result: Mapping[str, Any] | None) -> bool:
    return result is not None and (result.get("error") or {}).get("code") == NOT_REACHED
