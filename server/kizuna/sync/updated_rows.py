"""Write the changes of rows that are there: the rows, their revisions, their history, their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson

from kizuna.model.backend import run_many
from kizuna.model.registry import TableSpec
from kizuna.model.values import SHOWN_AS_STORED, wire_value
from kizuna.sync.changeset import RowOutcome
from kizuna.sync.current_rows import RowWrite, news
from kizuna.sync.inverse import DELETED
from kizuna.sync.numbers import take_numbers
from kizuna.sync.pushing import Push


def write_updates(push: Push, spec: TableSpec, writes: Sequence[RowWrite]) -> None:
    """Write the rows, their revisions and their history; answer each."""
    statements: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    seen = push.actor.table(spec)
    marked = [one for one in writes if not one.merged.write]
    _write_marks(push, spec, marked)
    for one in writes:
        if not one.merged.write:
            continue
        row, fields = one.row, one.merged.write
        store_id = fields.get("store_id", row.store_id)
        revision = _record(push, spec, one, store_id)
        known = {**row.field_revisions, **dict.fromkeys(fields, revision)}
        values = {**fields, "revision": revision, "field_revisions": orjson.dumps(known).decode()}
        # A column that is named is a column whose indexes are written anew, so the two in most indexes are named when they change.
        if store_id != row.store_id:
            values["store_id"] = store_id
        if one.deletes or one.restores:
            values["deleted"] = one.deletes
        statements[tuple(values)].append([*values.values(), row.id])
        if spec.name == "customers" and (one.deletes or one.restores):
            push.gone_or_back.add(row.id)
        if spec.name == "purchases":
            push.buyers.update(
                {row.values["customer_id"], fields.get("customer_id", row.values["customer_id"])} - {None}
            )
        _answer_write(push, seen, one, revision)
    _note_typed_numbers(push, spec, writes)
    hole = push.backend.holes(1)
    for names, parameters in statements.items():
        assigned = ", ".join(f"{name} = {hole}" for name in names)
        run_many(push.connection, f"update {spec.name} set {assigned} where id = {hole}", parameters)


def _write_marks(push: Push, spec: TableSpec, writes: Sequence[RowWrite]) -> None:
    """Delete rows, or bring them back, where nothing else changes: one statement per store, for any number."""
    groups: dict[tuple[int, bool], list[RowWrite]] = defaultdict(list)
    seen = push.actor.table(spec)
    for one in writes:
        groups[one.row.store_id, one.deletes].append(one)
    for (store_id, deleted), found in groups.items():
        first = push.next_revisions(store_id, len(found))
        push.touch(spec.name, store_id, first + len(found) - 1)
        ids = [one.row.id for one in found]
        push.backend.mark_deleted(push.connection, spec.name, ids, deleted=deleted, first=first)
        kind = "delete" if deleted else "restore"
        for revision, one in enumerate(found, start=first):
            push.changes.append(
                (store_id, revision, spec.name, one.row.id, kind, None, push.changeset_id, one.row.revision)
            )
            _answer_write(push, seen, one, revision)
        if spec.name == "customers":
            push.gone_or_back.update(ids)
        if spec.name == "purchases":
            push.buyers.update({one.row.values["customer_id"] for one in found} - {None})


def _note_typed_numbers(push: Push, spec: TableSpec, writes: Sequence[RowWrite]) -> None:
    """Keep the counter ahead of numbers typed over others, or it would hand them out again."""
    if spec.sync.numbering is None or spec.key is None:
        return
    typed = [str(number) for one in writes if (number := one.merged.write.get(spec.key)) is not None]
    if typed:
        take_numbers(push.backend, push.connection, spec, 0, typed, trial=push.trial_numbers)


def _record(push: Push, spec: TableSpec, one: RowWrite, store_id: int) -> int:
    """Give the row its next place in the order and write down what changed; return the revision."""
    row = one.row
    fields = {}
    for name, value in one.merged.write.items():
        before, of = row.values[name], spec.by_name[name].type
        fields[name] = [before, value] if of in SHOWN_AS_STORED else [wire_value(of, before), wire_value(of, value)]
    if one.restores and store_id != row.store_id:
        fields[DELETED] = [True, False]
    said = orjson.dumps(fields).decode() if fields else None
    kind = "delete" if one.deletes else "restore" if one.restores else "update"
    previous: int | None = row.revision
    if store_id != row.store_id:
        left = push.next_revisions(row.store_id, 1)
        push.touch(spec.name, row.store_id, left)
        push.changes.append((row.store_id, left, spec.name, row.id, "left", None, push.changeset_id, previous))
        # A row's revisions only grow, also across feeds: a base from the old feed must stay comparable.
        revision = push.next_revisions(store_id, 1, above=left)
        kind, previous = "entered", None
    else:
        revision = push.next_revisions(store_id, 1)
    push.touch(spec.name, store_id, revision)
    push.changes.append((store_id, revision, spec.name, row.id, kind, said, push.changeset_id, previous))
    return revision


def _answer_write(push: Push, seen: TableSpec, one: RowWrite, revision: int) -> None:
    before = push.outcomes.get((seen.name, one.index))
    if before is not None and before.outcome == "conflict":
        before.revision = revision
        return
    assert one.op.base is not None
    others = one.row.revision > one.op.base and bool(one.merged.theirs)
    outcome = RowOutcome(
        seen.name, one.row.id, "merged" if others else "applied", revision=revision, fields=news(seen, one)
    )
    push.answer(seen, one.index, outcome)
