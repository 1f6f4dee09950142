"""Excel's tables, kept as Calc's database ranges; their looks are kept with the workbook (extras.py)."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .addresses import Area
from .extras import DEFAULT_STYLE, TableLook
from .noted import put_values
from .table_looks import TableLookMixin
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .range import Range
    from .sheets import Sheet


@names_what_is_missing
class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of one sheet, in the order they were made."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def xl(self) -> Any:
        return self.sheet.book.xl.DatabaseRanges

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def parent(self) -> Sheet:
        return self.sheet

    def _all(self) -> list[Table]:
        index = self.sheet.index - 1
        found = [Table(self.sheet, self.xl.getByName(name)) for name in self.xl.ElementNames]
        made = {name: number for number, name in enumerate(self.sheet.book.extras.looks)}
        return sorted(
            (table for table in found if table.xl.DataArea.Sheet == index),
            key=lambda table: (made.get(table.name.lower(), len(made)), table.name.lower()),
        )

    def find(self, name: str) -> Table | None:
        return next((table for table in self._all() if table.name.lower() == name.lower()), None)

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, key: Any) -> bool:
        if isinstance(key, numbers.Number):
            return 1 <= int(key) <= len(self)  # type: ignore[call-overload,no-any-return]
        return self.find(str(key)) is not None

    def __call__(self, key: Any) -> Table:
        if isinstance(key, numbers.Number):
            return self._all()[int(key) - 1]  # type: ignore[call-overload]
        table = self.find(str(key))
        if table is None:
            raise KeyError(key)
        return table

    def free_name(self, stem: str = "Table") -> str:
        taken = {name.lower() for name in self.xl.ElementNames}
        return next(name for n in itertools.count(1) if (name := f"{stem}{n}").lower() not in taken)

    def add(
        self,
        source_type: Any = None,  # noqa: ARG002 - Calc's tables hold cells only
        source: Any = None,
        link_source: Any = None,  # noqa: ARG002
        has_headers: Any = None,
        destination: Any = None,  # noqa: ARG002
        table_style_name: str | None = DEFAULT_STYLE,
        name: str | None = None,
    ) -> Table:
        """Make a table of cells. Headings that are missing become Column1, Column2…, as in Excel."""
        cells: Range = getattr(source, "impl", source)
        if any(_overlap(table.range.area, cells.area) for table in self):
            raise ValueError("A table cannot overlap another table")
        rows = max(cells.area.rows, 2)
        if has_headers is False:
            cells.part(0, 0, 1, cells.area.columns).insert("down")
            rows = cells.area.rows + 1
        area = Area(cells.area.row, cells.area.column, rows, cells.area.columns)
        made = self._new(name or self.free_name(), area)
        made.name_columns()
        self.sheet.book.extras.looks[made.name.lower()] = TableLook(style=table_style_name)
        return made

    def copy_of(self, table: Table) -> Table:
        """Return this sheet's copy of a table of the sheet it was copied from, made where LibreOffice left it out."""
        source = table.range.area
        made = next((known for known in self._all() if known.range.area == source), None)
        if made is None:
            made = self._new(self.free_name(table.name) if self.xl.hasByName(table.name) else table.name, source)
            for switch in ("ContainsHeader", "AutoFilter", "TotalsRow"):
                setattr(made.xl, switch, getattr(table.xl, switch))
        self.sheet.book.extras.looks[made.name.lower()] = table.look
        return made

    def _new(self, name: str, area: Area) -> Table:
        from .range import Range

        self.xl.addNewByName(name, Range(self.sheet, area).address_of_cells)
        table = Table(self.sheet, self.xl.getByName(name))
        table.xl.ContainsHeader = True
        table.xl.AutoFilter = True
        # Rows that are inserted move the cells below and carry the formats along.
        table.xl.MoveCells = True
        table.xl.KeepFormats = True
        return table


