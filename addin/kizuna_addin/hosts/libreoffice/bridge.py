"""Find Python's bridge to LibreOffice (UNO) and build the small structures its interface wants."""

from __future__ import annotations

import glob
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from .addresses import Area
from .errors import UnoMissingError

# Debian and Fedora put uno.py beside the system's packages; LibreOffice's own builds carry it in their program folder.
LIKELY_FOLDERS = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/python3.*/site-packages",
    "/usr/lib/python3.*/site-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/Resources",
    "C:/Program Files/LibreOffice/program",
)


def load_uno() -> Any:
    """Return the module `uno`, from this environment or from where LibreOffice or the system keeps it.

    Only the modules uno, unohelper and pyuno are taken from a system folder: putting the folder itself on the
    path would let every system package into a virtual environment. Raises UnoMissingError.
    """
    if "uno" in sys.modules:
        return sys.modules["uno"]
    try:
        import uno
    except ImportError as error:
        reason = str(error)
    else:
        return uno
    for folder in _folders():
        try:
            return _load_from(folder)
        except ImportError as error:
            reason = f"{folder}: {error}"
    raise UnoMissingError(reason)


def _folders() -> list[Path]:
    named = os.environ.get("KIZUNA_UNO_PATH")
    patterns = (named, *LIKELY_FOLDERS) if named else LIKELY_FOLDERS
    found = (Path(match) for pattern in patterns for match in sorted(glob.glob(pattern)))  # noqa: PTH207 - patterns with a drive or a root
    return [folder for folder in found if (folder / "uno.py").is_file()]


def _load_from(folder: Path) -> Any:
    for name in ("pyuno", "uno", "unohelper"):
        spec = importlib.machinery.PathFinder.find_spec(name, [str(folder), *_program_folders(folder)])
        if spec is None or spec.loader is None:
            if name == "uno":
                raise ImportError("no module uno there")
            continue  # Debian's uno.py finds pyuno by a path of its own.
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except ImportError:
            del sys.modules[name]
            raise
    return sys.modules["uno"]


def _program_folders(folder: Path) -> list[str]:
    likely = (folder.parent.parent / "libreoffice" / "program", Path("/usr/lib/libreoffice/program"))
    return [str(path) for path in likely if path.is_dir()]


def properties(**values: Any) -> tuple[Any, ...]:
    """Return UNO property values from keywords: `properties(Hidden=True)`."""
    return tuple(struct("com.sun.star.beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


def struct(type_name: str, **fields: Any) -> Any:
    """Return a UNO structure with the given fields set."""
    made = load_uno().createUnoStruct(type_name)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def enum(type_name: str, value: str) -> Any:
    """Return a UNO enumeration value: `enum("com.sun.star.sheet.CellInsertMode", "DOWN")`."""
    return load_uno().Enum(type_name, value)


def typed_any(type_name: str, value: Any) -> Any:
    """Return a value that travels as exactly this UNO type where Python's own would be ambiguous."""
    return load_uno().Any(type_name, value)


def range_address(sheet: int, area: Area) -> Any:
    """Return a UNO cell range address for an area of a sheet counted from 0."""
    return struct(
        "com.sun.star.table.CellRangeAddress",
        Sheet=sheet,
        StartRow=area.row - 1,
        StartColumn=area.column - 1,
        EndRow=area.last_row - 1,
        EndColumn=area.last_column - 1,
    )


def shared(xl: Any, name: str) -> Any:
    """Return a property of cells or of text, None where its parts differ.

    Asked for it plainly, LibreOffice answers with a default that none of the parts need have.
    """
    if xl.getPropertyState(name).value == "AMBIGUOUS_VALUE":
        return None
    return xl.getPropertyValue(name)


def file_url(path: Path | str) -> str:
    """Return the URL LibreOffice uses for a file of this computer."""
    return str(load_uno().systemPathToFileUrl(str(path)))


def file_path(url: str) -> str:
    """Return the path of a file from LibreOffice's URL."""
    return str(load_uno().fileUrlToSystemPath(url))


def office_context(connection: str) -> Any:
    """Return the component context of a running LibreOffice; raises a UNO exception while nobody listens there."""
    local = load_uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    return resolver.resolve(connection)
