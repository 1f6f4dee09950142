"""What a Python value becomes in a Calc cell and back, without LibreOffice.

Calc's bulk calls take numbers and texts only and give numbers, texts and None (a cell in error). All else lives in
number formats: a date is a day number shown as a date, True is 1 shown as a logical value.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates know no time zone
DAY = dt.timedelta(days=1)

# An Excel cell that is not formatted as text takes such a text for a number.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_NUMBER_STARTS = frozenset("0123456789+-.")

ERROR_TEXTS = {
    502: "#VALUE!",
    503: "#NUM!",
    504: "#REF!",
    508: "#NAME?",
    511: "#VALUE!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}

_BAD_REFERENCE = 524
# Calc writes an intersection as A1!A2.
_INTERSECTION = re.compile(r"(?<![#\w])\$?[A-Z]{1,3}\$?\d+!\$?[A-Z]{1,3}\$?\d")

Cell = tuple[int, int]


class CellError(str):
    """The value of a cell in error, as Excel writes it: `#DIV/0!`."""

    __slots__ = ()


def error_text(code: int, formula: str = "") -> CellError:
    """Return Excel's name for one of Calc's error numbers; what Excel does not know is #VALUE!.

    An empty intersection of ranges is #NULL! in Excel; Calc gives it the number of a bad reference.
    """
    if code == _BAD_REFERENCE and _INTERSECTION.search(formula):
        return CellError("#NULL!")
    return CellError(ERROR_TEXTS.get(code, "#VALUE!"))


@dataclass(slots=True)
class Block:
    """A block ready for Calc: the grid of numbers and texts, and what the grid cannot say.

    Cells are (row, column) counted from 0. `formulas` maps a cell to its formula in Excel's notation; `numeric_texts`
    are texts that Excel would take for numbers unless the cell is formatted as text.
    """

    grid: list[tuple[float | str, ...]] = field(default_factory=list)
    formulas: dict[Cell, str] = field(default_factory=dict)
    dates: list[Cell] = field(default_factory=list)
    moments: list[Cell] = field(default_factory=list)
    times: list[Cell] = field(default_factory=list)
    logicals: list[Cell] = field(default_factory=list)
    numeric_texts: list[Cell] = field(default_factory=list)


def to_block(rows: Sequence[Sequence[Any]]) -> Block:
    """Sort out every value of a two-dimensional block. Raises ValueError where the rows differ in length."""
    block = Block()
    width = len(rows[0]) if rows else 0
    for row_number, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"Row {row_number + 1} has {len(row)} values where the first has {width}")
        block.grid.append(tuple([_plain(value, row_number, column, block) for column, value in enumerate(row)]))
    return block


def _plain(value: Any, row: int, column: int, block: Block) -> float | str:
    kind = type(value)
    if kind is str:
        return _plain_text(value, row, column, block)
    if kind is float or kind is int:
        return float(value)
    if value is None:
        return ""
    if kind is bool:
        block.logicals.append((row, column))
        return float(value)
    if isinstance(value, dt.datetime):
        if value != value:
            return ""
        (block.moments if value.time() != dt.time() else block.dates).append((row, column))
        return to_serial(value)
    if isinstance(value, dt.date):
        block.dates.append((row, column))
        return to_serial(value)
    if isinstance(value, dt.time | dt.timedelta):
        block.times.append((row, column))
        return to_serial(value)
    if isinstance(value, str):
        return _plain_text(str(value), row, column, block)
    if isinstance(value, numbers.Number):
        return float(value)  # type: ignore[arg-type]  # Decimal, Fraction and numpy's numbers all convert
    return str(value)


def _plain_text(value: str, row: int, column: int, block: Block) -> str:
    first = value[:1]
    if first == "=" and len(value) > 1:
        block.formulas[row, column] = value
        return ""
    if first == "'":
        # In Excel a leading apostrophe says "this is text" and is not part of the text.
        return value[1:]
    if first in _NUMBER_STARTS and _NUMBER.match(value):
        block.numeric_texts.append((row, column))
    return value


def to_serial(value: dt.date | dt.time | dt.timedelta) -> float:
    """Return the day number Excel and Calc count from 30 December 1899; a time zone is dropped, not converted."""
    if isinstance(value, dt.datetime):
        moment = dt.datetime(  # noqa: DTZ001
            value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond
        )
        return (moment - EPOCH) / DAY
    if isinstance(value, dt.date):
        return float(value.toordinal() - EPOCH.toordinal())
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86400
    return value / DAY


def from_serial(serial: float) -> dt.datetime:
    """Return the moment of a day number, to the millisecond."""
    return EPOCH + dt.timedelta(milliseconds=round(serial * 86_400_000))


def vertical_runs(cells: Iterable[Cell]) -> list[tuple[int, int, int]]:
    """Return the cells as (column, first row, last row), joined where they touch in a column."""
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    return runs


def prepare(value: Any) -> Any:
    """Return a value as the host writes it: missing values of numpy and pandas as "", numpy's types as Python's."""
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if kind is float:
        return "" if value != value else value
    if value is None:
        return ""
    if kind.__module__ == "numpy":
        return _from_numpy(value)
    if kind.__name__ in ("NAType", "NaTType"):
        return ""
    return value


def _from_numpy(value: Any) -> Any:
    if type(value).__name__ == "datetime64":
        moment = value.astype("datetime64[us]").item()
        return "" if moment is None else moment
    plain = value.item() if hasattr(value, "item") else value
    return "" if plain != plain else plain


def clean(
    data: Iterable[Iterable[Any]],
    datetime_builder: Callable[..., Any],
    empty_as: Any,
    number_builder: Callable[[float], Any] | None,
    *,
    errors_as_text: bool,
) -> list[list[Any]]:
    """Return what was read in the shape a caller of xlwings asked for by `options(...)`."""
    plain_dates = datetime_builder is dt.datetime

    def one(value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return value if value else empty_as
        if kind is float:
            return value if number_builder is None else number_builder(value)
        if value is None:
            return empty_as
        if kind is dt.datetime:
            return value if plain_dates else _rebuilt(value, datetime_builder)
        if kind is CellError:
            return str(value) if errors_as_text else None
        return value

    # Nearly all values are texts and blanks, and a call for each would cost more than all the rest.
    return [
        [value if type(value) is str and value else empty_as if value is None else one(value) for value in row]
        for row in data
    ]


def _rebuilt(value: dt.datetime, datetime_builder: Callable[..., Any]) -> Any:
    return datetime_builder(
        year=value.year,
        month=value.month,
        day=value.day,
        hour=value.hour,
        minute=value.minute,
        second=value.second,
        microsecond=value.microsecond,
        tzinfo=None,
    )


def as_rows(data: Any, rows: int, columns: int) -> Sequence[Sequence[Any]]:
    """Return what was assigned to a range of this size as rows.

    One value fills the range, one row fills every row, rows are taken as they are.
    """
    if not isinstance(data, list | tuple):
        return [[data] * columns] * rows
    if not data:
        return []
    if isinstance(data[0], list | tuple):
        return data
    return [data] * rows if rows > 1 and len(data) == columns else [data]
