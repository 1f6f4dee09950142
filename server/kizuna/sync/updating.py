"""Changes to rows that are there: what each op comes to when it is merged into the row as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kizuna.errors import RowProblem
from kizuna.model import problems
from kizuna.model.backend import fetch_all
from kizuna.model.registry import TableSpec
from kizuna.model.values import wire_value
from kizuna.sync.blame import Blame, blame
from kizuna.sync.changeset import FieldConflict, Op, Outcome, RowOutcome
from kizuna.sync.current_rows import CurrentRow, PlacedOp, RowWrite, news, read_current
from kizuna.sync.edited_fields import read_fields
from kizuna.sync.merge import Merged, merge
from kizuna.sync.pushing import Push
from kizuna.sync.references import UUID

TOTALLED = {"purchases": ("customer_id",)}
"""The fields that say whose totals a row counts in."""


def read_updates(push: Push, spec: TableSpec, ops: Sequence[PlacedOp]) -> list[RowWrite]:
    """Merge the ops into the rows as they are now; answer those that come to nothing, return what is to be written."""
    only = _fields_needed(push, spec, ops)
    rows = read_current(push, spec, [op.id for _, op in ops if UUID.match(op.id)], only=only)
    if only is not None:
        rows |= read_current(push, spec, _overtaken(ops, rows))
    typed, wrong = read_fields(push, spec, ops, rows)
    writes: list[RowWrite] = []
    collided: list[RowWrite] = []
    for index, op in ops:
        row = rows.get(op.id)
        refused = _refusal(push, spec, op, row, typed[index])
        if refused is not None:
            problem, outcome = refused
            push.refuse(spec, index, op.id, [problem], outcome=outcome)
            continue
        assert row is not None
        if wrong.get(index) and op.op != "delete":
            push.refuse(spec, index, op.id, wrong[index])
            continue
        write = _decide(index, op, row, typed[index])
        if write is None:
            push.answer(spec, index, RowOutcome(spec.name, op.id, "unchanged", revision=row.revision))
        elif _whole_row_conflict(write) or write.merged.conflicts:
            collided.append(write)
        elif not (write.merged.write or write.deletes or write.restores):
            push.answer(spec, index, _unchanged(push.actor.table(spec), write))
        else:
            writes.append(write)
    if collided:
        writes += _answer_conflicts(push, spec, collided)
    return _refuse_taken_values(push, spec, writes)


def _fields_needed(push: Push, spec: TableSpec, ops: Sequence[PlacedOp]) -> tuple[str, ...] | None:
    """Return the fields that must be known of rows nobody else changed meanwhile; None where a plugin may ask for any."""
    kinds = {op.op for _, op in ops}
    named = {name for _, op in ops for name in op.fields}
    if push.database.plugins.may_hear_of(spec.name, kinds, named):
        return None
    named.update(TOTALLED.get(spec.name, ()))
    if "restore" in kinds:
        named.update(one.name for one in spec.unique)
    return tuple(name for name in spec.stored if name in named)


def _overtaken(ops: Sequence[PlacedOp], rows: Mapping[str, CurrentRow]) -> list[str]:
    """Return the rows others changed since an op's base: their news may lie in any field."""
    return [op.id for _, op in ops if op.id in rows and op.base is not None and rows[op.id].revision > op.base]


def _refusal(
    push: Push, spec: TableSpec, op: Op, row: CurrentRow | None, typed: Mapping[str, Any]
) -> tuple[RowProblem, Outcome] | None:
    if not UUID.match(op.id):
        return problems.BadIdError(value=op.id[:40]), "rejected"
    if row is None:
        return problems.NoSuchRowError(), "gone"
    if not push.actor.sees(row.store_id) or not push.actor.may_write_into(spec, row.store_id):
        return problems.OutOfScopeError(), "forbidden"
    if op.base is None or op.base > row.revision or op.base < 0:
        return problems.BaseMissingError(), "rejected"
    moved_to = typed.get("store_id")
    if moved_to is not None and not push.actor.may_write_into(spec, moved_to):
        return problems.OutOfScopeError(field="store_id"), "forbidden"
    return None


