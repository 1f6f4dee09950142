"""Read from the URL which entries of a list are wanted."""

from __future__ import annotations

from kizuna.api.context import context
from kizuna.api.parameters import limit, words
from kizuna.sync.listings import LARGEST_LISTING, Listing
from kizuna.sync.moments import start_of


def listing() -> Listing:
    """Return what ``before``, ``who``, ``table``, ``since`` and ``limit`` ask for; raise BadParameterError and BadMomentError."""
    since = words("since")
    return Listing(
        before=words("before"),
        who=words("who"),
        table=words("table"),
        since=start_of(since, context().database.timezone) if since else None,
        limit=limit(50, LARGEST_LISTING),
    )
