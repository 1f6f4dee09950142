"""Where a workbook stands, told without a network."""

from __future__ import annotations

from dataclasses import dataclass

import xlwings as xw

from kizuna_addin.book_errors import BaseDamagedError, SheetProtectedError, TableLostError
from kizuna_addin.desk import Desk
from kizuna_addin.moments import TOKYO


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """One sheet: rows, unsent work, conflicts, last pull (ISO, UTC), and what is wrong with it, if anything."""

    handle: str
    label: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    conflicts: int = 0
    pulled_at: str | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class BookStatus:
    """A whole workbook."""

    server: str
    staff: str
    pending: str | None
    """The id of a push that was cut and will be finished by the next pull or push."""
    sheets: tuple[SheetStatus, ...]
    timezone: str = TOKYO


def status(book: xw.Book) -> BookStatus:
    """Return where a workbook stands; nothing is changed."""
    desk = Desk.open(book)
    return BookStatus(
        server=desk.record.server,
        staff=desk.record.staff,
        pending=desk.pending.changeset.id if desk.pending else None,
        sheets=tuple(_sheet(desk, handle) for handle in desk.record.handles),
        timezone=desk.record.timezone,
    )


def _sheet(desk: Desk, handle: str) -> SheetStatus:
    label = desk.label(handle)
    pulled_at = desk.work.pulled_at.get(handle)
    conflicts = sum(one.handle == handle for one in desk.work.conflicts)
    try:
        record, found = desk.sheet_record(handle), desk.look(handle)
    except (BaseDamagedError, SheetProtectedError, TableLostError) as error:
        return SheetStatus(
            handle, label, conflicts=conflicts, pulled_at=pulled_at, trouble=error.message.in_language(desk.language)
        )
    changes = desk.changes(record, found)
    return SheetStatus(
        handle,
        label,
        rows=len(found.rows) if len(record.base) or changes.inserts else 0,
        new=len(changes.inserts),
        changed=len(changes.updates),
        deleted=len(changes.deletes),
        conflicts=conflicts,
        pulled_at=pulled_at,
    )
