"""The conflict sheet: a line for each open conflict, with a column to choose in."""

from __future__ import annotations

from typing import Any

import xlwings as xw

from kizuna_addin import messages
from kizuna_addin.cells import Cell, cell_text, rendered_column
from kizuna_addin.conflict_list import CHANGED_ROW, DELETED_ROW, Choice, OpenConflict
from kizuna_addin.desk import Desk
from kizuna_addin.hosts import capabilities
from kizuna_addin.layout import dress_heading
from kizuna_addin.memory import Memory
from kizuna_addin.moments import local_time
from kizuna_addin.schema import Table
from kizuna_addin.table_sheet import CONFLICTS_HANDLE, table_name

TABLE = table_name(CONFLICTS_HANDLE)
_TITLES = (
    messages.CONFLICT_TABLE,
    messages.CONFLICT_ROW,
    messages.CONFLICT_FIELD,
    messages.CONFLICT_MINE,
    messages.CONFLICT_THEIRS,
    messages.CONFLICT_BASE,
    messages.CONFLICT_WHO,
    messages.CONFLICT_WHEN,
    messages.CONFLICT_CHOICE,
)
_WIDTHS = (2, 12, 12, 14, 26, 26, 26, 12, 17, 12)
_CHOICE_PLACE = len(_TITLES)


def read_choices(book: xw.Book) -> dict[tuple[str, str, str | None], Choice]:
    """Return what was chosen on the conflict sheet, by conflict."""
    sheet = _sheet(book)
    if sheet is None:
        return {}
    chosen: dict[tuple[str, str, str | None], Choice] = {}
    for line in sheet.used_range.options(ndim=2).value:
        choice = _choice(line[_CHOICE_PLACE]) if len(line) > _CHOICE_PLACE else None
        parts = str(line[0] or "").split("|")
        if choice and len(parts) == 3:
            chosen[parts[0], parts[1], parts[2] or None] = choice
    return chosen


def activate_conflicts(book: xw.Book) -> None:
    """Bring the conflict sheet to the front, where there is one."""
    sheet = _sheet(book)
    if sheet is not None:
        capabilities.bring_forward(sheet)


def remove_conflicts(book: xw.Book) -> None:
    """Take the conflict sheet out of a workbook; it has hidden ids, and means nothing without a server."""
    sheet = _sheet(book)
    if sheet is not None:
        sheet.delete()


def show_conflicts(desk: Desk, conflicts: tuple[OpenConflict, ...]) -> None:
    """Write the conflict sheet anew, keeping what was chosen; without conflicts an existing sheet is emptied."""
    sheet = _sheet(desk.book)
    language = desk.language
    if sheet is None:
        if not conflicts:
            return
        sheet = _new_sheet(desk)
    chosen = read_choices(desk.book)
    lines = [_line(desk, one, chosen.get(one.key)) for one in conflicts]
    table = next(iter(sheet.tables))
    old = table.data_body_range
    if old is not None:
        old.clear_contents()
    height = max(len(lines), 1)
    width = len(_TITLES) + 1
    body = sheet.range((2, 1), (height + 1, width))
    body.number_format = "@"
    if lines:
        body.value = lines
        words = [messages.TAKE_MINE.in_language(language), messages.TAKE_THEIRS.in_language(language)]
        capabilities.of(sheet).choices(sheet.range((2, width), (height + 1, width)), words)
    whole = sheet.range((1, 1), (height + 1, width))
    if table.range.shape != whole.shape:
        table.resize(whole)
    if not conflicts:
        _leave(desk.book, sheet)


def _leave(book: xw.Book, sheet: xw.Sheet) -> None:
    """Bring a table to the front where an empty conflict sheet would be left there."""
    if book.sheets.active.name != sheet.name:
        return
    for one in book.sheets:
        if (
            one.name != sheet.name
            and one.visible
            and any(table.name.startswith(table_name("")) for table in one.tables)
        ):
            capabilities.bring_forward(one)
            return


def _line(desk: Desk, one: OpenConflict, choice: Choice | None) -> list[Cell]:
    shape, language = desk.shape(one.handle), desk.language
    if one.field is None:
        words = {DELETED_ROW: messages.DELETED, CHANGED_ROW: messages.CHANGED}
        shown = [words.get(value, messages.CHANGED).in_language(language) for value in (one.mine, one.theirs)]
        title, values = messages.WHOLE_ROW.in_language(language), [*shown, None]
    else:
        field = shape.by_name[one.field]
        title = field.label.in_language(language)
        values = [cell_text(cell) for cell in rendered_column(field, [one.mine], language)]
        values += [cell_text(cell) for cell in rendered_column(field, [one.theirs, one.base], language)]
    word = {"mine": messages.TAKE_MINE, "theirs": messages.TAKE_THEIRS}.get(choice or "")
    return [
        f"{one.handle}|{one.row}|{one.field or ''}",
        shape.label.in_language(language),
        row_key(desk.memory, one.handle, shape, one.row),
        title,
        *values,
        one.who or messages.UNKNOWN.in_language(language),
        local_time(one.when, desk.record.timezone) if one.when else None,
        word.in_language(language) if word else None,
    ]


def row_key(memory: Memory, handle: str, shape: Table, row: str) -> str:
    """Return what people call a row: its key where it has one, else its id."""
    base = memory.sheet(handle).base
    if shape.key and shape.key in base.fields and row in base.places:
        return str(base.row(row)[shape.key] or row)
    return row


def _choice(cell: Any) -> Choice | None:
    word = str(cell or "").strip().casefold()
    if word in {messages.TAKE_MINE.ja, messages.TAKE_MINE.en}:
        return "mine"
    return "theirs" if word in {messages.TAKE_THEIRS.ja, messages.TAKE_THEIRS.en} else None


def _sheet(book: xw.Book) -> xw.Sheet | None:
    for sheet in book.sheets:
        if any(table.name == TABLE for table in sheet.tables):
            return sheet
    return None


def _new_sheet(desk: Desk) -> xw.Sheet:
    book, language = desk.book, desk.language
    name = messages.CONFLICT_SHEET.in_language(language)
    taken = {sheet.name for sheet in book.sheets}
    sheet = book.sheets.add(name if name not in taken else f"{name} (Kizuna)", after=book.sheets[len(book.sheets) - 1])
    width = len(_TITLES) + 1
    heading = sheet.range((1, 1), (1, width))
    heading.value = [["_key", *(title.in_language(language) for title in _TITLES)]]
    dress_heading(heading)
    sheet.tables.add(source=sheet.range((1, 1), (2, width)), name=TABLE, table_style_name="TableStyleMedium3")
    for place, size in enumerate(_WIDTHS, 1):
        sheet.range((1, place)).column_width = size
    sheet.range((1, 1)).columns.hidden = True
    capabilities.of(sheet).freeze(sheet, rows=1)
    return sheet
