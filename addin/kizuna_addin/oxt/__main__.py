"""What the extension starts: ``press VERB`` for its menu, ``cells`` for its functions."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kizuna_addin import excel
from kizuna_addin.hosts import libreoffice
from kizuna_addin.oxt.cells import serve
from kizuna_addin.person import AtTheWindow, OnRecord
from kizuna_addin.worksheet_functions import desk

RECORD_VARIABLE = "KIZUNA_TELL_FILE"
"""Names a file that takes what a person would be told, for a Calc that nobody sits at; questions are agreed to."""


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="kizuna_addin.oxt")
    orders = parser.add_subparsers(dest="order", required=True)
    press = orders.add_parser("press")
    press.add_argument("verb")
    press.add_argument("--connection", required=True)
    press.add_argument("--document", required=True)
    orders.add_parser("cells")
    given = parser.parse_args()
    if given.order == "cells":
        serve(desk(), sys.stdin.buffer, sys.stdout.buffer)
        return
    book = libreoffice.attach_book(given.connection, given.document)
    record = os.environ.get(RECORD_VARIABLE)
    person = OnRecord(Path(record)) if record else AtTheWindow(book.app)
    excel.run(given.verb, book=book, person=person)


if __name__ == "__main__":
    main()
