"""Read one sheet of an Excel or OpenDocument workbook, parsed in a process of its own."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections.abc import Collection
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from kizuna.errors import Text
from kizuna.files.errors import (
    DamagedWorkbookError,
    EmptyFileError,
    NoSuchSheetError,
    PasswordProtectedError,
    TooManyRowsError,
    WorkbookTooHeavyError,
    WorkbookTooSlowError,
)
from kizuna.files.header import find_header_row
from kizuna.files.limits import Limits
from kizuna.files.shape import shape_table
from kizuna.files.table import Cell, FileTable, column_letters

_WORKER = Path(__file__).with_name("workbook_worker.py")
# What stops a worker that used up its processor time; Windows knows no such signal.
_OUT_OF_TIME: int | None = getattr(signal, "SIGXCPU", None)
# A cell takes about this much while it is parsed; the worker's memory limit is the hard wall behind it.
_BYTES_PER_CELL = 32

_CHOSEN = Text("シート「{sheet}」を読みました。", "Sheet “{sheet}” was read.")
_OTHERS = Text("読まなかったシート: {sheets}", "Sheets not read: {sheets}")
_HIDDEN = Text("非表示のシートは読みませんでした: {sheets}", "Hidden sheets were not read: {sheets}")
_ERRORS = Text(
    "エラー値のセル(#N/A など)が {count} 個あり、空欄として読みました(最初は {cell})。",
    "{count} cells show an error such as #N/A and were read as empty (first: {cell}).",
)
_MERGED = Text(
    "縦に結合されたセル {count} か所は、結合された各行に同じ値があるものとして読みました(最初は {cell})。",
    "{count} vertically merged cells were read as if each of their rows held the value (first: {cell}).",
)


def read_workbook(
    data: bytes,
    *,
    name: str,
    limits: Limits,
    sheet: str | None = None,
    header_row: int | None = None,
    known: Collection[str] = (),
) -> FileTable:
    """Return the table on `sheet`, or on the first visible sheet that holds something."""
    found = _parse(data, name=name, limits=limits, sheet=sheet)
    rows: list[tuple[Any, ...]] = found["rows"]
    top, left = found["top"], found["left"]
    notes = [_CHOSEN.format(sheet=found["name"])] if sheet is None else []
    if sheet is None and found["others"]:
        notes.append(_OTHERS.format(sheets=_listed(found["others"])))
    if sheet is None and found["hidden"]:
        notes.append(_HIDDEN.format(sheets=_listed(found["hidden"])))
    if found["errors"]:
        notes.append(_ERRORS.format(count=found["errors"], cell=found["first_error"] or "?"))
    if header_row is None and (heading := find_header_row(rows, known=known)) is not None:
        header_row = heading + top
    filled = _fill_merged(rows, found["merged"], below=header_row or top, top=top, left=left)
    if filled:
        notes.append(_MERGED.format(count=len(filled), cell=filled[0]))
    table = shape_table(
        rows,
        name=name,
        limits=limits,
        header_row=header_row,
        known=known,
        top=top,
        left=left,
        sheet=found["name"],
        notes=notes,
    )
    for column in table.columns:
        _plain(column)
    return table


def _parse(data: bytes, *, name: str, limits: Limits, sheet: str | None) -> dict[str, Any]:
    command = [
        sys.executable,
        # Isolated: the folder the server was started in cannot lend the worker a module.
        "-I",
        str(_WORKER),
        str(limits.memory_bytes),
        str(max(1, round(limits.seconds))),
        str(limits.rows),
        str(limits.memory_bytes // _BYTES_PER_CELL),
        *([] if sheet is None else ["=" + sheet]),
    ]
    try:
        worker = subprocess.run(command, input=data, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise WorkbookTooSlowError(name=name, seconds=limits.seconds) from None
    if _OUT_OF_TIME is not None and worker.returncode == -_OUT_OF_TIME:
        raise WorkbookTooSlowError(name=name, seconds=limits.seconds)
    if worker.returncode != 0 or not worker.stdout:
        raise WorkbookTooHeavyError(name=name)
    # The worker is our own program and limits cost, not trust: it runs as the same user on the same machine.
    failure, found = pickle.loads(worker.stdout)  # noqa: S301
    if failure == "password":
        raise PasswordProtectedError(name=name)
    if failure == "no-sheet":
        raise NoSuchSheetError(name=name, sheet=sheet, available=_listed(found["available"]))
    if failure == "too-many-rows":
        raise TooManyRowsError(name=name, limit=limits.rows)
    if failure == "too-heavy":
        raise WorkbookTooHeavyError(name=name)
    if failure == "empty":
        raise EmptyFileError(name=name)
    if failure == "damaged":
        raise DamagedWorkbookError(name=name, reason=found["reason"])
    return dict(found)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return f"{shown}, … ({len(names)})" if len(names) > 10 else shown


def _fill_merged(
    rows: list[tuple[Any, ...]],
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
    *,
    below: int,
    top: int,
    left: int,
) -> list[str]:
    """Copy the value of each cell merged downwards into its lower rows, in place; return the cells that did so.

    Only cells under the headings, which stand in row `below`: merged headings are no values.
    """
    filled: list[str] = []
    for (first, column), (last, last_column) in merged:
        row, at = first + 1 - top, column + 1 - left
        if first + 1 <= below:
            continue
        # A block merged over several columns is a title or a note, never one value of several rows.
        if last == first or last_column != column or not 0 <= row < len(rows) or not 0 <= at < len(rows[row]):
            continue
        if rows[row][at] == "":
            continue
        for lower in range(row + 1, min(last + 2 - top, len(rows))):
            rows[lower] = (*rows[lower][:at], rows[row][at], *rows[lower][at + 1 :])
        filled.append(f"{column_letters(column + 1)}{first + 1}")
    return filled


def _plain(column: list[Cell]) -> None:
    """Turn the parser's values into cells, in place: whole numbers to int, times of day and durations to text."""
    kinds = set(map(type, column))
    if float in kinds:
        # Excel knows only floating numbers; beyond 2**53 they are no longer exact and stay as they are.
        column[:] = [
            int(cell) if cell.__class__ is float and cell.is_integer() and abs(cell) < 2**53 else cell
            for cell in column
        ]
    if time in kinds or timedelta in kinds:
        column[:] = [_clock(cell) for cell in column]


def _clock(cell: Any) -> Cell:
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return cell  # type: ignore[no-any-return]
