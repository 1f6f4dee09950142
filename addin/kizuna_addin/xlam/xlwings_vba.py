"""xlwings' own VBA for add-ins, taken from the installed package when the add-in is built, and made safe for shops.

xlwings lets a workbook, or a file beside it, name the Python that is started. A workbook from elsewhere must not have that
power over a person who clicks on Pull, so these two sources of settings are cut off; what xlwings' module then reads are the
add-in's own sheet and the person's own file. The files are under the BSD licence (the dictionary for Mac: MIT), their
texts stay in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import xlwings

PROJECT = "kizuna"
"""The name of the settings: sheet ``kizuna.conf``, file ``.kizuna/kizuna.conf`` in a person's folder."""

_CHANGES = (
    ('PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT}"'),
    ('If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then', "If False Then ' Kizuna: no workbook's settings"),
    ('If source = "" Or source = "directory" Then', 'If source = "directory" Then \' Kizuna: no folder\'s settings'),
)  # fmt: skip


class ChangedXlwingsError(Exception):
    """The installed xlwings has another VBA module than the one the changes were written for."""


@dataclass(frozen=True, slots=True)
class XlwingsModules:
    """The source of the two modules, with VBA's line ends, and xlwings' version."""

    main: str
    dictionary: str
    version: str


def read_modules() -> XlwingsModules:
    """Return the modules; raise ChangedXlwingsError when a place to change is not there exactly once."""
    folder = Path(xlwings.__file__).parent
    main = (folder / "xlwings_custom_addin.bas").read_text(encoding="utf-8")
    for old, new in _CHANGES:
        if main.count(old) != 1:
            raise ChangedXlwingsError(old)
        main = main.replace(old, new)
    dictionary = (folder / "addin" / "Dictionary.cls").read_text(encoding="utf-8")
    return XlwingsModules(_lines(main), _lines(dictionary), xlwings.__version__)


def _lines(source: str) -> str:
    return re.sub(r"\r?\n", "\r\n", source)
