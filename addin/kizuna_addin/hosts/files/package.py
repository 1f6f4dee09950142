"""The .xlsx package before anything parses it: refuse what is no workbook, what is broken and what is hostile.

Every bound is checked on the zip's own directory or on the first bytes of a part, so a hostile file costs neither
memory nor time.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kizuna_addin.hosts.errors import (
    BinaryBookError,
    DamagedBookError,
    EncryptedBookError,
    HostileBookError,
    NotAWorkbookError,
    OldExcelBookError,
    StrictBookError,
    UnreadableBookError,
)

MOST_BYTES = 200 * 2**20
MOST_PARTS = 5_000
MOST_UNPACKED = 700 * 2**20
MOST_RATIO = 150
MOST_SHEETS = 1_000
MOST_MERGED_CELLS = 2_000_000
_SMALL_PART = 8 * 2**20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGE = re.compile(rb'mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["\']')
_ROOT = re.compile(r"<(?:[\w.-]+:)?[A-Za-z]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")


@dataclass(frozen=True, slots=True)
class Package:
    """The bytes of a workbook that passed every check, and the names of its parts."""

    name: str
    content: bytes
    parts: tuple[str, ...]
    workbook_part: str

    def archive(self) -> zipfile.ZipFile:
        """Open the zip; the caller closes it."""
        return zipfile.ZipFile(io.BytesIO(self.content))

    def read(self, part: str) -> bytes:
        """Return one part's bytes."""
        with self.archive() as archive:
            return archive.read(part)


def read_package(path: Path) -> Package:
    """Read a workbook file and check all of it that can be checked without parsing.

    Raises a `BookError` that says what is wrong and the cure.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise HostileBookError(name=path.name, reason=f"> {MOST_BYTES >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableBookError(name=path.name, reason=error.strerror or type(error).__name__) from error
    return checked(path.name, content)


def checked(name: str, content: bytes) -> Package:
    """Return the package in these bytes, or raise the `BookError` that fits."""
    if content.startswith(_OLE):
        # Excel wraps an encrypted workbook in the container the old format used.
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise (EncryptedBookError if encrypted else OldExcelBookError)(name=name)
    if not content.startswith(b"PK"):
        raise NotAWorkbookError(name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(name, archive.infolist())
            workbook_part = _workbook_part(name, archive)
            _check_parts(name, archive, workbook_part)
            parts = tuple(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise DamagedBookError(name=name, reason=str(error) or type(error).__name__) from error
    return Package(name, content, parts, workbook_part)


def _check_directory(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise HostileBookError(name=name, reason=f"{len(entries)} parts")
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise HostileBookError(name=name, reason="two parts of one name")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise HostileBookError(name=name, reason=f"unpacks to > {MOST_UNPACKED >> 20} MiB")
    for entry in entries:
        if entry.flag_bits & 1:
            raise EncryptedBookError(name=name)
        if ".." in PurePosixPath(entry.filename.replace("\\", "/")).parts or entry.filename.startswith("/"):
            raise HostileBookError(name=name, reason=f"part outside the file: {entry.filename}")
        if entry.file_size > _SMALL_PART and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise HostileBookError(name=name, reason=f"{entry.filename} is packed {MOST_RATIO} times")


def _workbook_part(name: str, archive: zipfile.ZipFile) -> str:
    parts = set(archive.namelist())
    if "[Content_Types].xml" not in parts:
        raise NotAWorkbookError(name=name)
    types = archive.read("[Content_Types].xml")
    if b"ms-excel.sheet.binary" in types:
        raise BinaryBookError(name=name)
    relations = archive.read("_rels/.rels").decode("utf-8", "replace") if "_rels/.rels" in parts else ""
    for relation in re.findall(r"<[^>]*/officeDocument[\"'][^>]*>", relations):
        target = re.search(r"""Target\s*=\s*["']/?([^"']+)""", relation)
        if target and target[1] in parts:
            return target[1]
    if b"spreadsheetml" not in types:
        raise NotAWorkbookError(name=name)
    raise DamagedBookError(name=name, reason="no workbook part")


def _check_parts(name: str, archive: zipfile.ZipFile, workbook_part: str) -> None:
    book = archive.read(workbook_part)
    head = book[:4000]
    if b"purl.oclc.org/ooxml/spreadsheetml" in head:
        raise StrictBookError(name=name)
    if b"spreadsheetml" not in head.replace(b"\x00", b""):
        raise NotAWorkbookError(name=name)
    if len(_SHEET.findall(book)) > MOST_SHEETS:
        raise HostileBookError(name=name, reason=f"> {MOST_SHEETS} sheets")
    for part in archive.namelist():
        if part.startswith("__MACOSX/"):
            continue  # What a Mac's archiver adds; nothing refers to it.
        if part.lower().endswith((".xml", ".rels", ".vml")):
            with archive.open(part) as source:
                _check_prolog(name, part, source.read(65_536))
        if "/worksheets/" in part and part.endswith(".xml"):
            _check_merged(name, archive, part)


def _check_prolog(name: str, part: str, head: bytes) -> None:
    """Refuse a document type: workbooks never have one, and entity bombs and outside entities need one."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    if b"\x00" in head[:4] and encoding == "utf-8":
        raise HostileBookError(name=name, reason=f"odd encoding of {part}")
    text = head.decode(encoding, "replace")
    root = _ROOT.search(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    if not part.endswith(".vml") and text.strip() and root is None:
        raise DamagedBookError(name=name, reason=f"{part} is no XML")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise HostileBookError(name=name, reason=f"document type in {part}")


def _check_merged(name: str, archive: zipfile.ZipFile, part: str) -> None:
    """Refuse merged areas so large that the file library, which makes an object for each cell, would never end."""
    total = 0
    with archive.open(part) as source:
        for chunk in _overlapping(source, 4 * 2**20, 200):
            for left, top, right, bottom in _MERGE.findall(chunk):
                total += (int(bottom) - int(top) + 1) * (_column(right) - _column(left) + 1)
    if total > MOST_MERGED_CELLS:
        raise HostileBookError(name=name, reason=f"{total} merged cells in {part}")


def _overlapping(source: object, size: int, overlap: int) -> Iterator[bytes]:
    """Yield the stream in pieces, each starting with the end of the one before, so that no element is cut unseen."""
    tail = b""
    while piece := source.read(size):  # type: ignore[attr-defined]
        yield tail + piece
        tail = piece[-overlap:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
