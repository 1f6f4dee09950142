"""The fields of ops on rows that are there: to stored form, and what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kizuna.errors import RowProblem
from kizuna.model import problems
from kizuna.model.fields import FieldSpec
from kizuna.model.registry import TableSpec
from kizuna.model.values import stored_column
from kizuna.sync.current_rows import CurrentRow, PlacedOp
from kizuna.sync.pushing import Push
from kizuna.sync.references import look_up


def read_fields(
    push: Push, spec: TableSpec, ops: Sequence[PlacedOp], rows: Mapping[str, CurrentRow]
) -> tuple[dict[int, dict[str, Any]], dict[int, list[RowProblem]]]:
    """Return each op's fields in stored form and what is wrong with them, a column at a time.

    What a row already holds is never wrong, be it empty, read-only or a reference to a row deleted since. A field the table
    does not have fails the whole request (UnknownFieldError).
    """
    seen = push.actor.table(spec)
    by_field: dict[str, tuple[list[int], list[Any]]] = {}
    for index, op in ops:
        for name, value in op.fields.items():
            places, values = by_field.setdefault(name, ([], []))
            places.append(index)
            values.append(value)
    now = {index: rows[op.id].values for index, op in ops if op.id in rows}
    typed: dict[int, dict[str, Any]] = {index: {} for index, _ in ops}
    wrong: dict[int, list[RowProblem]] = defaultdict(list)
    for name, (places, values) in by_field.items():
        field = seen.field(name)
        stored, found = stored_column(field, values)
        if not found and not _judged_by_row(spec, field):
            for index, value in zip(places, stored, strict=True):
                typed[index][name] = value
            continue
        current = [now[index].get(name) if index in now else None for index in places]
        if field.references is not None:
            stored = _targets(push, field, stored, current, found)
        for place, (index, value) in enumerate(zip(places, stored, strict=True)):
            typed[index][name] = value
            problem = found.get(place)
            if problem is None and (index not in now or value != current[place]):
                problem = _forbidden_value(push, spec, field, value, current[place])
            if problem is not None:
                wrong[index].append(problem)
    return typed, wrong


def _targets(
    push: Push, field: FieldSpec, named: Sequence[Any], current: Sequence[Any], found: dict[int, RowProblem]
) -> list[Any]:
    """Return the ids that references name; note those that name no row in scope."""
    target = push.registry.table(str(field.references))
    targets = look_up(push, target, (one for one in named if one is not None))
    ids: list[Any] = []
    for place, (value, now) in enumerate(zip(named, current, strict=True)):
        if value is None or value == now:
            ids.append(value)
            continue
        if value not in targets:
            found[place] = problems.UnknownReferenceError(
                field=field.name, label=field.label, value=value[:60], table=target.name
            )
        ids.append(targets[value].id if value in targets else None)
    return ids


def _forbidden_value(push: Push, spec: TableSpec, field: FieldSpec, value: Any, current: Any) -> RowProblem | None:
    if value is None and (field.required or field.name == "store_id"):
        return problems.RequiredError(field=field.name, label=field.label)
    # An undo may find a row that had none.
    if value is None and field.name == spec.key and push.origin != "undo":
        return problems.KeyRequiredError(field=field.name, label=field.label, value=current)
    if (field.read_only and not push.fills_read_only) or (field.fixed and current is not None):
        return problems.ReadOnlyFieldError(field=field.name, label=field.label)
    return None


def _judged_by_row(spec: TableSpec, field: FieldSpec) -> bool:
    """Return whether `_targets` or `_forbidden_value` may object to a value that is right in itself."""
    guarded = field.required or field.read_only or field.fixed or field.references is not None
    return guarded or field.name in {"store_id", spec.key}
