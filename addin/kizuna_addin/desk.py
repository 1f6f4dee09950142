"""A workbook on the desk: the book, the program it is open in, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import xlwings as xw

from kizuna_addin import collector
from kizuna_addin.book_errors import (
    BaseDamagedError,
    MemoryLostError,
    NotOursError,
    SheetProtectedError,
    TableLostError,
)
from kizuna_addin.client import Client
from kizuna_addin.compare import Changes, Remark, compare, compare_again
from kizuna_addin.hosts import capabilities
from kizuna_addin.identifiers import new_id
from kizuna_addin.journal import Entry, Journal
from kizuna_addin.kept_view import keep_view, kept_view
from kizuna_addin.memory import Memory
from kizuna_addin.messages import NEVER, NOT_CALCULATED, STATUS_LINE
from kizuna_addin.moments import TOKYO, local_time
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.records import BookRecord, Pending, SheetRecord, View, Work
from kizuna_addin.schema import Schema, Table, read_schema
from kizuna_addin.table_sheet import (
    CONFLICTS_HANDLE,
    TableSheet,
    formula_lines,
    handles_of_names,
    headings,
    line_name,
    read_table,
    table_name,
)

Progress = Callable[[str, int], None]
"""Hears what is going on: a table's label and the rows done so far."""


def silent(_label: str, _rows: int) -> None:
    """Tell nobody."""


@dataclass
class Desk:
    """One open workbook of ours."""

    book: xw.Book
    memory: Memory
    record: BookRecord
    schema: Schema
    journal: Journal = field(default_factory=lambda: Journal(None))
    lost: Entry | None = None
    """A push whose program ended before this workbook was saved with it; not replayed yet."""

    @classmethod
    def open(cls, book: xw.Book) -> Desk:
        """Read what a workbook remembers; raise NotOursError when it remembers nothing."""
        memory = Memory.read(book)
        try:
            record = memory.book()
        except NotOursError as error:
            if _our_tables(book):
                raise MemoryLostError(book=book.name) from error
            raise NotOursError(book=book.name) from error
        desk = cls(book, memory, record, read_schema(record.schema))
        desk._look_into_journal()
        return desk

    @classmethod
    def open_with(cls, book: xw.Book, client: Client, language: str) -> Desk:
        """Read what a workbook remembers; when that is damaged, make it anew from its tables and the server."""
        try:
            return cls.open(book)
        except NotOursError:
            handles = _our_tables(book)
            if not handles:
                raise
        schema = client.schema()
        known = {table.name for table in schema.tables}
        ours = tuple(handle for handle in handles if table_of(handle, known) in known)
        memory = Memory.read(book)
        views = {handle: _view_again(book, memory, handle, schema.table(table_of(handle, known))) for handle in ours}
        record = replace(new_record(client, language, schema), handles=ours, views=views)
        memory.put_book(record)
        desk = cls(book, memory, record, schema)
        desk._look_into_journal()
        return desk

    def _look_into_journal(self) -> None:
        """Notice a push that the workbook does not know of; one that it knows was saved with it."""
        if not self.record.id:
            self.record = replace(self.record, id=new_id())
            self.memory.put_book(self.record)
        self.journal = Journal.of(self.book, self.record.id)
        entry, work = self.journal.read(), self.work
        if entry is None or work.pending is not None or entry.server != self.record.server:
            return
        if entry.pending.changeset.id not in work.pushed:
            self.lost = entry

    @property
    def language(self) -> str:
        """The language of the sheets."""
        return self.record.language

    @property
    def work(self) -> Work:
        """What is under way."""
        return self.memory.work()

    def shape(self, handle: str) -> Table:
        """Return the table a sheet shows, as the server described it."""
        return self.schema.table(table_of(handle, {table.name for table in self.schema.tables}))

    def label(self, handle: str) -> str:
        """Return what people call a sheet's table."""
        return self.shape(handle).label.in_language(self.language)

    def sheet_record(self, handle: str) -> SheetRecord:
        """Return the record of one sheet; raise BaseDamagedError, in people's words, when it cannot be read."""
        try:
            return self.memory.sheet(handle)
        except BaseDamagedError as error:
            raise BaseDamagedError(label=self.label(handle)) from error

    def read(self, handle: str) -> TableSheet:
        """Read a sheet's table to change it; raise TableLostError when it is gone."""
        mind_read_only(self.book)
        return self.look(handle)

    def look(self, handle: str) -> TableSheet:
        """Read a sheet's table as it stands; raise TableLostError when it is gone, SheetProtectedError."""
        with collector.paused():
            found = read_table(self.book, handle, self.shape(handle))
        if found is None:
            raise TableLostError(label=self.label(handle))
        if capabilities.of(found.sheet).is_protected(found.sheet):
            raise SheetProtectedError(sheet=found.sheet.name)
        return found

    def removed_columns(self, record: SheetRecord, found: TableSheet) -> tuple[str, ...]:
        """Return the headings of fields whose columns a person deleted from a sheet."""
        titles = headings(self.shape(record.handle).fields, self.language)
        return tuple(titles[name] for name in record.fields if name not in found.columns and name in titles)

    def changes(
        self, record: SheetRecord, found: TableSheet, *, before: Changes | None = None, touched: Collection[str] = ()
    ) -> Changes:
        """Return how a sheet differs from its base; a formula without a value is no emptied cell.

        What it differed in `before` spares looking at rows that neither differed then nor were `touched` since.
        """
        shape = self.shape(record.handle)
        with collector.paused():
            if before is None:
                changes = compare(record.base, shape, found.rows, self.language)
            else:
                changes = compare_again(record.base, shape, found.rows, self.language, before=before, touched=touched)
        if capabilities.of(self.book).computes():
            return changes
        return _without_uncalculated(changes, found, shape, self.language)

    def use(self, schema: Schema) -> None:
        """Go on with what the server says its tables are now."""
        self.schema = schema
        self.record = replace(self.record, schema=schema.raw)
        self.memory.put_book(self.record)

    def show_status(self, found: TableSheet, unsent: int, conflicts: int) -> None:
        """Write the line over a table: server, last pull, unsent work; note beside it what the sheet shows."""
        keep_view(self.book, found, self.record.views.get(found.handle, View()))
        name = line_name(found.handle)
        if name not in self.book.names:
            return
        pulled = self.work.pulled_at.get(found.handle)
        line = STATUS_LINE.format(
            label=self.label(found.handle),
            server=self.record.server,
            pulled=local_time(pulled, self.record.timezone) if pulled else NEVER.in_language(self.language),
            unsent=unsent,
            conflicts=conflicts,
        )
        try:
            self.book.names[name].refers_to_range.value = line.in_language(self.language)
        except Exception:  # noqa: BLE001  # each host has its own error for a name whose cell was deleted; the line is a courtesy
            return

    @property
    def pending(self) -> Pending | None:
        """The push that was cut, if any."""
        return self.lost.pending if self.lost else self.work.pending

    def note(self, pending: Pending, places: Mapping[str, int]) -> None:
        """Put on the disk what is about to be sent, so that it is sent under the same id whatever happens.

        The workbook itself is saved only where no small file can stand beside it.
        """
        self.memory.put_work(replace(self.work, pending=pending))
        self.memory.keep(self.book)
        if not self.journal.write(Entry(self.record.server, pending, places)):
            self.book.save()

    def keep(self) -> None:
        """Write the memory into the workbook and save it; what the journal told is in the file then."""
        self.memory.keep(self.book)
        self.book.save()
        if self.lost is None:
            self.journal.remove()


