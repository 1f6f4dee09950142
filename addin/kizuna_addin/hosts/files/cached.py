"""The results a spreadsheet program last saved beside its formulas."""

from __future__ import annotations

from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

from openpyxl.utils import coordinate_to_tuple
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.xml.constants import SHEET_MAIN_NS

from kizuna_addin.hosts.files import text as escapes
from kizuna_addin.hosts.values import CellError

_NS = f"{{{SHEET_MAIN_NS}}}"


class Formula(str):
    """A formula's text and the last result known for it: ``None``, ``float``, ``bool``, ``str`` or `CellError`."""

    __slots__ = ("result",)
    result: Any


class ArrayFormulaWithResult(ArrayFormula):  # type: ignore[misc]
    """An array formula and the last result of its first cell."""

    result: Any = None


def read_results(source: BinaryIO) -> dict[tuple[int, int], Any]:
    """Return the saved result of each formula of a sheet part, by (row, column)."""
    results: dict[tuple[int, int], Any] = {}
    for _, node in ET.iterparse(source):  # noqa: S314 - `package` refused document types
        if node.tag == f"{_NS}row":
            for cell in node:
                value = cell.find(f"{_NS}v")
                place = cell.get("r")
                if place and value is not None and value.text is not None and cell.find(f"{_NS}f") is not None:
                    results[coordinate_to_tuple(place)] = _result(cell.get("t", "n"), value.text)
            node.clear()
    return results


def _result(kind: str, text: str) -> Any:
    if kind == "str":
        return escapes.read(text)
    if kind == "b":
        return text not in ("0", "false")
    if kind == "e":
        return CellError(text)
    try:
        return float(text)
    except ValueError:
        return text


def attach(cells: dict[tuple[int, int], Any], results: dict[tuple[int, int], Any]) -> None:
    """Put each result into its formula, so that it moves and goes with it."""
    for place, result in results.items():
        cell = cells.get(place)
        if cell is None or cell.data_type != "f":
            continue
        value = cell.value
        if isinstance(value, ArrayFormula):
            kept = ArrayFormulaWithResult(value.ref, value.text)
            kept.result = result
            cell._value = kept  # noqa: SLF001 - the setter would guess the type again
        elif isinstance(value, str):
            formula = Formula(value)
            formula.result = result
            cell._value = formula  # noqa: SLF001
