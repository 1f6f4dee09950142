"""Excel tables in a client's workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported
from kizuna_addin.hosts.payload.ranges import Range

DEFAULT_STYLE = "TableStyleMedium2"


@names_what_is_missing
class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of one sheet, in the order in which they were made."""

    api = None
    parent: Any = None

    def __init__(self, sheet: Any) -> None:
        self.sheet = self.parent = sheet
        self._inner = sheet.inner.tables

    def __iter__(self) -> Iterator[Table]:
        return (Table(self.sheet, one) for one in self._inner)

    def __len__(self) -> int:
        return len(self._inner)

    def __contains__(self, key: str | int) -> bool:
        return key in self._inner

    def __call__(self, key: str | int) -> Table:
        """Return a table by name or place; `KeyError` where there is none."""
        return Table(self.sheet, self._inner(key))

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
        """Make cells with a heading a table."""
        if has_headers is False:
            raise unsupported("Tables.add without a heading")
        style = table_style_name or DEFAULT_STYLE
        added = self._inner.add(source=source, has_headers=True, table_style_name=style, name=name)
        self.sheet.record("addTable", source.impl.address, True, style, added.name)  # noqa: FBT003
        return Table(self.sheet, added)


@names_what_is_missing
class Table(base_classes.Table):
    """One table."""

    insert_row_range = None
    api: Any = None
    parent: Any = None

    def __init__(self, sheet: Any, inner: Any) -> None:
        self.parent = sheet
        self.inner = inner

    def record(self, func: str, *args: Any) -> None:
        """Add an action on this table."""
        names = [one.name for one in self.parent.inner.tables]
        self.parent.record(func, names.index(self.inner.name), *args)

    def _cells(self, inner: Any) -> Range | None:
        return None if inner is None else Range(self.parent, inner)

    @property
    def name(self) -> str:
        """The name formulas use."""
        return str(self.inner.name)

    @name.setter
    def name(self, value: str) -> None:
        self.record("setTableName", value)
        # A table keeps its place among the sheet's tables when its name changes, which a plain dictionary would not do.
        tables = self.parent.inner.api.tables
        definitions = list(tables.values())  # openpyxl's own items() pairs names with addresses
        self.inner.api.displayName = self.inner.api.name = value
        tables.clear()
        for one in definitions:
            tables[one.displayName] = one

    display_name = name

    range = property(lambda self: self._cells(self.inner.range))
    header_row_range = property(lambda self: self._cells(self.inner.header_row_range))
    data_body_range = property(lambda self: self._cells(self.inner.data_body_range))
    totals_row_range = property(lambda self: self._cells(self.inner.totals_row_range))

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' name
        """Make the table span other cells; the cells stay as they are."""
        self.record("resizeTable", range.impl.address)
        self.inner.resize(range)

    def _shown(name: str, func: str) -> Any:  # type: ignore[misc]  # noqa: N805  # makes a property of this class
        def get(self: Table) -> Any:
            return getattr(self.inner, name)

        def put(self: Table, value: Any) -> None:
            self.record(func, value)
            setattr(self.inner, name, value)

        return property(get, put)

    show_autofilter = _shown("show_autofilter", "showAutofilterTable")
    show_headers = _shown("show_headers", "showHeadersTable")
    show_totals = _shown("show_totals", "showTotalsTable")
    table_style = _shown("table_style", "setTableStyle")
