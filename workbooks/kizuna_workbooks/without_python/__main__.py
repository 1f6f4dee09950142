"""``python -m kizuna_workbooks.without_python OUT.xlsm SERVER``: build the workbook for PCs without Python."""

from __future__ import annotations

import sys
from pathlib import Path

from kizuna_addin.errors import AddinError
from kizuna_addin.messages import Text
from kizuna_addin.ribbon import GROUPS, Group, with_actions
from kizuna_addin.signin import sign_in
from kizuna_workbooks.without_python.build import build_client_book

WITHOUT_PLUGINS = Text(
    "プラグインのボタンは入っていません（{reason}）。「kizuna-addin login --server {server}」のあとで作り直すと入ります。",
    "Built without the buttons of plug-ins ({reason}). Sign in (“kizuna-addin login --server {server}”) and build again.",
)


def groups_of(server: str) -> tuple[Group, ...]:
    """Return the ribbon with the buttons of a server's plugins, where this PC is signed in to it."""
    try:
        with sign_in(named=server, remembered=None, language="ja", attempts=1) as client:
            return with_actions(client.actions())
    except AddinError as error:
        told = WITHOUT_PLUGINS.format(reason=error.message.ja, server=server).ja
        print(told, WITHOUT_PLUGINS.format(reason=error.message.en, server=server).en, sep="\n", file=sys.stderr)  # noqa: T201
        return GROUPS


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit("python -m kizuna_workbooks.without_python OUT.xlsm SERVER [TABLE…]")
    tables = sys.argv[3:] or ["customers"]
    built = build_client_book(sys.argv[2], tables, all_groups=groups_of(sys.argv[2]))
    Path(sys.argv[1]).write_bytes(built.book)
