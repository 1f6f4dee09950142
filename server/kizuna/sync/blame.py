"""Who last changed a field, when, and what it held before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.model.backend import Backend, fetch_all
from kizuna.sync.walk import heads_of, walked


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a row in its history."""

    revision: int
    who: str
    when: str
    fields: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Blame:
    """A row's changes, oldest first, from the revision on that was asked for."""

    steps: Sequence[Step] = field(default_factory=tuple)

    @property
    def last_who(self) -> str | None:
        """Who changed the row last."""
        return self.steps[-1].who if self.steps else None

    @property
    def last_when(self) -> str | None:
        """When the row was changed last."""
        return self.steps[-1].when if self.steps else None

    def of_field(self, name: str, *, since: int) -> tuple[Any, str | None, str | None]:
        """Return what the field held at ``since``, and who changed it last after that and when.

        All are None where history was pruned.
        """
        steps = [one for one in self.steps if one.revision > since and name in one.fields]
        if not steps:
            return None, None, None
        return steps[0].fields[name][0], steps[-1].who, steps[-1].when


def blame(
    backend: Backend, connection: sa.Connection, table: str, ids: Sequence[str], feeds: Sequence[int], *, since: int
) -> dict[str, Blame]:
    """Return what ``feeds`` tell of each row's history from ``since`` on; what happened elsewhere stays untold."""
    walk, values = walked(backend, table, heads_of(backend, table, ids, floor=since - 1), feeds=feeds)
    sql = (
        f"{walk} select row_id, walked.revision, who, at, fields from walked "
        "join changesets on changesets.id = changeset_id where kind <> 'left' order by walked.revision"
    )
    steps: dict[str, list[Step]] = {}
    for row_id, revision, who, at, fields in fetch_all(connection, sql, values):
        steps.setdefault(row_id, []).append(Step(revision, who, at, orjson.loads(fields) if fields else {}))
    return {row_id: Blame(found) for row_id, found in steps.items()}
