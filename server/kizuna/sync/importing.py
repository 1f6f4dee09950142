"""Turn a person's file into a changeset: known rows are updated, the others are new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from kizuna.files.mapping import FieldName, HeaderMapping
from kizuna.files.table import FileTable
from kizuna.files.values import PLAIN_FORMS, parse_values, to_wire
from kizuna.ids import new_id
from kizuna.model.backend import Backend, fetch_all
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.sync.exporting.cells import unguarded
from kizuna.sync.exporting.unchanged import cells_as_they_are

ID = FieldName("id", "id", "id")
KINDS = {"store": "integer"}


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell of the file that cannot be taken: its row, the field, and a message that says the cure."""

    row: int
    field: str
    message: Any


@dataclass(frozen=True)
class ImportPlan:
    """A file as the changes of one table.

    ``rows`` gives the file's row number of each row id; ``known`` counts rows that are there already.
    """

    table: dict[str, Any]
    rows: Mapping[str, int]
    known: int
    bad: Sequence[BadCell] = field(default=())


def field_names(spec: TableSpec) -> list[FieldName]:
    """Return what the headings of a file may call the fields of a table."""
    return [ID, *(FieldName(one.name, one.label.ja, one.label.en) for one in spec.fields)]


def plan_import(
    database: Database,
    connection: sa.Connection,
    actor: Actor,
    spec: TableSpec,
    file: FileTable,
    mapping: HeaderMapping,
    constants: Mapping[str, Any],
) -> ImportPlan:
    """Return the changes a file asks for.

    A row is known by its id, or by the table's key; then its filled cells are an update, and empty cells change nothing.
    Cells that show what the row holds change nothing either, in whatever form it is written.
    A row with a cell that cannot be read is left out and named in ``bad``.
    """
    columns: dict[str, list[Any]] = {}
    unread: list[tuple[int, BadCell]] = []
    if file.delimiter is not None:
        file = replace(file, columns=[[unguarded(one) for one in column] for column in file.columns])
    for name, place in mapping.columns.items():
        if name == "id":
            columns[name] = [str(one).strip().lower() if one is not None else None for one in file.columns[place]]
            continue
        one = spec.field(name)
        kind = PLAIN_FORMS.get(one.name, KINDS.get(one.type, one.type))
        parsed = parse_values(
            kind, file.columns[place], header=file.headers[place], row_numbers=file.row_numbers, choices=one.choices
        )
        columns[name] = to_wire(kind, parsed.values)
        unread += [(one.index, BadCell(one.row, name, one.message)) for one in parsed.problems]
    count = file.row_count
    for name, value in constants.items():
        columns[spec.field(name).name] = [value] * count
    known = _known_rows(database.backend, connection, actor, spec, columns)
    same = cells_as_they_are(database, connection, actor, spec, file, mapping, known)
    bad: dict[int, BadCell] = {}
    for index, cell in unread:
        if (index, cell.field) not in same:
            bad.setdefault(index, cell)
    names = [name for name in columns if name != "id"]
    ops: list[dict[str, Any]] = []
    new: list[int] = []
    ids: list[str] = []
    rows: dict[str, int] = {}
    for index in range(count):
        if index in bad:
            continue
        match = known.get(index)
        row_id = (
            match[0] if match else (columns["id"][index] if columns.get("id") and columns["id"][index] else new_id())
        )
        rows[row_id] = file.row_numbers[index]
        if match is None:
            new.append(index)
            ids.append(row_id)
        else:
            fields = {
                name: columns[name][index]
                for name in names
                if columns[name][index] is not None and (index, name) not in same
            }
            ops.append({"op": "update", "id": row_id, "base": match[1], "fields": fields})
    inserts = {"fields": ["id", *names], "columns": [ids, *([columns[name][index] for index in new] for name in names)]}
    table: dict[str, Any] = {"table": spec.name, "ops": ops}
    if new:
        table["inserts"] = inserts
    return ImportPlan(table, rows, len(ops), tuple(bad[index] for index in sorted(bad)))


def _known_rows(
    backend: Backend, connection: sa.Connection, actor: Actor, spec: TableSpec, columns: Mapping[str, list[Any]]
) -> dict[int, tuple[str, int]]:
    """Return id and revision of the file's rows that are there already, by place in the file."""
    found: dict[int, tuple[str, int]] = {}
    scope, stores = backend.in_list("store_id", actor.feeds)
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    for name in filter(None, (spec.key, "id")):
        if name not in columns:
            continue
        wanted = sorted({one for one in columns[name] if one is not None})
        condition, values = backend.in_list(name, wanted)
        sql = f"select {name}, id, revision from {spec.name} where {condition} and {scope} and {live}"
        rows = {key: (row_id, revision) for key, row_id, revision in fetch_all(connection, sql, (*values, *stores))}
        for index, value in enumerate(columns[name]):
            if value in rows:
                found[index] = rows[value]
    return found


def import_id(content: bytes, *told: object) -> str:
    """Return the changeset id of importing this content in this way: importing it again is the same changeset."""
    digest = hashlib.sha256(content + repr(told).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
