"""LibreOffice Calc as an xlwings engine: unmodified xlwings code runs in a real spreadsheet program.

from kizuna_addin.hosts import libreoffice

with libreoffice.running() as app:
    book = app.books.open("customers.xlsx")
    book.sheets[0]["A1"].value = [["number", "name"], ["C0001", "山田"]]
    book.save()
"""

from __future__ import annotations

from .errors import (
    BookLockedError,
    CannotOpenError,
    CannotSaveError,
    LibreOfficeError,
    SofficeMissingError,
    SofficeNotReadyError,
    UnoMissingError,
)
from .process import find_soffice
from .session import attach, attach_book, build_engine, register, running

__all__ = [
    "BookLockedError",
    "CannotOpenError",
    "CannotSaveError",
    "LibreOfficeError",
    "SofficeMissingError",
    "SofficeNotReadyError",
    "UnoMissingError",
    "attach",
    "attach_book",
    "build_engine",
    "find_soffice",
    "register",
    "running",
]
