"""Find a table's likely duplicates among the rows a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor, PersonalWithheldError
from kizuna.model.values import wire_value
from kizuna.sync.duplicates.entries import match_fields, read_entries
from kizuna.sync.duplicates.matching import Match, find_matches

MOST_CANDIDATES = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """The likely duplicates of a table: rows by the place their match names, and how many rows were compared."""

    matches: Sequence[Match]
    rows: Sequence[dict[str, Any]]
    compared: int
    more: bool


def find_duplicates(
    database: Database, connection: sa.Connection, actor: Actor, table: str, *, limit: int = MOST_CANDIDATES
) -> Found:
    """Return the pairs of rows in scope that look like one, the surest first.

    Raises UnknownTableError, NoMatchRulesError and PersonalWithheldError.
    """
    spec = database.registry.table(table)
    fields = match_fields(spec.name)
    refuse_without_personal(actor, spec)
    names = list(dict.fromkeys((*fields.names, *filter(None, (spec.key,)))))
    backend = database.backend
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    scope, stores = backend.in_list("store_id", actor.feeds)
    shown = ", ".join(backend.stored_expression(spec.by_name[name]) for name in names)
    # By id, which says when a row was made: the first of a pair is the one that was there first.
    sql = f"select id, revision, store_id, {shown} from {spec.name} where {scope} and {live} order by id"
    rows = fetch_all(connection, sql, stores)
    columns = dict(zip(names, [list(column) for column in zip(*rows, strict=True)][3:], strict=False)) if rows else {}
    matches = find_matches(read_entries(fields, columns, len(rows))) if rows else []
    kept = matches[:limit]
    places = sorted({place for one in kept for place in (one.first, one.second)})
    position = {place: index for index, place in enumerate(places)}
    moved = [Match(position[one.first], position[one.second], one.score, one.reasons) for one in kept]
    return Found(moved, [_row(spec, names, rows[place]) for place in places], len(rows), len(matches) > limit)


def refuse_without_personal(actor: Actor, spec: TableSpec) -> None:
    """Raise PersonalWithheldError where a person does not see every field of a table."""
    if actor.table(spec) is not spec:
        raise PersonalWithheldError


def candidates(found: Found) -> list[dict[str, Any]]:
    """Return likely duplicates as the wire shows them; the first row of each was there first."""
    return [
        {
            "score": one.score,
            "reasons": [
                {"code": reason.code, "points": reason.points, "text": reason.text.as_json()} for reason in one.reasons
            ],
            "rows": [found.rows[one.first], found.rows[one.second]],
        }
        for one in found.matches
    ]


def _row(spec: TableSpec, names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    row_id, revision, store_id, *stored = row
    fields = {name: wire_value(spec.by_name[name].type, value) for name, value in zip(names, stored, strict=True)}
    return {"id": row_id, "revision": revision, "store_id": store_id, "fields": fields}
