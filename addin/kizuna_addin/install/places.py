"""Where Excel looks for add-ins and xlwings for settings, on each system; nothing is written to the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kizuna_addin.install.errors import NoExcelHereError

ADDIN_FILE = "kizuna.xlam"


@dataclass(frozen=True, slots=True)
class Places:
    """The files of an installed add-in; `encoding` is the one VBA reads the settings in."""

    addin: Path
    settings: Path
    interpreter_key: str
    encoding: str
    script: Path | None = None
    """The folder for the script that lets Excel on a Mac start Python."""


def places_on(platform: str, *, home: Path, environ: Mapping[str, str]) -> Places:
    """Return the places for a platform as `sys.platform` names it; raise NoExcelHereError where Excel does not run."""
    if platform == "win32":
        roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
        return Places(
            addin=roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_FILE,
            settings=home / ".kizuna" / "kizuna.conf",
            interpreter_key="INTERPRETER_WIN",
            encoding="mbcs",
        )
    if platform == "darwin":
        office = home / "Library" / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
        return Places(
            addin=office / "Startup.localized" / "Excel" / ADDIN_FILE,
            settings=home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / "kizuna.conf",
            interpreter_key="INTERPRETER_MAC",
            encoding="utf-8",
            script=home / "Library" / "Application Scripts" / "com.microsoft.Excel",
        )
    raise NoExcelHereError
