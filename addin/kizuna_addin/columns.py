"""Columns added to a table that is already in a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.desk import Desk
from kizuna_addin.layout import name_column
from kizuna_addin.schema import Field
from kizuna_addin.table_sheet import TableSheet, headings


def add_columns(desk: Desk, found: TableSheet, fields: Sequence[Field]) -> None:
    """Add fields at the right end of a table; a column that stands there already moves aside."""
    new = [one for one in fields if one.name not in found.columns]
    if not new:
        return
    titles = headings(desk.shape(found.handle), desk.shape(found.handle).fields, desk.language)
    columns = dict(found.columns)
    texts = list(found.headings)
    for one in new:
        title = titles[one.name]
        place = found.width
        found.table.columns.add(title)
        columns[one.name] = place
        texts.append(title)
        found.width += 1
        found.body = [[*line, None] for line in found.body]
        name_column(desk.book, found, one.name, place)
    found.columns, found.headings = columns, texts
