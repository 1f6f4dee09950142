"""The workbook's memory: records in a very hidden sheet, read in one read and written in one write.

A record that cannot be read is missed, not fatal: `book` and `sheet` records say so by raising, and a pull heals them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import xlwings as xw

from kizuna_addin.book_errors import BaseDamagedError, NotOursError
from kizuna_addin.hosts import capabilities
from kizuna_addin.records import BookRecord, SheetRecord, Work
from kizuna_addin.sealed import DamagedRecordError, seal, unseal

SHEET = "_kizuna"
T = TypeVar("T")


class Memory:
    """The records of one workbook; nothing is written before `keep`."""

    def __init__(self, lines: Mapping[str, list[str]]) -> None:
        self._lines = dict(lines)
        self._read: dict[str, tuple[list[str], Any]] = {}
        """What was read from a line or is kept in it: a large one takes long to unpack."""
        self._kept: dict[str, list[str]] = {}
        """What stands in the sheet, a row for each; empty where that is not known for sure."""

    @classmethod
    def read(cls, book: xw.Book) -> Memory:
        """Read a workbook's memory; one without memory gives an empty one."""
        if SHEET not in [sheet.name for sheet in book.sheets]:
            return cls({})
        used = book.sheets[SHEET].used_range
        cells = used.options(ndim=2).value
        memory = cls({str(line[0]): [str(cell) for cell in line if cell] for line in cells if line and line[0]})
        if len(memory._lines) == len(cells) and used.row == used.column == 1:
            memory._kept = dict(memory._lines)
        return memory

    @property
    def is_new(self) -> bool:
        """Whether the workbook has not been ours yet."""
        return "book" not in self._lines

    @property
    def handles(self) -> tuple[str, ...]:
        """The sheets that have a record, readable or not."""
        return tuple(name.removeprefix("sheet:") for name in self._lines if name.startswith("sheet:"))

    def book(self) -> BookRecord:
        """Return what concerns the whole workbook; raise NotOursError when there is nothing or it is damaged."""
        try:
            return self._get("book", BookRecord.read)
        except (KeyError, DamagedRecordError) as error:
            raise NotOursError(book="") from error

    def sheet(self, handle: str) -> SheetRecord:
        """Return the record of one sheet; raise BaseDamagedError when it cannot be read."""
        try:
            return self._get(f"sheet:{handle}", SheetRecord.read)
        except (KeyError, DamagedRecordError) as error:
            raise BaseDamagedError(label=handle) from error

    def work(self) -> Work:
        """Return what is under way; nothing when it cannot be read, for the server has its own memory of pushes."""
        try:
            return self._get("work", Work.read)
        except (KeyError, DamagedRecordError):
            return Work()

    def answers(self) -> Mapping[str, Any]:
        """Return which answers of worksheet functions were written where; nothing when it cannot be read."""
        try:
            return self._get("answers", dict)
        except (KeyError, DamagedRecordError):
            return {}

    def put_answers(self, answers: Mapping[str, Any]) -> None:
        """Remember which answers were written where."""
        self._lines["answers"] = seal("answers", answers)

    def cell_answers(self) -> Mapping[str, Any]:
        """Return the answers of functions in cells as of the last pull; nothing when it cannot be read."""
        try:
            return self._get("cells", dict)
        except (KeyError, DamagedRecordError):
            return {}

    def put_cell_answers(self, answers: Mapping[str, Any]) -> None:
        """Remember the answers of functions in cells."""
        self._lines["cells"] = seal("cells", answers)

    def put_book(self, record: BookRecord) -> None:
        """Remember what concerns the whole workbook."""
        self._lines["book"] = seal("book", record.as_json())

    def put_sheet(self, record: SheetRecord) -> None:
        """Remember one sheet."""
        name = f"sheet:{record.handle}"
        line = seal(name, record.as_json())
        self._lines[name], self._read[name] = line, (line, record)

    def put_work(self, work: Work) -> None:
        """Remember what is under way."""
        self._lines["work"] = seal("work", work.as_json())

    def keep(self, book: xw.Book) -> None:
        """Write the memory into the workbook; the file itself is not saved."""
        there = SHEET in [sheet.name for sheet in book.sheets]
        if there and list(self._kept) == list(self._lines):
            self._keep_changed(book.sheets[SHEET])
            capabilities.of(book).close_undo(book)
            return
        if there:
            sheet = book.sheets[SHEET]
            sheet.clear_contents()
        else:
            sheet = book.sheets.add(SHEET, after=book.sheets[len(book.sheets) - 1])
        lines = list(self._lines.values())
        width = max(len(line) for line in lines)
        block = sheet.range((1, 1), (len(lines), width))
        block.number_format = "@"
        block.value = [[*line, *[None] * (width - len(line))] for line in lines]
        host = capabilities.of(book)
        host.very_hidden(sheet)
        # Rows of a push that the program's undo took back would be sent a second time.
        host.close_undo(book)
        self._kept = dict(self._lines)

    def _keep_changed(self, sheet: xw.Sheet) -> None:
        """Write the records that changed, each over what it was."""
        for row, (name, line) in enumerate(self._lines.items(), 1):
            old = self._kept[name]
            if line != old:
                block = sheet.range((row, 1), (row, max(len(line), len(old))))
                block.number_format = "@"
                block.value = [[*line, *[None] * (len(old) - len(line))]]
        self._kept = dict(self._lines)

    def _get(self, name: str, read: Callable[[Mapping[str, Any]], T]) -> T:
        line = self._lines[name]
        known = self._read.get(name)
        if known is not None and known[0] is line:
            return cast("T", known[1])
        try:
            record = read(unseal(line))
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            raise DamagedRecordError(name) from error
        self._read[name] = line, record
        return record
