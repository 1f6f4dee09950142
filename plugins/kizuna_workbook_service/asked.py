"""What a client of a workbook sends and gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

MOST_CELLS = 500_000
"""Cells of a workbook that are read into memory here; 25,000 rows of 20 columns."""


class WorkbookRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A workbook as its client describes it, and what the verb needs beside it.

    ``tables`` names tables to pull, push or make (all of the workbook's where none is named; one text is split at commas),
    ``take`` one side for all conflicts, ``row`` the number of a row, ``action`` a plugin's button. With ``show``
    the answer's lines also come as an action that shows them. A client that ``asks`` puts the answer's question to the person,
    and sends the answer's ``consent`` back after a yes.
    """

    book: dict[str, Any]
    sheets: list[dict[str, Any]]
    names: list[dict[str, Any]] = []
    client: str = ""
    version: str = ""
    kizuna: dict[str, Any] = {}
    tables: list[str] | str = []
    note: str | None = None
    device: str = ""
    take: Literal["mine", "theirs"] | None = None
    row: str = ""
    action: str = ""
    allow_deletes: bool = False
    consent: str = ""
    restore: bool = False
    show: bool = False
    asks: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        """The tables named."""
        parts = self.tables.split(",") if isinstance(self.tables, str) else self.tables
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def cells(self) -> int:
        """How many cells the workbook has."""
        return sum(len(line) for sheet in self.sheets for line in sheet.get("values") or ())

    def payload(self) -> Mapping[str, Any]:
        """Return the workbook alone."""
        return {"book": self.book, "sheets": self.sheets, "names": self.names, "kizuna": self.kizuna}


class WorkbookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the client has to do, in order, and what to tell the person.

    ``code`` is that of the command line: 0 done, 1 failed, 3 done but something waits for a person. ``again`` names the
    service to call next with the workbook as it is then; the person is told the lines of both. After a yes to ``question``
    the same service is called with ``consent``, which is good for what was asked about and nothing else.
    """

    actions: list[dict[str, Any]]
    lines: list[str]
    code: int
    again: str | None = None
    question: str | None = None
    consent: str | None = None
    report: Any = None
