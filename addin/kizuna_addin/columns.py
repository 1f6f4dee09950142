"""Columns added to a table that is already in a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.cells import number_format
from kizuna_addin.desk import Desk
from kizuna_addin.layout import dress_heading, name_column
from kizuna_addin.schema import Field
from kizuna_addin.table_sheet import TableSheet, headings


def add_columns(desk: Desk, found: TableSheet, fields: Sequence[Field]) -> None:
    """Add fields at the right end of a table; what stands beside the table moves aside."""
    new = [one for one in fields if one.name not in found.columns]
    if not new:
        return
    titles = headings(desk.shape(found.handle).fields, desk.language)
    first, count = found.left + found.width, len(new)
    bottom = found.top + max(found.height, 1)
    beside = found.sheet.range((found.top, first), (bottom, first + count - 1))
    if any(cell is not None for line in beside.options(ndim=2).value for cell in line):
        beside.insert("right")
    for place, one in enumerate(new, found.width):
        column = found.left + place
        found.sheet.range((found.top, column), (bottom, column)).number_format = number_format(one)
    heading = found.sheet.range((found.top, first), (found.top, first + count - 1))
    heading.number_format = "@"
    heading.value = [[titles[one.name] for one in new]]
    dress_heading(heading)
    found.table.resize(found.sheet.range((found.top, found.left), (bottom, first + count - 1)))
    found.columns = {**found.columns, **{one.name: place for place, one in enumerate(new, found.width)}}
    found.headings = [*found.headings, *(titles[one.name] for one in new)]
    found.width += count
    found.body = [[*line, *[None] * count] for line in found.body]
    for one in new:
        name_column(desk.book, found, one.name, found.columns[one.name])
