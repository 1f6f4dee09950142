"""Build ``kizuna-without-python.xlsm`` for one server."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import GROUPS, Group, verbs
from kizuna_addin.xlam.custom_ui import CALLBACK_MODULE, custom_ui, icon
from kizuna_addin.xlam.icons import STROKES, draw
from kizuna_addin.xlam.package import assemble
from kizuna_addin.xlam.settings_sheet import sheet_xml
from kizuna_addin.xlam.vba import problems
from kizuna_addin.xlam.wrappers import CONF_SHEET, SETTINGS, settings
from kizuna_workbooks.without_python.client_vba import ACTIONS_MODULE, CLIENT, actions, callbacks, client, groups
from kizuna_workbooks.without_python.xlwings_client import read_client

MESSAGES = {
    "MESSAGE_TOKEN": Text(
        "サーバーのトークンを入力してください。この PC だけに保管します。",
        "Type your token for this server; it is kept on this PC only.",
    ),
    "MESSAGE_THIS_BOOK": Text("このブックを手前にして押してください。", "Press this with this workbook in front."),
    "MESSAGE_FAILED": Text(
        "途中で止まりました。入力はブックに残っています。もう一度押してください。",
        "This stopped half way. What you typed is still here; press again.",
    ),
    "HOW": Text(
        "「Kizuna 絆」タブの[接続]でトークンを入れ、[取得]を押すと表のシートができます。",
        "On the tab “Kizuna 絆” press Connect, type your token, then press Pull: the tables get their sheets.",
    ),
}


class BrokenModuleError(Exception):
    """A module breaks a limit of VBA; the text says where."""


@dataclass(frozen=True)
class ClientBook:
    """The workbook and the modules in it."""

    book: bytes
    modules: Mapping[str, str]


def build_client_book(
    server: str, tables: Sequence[str] = ("customers",), *, all_groups: Sequence[Group] = GROUPS, language: str = "ja"
) -> ClientBook:
    """Return the macro workbook for a server, with the buttons of its plugins where `all_groups` has them.

    Needs pyOpenVBA and Pillow (the extra ``xlam``).

    Raises BrokenModuleError, and what reading xlwings' client raises.
    """
    foreign = read_client()
    own = {
        CALLBACK_MODULE: callbacks(all_groups),
        CLIENT: client(foreign.version),
        ACTIONS_MODULE: actions(),
        SETTINGS: settings(),
    }
    for name, source in own.items():
        if found := problems(source):
            raise BrokenModuleError(f"{name}: {'; '.join(found[:3])}")
    modules = {**own, **foreign.modules}
    ribbon = groups(all_groups)
    book = assemble(
        _with_vba(modules),
        sheet_name=CONF_SHEET,
        sheet=sheet_xml(_settings(server.rstrip("/"), tables, language)),
        ribbon=custom_ui(ribbon),
        icons={
            icon(verb): draw(STROKES.get(verb.name, STROKES["plugin"])) for verb in verbs(ribbon) if not verb.picture
        },
        title="Kizuna",
    )
    return ClientBook(book, modules)


def _settings(server: str, tables: Sequence[str], language: str) -> dict[tuple[int, int], str | int]:
    rows = {
        "KIZUNA_SERVER": server,
        "KIZUNA_TABLES": ",".join(tables),
        "KIZUNA_LANGUAGE": language,
        **{key: f"{text.ja} / {text.en}" for key, text in MESSAGES.items()},
    }
    return {(row, column): cell for row, pair in enumerate(rows.items(), 1) for column, cell in enumerate(pair, 1)}


def _with_vba(modules: Mapping[str, str]) -> bytes:
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kizuna.xlsm"
        with ExcelFile.create_new(str(path)) as book:
            project = book.vba_project()
            for name, source in modules.items():
                is_class = source.startswith("VERSION 1.0 CLASS")
                project.add_module(name, source, kind=VBAModuleKind.other if is_class else VBAModuleKind.standard)
            project.delete_module("Module1")
            book.save()
        return path.read_bytes()
