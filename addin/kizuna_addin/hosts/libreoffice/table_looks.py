"""How Excel paints a table; LibreOffice 7.4 has no such styles, so they are kept with the workbook (extras.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .extras import TableLook

if TYPE_CHECKING:
    from .sheets import Sheet


class TableLookMixin:
    """The part of a table that says what it looks like in Excel."""

    sheet: Sheet
    name: Any

    @property
    def look(self) -> TableLook:
        return self.sheet.book.extras.look(self.name)

    def _change_look(self, **changes: Any) -> None:
        self.sheet.book.extras.change_look(self.name, **changes)

    @property
    def table_style(self) -> str | None:
        return self.look.style

    @table_style.setter
    def table_style(self, value: str | None) -> None:
        self._change_look(style=value or None)

    @property
    def show_table_style_column_stripes(self) -> bool:
        return self.look.column_stripes

    @show_table_style_column_stripes.setter
    def show_table_style_column_stripes(self, value: bool) -> None:
        self._change_look(column_stripes=bool(value))

    @property
    def show_table_style_row_stripes(self) -> bool:
        return self.look.row_stripes

    @show_table_style_row_stripes.setter
    def show_table_style_row_stripes(self, value: bool) -> None:
        self._change_look(row_stripes=bool(value))

    @property
    def show_table_style_first_column(self) -> bool:
        return self.look.first_column

    @show_table_style_first_column.setter
    def show_table_style_first_column(self, value: bool) -> None:
        self._change_look(first_column=bool(value))

    @property
    def show_table_style_last_column(self) -> bool:
        return self.look.last_column

    @show_table_style_last_column.setter
    def show_table_style_last_column(self, value: bool) -> None:
        self._change_look(last_column=bool(value))
