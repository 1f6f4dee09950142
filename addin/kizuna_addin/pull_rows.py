"""Some rows brought to the server's state, the rest of their sheet left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xlwings as xw

from kizuna_addin.book_errors import NothingSelectedError, TooManySelectedError
from kizuna_addin.client import Client
from kizuna_addin.conflict_sheet import show_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.gather import Pulled
from kizuna_addin.history import find_row
from kizuna_addin.pending import settle_pending
from kizuna_addin.pull import SheetPull, merge_sheet
from kizuna_addin.records import SheetRecord

MOST_ROWS = 1_000
"""Asked for one by one; more come cheaper with everything that changed."""
ROWS_A_REQUEST = 100
"""Their ids stand in the address, which proxies cut at some thousand characters."""


def pull_rows(book: xw.Book, client: Client, rows: Mapping[str, Sequence[str]]) -> tuple[SheetPull, ...]:
    """Bring rows, given by the handle of their sheet and their ids, to the server's state and save the workbook.

    What was typed into them is merged as in any pull. A row that was never sent has nothing to bring. Raises
    NothingSelectedError where none of them was ever synced, and TooManySelectedError.
    """
    desk = Desk.open(book)
    settle_pending(desk, client)
    records = {handle: desk.sheet_record(handle) for handle in rows}
    known = {
        handle: list(dict.fromkeys(row for row in some if row in records[handle].base.places))
        for handle, some in rows.items()
    }
    count = sum(map(len, known.values()))
    if not count:
        raise NothingSelectedError
    if count > MOST_ROWS:
        raise TooManySelectedError(count=count, most=MOST_ROWS)
    reports = []
    for handle, some in known.items():
        if some:
            found = desk.read(handle)
            changes = desk.changes(records[handle], found)
            pulled = _pulled(client, records[handle], some)
            reports.append(merge_sheet(desk, client, records[handle], found, changes, pulled, whole=False))
    show_conflicts(desk, desk.work.conflicts)
    desk.keep()
    return tuple(reports)


def rows_called(book: xw.Book, keys: Sequence[str], *, handles: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return the rows that people call so (their numbers, or ids), by sheet; raise UnknownRowError."""
    desk = Desk.open(book)
    rows: dict[str, list[str]] = {}
    for key in keys:
        handle, row = find_row(desk, key, handles=handles)
        rows.setdefault(handle, []).append(row)
    return rows


def _pulled(client: Client, record: SheetRecord, rows: Sequence[str]) -> Pulled:
    """Return the rows as a pull would bring them; those that do not come are gone. How far the sheet is does not change."""
    parts = [
        client.pull(
            record.table,
            fields=record.fields,
            conditions=(*record.conditions, ("id", "in", list(rows[first : first + ROWS_A_REQUEST]))),
        )
        for first in range(0, len(rows), ROWS_A_REQUEST)
    ]
    ids = [row for part in parts for row in part.ids]
    return Pulled(
        snapshot=False,
        reason=None,
        fields=parts[0].fields,
        ids=ids,
        revisions=[one for part in parts for one in part.revisions],
        columns=[[value for part in parts for value in part.columns[at]] for at in range(len(parts[0].fields))],
        gone=frozenset(rows).difference(ids),
        cursor=record.cursor,
    )
