"""A value of the wire as a cell shows it, and a cell as a value of the wire, per type of field.

Three words: `rendered` is what we write for a value; `canonical` is what a host reads back, brought to the same form, so
that an untouched cell equals what was rendered; `parsed` is what a touched cell means. Comparing comes before parsing:
a value that no cell can hold exactly is never sent back as a change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from kizuna_addin.dates import FIRST_SAFE_DAY, date_of_number, read_date
from kizuna_addin.messages import NO, YES
from kizuna_addin.schema import Field

Cell: TypeAlias = "str | int | float | bool | datetime | None"

DAY = "yyyy/mm/dd"
LONGEST_TEXT = 32_767
CUT_MARK = "…"
TAG_SEPARATOR = "、"
TEXT_TYPES = frozenset({"text", "choice", "tags", "reference", "boolean"})

_UNHOLDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG_SPLIT = re.compile(r"[、，,;；\n]")
_TRUE = frozenset({"true", "yes", "はい", "○", "〇", "◯", "1", "有", "真", "y", "✓"})
_FALSE = frozenset({"false", "no", "いいえ", "×", "✕", "0", "無", "偽", "n"})
_MONEY_MARKS = str.maketrans("", "", ",¥\\円\t 　")


def rendered_column(field: Field, values: Sequence[Any], language: str) -> list[Cell]:
    """Return the cells of a column of values."""
    render = _renderer(field, language)
    return [None if value is None else render(value) for value in values]


def canonical_column(field: Field, cells: Sequence[Any]) -> list[Cell]:
    """Return cells as a host read them in the form of rendered ones."""
    canonical = _CANONICAL.get(field.type)
    if canonical is not None:
        return [None if cell is None or cell == "" else canonical(cell) for cell in cells]
    # Nearly every cell of a text column is plain text; a call for each would cost more than all the rest.
    return [
        cell or None if type(cell) is str and "\r" not in cell else None if cell is None else _canonical_text(cell)
        for cell in cells
    ]


def parsed(field: Field, cell: Cell, language: str) -> Any:  # noqa: ARG001  # labels of both languages are understood
    """Return the value a touched (canonical) cell means; what cannot be read travels as it is, for the server to judge."""
    if cell is None or cell == "":
        return None
    return _PARSERS.get(field.type, _parse_text)(field, cell)


def cell_text(cell: Cell) -> str | None:
    """Return a cell as words, for telling people about it."""
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.strftime("%Y/%m/%d %H:%M").removesuffix(" 00:00")
    return f"{cell:,.15g}" if isinstance(cell, float) else str(cell)


def is_cut(field: Field, value: Any) -> bool:
    """Return whether a value is too long to be shown whole."""
    return field.type == "text" and isinstance(value, str) and len(value) > LONGEST_TEXT


def number_format(field: Field, values: Sequence[Any] = ()) -> str:
    """Return the number format of a column; text is ``@`` so that codes keep their zeros and formulas stay text."""
    if field.type in TEXT_TYPES:
        return "@"
    if field.type == "money":
        whole = all(value is None or value == int(value) for value in values if not isinstance(value, str))
        return "#,##0" if whole else "#,##0.00"
    return {"date": DAY, "datetime": "yyyy/mm/dd hh:mm", "integer": "0"}.get(field.type, "General")


def _renderer(field: Field, language: str) -> Callable[[Any], Cell]:
    if field.type == "choice":
        labels = {choice.value: choice.label.in_language(language) for choice in field.choices}
        return lambda value: labels.get(value) or _text_of(value)
    if field.type == "tags":
        labels = {choice.value: choice.label.in_language(language) for choice in field.choices}
        return lambda value: TAG_SEPARATOR.join(labels.get(one) or str(one) for one in value) or None
    if field.type == "boolean":
        yes, no = YES.in_language(language), NO.in_language(language)
        return lambda value: yes if value else no
    return {"date": _render_date, "datetime": _render_datetime}.get(
        field.type, (lambda value: value) if field.type in {"integer", "money", "decimal"} else _text_of
    )


def _text_of(value: Any) -> Cell:
    if type(value) is str and len(value) <= LONGEST_TEXT and value.isprintable():
        # Nearly every text; what follows would leave it as it is.
        return value or None
    text = _UNHOLDABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return (text[: LONGEST_TEXT - 1] + CUT_MARK if len(text) > LONGEST_TEXT else text) or None


def _render_date(value: str) -> Cell:
    day = date.fromisoformat(value)
    return datetime(day.year, day.month, day.day) if day >= FIRST_SAFE_DAY else value  # noqa: DTZ001  # cells know no zone


def _render_datetime(value: str) -> Cell:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.year < 1901:
        return value
    try:
        return moment.astimezone().replace(tzinfo=None, microsecond=0)
    except (OSError, OverflowError):
        # Windows knows local time from 1970 to 3000 only, and nobody knows it after 9999.
        return value


def _canonical_text(cell: Any) -> Cell:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y/%m/%d" if cell.time() == cell.min.time() else "%Y/%m/%d %H:%M:%S")
    return str(cell).replace("\r\n", "\n").replace("\r", "\n")


def _canonical_date(cell: Any) -> Cell:
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0, tzinfo=None)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001  # cells know no zone
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return date_of_number(cell) or cell
    return str(cell)


def _canonical_number(cell: Any) -> Cell:
    return cell if isinstance(cell, int | float | bool) else str(cell)


_CANONICAL: dict[str, Callable[[Any], Cell]] = {
    "date": _canonical_date,
    "datetime": _canonical_date,
    "integer": _canonical_number,
    "money": _canonical_number,
    "decimal": _canonical_number,
}


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _parse_text(_field: Field, cell: Cell) -> Any:
    return _canonical_text(cell)


def _parse_number(field: Field, cell: Cell) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, int | float):
        number = float(cell)
    else:
        try:
            number = float(_plain(cell).translate(_MONEY_MARKS).replace("△", "-").replace("▲", "-"))
        except ValueError:
            return cell
    if number != number or number in {float("inf"), float("-inf")}:  # only NaN differs from itself
        return str(cell)
    if field.type == "money":
        number = round(number, 2)
    elif field.type == "decimal":
        number = round(number, 6)
    return int(number) if number.is_integer() and abs(number) < 2**63 else number


def _parse_date(_field: Field, cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, str) and (day := read_date(cell)):
        return day.isoformat()
    return cell


def _parse_datetime(_field: Field, cell: Cell) -> Any:
    if isinstance(cell, str):
        plain = _plain(cell)
        try:
            cell = datetime.fromisoformat(plain.replace("/", "-"))
        except ValueError:
            day = read_date(plain)
            if day is None:
                return cell
            cell = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # local time follows
    if isinstance(cell, datetime):
        try:
            return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        except (OSError, OverflowError):
            return str(cell)
    return cell


def _parse_boolean(_field: Field, cell: Cell) -> Any:
    if isinstance(cell, bool):
        return cell
    plain = _canonical_text(cell)
    plain = _plain(plain).lower()
    return True if plain in _TRUE else False if plain in _FALSE else cell


def _parse_choice(field: Field, cell: Cell) -> Any:
    return _choice_value(field, str(_canonical_text(cell)))


def _choice_value(field: Field, text: str) -> Any:
    for choice in field.choices:
        if text in {choice.label.ja, choice.label.en, str(choice.value)}:
            return choice.value
    plain = _plain(text).casefold()
    for choice in field.choices:
        if plain in {_plain(choice.label.ja), _plain(choice.label.en).casefold(), str(choice.value).casefold()}:
            return choice.value
    return text


def _parse_tags(field: Field, cell: Cell) -> Any:
    words = [word.strip() for word in _TAG_SPLIT.split(str(_canonical_text(cell)))]
    return [_choice_value(field, word) for word in words if word]


def _parse_reference(_field: Field, cell: Cell) -> Any:
    return _plain(_canonical_text(cell)) or None


_PARSERS: dict[str, Callable[[Field, Cell], Any]] = {
    "integer": _parse_number,
    "money": _parse_number,
    "decimal": _parse_number,
    "date": _parse_date,
    "datetime": _parse_datetime,
    "boolean": _parse_boolean,
    "choice": _parse_choice,
    "tags": _parse_tags,
    "reference": _parse_reference,
}
