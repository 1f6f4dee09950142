"""A sheet's columns and filter noted a second time, over its hidden ids: the hidden sheet that remembers can be deleted."""

from __future__ import annotations

from typing import Any

import orjson
import xlwings as xw

from kizuna_addin.records import View
from kizuna_addin.table_sheet import ID, TableSheet, view_name


def keep_view(book: xw.Book, found: TableSheet, view: View) -> None:
    """Note what a sheet shows of its table, where that is not all of it and is not noted yet."""
    name = view_name(found.handle)
    if view == View() or ID not in found.columns or found.top < 2 or name in book.names:
        return
    cell = found.sheet.range((found.top - 1, found.left + found.columns[ID]))
    if cell.value not in {None, ""}:
        # Something of the person's own stands there.
        return
    cell.number_format = "@"
    cell.value = orjson.dumps([view.fields, view.conditions]).decode()
    sheet = "'" + found.sheet.name.replace("'", "''") + "'"
    book.names.add(name, f"={sheet}!{cell.address}")


def kept_view(book: xw.Book, handle: str) -> View | None:
    """Return what was noted; None where nothing is, or nothing that can be read."""
    name = view_name(handle)
    if name not in book.names:
        return None
    try:
        fields, conditions = orjson.loads(str(book.names[name].refers_to_range.value))
        return View(tuple(map(str, fields)), tuple(_condition(*one) for one in conditions))
    except Exception:  # noqa: BLE001  # each host has its own error for a name whose cell was deleted, and a person may have typed there
        return None


def forget_view(book: xw.Book, handle: str) -> None:
    """Empty the cell; its name is taken off with the other names."""
    if kept_view(book, handle) is not None:
        book.names[view_name(handle)].refers_to_range.value = None


def _condition(field: str, operator: str, value: Any) -> tuple[str, str, Any]:
    return field, operator, value
