"""Who changed the other side of a conflict, and when: a push is told, a pull has to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kizuna_addin.client import Client
from kizuna_addin.conflict_list import OpenConflict
from kizuna_addin.errors import ConnectionTrouble, RefusedError
from kizuna_addin.wire import HistoryEntry

MOST_ROWS = 50
"""Rows whose history is asked for after one pull; further conflicts are shown without a name."""


def with_authors(client: Client, table: str, conflicts: Sequence[OpenConflict]) -> tuple[OpenConflict, ...]:
    """Return conflicts with who and when, as far as the server tells them; one request for each row."""
    rows = list(dict.fromkeys(one.row for one in conflicts if one.who is None))[:MOST_ROWS]
    histories: dict[str, Sequence[HistoryEntry]] = {}
    for row in rows:
        try:
            histories[row] = client.history(table, row)
        except RefusedError:
            # A row that is out of reach now has no history for this caller.
            continue
        except ConnectionTrouble:
            break
    return tuple(_named(one, histories.get(one.row, ())) for one in conflicts)


def _named(conflict: OpenConflict, entries: Iterable[HistoryEntry]) -> OpenConflict:
    for one in entries:
        if conflict.field is None or conflict.field in one.fields:
            return replace(conflict, who=one.who, when=one.when)
    return conflict