def _decide(index: int, op: Op, row: CurrentRow, typed: Mapping[str, Any]) -> RowWrite | None:
    """Return what the op comes to; None when the row already is so."""
    assert op.base is not None
    if op.op == "delete":
        return None if row.deleted else RowWrite(index, op, row, Merged(), deletes=True)
    merged = merge(op.base, typed, row.values, row.field_revisions)
    if op.op == "restore" and row.deleted:
        return RowWrite(index, op, row, merged, restores=True)
    return RowWrite(index, op, row, merged)


def _whole_row_conflict(write: RowWrite) -> bool:
    """Whether the row was changed before this delete, or deleted before this change."""
    assert write.op.base is not None
    if write.deletes:
        return write.row.revision > write.op.base
    return write.row.deleted and not write.restores


def _answer_conflicts(push: Push, spec: TableSpec, collided: Sequence[RowWrite]) -> list[RowWrite]:
    """Answer the rows at odds with others; return those whose other fields can be written all the same."""
    ids = [one.row.id for one in collided]
    since = min(one.op.base or 0 for one in collided)
    blamed = blame(push.backend, push.connection, spec.name, ids, push.actor.feeds, since=since)
    seen = push.actor.table(spec)
    rest = []
    for one in collided:
        if _whole_row_conflict(one):
            history = blamed.get(one.row.id, Blame())
            mine, theirs = ("deleted", "changed") if one.deletes else ("changed", "deleted")
            found = [FieldConflict(None, None, mine, theirs, history.last_who, history.last_when)]
        else:
            found = _field_conflicts(spec, one, blamed.get(one.row.id, Blame()))
        push.answer(
            spec, one.index, RowOutcome(spec.name, one.row.id, "conflict", one.row.revision, news(seen, one), found)
        )
        # Of an all-or-nothing changeset nothing is written any more, so its other fields stay back too.
        if not _whole_row_conflict(one) and (one.merged.write or one.restores) and not push.all_or_nothing:
            rest.append(one)
    return rest


def _field_conflicts(spec: TableSpec, one: RowWrite, history: Blame) -> list[FieldConflict]:
    assert one.op.base is not None
    found = []
    for name in one.merged.conflicts:
        base, who, when = history.of_field(name, since=one.op.base)
        theirs = wire_value(spec.by_name[name].type, one.row.values[name])
        found.append(FieldConflict(name, base, one.op.fields[name], theirs, who, when))
    return found


def _refuse_taken_values(push: Push, spec: TableSpec, writes: list[RowWrite]) -> list[RowWrite]:
    """Refuse writes that would give two rows the same unique value."""
    for field in spec.unique:
        wanting = {
            one.row.id: one.merged.write[field.name] for one in writes if one.merged.write.get(field.name) is not None
        }
        wanting |= {
            one.row.id: one.row.values[field.name]
            for one in writes
            if one.restores and field.name not in one.merged.write and one.row.values[field.name] is not None
        }
        if not wanting:
            continue
        live = "deleted = " + ("0" if push.backend.name == "sqlite" else "false")
        condition, values = push.backend.in_list(field.name, list(set(wanting.values())))
        sql = f"select {field.name}, id from {spec.name} where {condition} and {live}"
        holders = dict(fetch_all(push.connection, sql, values))
        refused = set()
        for one in writes:
            value = wanting.get(one.row.id)
            if value is None:
                continue
            if holders.setdefault(value, one.row.id) != one.row.id:
                refused.add(one.index)
                problem = problems.NotUniqueError(field=field.name, label=field.label, value=value)
                push.refuse(spec, one.index, one.row.id, [problem])
        writes = [one for one in writes if one.index not in refused]
    return writes


def _unchanged(spec: TableSpec, one: RowWrite) -> RowOutcome:
    return RowOutcome(spec.name, one.row.id, "unchanged", revision=one.row.revision, fields=news(spec, one) or None)
