"""The services there are, told without loading the add-in: xlwings and openpyxl cost half a second and 15 MB per process."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from kizuna import Service, ServiceCaller, Text
from kizuna_addin import messages as addin_messages
from kizuna_addin.ribbon import (
    CHECK,
    CONFLICTS,
    CONNECT,
    FUNCTIONS,
    HISTORY,
    LABELS,
    PULL,
    PUSH,
    REFRESH,
    RESTORE,
    SETTINGS,
    TODAY,
    UNDO,
)
from kizuna_workbook_service.asked import WorkbookAnswer, WorkbookRequest

NEEDED = ("xlwings", "openpyxl", "httpx")
for _name in NEEDED:
    # Said when the server starts, not to the first person who calls.
    if find_spec(_name) is None:
        raise ModuleNotFoundError(f"No module named {_name!r}", name=_name)


def _call(name: str, asked: WorkbookRequest, caller: ServiceCaller) -> WorkbookAnswer:
    from kizuna_workbook_service.running import run
    from kizuna_workbook_service.verbs import VERBS

    return run(VERBS[name], asked, caller)


def _service(name: str, label: addin_messages.Text) -> Service:
    return Service(f"workbook.{name}", Text(label.ja, label.en), WorkbookRequest, WorkbookAnswer, partial(_call, name))


SERVICES = (
    _service("new", addin_messages.Text("新しいブック", "New workbook")),
    _service("pull", PULL.label),
    _service("check", CHECK.label),
    _service("push", PUSH.label),
    _service("finish", addin_messages.Text("送信を終える", "Finish a push")),
    _service("resolve", CONFLICTS.label),
    _service("status", addin_messages.Text("状態", "Status")),
    _service("history", HISTORY.label),
    _service("undo", UNDO.label),
    _service("refresh", REFRESH.label),
    _service("restore", RESTORE.label),
    _service("today", TODAY.label),
    _service("labels", LABELS.label),
    _service("action", addin_messages.Text("追加機能", "Plug-in")),
    _service("functions", FUNCTIONS.label),
    _service("calculate", addin_messages.Text("関数の答えを書く", "Write the answers of functions")),
    _service("connect", CONNECT.label),
    _service("settings", SETTINGS.label),
)
