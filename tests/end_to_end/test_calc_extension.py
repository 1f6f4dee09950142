"""The extension in a Calc of its own: a menu's verb pulls into the open document, functions are answered in its cells."""

from __future__ import annotations

import io
import sys
import threading
import zipfile
from pathlib import Path

import openpyxl
import pytest
from werkzeug.serving import make_server

from kizuna.app import create_app
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna_addin.hosts.libreoffice import find_soffice
from kizuna_addin.oxt.build import build
from kizuna_addin.xlam.catalogue import read_functions
from tests.end_to_end.programs import start_calc

ADDIN = Path(__file__).parents[2] / "addin"


@pytest.fixture
def asked(shop, tmp_path, monkeypatch):
    """The paths that are asked for, of a second server on the shop's database; what Calc starts is signed in to it."""
    app = create_app(Config(sqlite_url(tmp_path / "kizuna.db")), shop.database)
    paths = []
    inner = app.wsgi_app

    def counting(environ, start_response):
        paths.append(environ["PATH_INFO"].removeprefix("/api/v1"))
        return inner(environ, start_response)

    app.wsgi_app = counting
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("KIZUNA_SERVER", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    monkeypatch.setenv("KIZUNA_TELL_FILE", str(tmp_path / "told.txt"))
    # LibreOffice's own Python must not see this; the add-in's finds itself through its environment.
    monkeypatch.setenv("KIZUNA_ADDIN_PYTHON", str(_python_with_the_addin(tmp_path)))
    yield paths
    server.shutdown()
    thread.join()
    server.server_close()


def _python_with_the_addin(folder):
    """Return a program that runs this Python with the add-in of this checkout, installed or not."""
    program = folder / "python-with-kizuna"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ADDIN}" exec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def calc_with_extension(shop, asked, tmp_path):
    """A Calc with the extension, in a profile that is thrown away; unopkg would refuse to run as root."""
    with shop.client() as client:
        made, left_out = build(read_functions(client.functions()), python=Path(sys.executable))
    assert left_out == ()
    unpacked = tmp_path / "extensions" / "kizuna"
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        package.extractall(unpacked)
    program = tmp_path / "soffice-with-kizuna"
    folder = unpacked.parent.as_uri()
    program.write_text(f'#!/bin/sh\nexec "{find_soffice()}" "-env:BUNDLED_EXTENSIONS={folder}" "$@"\n')
    program.chmod(0o755)
    yield from start_calc(program)


@pytest.fixture
def own(tmp_path):
    """A workbook of a person's own, saved by no spreadsheet program, with Excel's formula texts."""

    def make(lines):
        path = tmp_path / "own.xlsx"
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
        return path

    return make


def test_excels_formula_texts_are_answered_and_kept(calc_with_extension, asked, own, tmp_path):
    path = own(
        [
            ["番号", "層", "十分位", "一般"],
            ["C0001", "=RFM_LAYER(A2)", "=DECILE(A2)", '=KIZUNA("RFM_LAYER",A2)'],
            ["C0002", '=IFERROR(RFM_LAYER(A3),"")', "=DECILE(A3,TODAY())", "=NOT_THERE(A3)"],
        ]
    )
    asked.clear()

    book = calc_with_extension.books.open(path)
    calc_with_extension.calculate()
    sheet = book.sheets[0]
    shown, formulas = sheet["B2:D3"].options(err_to_str=True).value, sheet["B2:D3"].formula
    book.save()
    book.close()

    assert shown == []
    assert formulas == []
    kept = openpyxl.load_workbook(path).active
    assert kept["B2"].value == "=RFM_LAYER(A2)"
    assert kept["D2"].value == '=KIZUNA("RFM_LAYER",A2)'
    assert asked == []
