"""Read one file of a person into a table, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kizuna.files.archive import kind_of
from kizuna.files.delimited import cut_rows
from kizuna.files.encoding import decode
from kizuna.files.errors import EmptyFileError, FileTooLargeError, NoSuchFileError
from kizuna.files.header import normal_name
from kizuna.files.limits import MIB, Limits
from kizuna.files.shape import shape_table
from kizuna.files.table import FileTable
from kizuna.files.workbook import read_workbook


def read_table(
    source: Path | str | bytes,
    *,
    name: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    known_headers: Collection[str] = (),
    limits: Limits | None = None,
) -> FileTable:
    """Return the table in `source`, a path or the file's bytes; everything not said is found out and noted.

    The kind is told by content: .xlsx, .xlsm, .xls, .xlsb, .ods, or delimited text in any common encoding. `name` is
    what messages call the file. `header_row` counts from 1. `known_headers` are headings to expect, which helps to find
    the heading row under a title. Raises a `FileError` for each reason a file cannot be read.
    """
    limits = limits or Limits()
    data, name = _load(source, name, limits)
    if not data.strip():
        raise EmptyFileError(name=name)
    known = frozenset(map(normal_name, known_headers)) - {""}
    if kind_of(data, name=name, limits=limits) != "text":
        return read_workbook(data, name=name, limits=limits, sheet=sheet, header_row=header_row, known=known)
    decoded = decode(data, name=name, encoding=encoding)
    cut = cut_rows(decoded.text, name=name, limits=limits, delimiter=delimiter)
    return shape_table(
        cut.rows,
        name=name,
        limits=limits,
        header_row=header_row,
        known=known,
        encoding=decoded.encoding,
        delimiter=cut.delimiter,
        notes=(*decoded.notes, *cut.notes),
    )


def _load(source: Path | str | bytes, name: str | None, limits: Limits) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        data, name = source, name or "?"
    else:
        path = Path(source)
        name = name or path.name
        try:
            # One byte more than allowed tells a file that is too large without reading all of it.
            with path.open("rb") as file:
                data = file.read(limits.file_bytes + 1)
        except OSError:
            raise NoSuchFileError(name=name) from None
    if len(data) > limits.file_bytes:
        raise FileTooLargeError(
            name=name, megabytes=f"{len(data) / MIB:,.1f}", limit_megabytes=limits.file_bytes // MIB
        )
    return data, name
