"""New rows: read, check, write; always a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from kizuna.errors import RowProblem
from kizuna.model import problems
from kizuna.model.registry import STORE_FIELD, TableSpec
from kizuna.model.synced import COMMON_STORE
from kizuna.model.values import stored_column, wire_value
from kizuna.sync.changeset import Inserted, Inserts, MalformedError, Op, RowOutcome
from kizuna.sync.clashes import TAKEN, sort_out_clashes
from kizuna.sync.numbers import take_numbers
from kizuna.sync.pushing import PendingInserts, Push
from kizuna.sync.references import UUID, look_up

NOT_DELETED = False
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
        if field.read_only and any(one is not None for one in values):
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


def write_inserts(push: Push, pending: PendingInserts, first_columnar: int) -> Inserted | None:
    """Write the rows under their numbers; return the sum of the columnar ones, whose places start at ``first_columnar``."""
    spec = pending.spec
    filled = _number(push, pending)
    pending, revisions = _insert(push, pending)
    if not pending.ids:
        return None
    for row_id, store_id in zip(pending.ids, pending.stores, strict=True):
        push.new_rows[spec.name][row_id] = store_id
    if spec.key is not None and spec.key in pending.columns:
        keys = zip(map(str, pending.columns[spec.key]), pending.ids, strict=True)
        push.new_keys[spec.name].update(keys)
    if spec.name == "purchases":
        push.buyers.update(one for one in pending.columns["customer_id"] if one)
    return _answer(push, pending, revisions, filled, first_columnar)


def _gather(
    ops: Sequence[tuple[int, Op]], inserts: Inserts | None, first: int
) -> tuple[list[int], list[str], dict[str, list[Any]]]:
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
    if any(type(one) is not str for one in new_ids):
        raise MalformedError(reason="inserts: every id is a text")
    indexes += range(first, first + count)
    ids += new_ids
    for name in dict.fromkeys([*given, *by_name]):
        given[name] = given.get(name, [None] * before) + by_name.get(name, [None] * count)
    return indexes, ids, given


def _check_ids(ids: list[str], refused: RefusedRows) -> None:
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
            columns[field.name] = (
                [field.default] * count if values is None else [field.default if one is None else one for one in values]
            )
        elif field.required and (values is None or None in values):
            for place in range(count):
                wrong = refused.get(place, [])
                if (values is None or values[place] is None) and not any(one.field == field.name for one in wrong):
                    refused.setdefault(place, []).append(problems.RequiredError(field=field.name, label=field.label))


def _refuse_repeated_keys(pending: PendingInserts, refused: RefusedRows) -> None:
    for field in pending.spec.fields:
        values = pending.columns.get(field.name)
        if not field.unique or values is None:
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


def _number(push: Push, pending: PendingInserts) -> dict[str, list[Any]]:
    """Give rows without a number theirs; return what was filled in, one value per row, None where it was typed."""
    spec = pending.spec
    if spec.sync.numbering is None or spec.key is None or not pending.ids:
        return {}
    values = pending.columns.setdefault(spec.key, [None] * len(pending.ids))
    empty = [place for place, value in enumerate(values) if value is None]
    numbers = take_numbers(push.backend, push.connection, spec, len(empty), [one for one in values if one is not None])
    filled: list[Any] = [None] * len(values)
    for place, number in zip(empty, numbers, strict=False):
        values[place] = filled[place] = number
    return {spec.key: filled} if empty else {}


def _insert(push: Push, pending: PendingInserts) -> tuple[PendingInserts, list[int]]:
    """Write the rows, trusting that nobody has their ids and numbers; look closer only when the database disagrees."""
    try:
        with push.connection.begin_nested():
            return pending, _insert_rows(push, pending)
    except TAKEN:
        pending = sort_out_clashes(push, pending)
    return pending, _insert_rows(push, pending)


def _insert_rows(push: Push, pending: PendingInserts) -> list[int]:
    spec, count = pending.spec, len(pending.ids)
    if not count:
        return []
    revisions, counters = _revisions(push, pending.stores)
    names = list(pending.columns)
    rows = zip(pending.ids, pending.stores, revisions, repeat(NOT_DELETED), *pending.columns.values(), strict=False)
    columns = ["id", "store_id", "revision", "deleted", *names]
    push.backend.insert_many(push.connection, spec.name, columns, rows)
    push.revisions.update(counters)
    for store_id, last in counters.items():
        push.touch(spec.name, store_id, last)
    push.changes.extend(
        zip(
            pending.stores,
            revisions,
            repeat(spec.name),
            pending.ids,
            repeat("insert"),
            repeat(None),
            repeat(push.changeset_id),
            strict=False,
        )
    )
    return revisions


def _revisions(push: Push, stores: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """Return a revision per row, in the order sent, and where each feed's counter then stands."""
    counters = {store: push.revisions[store] for store in set(stores)}
    if len(counters) == 1:
        ((store, last),) = counters.items()
        return list(range(last + 1, last + 1 + len(stores))), {store: last + len(stores)}
    revisions = []
    for store in stores:
        counters[store] += 1
        revisions.append(counters[store])
    return revisions, counters


def _answer(
    push: Push, pending: PendingInserts, revisions: list[int], filled: dict[str, list[Any]], first_columnar: int
) -> Inserted | None:
    spec = pending.spec
    ranges: dict[int, tuple[int, int]] = {}
    shown: list[int] = []
    for place, index in enumerate(pending.indexes):
        if index >= first_columnar:
            shown = list(range(place, len(pending.ids)))
            break
        known = {
            name: wire_value(spec.by_name[name].type, pending.columns[name][place])
            for name in _server_filled(spec, pending)
        }
        if not spec.common:
            known["store_id"] = pending.stores[place]
        push.answer(
            spec, index, RowOutcome(spec.name, pending.ids[place], "applied", revision=revisions[place], fields=known)
        )
    if not shown:
        return None
    for place in shown:
        store, revision = pending.stores[place], revisions[place]
        ranges[store] = (ranges[store][0], revision) if store in ranges else (revision, revision)
    start = shown[0]
    return Inserted(
        table=spec.name,
        count=len(shown),
        revisions=[(store, first, last) for store, (first, last) in ranges.items()],
        filled={name: pending.columns[name][start:] for name in filled},
    )


def _server_filled(spec: TableSpec, pending: PendingInserts) -> list[str]:
    """Return the fields whose value may be the server's doing: the number and the defaults."""
    return [
        one.name
        for one in spec.fields
        if one.name in pending.columns and (one.default is not None or one.name == spec.key)
    ]
