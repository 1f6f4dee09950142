"""References in answers and histories: the server names rows by id there, people (and pulls) by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from kizuna_addin.client import Client
from kizuna_addin.errors import UnknownTableError
from kizuna_addin.identifiers import is_id
from kizuna_addin.schema import Schema, Table
from kizuna_addin.wire import Answer, FieldConflict, HistoryEntry, Outcome


def with_keys(client: Client, schema: Schema, answer: Answer) -> Answer:
    """Return an answer whose references are keys; each row they name is asked for once."""
    key_of = _keys(client, schema)
    return replace(answer, outcomes=tuple(_outcome(one, schema.table(one.table), key_of) for one in answer.outcomes))


def history_with_keys(
    client: Client, schema: Schema, shape: Table, entries: Sequence[HistoryEntry]
) -> tuple[HistoryEntry, ...]:
    """Return a row's history whose references are keys."""
    key_of = _keys(client, schema)

    def shown(one: HistoryEntry) -> HistoryEntry:
        fields = {
            name: (_value(shape, name, before, key_of), _value(shape, name, after, key_of))
            for name, (before, after) in one.fields.items()
        }
        return replace(one, fields=fields)

    return tuple(map(shown, entries))


def _keys(client: Client, schema: Schema) -> Callable[[str, str], str]:
    """Return what finds the key of a row of a table, each asked for once."""

    @cache
    def key_of(table: str, row: str) -> str:
        try:
            shape = schema.table(table)
        except UnknownTableError:
            return row
        return client.key(shape.name, row, shape.key) if shape.key else row

    return key_of


def _outcome(one: Outcome, shape: Table, key_of: Callable[[str, str], str]) -> Outcome:
    if not one.fields and not one.conflicts:
        return one
    fields = {name: _value(shape, name, value, key_of) for name, value in one.fields.items()}
    return replace(one, fields=fields, conflicts=tuple(_conflict(c, shape, key_of) for c in one.conflicts))


def _conflict(one: FieldConflict, shape: Table, key_of: Callable[[str, str], str]) -> FieldConflict:
    if one.field is None:
        return one
    values: Mapping[str, Any] = {
        side: _value(shape, one.field, getattr(one, side), key_of) for side in ("base", "mine", "theirs")
    }
    return replace(one, **values)


def _value(shape: Table, name: str, value: Any, key_of: Callable[[str, str], str]) -> Any:
    field = shape.by_name.get(name)
    if field is None or field.references is None or not is_id(value):
        return value
    return key_of(field.references, value)
