"""Values as the cells of a file, and back: what a file shows of a value is taken for that value when it is imported. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from kizuna.files.words import as_text
from kizuna.model.fields import FieldSpec

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet program may take for the beginning of a formula when it opens a CSV file."""
BETWEEN_TAGS = "、"
TEXTS = frozenset({"text", "choice", "tags", "reference", "datetime"})


def shown_cell(field: FieldSpec, *, language: str | None) -> Callable[[Any], Any]:
    """Return the function that shows a field's wire values: as text, number, bool or date.

    With a ``language`` choices are shown by their label in it, else by their value.
    """
    if field.type == "date":
        return lambda value: None if value is None else date.fromisoformat(value)
    if field.type == "tags":
        return lambda value: BETWEEN_TAGS.join(value) if value else None
    if field.type == "choice" and language is not None:
        labels = {one.value: one.label.in_language(language) for one in field.choices}
        return lambda value: labels.get(value, value)
    return lambda value: value


def guarded(cell: Any) -> Any:
    """Return a cell of a CSV file that no spreadsheet program runs: a text that begins like a formula gets a ``'``."""
    if isinstance(cell, str) and cell.startswith((*FORMULA_STARTS, "'")):
        return f"'{cell}"
    return cell


def unguarded(cell: Any) -> Any:
    """Return a cell of a CSV file without the ``'`` that `guarded` gave it."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith((*FORMULA_STARTS, "'")):
        return cell[1:]
    return cell


def says(field: FieldSpec, cell: Any, value: Any, key: str | None = None) -> bool:
    """Whether a cell of a file shows what the row already holds: ``value`` on the wire, ``key`` of the row it refers to.

    Reading a text may tidy it (a phone number, a postal code): what a person left alone must not be tidied either.
    """
    if cell is None or value is None or field.type not in TEXTS:
        return False
    said = _plain(as_text(cell))
    if field.type == "tags":
        return said == _plain(BETWEEN_TAGS.join(value))
    if field.type == "choice":
        labels = [text for one in field.choices if one.value == value for text in (one.label.ja, one.label.en)]
        return said in {_plain(one) for one in (value, *labels)}
    if field.type == "datetime" and isinstance(cell, datetime):
        return False
    return said in {_plain(str(one)) for one in (value, key) if one is not None}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
