"""New rows as they came: read and check cell by cell what can be told without the database, always a column at a time.

That is the larger part of the work for a new row, and no writer has to wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import NoneType
from typing import Any

import msgspec

from kizuna.errors import KizunaError, RowProblem, Text
from kizuna.model import problems
from kizuna.model.database import Database
from kizuna.model.plain_columns import is_plain_value
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import stored_column
from kizuna.sync.changeset import ChangesetRequest, Inserts, MalformedError, Op, TableChanges
from kizuna.sync.references import UUID, are_uuids

UNEQUAL_FIELDS = Text(
    "inserts.fields と inserts.columns は同じ数で、同じ項目は1度だけにしてください",
    "inserts.fields and inserts.columns must have the same length, no field twice",
)
UNEQUAL_COLUMNS = Text(
    "inserts.columns はすべて同じ長さで、その1つは id にしてください",
    "inserts.columns must all have the same length, and one of them is id",
)
NO_TEXT_IDS = Text("inserts の id はすべて文字列にしてください", "inserts: every id is a text")

RefusedRows = dict[int, list[RowProblem]]
"""What is wrong with rows, by their place (0 … n-1)."""


@dataclass(frozen=True)
class GivenRows:
    """New rows of one table in stored form, a column at a time; references are still as they were typed.

    ``indexes`` are the places of the rows among the table's changes; ``ids`` run beside them. A wrong value is None.
    """

    spec: TableSpec
    indexes: Sequence[int]
    ids: list[str]
    columns: dict[str, list[Any]]
    refused: RefusedRows


def read_given(
    actor: Actor,
    spec: TableSpec,
    ops: Sequence[tuple[int, Op]],
    inserts: Inserts | None,
    first: int,
    *,
    fills_read_only: bool,
) -> GivenRows:
    """Return the new rows somebody sent.

    ``ops`` are the insert ops with their places among the table's changes; rows of ``inserts`` take the places from
    ``first`` on. A field the table does not have fails the whole request (UnknownFieldError).
    """
    indexes, ids, given = _gather(ops, inserts, first)
    seen = actor.table(spec)
    refused: RefusedRows = {}
    _check_ids(ids, refused)
    columns: dict[str, list[Any]] = {}
    alone = len(ids) == 1
    for name, values in given.items():
        if name == "store_id" and spec.common:
            continue
        field = seen.field(name)
        if alone and not field.read_only and is_plain_value(field, values[0]):
            columns[name] = [values[0]]
            continue
        if field.read_only and not fills_read_only and not set(map(type, values)) <= {NoneType}:
            for place, one in enumerate(values):
                if one is not None:
                    refused.setdefault(place, []).append(problems.ReadOnlyFieldError(field=name, label=field.label))
        columns[name], wrong = stored_column(field, values)
        for place, problem in wrong.items():
            refused.setdefault(place, []).append(problem)
    return GivenRows(spec, indexes, ids, columns, refused)


@dataclass(frozen=True, slots=True)
class OpsByKind:
    """The ops of a table with their places; an id that came before makes an op repeated."""

    deletes: list[tuple[int, Op]]
    inserts: list[tuple[int, Op]]
    others: list[tuple[int, Op]]
    repeated: list[tuple[int, str]]


def by_kind(changes: TableChanges) -> OpsByKind:
    """Sort the ops of a table by what is done with them."""
    found = OpsByKind([], [], [], [])
    seen: set[str] = set()
    for index, given in enumerate(changes.ops):
        op = given if given.id.islower() else msgspec.structs.replace(given, id=given.id.lower())
        if op.id in seen:
            found.repeated.append((index, op.id))
            continue
        seen.add(op.id)
        (found.inserts if op.op == "insert" else found.deletes if op.op == "delete" else found.others).append(
            (index, op)
        )
    return found


def read_before(database: Database, actor: Actor, asked: ChangesetRequest) -> dict[str, GivenRows]:
    """Return the new rows per table, read while others may still write.

    What fails as a whole is left for the transaction to say, where a changeset sent before is known again first.
    """
    found: dict[str, GivenRows] = {}
    with suppress(KizunaError):
        for changes in asked.tables:
            spec = database.registry.table(changes.table)
            inserts = by_kind(changes).inserts if any(op.op == "insert" for op in changes.ops) else []
            if spec.writable_by(actor.role) and (inserts or changes.inserts is not None):
                found[spec.name] = read_given(
                    actor, spec, inserts, changes.inserts, len(changes.ops), fills_read_only=asked.origin == "undo"
                )
    return found


def _gather(
    ops: Sequence[tuple[int, Op]], inserts: Inserts | None, first: int
) -> tuple[Sequence[int], list[str], dict[str, list[Any]]]:
    indexes = [index for index, _ in ops]
    ids = [op.id for _, op in ops]
    given: dict[str, list[Any]]
    if len(ops) == 1:
        given = {name: [value] for name, value in ops[0][1].fields.items()}
    else:
        names = dict.fromkeys(name for _, op in ops for name in op.fields)
        given = {name: [op.fields.get(name) for _, op in ops] for name in names}
    if inserts is None:
        return indexes, ids, given
    if len(inserts.fields) != len(inserts.columns) or len(set(inserts.fields)) != len(inserts.fields):
        raise MalformedError(UNEQUAL_FIELDS)
    lengths = set(map(len, inserts.columns))
    if len(lengths) > 1 or "id" not in inserts.fields:
        raise MalformedError(UNEQUAL_COLUMNS)
    count = lengths.pop()
    by_name = dict(zip(inserts.fields, inserts.columns, strict=True))
    before = len(ids)
    new_ids = by_name.pop("id")
    if not set(map(type, new_ids)) <= {str}:
        raise MalformedError(NO_TEXT_IDS)
    if not before:
        return range(first, first + count), list(new_ids), by_name
    indexes += range(first, first + count)
    ids += new_ids
    for name in dict.fromkeys([*given, *by_name]):
        given[name] = given.get(name, [None] * before) + by_name.get(name, [None] * count)
    return indexes, ids, given


def _check_ids(ids: list[str], refused: RefusedRows) -> None:
    if are_uuids(ids) and len(set(ids)) == len(ids):
        return
    for place, row_id in enumerate(ids):
        if not UUID.match(row_id):
            lowered = row_id.lower()
            if UUID.match(lowered):
                ids[place] = lowered
            else:
                refused.setdefault(place, []).append(problems.BadIdError(value=row_id[:40]))
    if len(set(ids)) < len(ids):
        seen: set[str] = set()
        for place, row_id in enumerate(ids):
            if row_id in seen:
                refused.setdefault(place, []).append(problems.RepeatedIdError())
            seen.add(row_id)
