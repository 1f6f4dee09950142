"""A row's history, and taking back the last push."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import xlwings as xw

from kizuna_addin.client import Client
from kizuna_addin.desk import Desk
from kizuna_addin.errors import NothingToUndoError, UnknownRowError
from kizuna_addin.identifiers import new_id
from kizuna_addin.moments import TOKYO
from kizuna_addin.pending import settle_pending
from kizuna_addin.pull import SheetPull, pull
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.references import history_with_keys
from kizuna_addin.schema import Table
from kizuna_addin.wire import Answer, HistoryEntry


@dataclass(frozen=True)
class RowHistory:
    """What happened to one row, newest first."""

    table: Table
    row: str
    entries: tuple[HistoryEntry, ...]
    """References in them are numbers, as people call rows."""
    timezone: str = TOKYO
    """The shop's, for telling when."""


def history(book: xw.Book, client: Client, key: str, *, handles: Collection[str] = ()) -> RowHistory:
    """Return the history of the row that people call `key` (its number, or its id)."""
    desk = Desk.open(book)
    handle, row = find_row(desk, key, handles=handles)
    shape = desk.shape(handle)
    entries = history_with_keys(client, desk.schema, shape, client.history(shape.name, row))
    return RowHistory(shape, row, entries, desk.record.timezone)


def find_row(desk: Desk, key: str, *, handles: Collection[str] = ()) -> tuple[str, str]:
    """Return the sheet and the id of the row that people call `key` (its number, or its id); raise UnknownRowError."""
    for handle in desk.record.handles:
        if handles and handle not in handles:
            continue
        shape, base = desk.shape(handle), desk.sheet_record(handle).base
        if key in base.places:
            return handle, key
        if shape.key and shape.key in base.fields:
            keys = base.column(shape.key)
            if key in keys:
                return handle, base.ids[keys.index(key)]
    raise UnknownRowError(row=key)


def undo_last_push(book: xw.Book, client: Client) -> tuple[Answer, tuple[SheetPull, ...]]:
    """Take back what this workbook pushed last, as a changeset of its own, and pull the result."""
    mind_read_only(book)
    desk = Desk.open(book)
    # A push that was cut is the last one, whether its answer came or not.
    settle_pending(desk, client)
    pushed = desk.work.pushed
    if not pushed:
        raise NothingToUndoError
    answer = client.undo(pushed[-1], id=new_id())
    desk.memory.put_work(replace(desk.work, pushed=pushed[:-1]))
    desk.keep()
    return answer, pull(book, client)
