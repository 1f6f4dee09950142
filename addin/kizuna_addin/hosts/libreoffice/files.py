"""Which of LibreOffice's filters reads and writes a file, told by its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import CannotSaveError


@dataclass(frozen=True, slots=True)
class FileType:
    """A file type: the filter that writes it, and the content type its main part must carry where the filter errs."""

    filter_name: str
    main_content_type: str | None = None


_MACRO_TEMPLATE = "application/vnd.ms-excel.template.macroEnabled.main+xml"
_ADD_IN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"

WRITERS = {
    ".xlsx": FileType("Calc MS Excel 2007 XML"),
    ".xlsm": FileType("Calc MS Excel 2007 VBA XML"),
    ".xltx": FileType("Calc MS Excel 2007 XML Template"),
    ".xltm": FileType("Calc MS Excel 2007 VBA XML", _MACRO_TEMPLATE),
    ".xlam": FileType("Calc MS Excel 2007 VBA XML", _ADD_IN),
    ".xls": FileType("MS Excel 97"),
    ".xlt": FileType("MS Excel 97 Vorlage/Template"),
    # Written as a workbook that opens; LibreOffice cannot set the mark that makes Excel load it as an add-in.
    ".xla": FileType("MS Excel 97"),
    ".ods": FileType("calc8"),
    ".csv": FileType("Text - txt - csv (StarCalc)"),
    ".html": FileType("HTML (StarCalc)"),
}

# LibreOffice recognises these by no means of its own.
READERS = {".xlam": "Calc MS Excel 2007 VBA XML", ".csv": "Text - txt - csv (StarCalc)"}

# Comma, double quote, UTF-8, from the first line.
CSV_OPTIONS = "44,34,76,1"


def writer(path: Path) -> FileType:
    """Return how to write a file of this name; raises NotImplementedError for a type LibreOffice cannot write."""
    try:
        return WRITERS[path.suffix.lower()]
    except KeyError:
        raise NotImplementedError(f"Saving as {path.suffix or 'a file without a suffix'} is not available") from None


def is_package(path: Path) -> bool:
    """Tell whether a file of this name is an Office Open XML package."""
    return path.suffix.lower() in (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")


def folder_of(target: Path) -> Path:
    """Return the folder a file is to be written into; raises CannotSaveError where there is none."""
    if not target.parent.is_dir():
        raise CannotSaveError(target, "the folder does not exist")
    return target.parent
