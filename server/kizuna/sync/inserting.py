"""New rows: read and check them, always a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from types import NoneType
from typing import Any

from kizuna.errors import RowProblem
from kizuna.model import problems
from kizuna.model.registry import STORE_FIELD, TableSpec
from kizuna.model.synced import COMMON_STORE
from kizuna.model.values import stored_column
from kizuna.sync.changeset import Inserts, MalformedError, Op
from kizuna.sync.pushing import PendingInserts, Push
from kizuna.sync.references import UUID, are_uuids, look_up

RefusedRows = dict[int, list[RowProblem]]


def read_inserts(
    push: Push, spec: TableSpec, ops: Sequence[tuple[int, Op]], inserts: Inserts | None, first: int
) -> PendingInserts:
    """Return the new rows of one table in stored form; rows that break a rule of their field are refused.

    ``ops`` are the insert ops with their places among the table's changes; rows of ``inserts`` take the places from
    ``first`` on. A field the table does not have fails the whole request (UnknownFieldError).
    """
    indexes, ids, given = _gather(ops, inserts, first)
    seen = push.actor.table(spec)
    refused: RefusedRows = {}
    _check_ids(ids, refused)
    columns: dict[str, list[Any]] = {}
    for name, values in given.items():
        if name == "store_id" and spec.common:
            continue
        field = seen.field(name)
        if field.read_only and not push.fills_read_only and not set(map(type, values)) <= {NoneType}:
            for place, one in enumerate(values):
                if one is not None:
                    refused.setdefault(place, []).append(problems.ReadOnlyFieldError(field=name, label=field.label))
        columns[name], wrong = stored_column(field, values)
        for place, problem in wrong.items():
            refused.setdefault(place, []).append(problem)
    stores = columns.pop("store_id", None) or [None] * len(ids)
    _look_up_references(push, spec, columns, refused)
    stores = _choose_stores(push, spec, stores, columns, refused)
    _fill_defaults_and_check_required(spec, columns, len(ids), refused)
    pending = PendingInserts(spec, indexes, ids, stores, columns)
    _refuse_repeated_keys(pending, refused)
    return _refuse(push, pending, refused)


def _gather(
    ops: Sequence[tuple[int, Op]], inserts: Inserts | None, first: int
) -> tuple[Sequence[int], list[str], dict[str, list[Any]]]:
    indexes = [index for index, _ in ops]
    ids = [op.id for _, op in ops]
    names = dict.fromkeys(name for _, op in ops for name in op.fields)
    given: dict[str, list[Any]] = {name: [op.fields.get(name) for _, op in ops] for name in names}
    if inserts is None:
        return indexes, ids, given
    if len(inserts.fields) != len(inserts.columns) or len(set(inserts.fields)) != len(inserts.fields):
        raise MalformedError(reason="inserts.fields and inserts.columns must have the same length, no field twice")
    lengths = set(map(len, inserts.columns))
    if len(lengths) > 1 or "id" not in inserts.fields:
        raise MalformedError(reason="inserts.columns must all have the same length, and one of them is id")
    count = lengths.pop()
    by_name = dict(zip(inserts.fields, inserts.columns, strict=True))
    before = len(ids)
    new_ids = by_name.pop("id")
    if not set(map(type, new_ids)) <= {str}:
        raise MalformedError(reason="inserts: every id is a text")
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


def _look_up_references(push: Push, spec: TableSpec, columns: dict[str, list[Any]], refused: RefusedRows) -> None:
    for field in spec.references:
        values = columns.get(field.name)
        if values is None or field.references is None:
            continue
        found = look_up(push, push.registry.table(field.references), (one for one in values if one is not None))
        for place, value in enumerate(values):
            if value is None:
                continue
            target = found.get(value)
            if target is None:
                refused.setdefault(place, []).append(
                    problems.UnknownReferenceError(
                        field=field.name, label=field.label, value=value[:60], table=field.references
                    )
                )
            values[place] = None if target is None else target.id


def _choose_stores(
    push: Push, spec: TableSpec, given: Sequence[int | None], columns: dict[str, list[Any]], refused: RefusedRows
) -> list[int]:
    if spec.common:
        return [COMMON_STORE] * len(given)
    only = push.actor.stores[0] if len(push.actor.stores) == 1 else None
    parents = _stores_of_parents(push, spec, columns) if None in given and only is None else {}
    parent_ids = columns.get(spec.sync.parent or "", repeat(None))
    stores: list[int] = []
    allowed = {
        one: push.actor.may_write_into(spec, one) for one in {*given, *parents.values(), only} if one is not None
    }
    if None not in given and all(allowed.values()):
        return [one for one in given if one is not None]
    for place, (store, parent) in enumerate(zip(given, parent_ids, strict=False)):
        chosen = store if store is not None else only if only is not None else parents.get(parent)
        if chosen is None:
            refused.setdefault(place, []).append(problems.StoreMissingError(field="store_id"))
        elif not allowed[chosen]:
            refused.setdefault(place, []).append(problems.OutOfScopeError(field="store_id"))
        stores.append(COMMON_STORE if chosen is None else chosen)
    return stores


def _stores_of_parents(push: Push, spec: TableSpec, columns: dict[str, list[Any]]) -> dict[str, int]:
    """Return the store of each row the new rows belong to, which is theirs unless they say otherwise."""
    parent = spec.sync.parent
    if parent is None or parent not in columns:
        return {}
    table = push.registry.table(str(spec.by_name[parent].references))
    found = look_up(push, table, (one for one in columns[parent] if one is not None))
    return {row_id: target.store_id for row_id, target in found.items()}


def _fill_defaults_and_check_required(
    spec: TableSpec, columns: dict[str, list[Any]], count: int, refused: RefusedRows
) -> None:
    for field in spec.fields:
        if field.name == STORE_FIELD.name:
            continue
        values = columns.get(field.name)
        if field.default is not None:
            if values is None:
                columns[field.name] = [field.default] * count
            elif _has_gaps(values):
                columns[field.name] = [field.default if one is None else one for one in values]
        elif field.required and (values is None or _has_gaps(values)):
            for place in range(count):
                wrong = refused.get(place, [])
                if (values is None or values[place] is None) and not any(one.field == field.name for one in wrong):
                    refused.setdefault(place, []).append(problems.RequiredError(field=field.name, label=field.label))


def _has_gaps(values: Sequence[Any]) -> bool:
    """Return whether some value is None; asked by type, since texts take long to say that they are not None."""
    return NoneType in set(map(type, values))


def _refuse_repeated_keys(pending: PendingInserts, refused: RefusedRows) -> None:
    for field in pending.spec.fields:
        values = pending.columns.get(field.name)
        if not field.unique or values is None:
            continue
        if len(set(values)) == len(values):
            continue
        given = [one for one in values if one is not None]
        if len(set(given)) == len(given):
            continue
        seen: set[Any] = set()
        for place, value in enumerate(values):
            if value is not None and value in seen:
                refused.setdefault(place, []).append(
                    problems.NotUniqueError(field=field.name, label=field.label, value=value)
                )
            seen.add(value)


def _refuse(push: Push, pending: PendingInserts, refused: RefusedRows) -> PendingInserts:
    for place, found in refused.items():
        scope = all(isinstance(one, problems.OutOfScopeError) for one in found)
        push.refuse(
            pending.spec,
            pending.indexes[place],
            pending.ids[place],
            found,
            outcome="forbidden" if scope else "rejected",
        )
    return pending.without(set(refused))
