"""Formulas that were entered with the function wizard's help, given the plain names that Excel reads."""

from __future__ import annotations

from typing import Any

from .sheets import WIZARDS_PREFIX, looked_at

# CellFlags.FORMULA.
FORMULAS = 16


def as_macros(document: Any) -> None:
    """Put the plain names, which Excel reads, into formulas that were entered through the wizard; undo does not see it."""
    external = document.createInstance("com.sun.star.sheet.FormulaOpCodeMapper").OpCodeExternal
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    document.UndoManager.lock()
    try:
        for sheet in looked_at(document):
            for area in sheet.queryContentCells(FORMULAS).RangeAddresses:
                cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
                # A function of Basic that no add-in has tells by which number Calc calls Basic.
                macro = parser.parseFormula("KizunaDocument()", cells.getCellByPosition(0, 0).CellAddress)[0]
                _rename_in(sheet, cells, external, macro)
    finally:
        document.UndoManager.unlock()


def _rename_in(sheet: Any, cells: Any, external: int, macro: Any) -> None:
    done: set[str] = set()
    for row, line in enumerate(cells.getFormulaArray()):
        for column, text in enumerate(line):
            if WIZARDS_PREFIX not in text.upper():
                continue
            cell = cells.getCellByPosition(column, row)
            if not text.startswith("{"):
                cell.setTokens(_plain(cell.getTokens(), external, macro))
                continue
            whole = sheet.createCursorByRange(cell)
            whole.collapseToCurrentArray()
            if whole.AbsoluteName not in done:
                done.add(whole.AbsoluteName)
                whole.setArrayTokens(_plain(whole.getArrayTokens(), external, macro))


def _plain(tokens: Any, external: int, macro: Any) -> Any:
    """Return a formula's tokens with Basic's function for each of the add-in's."""
    for token in tokens:
        if token.OpCode == external and str(token.Data).upper().startswith(WIZARDS_PREFIX):
            token.OpCode, token.Data = macro.OpCode, str(token.Data)[len(WIZARDS_PREFIX) :]
    return tokens
