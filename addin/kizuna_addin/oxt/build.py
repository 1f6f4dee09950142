"""Build ``kizuna.oxt`` from the ribbon's declaration and the catalogue."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from kizuna_addin.messages import BUSY_IN_CALC, NO_PYTHON_IN_CALC, WAITING
from kizuna_addin.oxt.basic import wrappers
from kizuna_addin.oxt.configuration import TITLE, jobs, menu, window_state
from kizuna_addin.oxt.wizard import descriptions, interface
from kizuna_addin.ribbon import GROUPS, Group
from kizuna_addin.transport import own_version
from kizuna_addin.xlam.catalogue import Function
from kizuna_addin.xlam.wrappers import fits

PARTS = "pythonpath/kizuna_in_calc"
"""LibreOffice puts the folder ``pythonpath`` beside a component on the path of its Python."""
MODULES = ("__init__", "questions", "sheets", "wizard", "worker")

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
<manifest:file-entry manifest:full-path="functions.idl" manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"/>
<manifest:file-entry manifest:full-path="kizuna.components" manifest:media-type="application/vnd.sun.star.uno-components"/>
<manifest:file-entry manifest:full-path="Jobs.xcu" manifest:media-type="application/vnd.sun.star.configuration-data"/>
<manifest:file-entry manifest:full-path="Addons.xcu" manifest:media-type="application/vnd.sun.star.configuration-data"/>
<manifest:file-entry manifest:full-path="CalcAddIns.xcu" manifest:media-type="application/vnd.sun.star.configuration-data"/>
<manifest:file-entry manifest:full-path="CalcWindowState.xcu" manifest:media-type="application/vnd.sun.star.configuration-data"/>
</manifest:manifest>
"""
_COMPONENTS = """<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
<component loader="com.sun.star.loader.Python" uri="kizuna_calc.py">
<implementation name="org.kizuna.Cells"><service name="org.kizuna.Cells"/></implementation>
<implementation name="org.kizuna.Functions"><service name="org.kizuna.Functions"/>
<service name="com.sun.star.sheet.AddIn"/></implementation>
<implementation name="org.kizuna.Start"><service name="org.kizuna.Start"/></implementation>
<implementation name="org.kizuna.Verbs"><service name="org.kizuna.Verbs"/></implementation>
</component></components>
"""
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="org.kizuna.addin"/><version value="{version}"/>
<display-name><name lang="ja">{ja}</name><name lang="en">{en}</name></display-name></description>
"""


def build(
    functions: Sequence[Function], groups: Sequence[Group] = GROUPS, *, python: Path, language: str = "ja"
) -> tuple[bytes, tuple[str, ...]]:
    """Return the extension, and the functions that only ``KIZUNA`` calls because a formula would read their names as cells.

    `python` is the interpreter of this PC that has the add-in installed.
    """
    named = [one for one in functions if fits(one)]
    known = {
        "python": str(python),
        "language": language,
        "functions": ["KIZUNA", *(one.name for one in named)],
        "waiting": WAITING.in_language(language),
        "no_python": NO_PYTHON_IN_CALC.in_language(language),
        "busy": BUSY_IN_CALC.in_language(language),
    }
    inside = files("kizuna_addin.oxt") / "inside"
    version = own_version().partition("+")[0]
    contents = {
        "META-INF/manifest.xml": _MANIFEST.encode(),
        "description.xml": _DESCRIPTION.format(version=version, ja=TITLE.ja, en=TITLE.en).encode(),
        "kizuna.components": _COMPONENTS.encode(),
        "Jobs.xcu": jobs().encode(),
        "Addons.xcu": menu(groups).encode(),
        "CalcAddIns.xcu": descriptions(named).encode(),
        "functions.idl": interface(named).encode(),
        "CalcWindowState.xcu": window_state().encode(),
        "kizuna.json": json.dumps(known, ensure_ascii=False, indent=1).encode(),
        "kizuna_calc.py": (inside / "kizuna_calc.py").read_bytes(),
        **{f"{PARTS}/{one}.py": inside.joinpath(PARTS, f"{one}.py").read_bytes() for one in MODULES},
        "functions.bas": wrappers(named).encode(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), tuple(one.name for one in functions if not fits(one))
