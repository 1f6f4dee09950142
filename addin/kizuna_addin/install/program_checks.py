"""Checks of our own parts: the installed add-in, Python, xlwings' library, LibreOffice."""

from __future__ import annotations

import re
import zipfile
from itertools import pairwise
from pathlib import Path

from kizuna_addin.install.errors import NoExcelHereError
from kizuna_addin.install.findings import Finding, ok, plain, trouble, unknown
from kizuna_addin.install.installing import read_settings
from kizuna_addin.install.machine import Machine
from kizuna_addin.install.places import Places, places_on
from kizuna_addin.messages import Text

NO_EXCEL = Text("この OS には Excel がありません。", "There is no Excel for this system.")
INSTALL = Text("「kizuna-addin install」を実行してください。", "Run “kizuna-addin install”.")


def addin(machine: Machine) -> Finding:
    """Look for the add-in in Excel's start folder, made by this version."""
    name = Text("アドイン", "Add-in")
    places = _places(machine)
    if places is None:
        return unknown(name, NO_EXCEL)
    if not places.addin.is_file():
        return trouble(name, Text("{path} がありません。", "{path} is missing.").format(path=places.addin), INSTALL)
    made_by = _baked(places.addin)
    if made_by != (machine.version, machine.xlwings_version):
        return trouble(
            name,
            Text("別の版（{version}）で作られています。", "It was made by another version ({version}).").format(
                version=" / ".join(made_by)
            ),
            INSTALL,
        )
    return ok(name, plain(str(places.addin)))


def interpreter(machine: Machine) -> Finding:
    """Look whether Excel will start this very Python, and whether several compete."""
    name = Text("Python", "Python")
    places = _places(machine)
    if places is None:
        return unknown(name, NO_EXCEL)
    named = read_settings(places).get(places.interpreter_key)
    if named is None:
        return trouble(
            name, Text("Excel に Python が知らされていません。", "Excel has not been told of a Python."), INSTALL
        )
    if not Path(named).is_file():
        return trouble(name, Text("{path} がありません。", "{path} is missing.").format(path=named), INSTALL)
    if Path(named) != machine.executable:
        return trouble(
            name,
            Text("Excel は別の Python（{path}）を使います。", "Excel uses another Python ({path}).").format(path=named),
            INSTALL,
        )
    other = machine.find("python")
    if other and Path(other) != machine.executable:
        return ok(
            name,
            Text(
                "{path} を使います。PATH にはほかの Python（{other}）もありますが、影響しません。",
                "Uses {path}; another Python on PATH ({other}) does no harm.",
            ).format(path=named, other=other),
        )
    return ok(name, plain(named))


def library(machine: Machine) -> Finding:
    """Look for xlwings' library beside Python, of the same version as the package."""
    name = Text("xlwings の DLL", "xlwings' library")
    if machine.platform != "win32":
        return unknown(name)
    wanted = f"xlwings64-{machine.xlwings_version}.dll"
    # Beside Python, or a folder above it in a virtual environment: where xlwings' module looks.
    folders = (machine.executable.parent, machine.executable.parent.parent)
    if any((folder / wanted).is_file() for folder in folders):
        return ok(name, plain(wanted))
    others = sorted(path.name for folder in folders for path in folder.glob("xlwings64-*.dll"))
    return trouble(
        name,
        Text("{wanted} がありません（{others}）。", "{wanted} is missing ({others}).").format(
            wanted=wanted, others=", ".join(others) or "—"
        ),
        plain(f'"{machine.executable}" -m pip install --force-reinstall --no-deps xlwings=={machine.xlwings_version}'),
    )


def libreoffice(machine: Machine) -> Finding:
    """Look for LibreOffice; only those who use it need it."""
    name = Text("LibreOffice", "LibreOffice")
    found = machine.find("soffice") or machine.find("libreoffice")
    if found:
        return ok(name, plain(found))
    return unknown(name, Text("ありません。Excel を使うなら不要です。", "Not found; not needed with Excel."))


def uno(machine: Machine) -> Finding:
    """Look for the module through which LibreOffice is spoken to."""
    name = Text("python-uno", "python-uno")
    if machine.importable("uno") or machine.system_python_has("uno"):
        return ok(name, Text("使えます。", "Works."))
    if not (machine.find("soffice") or machine.find("libreoffice")):
        return unknown(name, Text("LibreOffice がないので不要です。", "Not needed without LibreOffice."))
    return trouble(
        name,
        Text("LibreOffice と話せません。", "LibreOffice cannot be spoken to."),
        Text("Linux では python3-uno を入れてください。", "On Linux install python3-uno."),
    )


def extension(machine: Machine) -> Finding:
    """Look whether a LibreOffice started from here could load the extension; where it cannot, it aborts at its start."""
    name = Text("LibreOffice の拡張機能", "LibreOffice's extension")
    if not machine.system_python_has("uno"):
        return unknown(name, Text("ここでは調べられません。", "Cannot be checked here."))
    if machine.program_python_has("uno"):
        return ok(name, Text("読み込めます。", "Can be loaded."))
    return trouble(
        name,
        Text(
            "ここから LibreOffice を起動すると、PATH の先頭の Python（{python}）のため、拡張機能を読み込むときに落ちます。",
            "A LibreOffice started from here aborts as it loads the extension, because of the first Python on PATH ({python}).",
        ).format(python=machine.find("python3") or "python3"),
        Text(
            "LibreOffice はデスクトップのメニューから起動するか、先に「deactivate」を実行してください。",
            "Start LibreOffice from the desktop's menu, or run “deactivate” first.",
        ),
    )


def _places(machine: Machine) -> Places | None:
    try:
        return places_on(machine.platform, home=machine.home, environ=machine.environ)
    except NoExcelHereError:
        return None


def _baked(path: Path) -> tuple[str, str]:
    """Return the versions of Kizuna and xlwings that an add-in was made by, ``?`` where it does not say."""
    try:
        with zipfile.ZipFile(path) as package:
            sheet = package.read("xl/worksheets/sheet1.xml").decode("utf-8")
    except (OSError, KeyError, zipfile.BadZipFile):
        return "?", "?"
    texts = re.findall(r"<t[^>]*>([^<]*)</t>", sheet)
    known = dict(pairwise(texts))
    return known.get("KIZUNA_VERSION", "?"), known.get("XLWINGS_VERSION", "?")
