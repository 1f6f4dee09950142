"""Write new rows: their numbers, revisions, history and answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from kizuna.model.backend import savepoint
from kizuna.model.registry import TableSpec
from kizuna.model.values import wire_value
from kizuna.sync.changeset import Inserted, RowOutcome
from kizuna.sync.clashes import sort_out_clashes
from kizuna.sync.numbers import take_numbers
from kizuna.sync.pushing import PendingInserts, Push
from kizuna.sync.told import told_of_inserts

NOT_DELETED = False


def write_inserts(push: Push, pending: PendingInserts, first_columnar: int) -> Inserted | None:
    """Write the rows under their numbers; return the sum of the columnar ones, whose places start at ``first_columnar``."""
    spec = pending.spec
    filled = _number(push, pending)
    pending, revisions = _insert(push, pending, filled)
    if not pending.ids:
        return None
    push.written.append(told_of_inserts(pending))
    if spec.name in push.referred:
        push.new_rows[spec.name].update(zip(pending.ids, pending.stores, strict=True))
    if spec.name in push.referred and spec.key is not None and spec.key in pending.columns:
        keys = zip(map(str, pending.columns[spec.key]), pending.ids, strict=True)
        push.new_keys[spec.name].update(keys)
    if spec.name == "purchases":
        push.buyers.update(one for one in pending.columns["customer_id"] if one)
    return _answer(push, pending, revisions, filled, first_columnar)


def _number(push: Push, pending: PendingInserts) -> dict[str, list[Any]]:
    """Give rows without a number theirs; return what was filled in, one value per row, None where it was typed."""
    spec = pending.spec
    if spec.sync.numbering is None or spec.key is None or not pending.ids:
        return {}
    values = pending.columns.setdefault(spec.key, [None] * len(pending.ids))
    empty = [place for place, value in enumerate(values) if value is None]
    typed = [one for one in values if one is not None]
    numbers = take_numbers(push.backend, push.connection, spec, len(empty), typed, keep=not push.dry_run)
    filled: list[Any] = [None] * len(values)
    for place, number in zip(empty, numbers, strict=False):
        values[place] = filled[place] = number
    return {spec.key: filled} if empty else {}


def _insert(push: Push, pending: PendingInserts, filled: dict[str, list[Any]]) -> tuple[PendingInserts, list[int]]:
    """Write the rows, trusting that nobody has their ids and numbers; look closer only when the database disagrees."""
    # A single row goes in whole or not at all; a savepoint is for the rows before the one that fails.
    part = push.backend.keep_apart if len(pending.ids) == 1 else savepoint
    try:
        with part(push.connection):
            return pending, _insert_rows(push, pending)
    except push.backend.taken:
        pending = sort_out_clashes(push, pending, filled)
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
