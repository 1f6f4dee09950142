"""xlwings' client for workbooks without Python, taken from the installed package when the template is built.

``Remote.bas`` is under xlwings' BSD licence; what it stands on (VBA-Web, VBA-JSON, the dictionary for Mac) is under MIT.
Their texts stay in the files. Changes are few and each is looked for: another xlwings stops the build.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import xlwings

_LIBRARY = (
    "WebHelpers.bas",
    "WebClient.cls",
    "WebRequest.cls",
    "WebResponse.cls",
    "IWebAuthenticator.cls",
    "Dictionary.cls",
)
_DISPATCH = 'Application.Run action("func"), wb, action'
_CHANGES = (
    # Sheets longer than 32,767 rows overflow an Integer.
    ("Dim startRow As Integer, startCol As Integer", "Dim startRow As Long, startCol As Long"),
    ("Dim nRows As Integer, nCols As Integer", "Dim nRows As Long, nCols As Long"),
    # A table whose style was taken off has none to name.
    ("table.TableStyle.Name", "KizunaStyleName(table)"),
    # What the server has to know beside values: kizuna_addin.hosts.payload.extensions.
    (
        'sheetDict.Add "values", values',
        'sheetDict.Add "values", values\n        sheetDict.Add "kizuna", KizunaSheet(wb.Worksheets(i))',
    ),
    ('payload.Add "sheets", sheetsPayload', 'payload.Add "sheets", sheetsPayload\n    payload.Add "kizuna", KizunaVersion()'),
    # Only actions are run, and only this workbook's.
    (_DISPATCH, 'KizunaDo CStr(action("func")), wb, action'),
    ("    Else\n        If myResponse.Content", "        KizunaThen myResponse.Data\n    Else\n        If myResponse.Content"),
)  # fmt: skip
# They need Python, a shell or temporary files, and no service answers with them.
_DROPPED = (
    ("Function", "GetAzureAdAccessToken"),
    ("Function", "base64ToPic"),
    ("Sub", "addPicture"),
    ("Sub", "updatePicture"),
    ("Sub", "runMacro"),
)


class ChangedClientError(Exception):
    """The installed xlwings has another client than the one the changes were written for; the text is what was sought."""


@dataclass(frozen=True, slots=True)
class XlwingsClient:
    """The modules by name, with VBA's line ends, and xlwings' version."""

    modules: dict[str, str]
    version: str


def read_client() -> XlwingsClient:
    """Return the client's modules; raise ChangedClientError when a place to change is not there exactly once."""
    folder = Path(xlwings.__file__).parent / "addin"
    modules = {name.partition(".")[0]: _read(folder / name) for name in _LIBRARY}
    modules["Remote"] = changed(_read(folder / "Remote.bas"))
    return XlwingsClient({name: source.replace("\n", "\r\n") for name, source in modules.items()}, xlwings.__version__)


def changed(remote: str) -> str:
    """Return ``Remote.bas`` with our changes, without carriage returns as it came."""
    for old, new in _CHANGES:
        if remote.count(old) != 1:
            raise ChangedClientError(old)
        remote = remote.replace(old, new)
    for kind, name in _DROPPED:
        remote, count = re.subn(rf"^{kind} {name}\(.*?^End {kind}\n", "", remote, flags=re.MULTILINE | re.DOTALL)
        if count != 1:
            raise ChangedClientError(name)
    return remote


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
