"""Our own VBA beside xlwings' client: pressing a button, what the server has to know more, and our actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from kizuna_addin.hosts.payload import extensions
from kizuna_addin.ribbon import (
    CHECK,
    CONFLICTS,
    CONNECT,
    FUNCTIONS,
    GROUPS,
    HISTORY,
    LABELS,
    PULL,
    PUSH,
    REFRESH,
    RESTORE,
    SETTINGS,
    TODAY,
    UNDO,
    Group,
    Verb,
    verbs,
)
from kizuna_addin.xlam.custom_ui import CALLBACK_MODULE, callback
from kizuna_addin.xlam.vba import module

CLIENT, ACTIONS_MODULE = "KizunaClient", "KizunaActions"
WAIT_MILLISECONDS = 120_000
SERVICES: Mapping[Verb, str] = {
    PULL: "workbook.pull",
    PUSH: "workbook.push",
    CHECK: "workbook.check",
    CONFLICTS: "workbook.resolve",
    HISTORY: "workbook.history",
    UNDO: "workbook.undo",
    REFRESH: "workbook.refresh",
    RESTORE: "workbook.restore",
    TODAY: "workbook.today",
    LABELS: "workbook.labels",
    # VBA has no functions of ours to compute: the answers are written beside the cells that ask.
    FUNCTIONS: "workbook.calculate",
    SETTINGS: "workbook.settings",
}
# xlwings' actions that a service may answer with; nothing else of the workbook can be started by an answer.
XLWINGS_ACTIONS = (
    "setValues", "rangeClearContents", "rangeClearFormats", "rangeClear", "addSheet", "setSheetName", "setAutofit",
    "setRangeColor", "activateSheet", "addHyperlink", "setNumberFormat", "alert", "setRangeName", "namesAdd", "nameDelete",
    "rangeDelete", "rangeInsert", "rangeSelect", "addTable", "setTableName", "resizeTable", "showAutofilterTable",
    "showHeadersTable", "showTotalsTable", "setTableStyle", "copyRange", "sheetDelete", "sheetClear",
    "sheetClearContents", "sheetClearFormats",
)  # fmt: skip


def groups(all_groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return the ribbon's groups with the buttons that work without Python, those of plugins among them."""
    able = {CONNECT, *SERVICES}
    kept = (
        Group(group.name, group.label, tuple(verb for verb in group.verbs if verb in able or verb.action))
        for group in all_groups
    )
    return tuple(group for group in kept if group.verbs)


def callbacks(all_groups: Sequence[Group] = GROUPS) -> str:
    """Return the module that the ribbon's buttons call."""
    lines = [
        "",
        f"Public Sub {callback(CONNECT)}(control As IRibbonControl)",
        "    KizunaConnect",
        "End Sub",
    ]
    for verb, service in SERVICES.items():
        lines += [
            "",
            f"Public Sub {callback(verb)}(control As IRibbonControl)",
            f'    KizunaPress "{service}"',
            "End Sub",
        ]
    for verb in verbs(all_groups):
        if verb.action:
            lines += [
                "",
                f"Public Sub {callback(verb)}(control As IRibbonControl)",
                f'    KizunaPress "workbook.action", "{verb.action}"',
                "End Sub",
            ]
    return module(CALLBACK_MODULE, lines)


def client(xlwings_version: str) -> str:
    """Return the module that asks the server."""
    source = _source(CLIENT).replace("@VERSION@", xlwings_version).replace("@EXTENSION@", str(extensions.VERSION))
    names = [*XLWINGS_ACTIONS, *extensions.ACTIONS]
    cases = [f'        Case "{name}": {name} wb, action' for name in names]
    return module(
        CLIENT, source.replace("@CASES@", "\n".join(cases)).replace("@WAIT@", str(WAIT_MILLISECONDS)).split("\n")
    )


def actions() -> str:
    """Return the module of our actions, one procedure each."""
    return module(ACTIONS_MODULE, _source(ACTIONS_MODULE).split("\n"))


def _source(name: str) -> str:
    """Return a module of ours as it lies beside this file, without the head that every module gets."""
    return (files(__package__) / f"{name}.bas").read_text(encoding="ascii").rstrip("\n")
