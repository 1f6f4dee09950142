"""A workbook that takes no changes: told before anything is sent or written."""

from __future__ import annotations

from pathlib import Path

import xlwings as xw

from kizuna_addin.book_errors import HeldBookError, ReadOnlyBookError
from kizuna_addin.hosts import capabilities
from kizuna_addin.hosts.open_elsewhere import lock_of


def mind_read_only(book: xw.Book) -> None:
    """Raise ReadOnlyBookError where a workbook is open for reading only; HeldBookError where a lock file tells why."""
    host = capabilities.of(book)
    if not host.is_read_only(book):
        return
    # A host that has the workbook on this machine knows a place beside it.
    path = Path(book.fullname) if host.beside(book, "") is not None else None
    # Of a file that lets nobody write, the lock may be the one this very program put there.
    lock = None if path is None or capabilities.lets_nobody_write(path) else lock_of(path)
    if lock is not None:
        raise HeldBookError(book=book.name, who=lock.who, lock=lock.file.name)
    raise ReadOnlyBookError(book=book.name)
