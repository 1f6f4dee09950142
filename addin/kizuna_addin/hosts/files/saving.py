"""Write a workbook so that the file is the old one or the new one at any moment, never half of either."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_WORKBOOK_RELS, REL_NS, SHARED_STRINGS

from kizuna_addin.hosts.durable import sync_folder
from kizuna_addin.hosts.errors import FileTypeError, SaveError
from kizuna_addin.hosts.files.sheet_xml import write_rows
from kizuna_addin.hosts.files.strings import StringTable
from kizuna_addin.hosts.files.table_columns import name_columns

_STRINGS_PART = "xl/sharedStrings.xml"
_SUFFIXES = {False: (".xlsx",), True: (".xlsm",)}


Stamp: TypeAlias = tuple[int, int]
"""A file's time of change, in nanoseconds, and its size."""


def stamp(path: Path) -> Stamp | None:
    """Return what tells a file from the same file saved again, None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def save(workbook: Workbook, path: Path) -> None:
    """Write the workbook to `path`, replacing what is there in one step.

    The new file is complete and on the disk before it takes the old one's name. Raises `FileTypeError` for another
    ending than the workbook's kind has, `SaveError` when the disk or another program refuses.
    """
    wanted = _SUFFIXES[workbook.vba_archive is not None]
    if path.suffix.lower() not in wanted:
        raise FileTypeError(name=path.name, wanted=" / ".join(wanted))
    # Another program must compute afresh what depends on cells written here.
    workbook.calculation.fullCalcOnLoad = True
    target = path.resolve()
    waiting = target.with_name(f".~{target.name[:60]}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            with waiting.open("xb") as stream:
                if target.exists():
                    # Before anything is in it: nobody may read the new file who may not read the old one.
                    waiting.chmod(target.stat().st_mode & 0o777)
                write_package(workbook, stream)
                stream.flush()
                os.fsync(stream.fileno())
            waiting.replace(target)
        finally:
            waiting.unlink(missing_ok=True)
    except OSError as error:
        raise SaveError(name=path.name, reason=error.strerror or type(error).__name__) from error
    sync_folder(target.parent)


def write_package(workbook: Workbook, stream: Any) -> None:
    """Write the workbook's whole zip into a binary stream."""
    for sheet in workbook.worksheets:
        name_columns(sheet)
        if workbook.vba_archive is None:
            # openpyxl would point to the notes' drawing of an earlier save although the notes are gone.
            sheet.legacy_drawing = None
    workbook.properties.modified = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)
    with _Archive(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        writer = _Writer(workbook, archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            writer.write_data()


class _Archive(zipfile.ZipFile):
    """The zip being written; it tells the workbook's relations of the shared strings, which openpyxl does not write."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **keywords: Any) -> None:
        if zinfo_or_arcname == ARC_WORKBOOK_RELS:
            text = data.decode() if isinstance(data, bytes) else data
            relation = f'<Relationship Id="rIdStrings" Type="{REL_NS}/sharedStrings" Target="/{_STRINGS_PART}"/>'
            data = text.replace("</Relationships>", f"{relation}</Relationships>")
        super().writestr(zinfo_or_arcname, data, *args, **keywords)


class _StringsPart:
    """What the manifest of content types asks of a part."""

    path = f"/{_STRINGS_PART}"
    mime_type = SHARED_STRINGS


class _RowlessWriter(WorksheetWriter):  # type: ignore[misc]
    """openpyxl's sheet writer leaving the rows out; what the rows bring for the tail is collected all the same."""

    def write_rows(self) -> None:
        xf = self.xf.send(True)  # noqa: FBT003 - the protocol of openpyxl's coroutine
        with xf.element("sheetData"):
            pass
        self.xf.send(None)


class _Writer(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer with rows written in bulk, strings shared, and results kept beside formulas."""

    def __init__(self, workbook: Workbook, archive: zipfile.ZipFile) -> None:
        super().__init__(workbook, archive)
        self._strings = StringTable(fonts=len(workbook._fonts))  # noqa: SLF001

    def write_worksheet(self, ws: Any) -> None:
        from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing

        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        writer = _RowlessWriter(ws)
        with tempfile.TemporaryFile() as rows:
            write_rows(ws, self._strings, rows.write)
            writer.write()
            ws._rels = writer._rels  # noqa: SLF001
            frame = Path(writer.out).read_bytes()
            writer.cleanup()
            mark = b"<sheetData />" if b"<sheetData />" in frame else b"<sheetData></sheetData>"
            if mark not in frame:
                mark = b"<sheetData/>"
            head, _, tail = frame.partition(mark)
            rows.seek(0)
            with self._archive.open(ws.path[1:], "w", force_zip64=True) as part:
                part.write(head + b"<sheetData>")
                while piece := rows.read(2**20):
                    part.write(piece)
                part.write(b"</sheetData>" + tail)
        self.manifest.append(ws)

    def _write_external_links(self) -> None:
        super()._write_external_links()
        with self._archive.open(_STRINGS_PART, "w") as part:
            self._strings.write(part.write)
        self.manifest.append(_StringsPart())
