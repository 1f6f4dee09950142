"""References in a push's answer: the server names rows by id there, people (and pulls) by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from kizuna_addin.client import Client
from kizuna_addin.errors import UnknownTableError
from kizuna_addin.identifiers import is_id
from kizuna_addin.schema import Schema, Table
from kizuna_addin.wire import Answer, FieldConflict, Outcome


def with_keys(client: Client, schema: Schema, answer: Answer) -> Answer:
    """Return an answer whose references are keys; each row they name is asked for once."""

    @cache
    def key_of(table: str, row: str) -> str:
        try:
            shape = schema.table(table)
        except UnknownTableError:
            return row
        return client.key(shape.name, row, shape.key) if shape.key else row

    return replace(answer, outcomes=tuple(_outcome(one, schema.table(one.table), key_of) for one in answer.outcomes))


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
