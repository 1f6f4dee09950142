"""What a file is by its first bytes, and whether a zipped one may be unpacked at all."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from kizuna.files.errors import (
    ArchiveBombError,
    DamagedWorkbookError,
    DuplicatePartError,
    NotATableError,
    PasswordProtectedError,
)
from kizuna.files.limits import MIB, Limits

Kind = Literal["text", "xlsx", "xlsb", "ods", "xls"]

# Begin of file → what people call it. Web systems often hand out HTML under the name .xls.
_NO_TABLES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"{\\rtf", "RTF"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes, *, name: str, limits: Limits) -> Kind:
    """Return what `data` is, told by its content and not by its name; refuse what is no table or a bomb."""
    if data[:4] in _ZIP:
        return _kind_of_archive(data, name=name, limits=limits)
    if data.startswith(_OLE):
        # An encrypted .xlsx is an OLE file with this stream; the name stands in UTF-16 in the directory.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise PasswordProtectedError(name=name)
        return "xls"
    for magic, kind in _NO_TABLES:
        # "MZ" and the like may also begin an honest CSV, but a program has NUL bytes near its begin.
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64] or magic == b"\x1f\x8b"):
            raise NotATableError(name=name, kind=kind)
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise NotATableError(name=name, kind="HTML")
    if start.startswith(b"<?xml"):
        raise NotATableError(name=name, kind="XML")
    if name.lower().endswith(".json"):
        raise NotATableError(name=name, kind="JSON")
    return "text"


def _kind_of_archive(data: bytes, *, name: str, limits: Limits) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise DamagedWorkbookError(name=name, reason=f"zip: {error}") from None
    _check_archive(entries, name=name, limits=limits)
    parts = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "content.xml" in parts:
        return "ods"
    if "[content_types].xml" in parts and any(part.endswith(".xml") and "workbook" in part for part in parts):
        return "xlsx"
    raise NotATableError(name=name, kind="zip")


def _check_archive(entries: list[zipfile.ZipInfo], *, name: str, limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise ArchiveBombError(name=name, reason=f"{len(entries):,} parts > {limits.archive_entries:,}")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > limits.unpacked_bytes:
        raise ArchiveBombError(name=name, reason=f"{unpacked // MIB:,} MB > {limits.unpacked_bytes // MIB:,} MB")
    if unpacked > limits.ratio_free_bytes and unpacked > packed * limits.unpack_ratio:
        raise ArchiveBombError(name=name, reason=f"{unpacked // MIB:,} MB ← {packed / MIB:,.2f} MB")
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise PasswordProtectedError(name=name)
        if entry.filename in seen:
            raise DuplicatePartError(name=name, part=entry.filename)
        seen.add(entry.filename)
