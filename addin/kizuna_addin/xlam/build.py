"""Build ``kizuna.xlam``: ribbon, callbacks, function wrappers and settings, from declarations and the catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kizuna_addin.ribbon import GROUPS, Group, verbs
from kizuna_addin.transport import own_version
from kizuna_addin.xlam.callbacks import callbacks
from kizuna_addin.xlam.catalogue import Function
from kizuna_addin.xlam.custom_ui import CALLBACK_MODULE, custom_ui, icon
from kizuna_addin.xlam.icons import STROKES, draw
from kizuna_addin.xlam.package import assemble, twin
from kizuna_addin.xlam.settings_sheet import settings_cells, sheet_xml
from kizuna_addin.xlam.vba import problems
from kizuna_addin.xlam.wrappers import BRIDGE, CONF_SHEET, SETTINGS, WRAPPERS, bridge, fits, on_open, settings, wrappers
from kizuna_addin.xlam.xlwings_vba import read_modules


class BrokenModuleError(Exception):
    """A generated module breaks a limit of VBA; the text says where."""


@dataclass(frozen=True)
class Xlam:
    """A built add-in: the file, its twin for checks, the modules in it, and functions left to ``KIZUNA``."""

    addin: bytes
    twin: bytes
    modules: Mapping[str, str]
    left_out: tuple[str, ...]


def build(functions: Sequence[Function], groups: Sequence[Group] = GROUPS) -> Xlam:
    """Return the add-in for a catalogue and a ribbon; needs pyOpenVBA and Pillow (the extra ``xlam``).

    Raises BrokenModuleError, and what reading xlwings' module and the template raises.
    """
    baked = [one for one in functions if fits(one)]
    foreign = read_modules()
    modules = {
        CALLBACK_MODULE: callbacks(groups),
        WRAPPERS: wrappers(baked),
        BRIDGE: bridge(),
        SETTINGS: settings(),
        "xlwings": foreign.main,
        "Dictionary": foreign.dictionary,
    }
    for name, source in modules.items():
        if found := problems(source):
            raise BrokenModuleError(f"{name}: {'; '.join(found[:3])}")
    versions = {"KIZUNA_VERSION": own_version(), "XLWINGS_VERSION": foreign.version}
    addin = assemble(
        _with_vba(modules, on_open()),
        sheet_name=CONF_SHEET,
        sheet=sheet_xml(settings_cells(baked, versions)),
        ribbon=custom_ui(groups),
        icons={
            icon(verb): draw(STROKES.get(verb.name, STROKES["plugin"])) for verb in verbs(groups) if not verb.picture
        },
        title="Kizuna",
    )
    left_out = tuple(one.name for one in functions if one not in baked)
    return Xlam(addin, twin(addin), modules, left_out)


def _with_vba(modules: Mapping[str, str], workbook_body: str) -> bytes:
    """Return a package whose VBA project holds the modules."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kizuna.xlam"
        with ExcelFile.create_new(str(path)) as book:
            project = book.vba_project()
            for name, source in modules.items():
                is_class = source.startswith("VERSION 1.0 CLASS")
                project.add_module(name, source, kind=VBAModuleKind.other if is_class else VBAModuleKind.standard)
            project.get_module("ThisWorkbook").body = workbook_body
            project.delete_module("Module1")
            book.save()
        return path.read_bytes()
