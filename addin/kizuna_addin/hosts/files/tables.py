"""Excel tables (ListObjects): a header, rows, a filter and banding under one name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as Definition
from openpyxl.worksheet.table import TableStyleInfo
from xlwings import base_classes

from kizuna_addin.hosts.errors import TableOverlapError
from kizuna_addin.hosts.files.areas import Area
from kizuna_addin.hosts.files.ranges import Range
from kizuna_addin.hosts.files.table_columns import name_columns


class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of one sheet."""

    api = None
    parent: Any = None

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.parent = sheet

    def __iter__(self) -> Iterator[Table]:
        return (Table(self.sheet, definition) for definition in tuple(self.sheet.api.tables.values()))

    def __len__(self) -> int:
        return len(self.sheet.api.tables)

    def __contains__(self, key: str | int) -> bool:
        return 1 <= key <= len(self) if isinstance(key, int) else any(t.name.lower() == key.lower() for t in self)

    def __call__(self, key: str | int) -> Table:
        """Return a table by its name or place; `KeyError` where there is none."""
        if isinstance(key, int):
            return list(self)[key - 1]
        for table in self:
            if table.name.lower() == key.lower():
                return table
        raise KeyError(key)

    def add(
        self,
        source_type: Any = None,  # noqa: ARG002
        source: Any = None,
        link_source: Any = None,  # noqa: ARG002
        has_headers: bool | None = None,  # noqa: FBT001
        destination: Any = None,  # noqa: ARG002
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """Make cells a table; without headers a header row is put above the data, which moves down."""
        area = source.impl.area
        if has_headers is False:
            self.sheet.range((area.top, area.left, 1, area.columns)).insert("down")
            area = Area(area.top, area.left, area.bottom + 1, area.right)
        if area.rows == 1:
            # A table has at least one row, if an empty one.
            area = Area(area.top, area.left, area.bottom + 1, area.right)
        for other in self:
            if other.area.meets(area):
                raise TableOverlapError(table=other.name, address=area.address())
        definition = Definition(id=1, displayName=name or self._free_name(), name=None, ref=area.address())
        definition.name = definition.displayName
        definition.autoFilter = AutoFilter(ref=area.address())
        definition.headerRowCount = 1
        self.sheet.api.tables.add(definition)
        table = Table(self.sheet, definition)
        table.table_style = table_style_name or ""
        table.show_table_style_row_stripes = True
        name_columns(self.sheet.api)
        return table

    def _free_name(self) -> str:
        taken = {name.lower() for sheet in self.sheet.book.api.worksheets for name in sheet.tables}
        number = 1
        while f"table{number}" in taken:
            number += 1
        return f"Table{number}"


class Table(base_classes.Table):
    """One table; `api` is openpyxl's definition."""

    insert_row_range = None
    api: Any = None
    parent: Any = None

    def __init__(self, sheet: Any, api: Any) -> None:
        self.parent = sheet
        self.api = api

    @property
    def area(self) -> Area:
        """All its cells."""
        left, top, right, bottom = range_boundaries(self.api.ref)
        return Area(top, left, bottom, right)

    @property
    def name(self) -> str:
        """The name formulas use."""
        return str(self.api.displayName)

    @name.setter
    def name(self, value: str) -> None:
        del self.parent.api.tables[self.api.displayName]
        self.api.displayName = self.api.name = value
        self.parent.api.tables.add(self.api)

    display_name = name

    @property
    def range(self) -> Range:
        """All its cells."""
        return Range(self.parent, self.area)

    @property
    def header_row_range(self) -> Range | None:
        """The header's cells."""
        area = self.area
        return Range(self.parent, Area(area.top, area.left, area.top, area.right)) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        """The rows between header and totals."""
        area = self.area
        top, bottom = area.top + self.show_headers, area.bottom - self.show_totals
        return Range(self.parent, Area(top, area.left, bottom, area.right)) if top <= bottom else None

    @property
    def totals_row_range(self) -> Range | None:
        """The totals' cells."""
        area = self.area
        return Range(self.parent, Area(area.bottom, area.left, area.bottom, area.right)) if self.show_totals else None

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' name
        """Make the table span other cells; the cells stay as they are.

        The header must stay in its row, as in Excel.
        """
        area = range.impl.area
        for other in self.parent.tables:
            if other.name != self.name and other.area.meets(area):
                raise TableOverlapError(table=other.name, address=area.address())
        if area.rows == 1 and self.show_headers:
            area = Area(area.top, area.left, area.bottom + 1, area.right)
        set_area(self.api, area)
        name_columns(self.parent.api)

    @property
    def show_autofilter(self) -> bool:
        """Whether the header has filter buttons."""
        return self.api.autoFilter is not None

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        if not value:
            self.api.autoFilter = None
        elif self.api.autoFilter is None:
            self.api.autoFilter = AutoFilter()
            set_area(self.api, self.area)

    @property
    def show_headers(self) -> bool:
        """Whether there is a header row."""
        return bool(self.api.headerRowCount != 0)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        if value == self.show_headers:
            return
        area = self.area
        if value and area.top == 1:
            raise NotImplementedError("no row above the table for its header")
        self.api.headerRowCount = int(value)
        if not value:
            # A filter hangs on the header.
            self.api.autoFilter = None
        set_area(self.api, Area(area.top + (-1 if value else 1), area.left, area.bottom, area.right))

    @property
    def show_totals(self) -> bool:
        """Whether the last row holds totals."""
        return bool(self.api.totalsRowCount)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        if value == self.show_totals:
            return
        area = self.area
        self.api.totalsRowCount = int(value) or None
        self.api.totalsRowShown = value
        set_area(self.api, Area(area.top, area.left, area.bottom + (1 if value else -1), area.right))

    @property
    def _style(self) -> TableStyleInfo:
        if self.api.tableStyleInfo is None:
            self.api.tableStyleInfo = TableStyleInfo(showRowStripes=False, showColumnStripes=False)
        return self.api.tableStyleInfo

    @property
    def table_style(self) -> str:
        """The style's name, such as ``TableStyleMedium2``."""
        return str(self._style.name or "")

    @table_style.setter
    def table_style(self, value: str) -> None:
        self._style.name = value or None

    show_table_style_row_stripes = property(
        lambda self: bool(self._style.showRowStripes), lambda self, value: setattr(self._style, "showRowStripes", value)
    )
    show_table_style_column_stripes = property(
        lambda self: bool(self._style.showColumnStripes),
        lambda self, value: setattr(self._style, "showColumnStripes", value),
    )
    show_table_style_first_column = property(
        lambda self: bool(self._style.showFirstColumn),
        lambda self, value: setattr(self._style, "showFirstColumn", value),
    )
    show_table_style_last_column = property(
        lambda self: bool(self._style.showLastColumn), lambda self, value: setattr(self._style, "showLastColumn", value)
    )


def set_area(definition: Any, area: Area) -> None:
    """Make a table's definition span an area, its filter with it but for the totals."""
    definition.ref = area.address()
    if definition.autoFilter is not None:
        bottom = area.bottom - bool(definition.totalsRowCount)
        definition.autoFilter.ref = Area(area.top, area.left, bottom, area.right).address()
        width = area.columns
        definition.autoFilter.filterColumn = [c for c in definition.autoFilter.filterColumn if c.colId < width]
    if definition.sortState is not None:
        # Excel repairs a file whose sort order lies outside its table; sorting again makes a new one.
        definition.sortState = None
