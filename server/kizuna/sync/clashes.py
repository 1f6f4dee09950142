"""What to do when a new row's id or number already belongs to another row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kizuna.model import problems
from kizuna.model.backend import fetch_all, stored_select
from kizuna.model.registry import TableSpec
from kizuna.model.values import wire_value
from kizuna.sync.changeset import FieldConflict, RowOutcome
from kizuna.sync.pushing import PendingInserts, Push


def sort_out_clashes(push: Push, pending: PendingInserts, filled: Mapping[str, Sequence[Any]]) -> PendingInserts:
    """Answer the rows whose id or unique value is taken, and return the others.

    A row that is there with the same values is ``unchanged`` (the push of another changeset made it); one with other
    values is a ``conflict``; a number somebody else's row has is refused. ``filled`` holds what the server filled in, which
    nobody typed and so cannot clash.
    """
    spec = pending.spec
    answered: set[int] = set()
    condition, values = push.backend.in_list("id", pending.ids)
    existing = {
        row[0]: row
        for row in fetch_all(push.connection, f"{stored_select(push.backend, spec)} where {condition}", values)
    }
    for place, row_id in enumerate(pending.ids):
        if row_id in existing:
            answered.add(place)
            _answer_existing(push, pending, filled, place, existing[row_id])
    live = "deleted = " + ("0" if push.backend.name == "sqlite" else "false")
    for field in spec.fields:
        if not field.unique or field.name not in pending.columns:
            continue
        given = [one for one in pending.columns[field.name] if one is not None]
        condition, values = push.backend.in_list(field.name, given)
        taken = {
            row[0]
            for row in fetch_all(
                push.connection, f"select {field.name} from {spec.name} where {condition} and {live}", values
            )
        }
        for place, value in enumerate(pending.columns[field.name]):
            if value in taken and place not in answered:
                answered.add(place)
                problem = problems.NotUniqueError(field=field.name, label=field.label, value=value)
                push.refuse(spec, pending.indexes[place], pending.ids[place], [problem])
    return pending.without(answered)


def _answer_existing(
    push: Push, pending: PendingInserts, filled: Mapping[str, Sequence[Any]], place: int, row: tuple[Any, ...]
) -> None:
    spec, index, row_id = pending.spec, pending.indexes[place], pending.ids[place]
    _, store_id, revision, deleted, _, *stored = row
    if not push.actor.sees(store_id):
        push.refuse(spec, index, row_id, [problems.IdTakenError()])
        return
    if deleted:
        conflicts = [FieldConflict(None, None, "changed", "deleted", None, None)]
    else:
        conflicts = _differences(spec, pending, filled, place, stored)
    if conflicts:
        outcome = RowOutcome(spec.name, row_id, "conflict", revision=revision, fields={}, conflicts=conflicts)
    else:
        outcome = RowOutcome(spec.name, row_id, "unchanged", revision=revision)
    push.answer(spec, index, outcome)


def _differences(
    spec: TableSpec, pending: PendingInserts, filled: Mapping[str, Sequence[Any]], place: int, stored: list[Any]
) -> list[FieldConflict]:
    found = []
    for name, theirs in zip(spec.stored, stored, strict=True):
        if name not in pending.columns or pending.columns[name][place] == theirs:
            continue
        field, mine = spec.by_name[name], pending.columns[name][place]
        if (name in filled and filled[name][place] is not None) or mine == field.default:
            continue
        kind = field.type
        found.append(FieldConflict(name, None, wire_value(kind, mine), wire_value(kind, theirs), None, None))
    return found
