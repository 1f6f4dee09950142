"""Open a checked package with openpyxl, keeping what it would otherwise change: serial numbers, furigana, results."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from kizuna_addin import collector
from kizuna_addin.hosts.errors import BookError, DamagedBookError, LossyBookError
from kizuna_addin.hosts.files import text
from kizuna_addin.hosts.files.cached import attach, read_results
from kizuna_addin.hosts.files.losses import losses_in
from kizuna_addin.hosts.files.package import Package, read_package
from kizuna_addin.hosts.files.strings import read_strings

MACRO_SUFFIXES = (".xlsm", ".xltm")


class _Reader(ExcelReader):  # type: ignore[misc]
    """openpyxl's reader with three of its steps done otherwise."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None and part.PartName[1:] in self.valid_files:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = read_strings(source)

    def read_worksheets(self) -> None:
        # Dates stay serial numbers: openpyxl overwrites those it cannot express, and knows no Japanese formats.
        self.wb._date_formats = set()  # noqa: SLF001
        self.wb._timedelta_formats = set()  # noqa: SLF001
        super().read_worksheets()
        parts = {sheet.name: relation.target for sheet, relation in self.parser.find_sheets()}
        shared = {id(string) for string in self.shared_strings}
        for sheet in self.wb.worksheets:
            cells = sheet._cells  # noqa: SLF001
            for cell in cells.values():
                # Shared strings came here already as people see them; those written into the cell did not.
                if cell.data_type == "s" and type(cell._value) is str and id(cell._value) not in shared:  # noqa: SLF001
                    cell._value = text.read(cell._value)  # noqa: SLF001
            if any(cell.data_type == "f" for cell in cells.values()):
                with self.archive.open(parts[sheet.title]) as source:
                    attach(cells, read_results(source))


def load(path: Path, *, accept_losses: frozenset[str] = frozenset()) -> Workbook:
    """Return the workbook in a file.

    `accept_losses` holds keys of `kizuna_addin.hosts.files.losses`; what else would be lost raises `LossyBookError`.
    Raises another `BookError` where the file is no sound workbook.
    """
    package = read_package(path)
    keeps_macros = path.suffix.lower() in MACRO_SUFFIXES
    losses = [loss for loss in losses_in(package, keeps_macros=keeps_macros) if loss.key not in accept_losses]
    if losses and "all" not in accept_losses:
        raise LossyBookError(
            name=path.name,
            losses=tuple(loss.key for loss in losses),
            losses_ja="、".join(loss.text.ja for loss in losses),
            losses_en=", ".join(loss.text.en for loss in losses),
            options=" ".join(f"--accept-loss {loss.key}" for loss in losses),
        )
    return parse(package, keeps_macros=keeps_macros)


def parse(package: Package, *, keeps_macros: bool = False) -> Workbook:
    """Return the workbook in a checked package; raises `DamagedBookError` when the parts make no sense."""
    try:
        with warnings.catch_warnings(), collector.paused():
            # openpyxl warns of parts it drops; `losses_in` has already told of those a person would miss.
            warnings.simplefilter("ignore")
            reader = _Reader(io.BytesIO(package.content), keep_vba=keeps_macros, rich_text=True)
            reader.read()
    except BookError:
        raise
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise DamagedBookError(name=package.name, reason=_reason(error)) from error
    workbook: Any = reader.wb
    if not workbook.worksheets:
        raise DamagedBookError(name=package.name, reason="no worksheet")
    return workbook


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    kind = "XML" if isinstance(cause, ParseError) else type(cause).__name__
    return f"{kind}: {str(cause)[:120]}"
