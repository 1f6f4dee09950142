"""Write new rows: their numbers, revisions, history and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kizuna.model.backend import run_many, savepoint
from kizuna.model.registry import TableSpec
from kizuna.model.values import wire_value
from kizuna.sync.changeset import Inserted, RowOutcome
from kizuna.sync.clashes import sort_out_clashes
from kizuna.sync.numbers import take_numbers
from kizuna.sync.pushing import CHANGE_COLUMNS, PendingInserts, Push
from kizuna.sync.told import told_of_inserts

HISTORY_BY_SQL = 50
"""From how many new rows on their history is cheaper written by the database than sent to it."""


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
    numbers = take_numbers(push.backend, push.connection, spec, len(empty), typed, trial=push.trial_numbers)
    filled: list[Any] = [None] * len(values)
    for place, number in zip(empty, numbers, strict=False):
        values[place] = filled[place] = number
    return {spec.key: filled} if empty else {}


def _insert(push: Push, pending: PendingInserts, filled: dict[str, list[Any]]) -> tuple[PendingInserts, Sequence[int]]:
    """Write the rows, trusting that nobody has their ids and numbers; look closer only when the database disagrees."""
    # A single row goes in whole or not at all; a savepoint is for the rows before the one that fails.
    part = push.backend.keep_apart if len(pending.ids) == 1 else savepoint
    try:
        with part(push.connection):
            return pending, _insert_rows(push, pending)
    except push.backend.taken:
        pending = sort_out_clashes(push, pending, filled)
    return pending, _insert_rows(push, pending)


def _insert_rows(push: Push, pending: PendingInserts) -> Sequence[int]:
    spec, count = pending.spec, len(pending.ids)
    if not count:
        return []
    revisions, counters = _revisions(push, pending.stores)
    names = list(pending.columns)
    # Whether a row is deleted is left to the column's default.
    rows = zip(pending.ids, pending.stores, revisions, *pending.columns.values(), strict=True)
    push.backend.insert_many(push.connection, spec.name, ["id", "store_id", "revision", *names], rows)
    before = {store: push.revisions[store] for store in counters}
    push.revisions.update(counters)
    for store_id, last in counters.items():
        push.touch(spec.name, store_id, last)
    if count >= HISTORY_BY_SQL:
        _copy_to_history(push, spec, before)
    else:
        push.changes.extend(
            (store, revision, spec.name, row_id, "insert", None, push.changeset_id, None)
            for store, revision, row_id in zip(pending.stores, revisions, pending.ids, strict=True)
        )
    return revisions


def _copy_to_history(push: Push, spec: TableSpec, before: Mapping[int, int]) -> None:
    """Write the history of the rows just inserted from the rows themselves, a tenth of what sending it would cost.

    Their feeds are locked and their revisions the last of them, so above ``before`` there is nothing else of this table.
    """
    hole = push.backend.holes(1)
    sql = (
        f"insert into changes({','.join(CHANGE_COLUMNS)}) "
        f"select store_id, revision, '{spec.name}', id, 'insert', null, {hole}, null from {spec.name} "
        f"where store_id = {hole} and revision > {hole} order by revision"
    )
    run_many(push.connection, sql, [(push.changeset_id, *feed) for feed in sorted(before.items())])


def _revisions(push: Push, stores: Sequence[int]) -> tuple[Sequence[int], dict[int, int]]:
    """Return a revision per row, in the order sent, and where each feed's counter then stands."""
    counters = {store: push.revisions[store] for store in set(stores)}
    if len(counters) == 1:
        ((store, last),) = counters.items()
        return range(last + 1, last + 1 + len(stores)), {store: last + len(stores)}
    revisions = []
    for store in stores:
        counters[store] += 1
        revisions.append(counters[store])
    return revisions, counters


def _answer(
    push: Push, pending: PendingInserts, revisions: Sequence[int], filled: dict[str, list[Any]], first_columnar: int
) -> Inserted | None:
    spec = pending.spec
    start = len(pending.ids)
    given = [(name, spec.by_name[name].type) for name in spec.filled if name in pending.columns]
    for place, index in enumerate(pending.indexes):
        if index >= first_columnar:
            start = place
            break
        known = {name: wire_value(kind, pending.columns[name][place]) for name, kind in given}
        if not spec.common:
            known["store_id"] = pending.stores[place]
        push.answer(
            spec, index, RowOutcome(spec.name, pending.ids[place], "applied", revision=revisions[place], fields=known)
        )
    if start == len(pending.ids):
        return None
    stores, shown = pending.stores[start:], revisions[start:]
    # A feed's revisions grow in the order sent: looking at them backwards the first one is seen last, and the other way round.
    firsts = dict(zip(reversed(stores), reversed(shown), strict=True))
    lasts = dict(zip(stores, shown, strict=True))
    return Inserted(
        table=spec.name,
        count=len(shown),
        revisions=[(store, firsts[store], last) for store, last in lasts.items()],
        filled={name: pending.columns[name][start:] for name in filled},
    )
