"""A column taken as it came is one that reading value by value would have left as it came."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.errors import Text
from kizuna.model.fields import Choice, FieldSpec, FieldType
from kizuna.model.plain_columns import is_plain
from kizuna.model.values import _READERS, stored_column

AWKWARD: tuple[Any, ...] = (
    None, "", "\0", "a\0b", "x" * 41, "prospect", "Customer", "顧客", "C0001", 0, 1, -1, 7, 10**9, 2**53, 2**53 + 1, -(2**53) - 1,
    1.0, 0.5, True, False, [], ["a"], {}, "2006-02-28", "2006-02-29", "2006-2-28", "20060228", "2006-W01-1", "２００６-02-28",
    "2006-02-28,", "0190ABCD-0000-7000-8000-000000000001", "0190abcd-0000-7000-8000-000000000001", "12", 99_999_999, 100_000_000,
)  # fmt: skip
LABEL = Text("項目", "field")
FIELDS = {
    "text": {"max_length": 40},
    "integer": {"least": 0, "most": 10},
    "money": {},
    "decimal": {},
    "date": {},
    "datetime": {},
    "boolean": {},
    "choice": {
        "choices": (Choice("prospect", Text("見込み", "Prospect")), Choice("customer", Text("顧客", "Customer")))
    },
    "tags": {},
    "reference": {},
    "store": {},
}


def field(kind: FieldType, **more: Any) -> FieldSpec:
    """Return a field of a type with the bounds above."""
    return FieldSpec(name="field", label=LABEL, type=kind, **(FIELDS[kind] | more))


@pytest.mark.parametrize("kind", FIELDS)
@settings(max_examples=150, deadline=None)
@given(values=st.lists(st.sampled_from(AWKWARD) | st.text(max_size=45) | st.dates().map(str), max_size=4))
def test_a_plain_column_is_one_that_its_reader_leaves_alone(kind: FieldType, values: list[Any]) -> None:
    one, found = field(kind), {}

    read = _READERS[kind](one, values, found)

    if is_plain(one, values):
        assert [(type(was), was) for was in read] == [(type(was), was) for was in values]
        assert not found
    stored, wrong = stored_column(one, values)
    assert (stored, list(wrong)) == (read, list(found))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ["佐藤", None, "x" * 40]),
        ("integer", [0, None, 10]),
        ("date", ["2006-03-31", None, "2024-02-29"]),
        ("boolean", [True, None, False]),
        ("choice", ["prospect", None, "customer"]),
        ("reference", ["C0001", None, "x"]),
        ("store", [1, None, 0]),
        ("money", [None, None]),
    ],
)
def test_columns_as_clients_send_them_are_plain(kind: FieldType, values: list[Any]) -> None:
    assert is_plain(field(kind), values)


def test_a_plain_column_is_not_the_list_that_came() -> None:
    came = ["佐藤", None]

    stored, _ = stored_column(field("text"), came)

    assert stored == came
    assert stored is not came
