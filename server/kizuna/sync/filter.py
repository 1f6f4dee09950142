"""Filters of a pull: JSON conditions to SQL with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kizuna.decoding import decode
from kizuna.errors import RequestError, RowProblem, Text
from kizuna.model.backend import Backend
from kizuna.model.fields import FieldSpec
from kizuna.model.registry import Registry, TableSpec
from kizuna.model.values import stored_column
from kizuna.sync.references import stored_keys

MOST_CONDITIONS = 20
MOST_VALUES = 1_000
COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPERATORS = (*COMPARISONS, "in", "contains", "empty", "not-empty")


class BadFilterError(RequestError):
    """A filter cannot be understood."""

    code = "bad-filter"
    text = Text(
        '絞り込み条件を読めません: {reason}。例: [["prefecture","=","東京都"]]。演算子: {operators}',
        'Cannot read the filter: {reason}. Example: [["prefecture","=","東京都"]]. Operators: {operators}',
    )

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason, operators=" ".join(OPERATORS))


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that is true of the rows wanted, with its parameters; ``text`` is the canonical form of what was asked."""

    sql: str
    parameters: tuple[Any, ...]
    text: str


def read_filter(backend: Backend, registry: Registry, spec: TableSpec, text: str | None) -> Condition | None:
    """Return the condition a filter asks for; None when there is none. Raises BadFilterError and UnknownFieldError."""
    if text is None or not text.strip():
        return None
    try:
        asked = decode(text, list[list[Any]])
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise BadFilterError(str(error)) from None
    if len(asked) > MOST_CONDITIONS:
        raise BadFilterError(f"more than {MOST_CONDITIONS} conditions")
    if not asked:
        return None
    parts: list[str] = []
    parameters: list[Any] = []
    for one in asked:
        sql, values = _condition(backend, registry, spec, one)
        parts.append(sql)
        parameters += values
    return Condition(" and ".join(parts), tuple(parameters), msgspec.json.encode(asked).decode())


def _condition(backend: Backend, registry: Registry, spec: TableSpec, asked: Sequence[Any]) -> tuple[str, list[Any]]:
    if len(asked) not in {2, 3} or not isinstance(asked[0], str) or asked[1] not in OPERATORS:
        raise BadFilterError(f"{asked!r} is not [field, operator, value]"[:200])
    field, operator = spec.field(asked[0]), asked[1]
    if operator == "empty":
        return f"{field.name} is null", []
    if operator == "not-empty":
        return f"{field.name} is not null", []
    if len(asked) < 3:  # field, operator, value
        raise BadFilterError(f"{operator} needs a value")
    value = asked[2]
    if operator == "contains":
        if not isinstance(value, str) or field.type not in {"text", "tags", "choice"}:
            raise BadFilterError("contains needs a text field and a text")
        if "\0" in value:
            raise BadFilterError("a text holds a NUL character")
        find = "instr" if backend.name == "sqlite" else "strpos"
        return f"{find}({field.name}, {backend.holes(1)}) > 0", [value]
    if operator == "in":
        if not isinstance(value, list) or len(value) > MOST_VALUES:
            raise BadFilterError(f"in needs a list of at most {MOST_VALUES} values")
        return _among(backend, registry, field, _stored(field, value))
    stored = _stored(field, [value])[0]
    if stored is None:
        return (f"{field.name} is null" if operator == "=" else f"{field.name} is not null"), []
    if field.type == "reference":
        sql, values = _among(backend, registry, field, [stored])
        return (sql if operator == "=" else f"not ({sql})"), values
    return f"{field.name} {COMPARISONS[operator]} {backend.holes(1)}", [stored]


def _stored(field: FieldSpec, values: list[Any]) -> list[Any]:
    stored, wrong = stored_column(field, values)
    for problem in wrong.values():
        assert isinstance(problem, RowProblem)
        raise BadFilterError(problem.message.en)
    return stored


def _among(backend: Backend, registry: Registry, field: FieldSpec, values: list[Any]) -> tuple[str, list[Any]]:
    if not values:
        return "1 = 0", []
    if field.references is None:
        return f"{field.name} in ({backend.holes(len(values))})", values
    sql, ids = backend.in_list(field.name, values)
    target = registry.table(field.references)
    if target.key is None:
        return sql, list(ids)
    condition, keys = backend.in_list(target.key, stored_keys(target, values))
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    return f"({sql} or {field.name} in (select id from {target.name} where {condition} and {live}))", [*ids, *keys]
