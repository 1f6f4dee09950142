"""The formulas of cells, always read and written in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import formulas
from .addresses import Area
from .noted import put_formulas
from .numberformats import DATE_CODE, GENERAL, LOGICAL_CODE, MOMENT_CODE, key_of

if TYPE_CHECKING:
    from .sheets import Sheet


# Fewer cells are written faster than copied.
_WORTH_FILLING = 100


class FormulasMixin:
    """The part of a range that reads and writes formulas."""

    area: Area
    xl: Any
    first_cell: Any
    _sheet: Sheet
    raw_value: Any
    cells_of: Callable[[Area], Any]
    _padded: Callable[[Any, Any], list[tuple[Any, ...]]]
    _formats: Callable[[Area], list[tuple[int, list[Area]]]]
    _set_format: Callable[[list[Area], str], None]
    _copy_formula: Callable[[Area], None]

    @property
    def formula(self) -> Any:
        """Formulas in Excel's notation; a constant as the text one would type."""
        if self.xl is None:
            return None
        rows = self._padded(self._formulas_of, "")
        return rows[0][0] if self.area.is_cell else tuple(rows)

    @formula.setter
    def formula(self, value: Any) -> None:
        if self.xl is None:
            return
        if isinstance(value, str) and value.startswith("=") and len(value) > 1:
            self._fill(self.area, value)
        else:
            self.raw_value = value

    formula2 = formula

    def _formulas_of(self, area: Area) -> list[tuple[str, ...]]:
        cells = self.cells_of(area)
        known: dict[str, str] = {}
        found = []
        for row_number, row in enumerate(cells.getFormulaArray()):
            line = []
            for column, text in enumerate(row):
                if text.startswith("'"):
                    text = text[1:]  # noqa: PLW2901 - Calc marks a text that looks like something else
                elif text.startswith(("=", "{=")):
                    if text not in known:
                        known[text] = self._excel_formula(text, cells, row_number, column)
                    text = known[text]  # noqa: PLW2901
                line.append(text)
            found.append(tuple(line))
        return found

    def _excel_formula(self, text: str, cells: Any, row: int, column: int) -> str:
        try:
            return formulas.from_calc(text[1:-1] if text.startswith("{=") else text)
        except formulas.NotEverydayError:
            cell = cells.getCellByPosition(column, row)
            printed = self._sheet.book.parser.printFormula(cell.getTokens(), cell.CellAddress)
            return formulas.capitals("=" + printed)

    def _write_formulas(self, area: Area, texts: list[list[str]]) -> None:
        """Write a formula for each cell of an area."""
        try:
            native = [[formulas.to_calc(text) for text in row] for row in texts]
        except formulas.NotEverydayError:
            self._write_parsed(area, texts)
        else:
            if area.rows >= _WORTH_FILLING and _same_when_moved(texts[0][0], native):
                self._fill(area, texts[0][0])
                return
            put_formulas(self.cells_of(area), native)
        self._show_results(area)

    def _fill(self, area: Area, text: str) -> None:
        """Write one formula into the first cell and copy it to the others, formats left as they are.

        Calc joins neighbours with the same formula, which makes writing them one by one slow beyond measure: 10,000
        in a column cost ten seconds, copied a twentieth of one.
        """
        first = self.cells_of(area.part(0, 0))
        try:
            put_formulas(first, [[formulas.to_calc(text)]])
        except formulas.NotEverydayError:
            self._write_parsed(area.part(0, 0), [[text]])
        self._copy_formula(area)
        self._show_results(area)

    def _write_parsed(self, area: Area, texts: list[list[str]]) -> None:
        """Write cell by cell what only LibreOffice's parser understands."""
        parser = self._sheet.book.parser
        cells = self.cells_of(area)
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                cell = cells.getCellByPosition(column, row)
                cell.setTokens(parser.parseFormula(text[1:], cell.CellAddress))

    def _show_results(self, area: Area) -> None:
        """Format new formulas by what the first one gives, as Excel does when a formula is entered."""
        cell = self.cells_of(area.part(0, 0)).getCellByPosition(0, 0)
        shown = cell.String
        if shown in ("TRUE", "FALSE"):
            self._show_general(area, LOGICAL_CODE)
        elif shown[:1].isdigit() and shown.count("/") == 2:
            self._show_general(area, MOMENT_CODE if ":" in shown else DATE_CODE)

    def _show_general(self, area: Area, code: str) -> None:
        general = key_of(self._sheet.book, GENERAL)
        for key, rectangles in self._formats(area):
            if key in (0, general):
                self._set_format(rectangles, code)

    @property
    def formula_array(self) -> Any:
        return self.formula

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        if self.xl is None:
            return
        try:
            self.xl.setArrayFormula(formulas.to_calc(value))
        except formulas.NotEverydayError:
            parser = self._sheet.book.parser
            self.xl.setArrayTokens(parser.parseFormula(value.lstrip("="), self.first_cell.CellAddress))

    @property
    def has_array(self) -> bool:
        return bool(self.xl.getArrayFormula()) if self.xl is not None else False


def _same_when_moved(text: str, native: list[list[str]]) -> bool:
    """Tell whether a column of formulas is its first one, copied down."""
    try:
        return all(line[0] == formulas.to_calc(text, down=row) for row, line in enumerate(native))
    except formulas.NotEverydayError:
        return False
