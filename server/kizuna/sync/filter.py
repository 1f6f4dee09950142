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
ORDERING = frozenset({"<", "<=", ">", ">="})
COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPERATORS = (*COMPARISONS, "in", "contains", "empty", "not-empty")


class BadFilterError(RequestError):
    """A filter cannot be understood."""

    code = "bad-filter"
    text = Text(
        '絞り込み条件を読めません: {reason.ja}。例: [["prefecture","=","東京都"]]。演算子: {operators}',
        'Cannot read the filter: {reason.en}. Example: [["prefecture","=","東京都"]]. Operators: {operators}',
    )

    def __init__(self, reason: Text, **more: str) -> None:
        super().__init__(reason=reason, operators=" ".join(OPERATORS), **more)


UNREADABLE = Text("JSON の条件の一覧ではありません", "it is no JSON list of conditions")
TOO_MANY = Text(f"条件が {MOST_CONDITIONS} 個を超えています", f"more than {MOST_CONDITIONS} conditions")
NO_CONDITION = Text(
    "{asked} は [項目, 演算子, 値] の形ではありません", "{asked} is not of the form [field, operator, value]"
)
NO_VALUE = Text("「{operator}」には値が必要です", "{operator} needs a value")
NO_ORDER = Text(
    "「{operator}」には空(null)を使えません。空かどうかは empty か not-empty で調べてください",
    "{operator} cannot be asked of null; empty and not-empty ask for what is empty",
)
NOT_CONTAINED = Text("contains は文字の項目と文字列にだけ使えます", "contains needs a text field and a text")
NUL = Text("文字列に NUL 文字が含まれています", "a text holds a NUL character")
NO_IDS = Text(
    f"id には in と、{MOST_VALUES} 個までの行の識別子の一覧だけを使えます",
    f"id takes only in and a list of at most {MOST_VALUES} row ids",
)
NO_LIST = Text(f"in には {MOST_VALUES} 個までの値の一覧が必要です", f"in needs a list of at most {MOST_VALUES} values")


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
        raise BadFilterError(UNREADABLE, detail=str(error)[:300]) from None
    if len(asked) > MOST_CONDITIONS:
        raise BadFilterError(TOO_MANY)
    if not asked:
        return None
    parts: list[str] = []
    parameters: list[Any] = []
    for one in asked:
        sql, values = _condition(backend, registry, spec, one)
        parts.append(sql)
        parameters += values
    # Cursors from when an empty field was not unlike anything shall not fit any more.
    unlike = "!= " if any(one[1] == "!=" for one in asked) else ""
    return Condition(" and ".join(parts), tuple(parameters), unlike + msgspec.json.encode(asked).decode())


def _condition(backend: Backend, registry: Registry, spec: TableSpec, asked: Sequence[Any]) -> tuple[str, list[Any]]:
    if len(asked) not in {2, 3} or not isinstance(asked[0], str) or asked[1] not in OPERATORS:
        raise BadFilterError(NO_CONDITION.format(asked=repr(asked)[:200]))
    if asked[0] == "id":
        return _these_rows(backend, asked)
    field, operator = spec.field(asked[0]), asked[1]
    if operator == "empty":
        return f"{field.name} is null", []
    if operator == "not-empty":
        return f"{field.name} is not null", []
    if len(asked) < 3:  # field, operator, value
        raise BadFilterError(NO_VALUE.format(operator=operator))
    value = asked[2]
    if operator == "contains":
        if not isinstance(value, str) or field.type not in {"text", "tags", "choice"}:
            raise BadFilterError(NOT_CONTAINED)
        if "\0" in value:
            raise BadFilterError(NUL)
        find = "instr" if backend.name == "sqlite" else "strpos"
        return f"{find}({field.name}, {backend.holes(1)}) > 0", [value]
    if operator == "in":
        if not isinstance(value, list) or len(value) > MOST_VALUES:
            raise BadFilterError(NO_LIST)
        return _among(backend, registry, field, _stored(field, value))
    return _compared(backend, registry, field, operator, _stored(field, [value])[0])


def _these_rows(backend: Backend, asked: Sequence[Any]) -> tuple[str, list[Any]]:
    ids = asked[2] if len(asked) > 2 and asked[1] == "in" else None  # field, operator, value
    if not isinstance(ids, list) or len(ids) > MOST_VALUES or not all(isinstance(one, str) for one in ids):
        raise BadFilterError(NO_IDS)
    if any("\0" in one for one in ids):
        raise BadFilterError(NUL)
    sql, values = backend.in_list("id", ids)
    return sql, list(values)


def _compared(
    backend: Backend, registry: Registry, field: FieldSpec, operator: str, stored: Any
) -> tuple[str, list[Any]]:
    if stored is None:
        if operator in ORDERING:
            raise BadFilterError(NO_ORDER.format(operator=operator))
        return (f"{field.name} is null" if operator == "=" else f"{field.name} is not null"), []
    if field.type == "reference":
        sql, values = _among(backend, registry, field, [stored])
    else:
        sql, values = f"{field.name} {COMPARISONS[operator]} {backend.holes(1)}", [stored]
    if operator != "!=":
        return sql, values
    # What is empty is not this value either, though to SQL it is neither like nor unlike anything.
    unlike = f"not ({sql})" if field.type == "reference" else sql
    return f"({field.name} is null or {unlike})", values


def _stored(field: FieldSpec, values: list[Any]) -> list[Any]:
    stored, wrong = stored_column(field, values)
    for problem in wrong.values():
        assert isinstance(problem, RowProblem)
        raise BadFilterError(problem.message)
    return stored


def _among(backend: Backend, registry: Registry, field: FieldSpec, values: list[Any]) -> tuple[str, list[Any]]:
    if None in values:
        sql, rest = _among(backend, registry, field, [one for one in values if one is not None])
        return f"({field.name} is null or {sql})", rest
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
