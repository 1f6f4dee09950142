"""Turn a column of cells, as people typed them, into values of a field's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any

from kizuna.files.dates import order_of, parse_date, parse_datetime
from kizuna.files.faults import ValueFault, ValueProblem
from kizuna.files.header import is_blank
from kizuna.files.numbers import parse_decimal, parse_integer, parse_money
from kizuna.files.table import Cell
from kizuna.files.words import (
    Choice,
    as_text,
    choice_names,
    parse_boolean,
    parse_choice,
    parse_phone,
    parse_postal_code,
    parse_reference,
    parse_tags,
)

JAPAN = timezone(timedelta(hours=9), "JST")
"""Where people's clocks stand when they type a time of day."""

_PARSERS: dict[str, Callable[[Cell], Any]] = {
    "text": as_text,
    "reference": parse_reference,
    "store": parse_integer,
    "integer": parse_integer,
    "money": parse_money,
    "decimal": parse_decimal,
    "boolean": parse_boolean,
    "tags": parse_tags,
    "postal_code": parse_postal_code,
    "phone": parse_phone,
}
KINDS = frozenset(_PARSERS) | {"date", "datetime", "choice"}
"""Every type of the wire, and ``postal_code`` and ``phone`` for texts that have a plain form."""

PLAIN_FORMS: Mapping[str, str] = {
    "postal_code": "postal_code",
    "phone": "phone",
    "mobile": "phone",
    "fax": "phone",
}
"""Name of a text field → the kind to parse it as; every other field is parsed as its type."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The values of one column, in order; None where the cell is empty or has a problem."""

    values: list[Any]
    problems: tuple[ValueProblem, ...] = ()


def parse_values(
    kind: str,
    cells: Sequence[Cell],
    *,
    header: str,
    row_numbers: Sequence[int] | None = None,
    choices: Sequence[Choice] = (),
    zone: tzinfo = JAPAN,
) -> Parsed:
    """Return `cells` as values of `kind`, one of `KINDS`: str, int, Decimal, date, datetime, bool or list of str.

    Cells that only hold spaces are empty. `header` and `row_numbers` (the rows in the file; 1, 2, … without them) name
    the place in problems. Equal cells are parsed once.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    parse = _parser(kind, cells, choices, zone)
    known: dict[tuple[type, Cell], Any] = {}
    values: list[Any] = []
    problems: list[ValueProblem] = []
    for index, cell in enumerate(cells):
        # The type is part of the key: 1, 1.0 and True are equal but not the same answer.
        key = (cell.__class__, cell)
        try:
            value = known[key]
        except KeyError:
            value = known[key] = _attempt(parse, cell)
        if isinstance(value, ValueFault):
            row = row_numbers[index] if row_numbers is not None else index + 1
            problems.append(value.problem(index=index, row=row, header=header, value=cell))
            value = None
        # A list is one row's own: two rows must not share what one of them may change.
        values.append(list(value) if kind == "tags" and value is not None else value)
    return Parsed(values, tuple(problems))


def to_wire(kind: str, values: Sequence[Any]) -> list[Any]:
    """Return `parse_values`' values as the wire carries them: days and moments as text, numbers as numbers."""
    if kind == "date":
        return [None if value is None else value.isoformat() for value in values]
    if kind == "datetime":
        return [None if value is None else _utc(value) for value in values]
    if kind in ("money", "decimal"):
        return [None if value is None else _number(value) for value in values]
    return list(values)


def _parser(kind: str, cells: Sequence[Cell], choices: Sequence[Choice], zone: tzinfo) -> Callable[[Cell], Any]:
    if kind == "date":
        return partial(parse_date, order=order_of(cells))
    if kind == "datetime":
        return partial(parse_datetime, zone=zone, order=order_of(cells))
    if kind == "choice":
        return partial(parse_choice, names=choice_names(choices), choices=choices)
    return _PARSERS[kind]


def _attempt(parse: Callable[[Cell], Any], cell: Cell) -> Any:
    if is_blank(cell):
        return None
    try:
        value = parse(cell)
    except ValueFault as fault:
        return fault
    return None if value in ("", []) else value


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _number(value: Decimal) -> int | float:
    # Fifteen digits survive a double exactly, and amounts have no more.
    return int(value) if value == value.to_integral_value() else float(value)