@names_what_is_missing
class Table(TableLookMixin, base_classes.Table):
    """One table."""

    def __init__(self, sheet: Sheet, xl: Any) -> None:
        self.sheet = sheet
        self.xl = xl

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def parent(self) -> Sheet:
        return self.sheet

    @property
    def name(self) -> str:
        return str(self.xl.Name)

    @name.setter
    def name(self, value: str) -> None:
        looks = self.sheet.book.extras.looks
        # The dictionary's order is the tables' order, so a renamed table keeps its place.
        renamed = {value.lower() if key == self.name.lower() else key: look for key, look in looks.items()}
        self.xl.Name = value
        looks.clear()
        looks.update(renamed)

    display_name = name

    def forget(self) -> None:
        """Take the table away and leave its cells."""
        self.sheet.book.extras.looks.pop(self.name.lower(), None)
        self.sheet.book.xl.DatabaseRanges.removeByName(self.name)

    @property
    def range(self) -> Range:
        from .range import Range

        return Range.of_address(self.sheet.book, self.xl.DataArea)

    def _set_area(self, area: Area) -> None:
        from .range import Range

        self.xl.DataArea = Range(self.sheet, area).address_of_cells

    def _part(self, row: int, rows: int) -> Range:
        return self.range.part(row, 0, rows, self.range.area.columns)

    @property
    def header_row_range(self) -> Range | None:
        return self._part(0, 1) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        rows = self.range.area.rows - self.show_headers - self.show_totals
        if rows <= 0 or self.insert_row_range is not None:
            return None
        return self._part(int(self.show_headers), rows)

    @property
    def insert_row_range(self) -> Range | None:
        """The blank row where an empty table takes its first record; None for a table with records."""
        if self.range.area.rows - self.show_headers - self.show_totals != 1:
            return None
        row = self._part(int(self.show_headers), 1)
        return row if all(value == "" for value in row.xl.getFormulaArray()[0]) else None

    @property
    def totals_row_range(self) -> Range | None:
        return self._part(self.range.area.rows - 1, 1) if self.show_totals else None

    @property
    def show_autofilter(self) -> bool:
        return bool(self.xl.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.xl.AutoFilter = bool(value)

    @property
    def show_headers(self) -> bool:
        return bool(self.xl.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        """Take the heading row into the table or leave it out; its texts stay where they are."""
        if bool(value) == self.show_headers:
            return
        area = self.range.area
        step = -1 if value else 1
        self._set_area(Area(area.row + step, area.column, area.rows - step, area.columns))
        self.xl.ContainsHeader = bool(value)

    @property
    def show_totals(self) -> bool:
        return bool(self.xl.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        """Add a row of totals under the records, or take it away; cells below move for it."""
        if bool(value) == self.show_totals:
            return
        area = self.range.area
        below = self.range.part(area.rows, 0, 1, area.columns)
        if value:
            if any(text != "" for text in below.xl.getFormulaArray()[0]):
                below.insert("down")
            self._set_area(Area(area.row, area.column, area.rows + 1, area.columns))
            self.xl.TotalsRow = True
            self._fill_totals()
        else:
            self._part(area.rows - 1, 1).clear_contents()
            self.xl.TotalsRow = False
            self._set_area(Area(area.row, area.column, area.rows - 1, area.columns))

    def _fill_totals(self) -> None:
        """Write what Excel writes: the word Total, and the last column's sum or count."""
        body, totals = self.data_body_range, self.totals_row_range
        if body is None or totals is None:
            return
        last = body.part(0, body.area.columns - 1, body.area.rows, 1)
        function = 109 if all(type(row[0]) is float for row in last.xl.getDataArray()) else 103
        column = addresses.text(last.area, row_absolute=False, column_absolute=False)
        formula = f"=SUBTOTAL({function},{column})"
        values: list[Any] = [None] * body.area.columns
        values[0] = "Total"
        if body.area.columns > 1:
            values[-1] = formula
        totals.raw_value = [values]

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' own signature
        cells: Range = getattr(range, "impl", range)
        if cells.sheet.index != self.sheet.index:
            raise ValueError("A table stays on its sheet")
        self._set_area(cells.area)
        self.name_columns()

    def name_columns(self) -> None:
        """Give every column a text as heading, Column1, Column2… where there is none, as Excel does."""
        row = self.header_row_range
        if row is None:
            return
        if all(isinstance(value, str) and value for value in row.xl.getDataArray()[0]):
            return
        # A number or a formula as heading becomes its text; Excel repairs a file where they differ.
        headings = [row.xl.getCellByPosition(column, 0).String for column in range(row.area.columns)]
        for number, heading in enumerate(headings):
            if heading == "":
                headings[number] = next(
                    name for n in itertools.count(number + 1) if (name := f"Column{n}") not in headings
                )
        put_values(row.xl, [headings])


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.row <= other.last_row
        and other.row <= one.last_row
        and one.column <= other.last_column
        and other.column <= one.last_column
    )
