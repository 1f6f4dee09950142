"""Insert and delete cells the way a spreadsheet program does: all that hangs on the cells moves with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.merge import MergedCellRange

from kizuna_addin.hosts.errors import TableOverlapError
from kizuna_addin.hosts.files import columns
from kizuna_addin.hosts.files.areas import Area, quoted_sheet
from kizuna_addin.hosts.files.cached import Formula
from kizuna_addin.hosts.files.references import Move, moved_formula, rewritten


def shift_cells(
    workbook: Any, sheet: Any, area: Area, *, direction: int, by_rows: bool, style_from_after: bool
) -> None:
    """Insert (`direction` 1) or delete (-1) an area of cells, moving what lies below or to the right.

    Raises `TableOverlapError`, before anything changed, where only part of a table would move.
    """
    count = (area.rows if by_rows else area.columns) * direction
    low, high = (area.left, area.right) if by_rows else (area.top, area.bottom)
    move = Move(by_rows, area.top if by_rows else area.left, count, low, high)
    _refuse_torn_tables(sheet, area, move)
    _move_cells(sheet, move, style_from_after=style_from_after)
    _move_dimensions(sheet, move, whole=area.whole_rows if by_rows else area.whole_columns)
    _move_ranges(sheet, move)
    _move_tables(sheet, move)
    for home, formula, put in formulas(workbook):
        changed = moved_formula(formula, home, sheet.title, move)
        if changed != formula:
            put(changed)


def _refuse_torn_tables(sheet: Any, area: Area, move: Move) -> None:
    for table in sheet.tables.values():
        whole = _area(table.ref)
        low, high = (whole.left, whole.right) if move.by_rows else (whole.top, whole.bottom)
        behind = (whole.bottom if move.by_rows else whole.right) >= move.at
        apart = high < move.low or low > move.high
        if behind and not apart and not (move.low <= low and high <= move.high):
            raise TableOverlapError(table=table.displayName, address=area.address())


def _move_cells(sheet: Any, move: Move, *, style_from_after: bool) -> None:
    """Move cells with their styles, notes and links; new cells take the style of their neighbour."""
    cells = sheet._cells  # noqa: SLF001
    axis = 0 if move.by_rows else 1
    affected = sorted(
        (place for place in cells if place[axis] >= move.at and move.low <= place[1 - axis] <= move.high),
        key=lambda place: place[axis],
        reverse=move.count > 0,
    )
    source = move.at if style_from_after else move.at - 1
    styles = {place[1 - axis]: cell for place, cell in cells.items() if place[axis] == source and cell.has_style}
    for place in affected:
        cell = cells.pop(place)
        after = move.moved(Area(place[0], place[1], place[0], place[1]))
        if after is None:
            continue
        cell.row, cell.column = after.top, after.left
        if cell.hyperlink is not None:
            cell.hyperlink.ref = cell.coordinate
        cells[after.top, after.left] = cell
    for number in range(move.at, move.at + move.count):
        for other, neighbour in styles.items():
            if move.low <= other <= move.high:
                row, column = (number, other) if move.by_rows else (other, number)
                cells[row, column] = Cell(sheet, row, column, None, neighbour._style)  # noqa: SLF001


def _move_dimensions(sheet: Any, move: Move, *, whole: bool) -> None:
    """Move row heights, or column widths, when whole rows or columns moved."""
    if not whole:
        return
    if move.by_rows:
        rows = sheet.row_dimensions
        old = dict(rows)
        rows.clear()
        for number, dimension in sorted(old.items()):
            after = move.moved(Area(number, 1, number, 1)) if move.low == 1 else None
            if after is not None:
                dimension.index = after.top
                rows[after.top] = dimension
        return
    dimensions = sheet.column_dimensions
    for number in (move.at, move.at - min(move.count, 0)):
        if columns.find(sheet, number) is not None:
            columns.own(sheet, number)
    old_columns = list(dimensions.values())
    dimensions.clear()
    for dimension in old_columns:
        dimension.reindex()
        after = move.moved(Area(1, dimension.min, 1, dimension.max))
        if after is not None:
            dimension.min, dimension.max, dimension.index = after.left, after.right, get_column_letter(after.left)
            dimensions[dimension.index] = dimension


def _move_ranges(sheet: Any, move: Move) -> None:
    """Move merged areas, drop-down lists, conditional formats, the filter and what prints."""
    merged = [r for old in sheet.merged_cells.ranges for r in _moved_ranges([old], move)]
    for place in [place for place, cell in sheet._cells.items() if type(cell) is MergedCell]:  # noqa: SLF001
        del sheet._cells[place]  # noqa: SLF001
    sheet.merged_cells = MultiCellRange([])
    for part in merged:
        if part.size["rows"] * part.size["columns"] > 1:
            area = MergedCellRange(sheet, part.coord)
            sheet._clean_merge_range(area)  # noqa: SLF001
            sheet.merged_cells.ranges.add(area)
    for rule in tuple(sheet.data_validations.dataValidation):
        kept = _moved_ranges(rule.sqref.ranges, move)
        if kept:
            rule.sqref = MultiCellRange(kept)
        else:
            sheet.data_validations.dataValidation.remove(rule)
    formats = ConditionalFormattingList()
    for old in sheet.conditional_formatting:
        kept = _moved_ranges(old.sqref.ranges, move)
        for rule in old.rules if kept else ():
            formats.add(" ".join(part.coord for part in kept), rule)
    sheet.conditional_formatting = formats
    if sheet.print_area:
        parts = [_area(part.rpartition("!")[2].replace("$", "")) for part in sheet.print_area.split(",")]
        sheet.print_area = [after.address() for part in parts if (after := move.moved(part))]
    if sheet.auto_filter.ref:
        after = move.moved(_area(sheet.auto_filter.ref))
        sheet.auto_filter.ref = after.address() if after else None


def _moved_ranges(ranges: Any, move: Move) -> list[CellRange]:
    moved = (move.moved(Area(old.min_row, old.min_col, old.max_row, old.max_col)) for old in ranges)
    return [CellRange(min_row=a.top, min_col=a.left, max_row=a.bottom, max_col=a.right) for a in moved if a is not None]


def _move_tables(sheet: Any, move: Move) -> None:
    from kizuna_addin.hosts.files.tables import set_area

    for table in tuple(sheet.tables.values()):
        before = _area(table.ref)
        after = move.moved(before)
        if after is None:
            del sheet.tables[table.displayName]
        elif after != before:
            set_area(table, after)


def _area(address: str) -> Area:
    left, top, right, bottom = range_boundaries(address)
    return Area(top, left, bottom, right)


def formulas(workbook: Any) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    """Yield every formula of a workbook with its sheet and how to put another in its place.

    Cells, names, drop-down lists and conditional formats; all come with ``=``.
    """
    for sheet in workbook.worksheets:
        for cell in tuple(sheet._cells.values()):  # noqa: SLF001
            if cell.data_type == "f":
                yield from _cell_formula(sheet.title, cell)
        yield from _rule_formulas(sheet)
        yield from _name_formulas(sheet.title, sheet.defined_names)
    yield from _name_formulas("", workbook.defined_names)


def _rule_formulas(sheet: Any) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    for rule in sheet.data_validations.dataValidation:
        for field in ("formula1", "formula2"):
            text = getattr(rule, field)
            if text and not text.startswith('"'):
                yield sheet.title, "=" + text, _Putter(rule, field)
    for ranges in sheet.conditional_formatting:
        for rule in ranges.rules:
            for number, text in enumerate(rule.formula):
                yield sheet.title, "=" + text, _ItemPutter(rule.formula, number)


def _name_formulas(sheet: str, names: Any) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    for definition in names.values():
        if definition.attr_text:
            yield sheet, "=" + definition.attr_text, _Putter(definition, "attr_text")


class _Putter:
    """Puts a formula back into an attribute that holds it without ``=``."""

    def __init__(self, holder: Any, field: str) -> None:
        self._holder, self._field = holder, field

    def __call__(self, formula: str) -> None:
        setattr(self._holder, self._field, formula[1:])


class _ItemPutter:
    """Puts a formula back into a list."""

    def __init__(self, formulas: list[str], number: int) -> None:
        self._formulas, self._number = formulas, number

    def __call__(self, formula: str) -> None:
        self._formulas[self._number] = formula[1:]


def _cell_formula(sheet: str, cell: Any) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    value = cell._value  # noqa: SLF001
    if isinstance(value, ArrayFormula):

        def put_array(formula: str) -> None:
            value.text = formula

        if value.text:
            yield sheet, value.text, put_array
    elif isinstance(value, str):

        def put(formula: str) -> None:
            changed = Formula(formula)
            changed.result = getattr(value, "result", None)
            cell._value = changed  # noqa: SLF001

        yield sheet, value, put


def rename_sheet(workbook: Any, old: str, new: str) -> None:
    """Make every formula that names a sheet use its new name."""

    def change(named: str | None, address: str) -> str:
        if named is None:
            return address
        return f"{quoted_sheet(new if named.lower() == old.lower() else named)}!{address}"

    for _, formula, put in formulas(workbook):
        if old.lower() in formula.lower():
            changed = rewritten(formula, change)
            if changed != formula:
                put(changed)


def forget_sheet(workbook: Any, sheet: Any) -> None:
    """Turn every reference to a sheet that goes away into ``#REF!``."""

    def change(named: str | None, address: str) -> str:
        if named is None:
            return address
        return "#REF!" if named.lower() == sheet.title.lower() else f"{quoted_sheet(named)}!{address}"

    for home, formula, put in formulas(workbook):
        if home != sheet.title and sheet.title.lower() in formula.lower():
            changed = rewritten(formula, change)
            if changed != formula:
                put(changed)


