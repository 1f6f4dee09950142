"""Parse one workbook in a process of its own: bytes on stdin, a pickled answer on stdout.

Started by path from `kizuna.files.workbook`, so it imports nothing of kizuna. A workbook that makes the parser hang,
panic or eat memory ends this process and not the server.

Arguments: memory in bytes, processor seconds, rows and cells at most, then the sheet's name after ``=`` or nothing.
Answer: ``("sheet", {...})`` or ``(failure, {...})`` with failure one of damaged, password, no-sheet, too-many-rows,
too-heavy, empty.
"""

from __future__ import annotations

import gc
import io
import pickle
import posixpath
import re
import sys
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

Answer = tuple[str, dict[str, Any]]
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*\s)?t="e"[^<>]*>')
_REFERENCE = re.compile(rb'\sr="([A-Z]+[0-9]+)"')


def main() -> None:
    """Read stdin, parse it within the limits of the arguments, and write the answer."""
    memory, seconds, max_rows, max_cells = (int(argument) for argument in sys.argv[1:5])
    sheet = sys.argv[5][1:] if len(sys.argv) > 5 else None
    data = sys.stdin.buffer.read()
    _limit(memory, seconds)
    # A process this short gains nothing from looking for garbage.
    gc.disable()
    try:
        answer = parse(data, sheet=sheet, max_rows=max_rows, max_cells=max_cells)
    except MemoryError:
        answer = ("too-heavy", {})
    except BaseException as error:  # noqa: BLE001  # the parser's panics are no Exception, and each must be answered
        answer = ("damaged", {"reason": f"{type(error).__name__}: {error}"[:200]})
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=5))


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; there the time limit of the parent must do.
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        # Parsing writes no file; what tries to is stopped.
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (soft, hard))


def parse(data: bytes, *, sheet: str | None, max_rows: int, max_cells: int) -> Answer:
    """Return the chosen sheet's cells: the one named, else the first visible one that holds something."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        return "password", {}
    tables = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    visible = [meta.name for meta in tables if meta.visible == SheetVisibleEnum.Visible]
    names = [meta.name for meta in tables]
    if sheet is not None:
        if sheet not in names:
            return "no-sheet", {"available": names}
        wanted = [sheet]
    else:
        wanted = visible or names
    passed: list[str] = []
    for name in wanted:
        cells = workbook.get_sheet_by_name(name)
        if not cells.height or not cells.width or cells.start is None:
            passed.append(name)
            continue
        if cells.height * cells.width > max_cells:
            return "too-heavy", {}
        rows = cells.to_python(skip_empty_area=True, nrows=max_rows + 1)
        _cut_empty_end(rows)
        if len(rows) > max_rows:
            return "too-many-rows", {}
        if not rows:
            passed.append(name)
            continue
        top, left = cells.start
        errors, first_error = _error_cells(data, name)
        return "sheet", {
            "name": name,
            # As tuples they cost the reading process less garbage collection.
            "rows": list(map(tuple, rows)),
            "top": top + 1,
            "left": left + 1,
            "merged": list(cells.merged_cell_ranges or []),
            "passed": passed,
            "others": [other for other in visible if other != name],
            "hidden": [other for other in names if other not in visible],
            "errors": errors,
            "first_error": first_error,
        }
    return "empty", {}


def _cut_empty_end(rows: list[list[Any]]) -> None:
    # Formatting alone makes a sheet claim a million rows.
    while rows and rows[-1].count("") == len(rows[-1]):
        rows.pop()


def _error_cells(data: bytes, sheet: str) -> tuple[int, str]:
    """Return how many cells of an .xlsx sheet show an error such as #N/A, and the first one's reference.

    The parser hands errors out as empty cells, so the sheet's own XML is asked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = archive.read(_sheet_part(archive, sheet))
    except (KeyError, ValueError, zipfile.BadZipFile, ET.ParseError, NotImplementedError, OSError):
        return 0, ""
    # Only numbers of errors matter here, and most sheets have none, so a plain search comes first.
    if b't="e"' not in xml:
        return 0, ""
    found = _ERROR_CELL.findall(xml)
    reference = _REFERENCE.search(found[0]) if found else None
    return len(found), reference.group(1).decode() if reference else ""


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds `sheet`; KeyError where it cannot be told."""
    # The standard parser refuses entities that grow, and this process is limited besides.
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    relation = ""
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            relation = next(value for key, value in element.attrib.items() if key.endswith("}id"))
            break
    for element in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels")):  # noqa: S314
        if element.get("Id") == relation:
            target = element.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
    raise KeyError(sheet)


if __name__ == "__main__":
    main()
