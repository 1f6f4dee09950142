"""A new workbook: one sheet for each wanted table, filled by its first pull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import xlwings as xw

from kizuna_addin.base import Base
from kizuna_addin.client import Client, Condition
from kizuna_addin.desk import Desk, Progress, new_record, silent
from kizuna_addin.errors import UnknownFieldError
from kizuna_addin.hosts import capabilities
from kizuna_addin.layout import build_sheet
from kizuna_addin.memory import Memory
from kizuna_addin.moments import timestamp
from kizuna_addin.records import SheetRecord, View
from kizuna_addin.schema import Table
from kizuna_addin.size import anyway, minding
from kizuna_addin.table_sheet import find_table


@dataclass(frozen=True, slots=True)
class Wish:
    """A table wanted in a workbook: which fields (all when none is named) and which rows."""

    table: str
    fields: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that was made."""

    handle: str
    label: str
    rows: int


def fill_new_book(
    book: xw.Book, client: Client, wishes: Sequence[Wish], *, language: str = "ja", progress: Progress = silent
) -> tuple[NewSheet, ...]:
    """Make the sheets in an empty workbook (or add them to one of ours) and remember them; the caller saves the file.

    Raises UnknownTableError and UnknownFieldError before anything is made.
    """
    memory = Memory.read(book)
    schema = client.schema()
    for wish in wishes:
        _mind_fields(schema.table(wish.table), wish)
    blank = [sheet.name for sheet in book.sheets] if memory.is_new else []
    record = new_record(client, language, schema) if memory.is_new else memory.book()
    made = []
    handles: list[str] = list(record.handles)
    for wish in wishes:
        handle = _handle(schema.table(wish.table).name, handles)
        handles.append(handle)
    views = {
        handle: View(_picked(schema.table(wish.table), wish), wish.conditions)
        for handle, wish in zip(handles[len(record.handles) :], wishes, strict=True)
    }
    record = replace(record, schema=schema.raw, handles=tuple(handles), views={**record.views, **views})
    memory.put_book(record)
    desk = Desk(book, memory, record, schema)
    for wish, handle in zip(wishes, handles[len(handles) - len(wishes) :], strict=True):
        made.append(_fill(desk, client, handle, wish, progress))
    _drop_blank(book, blank)
    memory.keep(book)
    if made and blank and (first := find_table(book, made[0].handle)) is not None:
        capabilities.bring_forward(first.parent)
    return tuple(made)


def _fill(desk: Desk, client: Client, handle: str, wish: Wish, progress: Progress) -> NewSheet:
    shape = desk.shape(handle)
    label = desk.label(handle)
    picked = _picked(shape, wish) or tuple(one.name for one in shape.fields)
    pulled = client.pull(
        shape.name,
        fields=picked if wish.fields else (),
        conditions=wish.conditions,
        arrived=minding(label, progress, anyway),
    )
    names = tuple(name for name in picked if name in pulled.fields)
    base = Base(pulled.fields, pulled.ids, pulled.revisions, pulled.columns).with_fields(names)
    found = build_sheet(desk, handle, shape.pick(names), base)
    record = SheetRecord(handle, shape.name, names, base, wish.conditions, pulled.cursor, all_fields=not wish.fields)
    desk.memory.put_sheet(record)
    work = desk.work
    desk.memory.put_work(replace(work, pulled_at={**work.pulled_at, handle: timestamp()}))
    desk.show_status(found, 0, 0)
    return NewSheet(handle, label, len(base))


def _picked(shape: Table, wish: Wish) -> tuple[str, ...]:
    """Return the fields of a wish with the key always among them; none when all are wanted."""
    if not wish.fields:
        return ()
    picked = [one.name for one in shape.pick(wish.fields)]
    return (shape.key, *picked) if shape.key and shape.key not in picked else tuple(picked)


def _handle(table: str, taken: Sequence[str]) -> str:
    if table not in taken:
        return table
    number = 2
    while f"{table}_{number}" in taken:
        number += 1
    return f"{table}_{number}"


def _mind_fields(shape: Table, wish: Wish) -> None:
    shape.pick(wish.fields)
    known = {one.name for one in shape.fields} | {"id", "revision", "store_id"}
    for name, _operator, _value in wish.conditions:
        if name not in known:
            raise UnknownFieldError(table=shape.name, field=name, known=", ".join(sorted(known)))


def _drop_blank(book: xw.Book, names: Sequence[str]) -> None:
    """Take away the empty sheets that a new workbook comes with."""
    for name in names:
        sheet = book.sheets[name]
        if not len(sheet.tables) and sheet.used_range.shape == (1, 1) and sheet.range("A1").value is None:
            sheet.delete()


__all__ = ["NewSheet", "Wish", "fill_new_book"]
