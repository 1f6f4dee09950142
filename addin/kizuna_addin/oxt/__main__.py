"""What the extension starts: ``press VERB`` for its menu, ``cells`` for its functions."""

from __future__ import annotations

import argparse
import sys

import xlwings as xw

from kizuna_addin import excel
from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice.bridge import struct
from kizuna_addin.messages import UNFORESEEN
from kizuna_addin.oxt.basic import SERVICE
from kizuna_addin.oxt.cells import serve
from kizuna_addin.person import person_at
from kizuna_addin.preferences import preferences_file, read_preferences
from kizuna_addin.worksheet_functions import desk

_MOST_OF_AN_ERROR = 300


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
    try:
        excel.run(given.verb, book=book)
    except Exception as error:
        # Nobody sees what this process says on its way out, and a menu that does nothing leaves a person at a loss.
        said = UNFORESEEN.format(error=f"{type(error).__name__}: {error}"[:_MOST_OF_AN_ERROR])
        person_at(book.app).tell([said.in_language(read_preferences(preferences_file()).language)], trouble=True)
        raise
    if excel.changes_answers(given.verb):
        compute_again(book)


def compute_again(book: xw.Book) -> None:
    """Have Calc ask for the functions in its cells anew; their process is another than this one."""
    office = book.app.impl.office.context
    cells = office.ServiceManager.createInstanceWithContext(SERVICE, office)
    orders = [struct("com.sun.star.beans.NamedValue", Name="order", Value="expire")]
    orders.append(struct("com.sun.star.beans.NamedValue", Name="document", Value=book.impl.xl))
    cells.execute(tuple(orders))


if __name__ == "__main__":
    main()