def _our_tables(book: xw.Book) -> tuple[str, ...]:
    """Return the handles of the tables in a workbook that bear our names; the list of conflicts is none."""
    names = [table.name for sheet in book.sheets for table in sheet.tables]
    handles = [name.removeprefix(table_name("")) for name in names if name.startswith(table_name(""))]
    # Calc drops the table of the sheet before one that is deleted; the names on its headings stay, and tell that it was there.
    handles += [handle for handle in handles_of_names(book) if handle not in handles]
    return tuple(handle for handle in handles if handle != CONFLICTS_HANDLE)


def new_record(client: Client, language: str, schema: Schema) -> BookRecord:
    """Return the record of a workbook that is only now becoming ours, without sheets yet."""
    me = client.me()
    return BookRecord(
        client.server,
        language,
        schema.raw,
        (),
        staff=str(me.get("staff", {}).get("name") or ""),
        timezone=str(me.get("server", {}).get("timezone") or TOKYO),
        id=new_id(),
    )


def _view_again(book: xw.Book, memory: Memory, handle: str, shape: Table) -> View:
    """Return what a sheet shows of its table when the workbook's own record is lost.

    The sheet's record tells both columns and filter; where that is lost too, they stand over its ids, or its columns are seen.
    """
    try:
        kept = memory.sheet(handle)
    except BaseDamagedError:
        noted = kept_view(book, handle)
        if noted is not None:
            return noted
        found = read_table(book, handle, shape)
        shown = tuple(one.name for one in shape.fields if found is not None and one.name in found.columns)
        return View(() if len(shown) == len(shape.fields) else shown)
    return View(() if kept.all_fields else kept.fields, kept.conditions)


def table_of(handle: str, known: set[str]) -> str:
    """Return the table a handle shows: its own name, or the name before a number (``customers_2``)."""
    head, _, tail = handle.rpartition("_")
    return head if handle not in known and tail.isdigit() else handle


def _without_uncalculated(changes: Changes, found: TableSheet, shape: Table, language: str) -> Changes:
    emptied: dict[str, list[int]] = {}
    for row, values in changes.updates.items():
        for name, value in values.items():
            if value is None:
                emptied.setdefault(name, []).append(changes.positions[row])
    for one in changes.inserts:
        for name in shape.by_name:
            if name in found.columns and name not in one.fields:
                emptied.setdefault(name, []).append(one.position)
    remarks: dict[int, tuple[Remark, ...]] = dict(changes.remarks)
    updates = {row: dict(values) for row, values in changes.updates.items()}
    rows = {position: row for row, position in changes.positions.items()}
    for name, positions in emptied.items():
        for position in _formulas_in(found, name, positions):
            text = NOT_CALCULATED.format(cell="{cell}", field=shape.by_name[name].label.in_language(language))
            remarks[position] = (*remarks.get(position, ()), Remark(text, name, blocks=True))
            if position in rows:
                updates[rows[position]].pop(name, None)
    return replace(changes, updates={row: values for row, values in updates.items() if values}, remarks=remarks)


def _formulas_in(found: TableSheet, column: str, positions: Sequence[int]) -> list[int]:
    first, last = min(positions), max(positions)
    lines = formula_lines(found.range(first, found.columns[column], last - first + 1))
    return [position for position in positions if str(lines[position - first][0] or "").startswith("=")]