def filled(formula: str, area: Area) -> list[list[str]]:
    """Return a formula for each cell of an area, its relative references following, as filling down does."""
    origin = Area(area.top, area.left, area.top, area.left).address()
    translator = Translator(formula, origin)
    return [
        [
            translator.translate_formula(f"{get_column_letter(column)}{row}")
            for column in range(area.left, area.right + 1)
        ]
        for row in range(area.top, area.bottom + 1)
    ]


def copy_cells(source: Any, destination: Any) -> None:
    """Copy cells with styles to a place, relative references following; the source is read before anything changes."""
    sheet, area = source.sheet.api, source.area
    target = destination.sheet.api
    down, across = destination.row - area.top, destination.column - area.left
    taken = [
        (row, column, copy(cell._style), cell._value, cell.data_type)  # noqa: SLF001
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (cell := sheet._cells.get((row, column))) is not None and type(cell) is Cell  # noqa: SLF001
    ]
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            target._cells.pop((row + down, column + across), None)  # noqa: SLF001
    for row, column, style, value, kind in taken:
        cell = Cell(target, row + down, column + across, None, style)
        cell._value, cell.data_type = value, kind  # noqa: SLF001
        if kind == "f" and isinstance(value, str):
            origin = f"{get_column_letter(column)}{row}"
            cell._value = Translator(value, origin).translate_formula(cell.coordinate)  # noqa: SLF001
        target._cells[row + down, column + across] = cell  # noqa: SLF001
