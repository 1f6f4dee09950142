"""A table that its program forgot, made again where its headings still stand.

Calc 7.4 drops the table of the sheet before one that is deleted, and Excel's "Convert to Range" leaves the cells as they are:
the rows are all there, and only the frame around them is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xlwings as xw

from kizuna_addin.hosts import capabilities
from kizuna_addin.identifiers import is_id


def made_again(heading: xw.Range, name: str) -> xw.main.Table | None:
    """Return the table `name` made again around the row of headings that `heading`, the one of the ids, stands in.

    It ends with the last row that bears an id; rows typed below are taken in by whoever reads it. None where the sheet takes
    no changes, nothing stands beside the heading, or another table has its place.
    """
    sheet = heading.sheet
    host = capabilities.of(sheet)
    if host.is_read_only(sheet.book) or host.is_protected(sheet):
        return None
    used = sheet.used_range
    last_row, last_column = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    if last_row < heading.row or last_column < heading.column:
        return None
    texts = sheet.range((heading.row, 1), (heading.row, last_column)).options(ndim=1).value
    first, last = _block(texts, heading.column - 1)
    if first == last:
        return None
    ids = sheet.range((heading.row, heading.column), (last_row, heading.column)).options(ndim=1).value
    height = max((place for place, cell in enumerate(ids) if is_id(cell)), default=1)
    place = sheet.range((heading.row, first + 1), (heading.row + height, last + 1))
    if any(_overlap(place, table.range) for table in sheet.tables):
        return None
    return sheet.tables.add(source=place, name=name, table_style_name="TableStyleMedium2")


def _block(texts: Sequence[Any], place: int) -> tuple[int, int]:
    """Return the first and the last place of the texts without a gap around a place."""
    first = last = place
    while first > 0 and texts[first - 1] not in {None, ""}:
        first -= 1
    while last + 1 < len(texts) and texts[last + 1] not in {None, ""}:
        last += 1
    return first, last


def _overlap(one: xw.Range, other: xw.Range) -> bool:
    return bool(
        one.row <= other.last_cell.row
        and other.row <= one.last_cell.row
        and one.column <= other.last_cell.column
        and other.column <= one.last_cell.column
    )
