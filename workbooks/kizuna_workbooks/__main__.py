"""``python -m kizuna_workbooks OUT.xlsx``: build the workbook of every installed plugin's sheets."""

from __future__ import annotations

import sys
from pathlib import Path

from kizuna.plugins import load_plugins
from kizuna_workbooks.building import build

if __name__ == "__main__":
    if len(sys.argv) not in {2, 3} or sys.argv[1].startswith("-"):
        sys.exit("python -m kizuna_workbooks OUT.xlsx [ja|en]")
    plugins = load_plugins(strict=True)
    Path(sys.argv[1]).write_bytes(build(list(plugins.sheets.values()), language=(sys.argv[2:] or ["ja"])[0]))
