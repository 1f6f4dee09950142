"""Which cells of a file show what their rows already hold."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from kizuna.files.mapping import HeaderMapping
from kizuna.files.table import FileTable
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import wire_value
from kizuna.sync.exporting.cells import TEXTS, says
from kizuna.sync.references import keys_of

CHUNK = 5_000


def cells_as_they_are(
    database: Database,
    connection: sa.Connection,
    actor: Actor,
    spec: TableSpec,
    file: FileTable,
    mapping: HeaderMapping,
    known: Mapping[int, tuple[str, int]],
) -> set[tuple[int, str]]:
    """Return place in the file and field of every cell that shows what the ``known`` row there holds."""
    names = [name for name in mapping.columns if name in spec.by_name and spec.by_name[name].type in TEXTS]
    same: set[tuple[int, str]] = set()
    if not names:
        return same
    backend = database.backend
    places = sorted(known)
    shown = ", ".join(backend.stored_expression(spec.by_name[name]) for name in names)
    for start in range(0, len(places), CHUNK):
        chunk = places[start : start + CHUNK]
        condition, values = backend.in_list("id", sorted({known[place][0] for place in chunk}))
        rows = {
            row[0]: row[1:]
            for row in fetch_all(connection, f"select id, {shown} from {spec.name} where {condition}", values)
        }
        held = [rows[known[place][0]] for place in chunk]
        for position, name in enumerate(names):
            field = spec.by_name[name]
            now = [wire_value(field.type, row[position]) for row in held]
            keys = keys_of(database, connection, actor, field.references, now) if field.references else now
            cells = file.columns[mapping.columns[name]]
            same.update(
                (place, name)
                for place, value, key in zip(chunk, now, keys, strict=True)
                if says(field, cells[place], value, key if field.references else None)
            )
    return same
