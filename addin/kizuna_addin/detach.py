"""A workbook made ready for sharing: the tables stay as they look, everything that ties them to the server goes."""

from __future__ import annotations

import xlwings as xw

from kizuna_addin.book_errors import UnsentWorkError
from kizuna_addin.conflict_sheet import remove_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.kept_view import forget_view
from kizuna_addin.memory import SHEET
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.table_sheet import OUR_COLUMNS, line_name, read_table
from kizuna_addin.writing import write_column


def detach(book: xw.Book, *, drop_unsent: bool = False) -> int:
    """Cut a workbook from its server and return the number of sheets; raise UnsentWorkError when work is unsent.

    The last synced copy, the conflict sheet, hidden ids, states and our defined names are removed; what people see stays.
    """
    mind_read_only(book)
    desk = Desk.open(book)
    tables = [(handle, read_table(book, handle, desk.shape(handle))) for handle in desk.record.handles]
    sheets = [(handle, found) for handle, found in tables if found is not None]
    unsent = sum(desk.changes(desk.sheet_record(handle), found).count for handle, found in sheets)
    unsent = unsent or (len(desk.lost.pending.parts) if desk.lost else 0)
    if unsent and not drop_unsent:
        raise UnsentWorkError(count=unsent)
    for handle, found in sheets:
        for column in OUR_COLUMNS:
            write_column(found, column, dict.fromkeys(range(found.height)))
        name = line_name(handle)
        if name in book.names:
            book.names[name].refers_to_range.value = None
        forget_view(book, handle)
        found.table.name = f"table_{handle}"
    for name in [one.name for one in book.names if one.name.startswith(("_kz__", "_kzline__"))]:
        book.names[name].delete()
    remove_conflicts(book)
    book.sheets[SHEET].delete()
    book.save()
    desk.journal.remove()
    return len(sheets)
