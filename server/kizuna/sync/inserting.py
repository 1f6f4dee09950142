"""New rows: check them against what is there already, always a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from types import NoneType
from typing import Any

from kizuna.model import problems
from kizuna.model.registry import TableSpec
from kizuna.model.synced import COMMON_STORE
from kizuna.sync.given_rows import GivenRows, RefusedRows
from kizuna.sync.pushing import PendingInserts, Push
from kizuna.sync.references import look_up


def read_inserts(push: Push, given: GivenRows) -> PendingInserts:
    """Return the new rows of one table in stored form; rows that break a rule of their field are refused.

    What ``given`` holds becomes part of the answer and is not to be used again.
    """
    spec, ids, columns, refused = given.spec, given.ids, given.columns, given.refused
    stores = columns.pop("store_id", None) or [None] * len(ids)
    _look_up_references(push, spec, columns, refused)
    stores = _choose_stores(push, spec, stores, columns, refused)
    _fill_defaults_and_check_required(spec, columns, len(ids), refused)
    pending = PendingInserts(spec, given.indexes, ids, stores, columns)
    _refuse_repeated_keys(pending, refused)
    return _refuse(push, pending, refused)


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
    for field in spec.demanding:
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
    for field in pending.spec.unique:
        values = pending.columns.get(field.name)
        if values is None or len(set(values)) == len(values):
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
