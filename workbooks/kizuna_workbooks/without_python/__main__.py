"""``python -m kizuna_workbooks.without_python OUT.xlsm SERVER``: build the workbook for PCs without Python."""

from __future__ import annotations

import sys
from pathlib import Path

from kizuna_workbooks.without_python.build import build_client_book

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit("python -m kizuna_workbooks.without_python OUT.xlsm SERVER [TABLE…]")
    tables = sys.argv[3:] or ["customers"]
    Path(sys.argv[1]).write_bytes(build_client_book(sys.argv[2], tables).book)
