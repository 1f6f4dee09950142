"""The extension in a Calc of its own: a menu's verb pulls into the open document, functions are answered in its cells."""

from __future__ import annotations

import io
import sys
import threading
import time
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
from kizuna_addin.push import push
from kizuna_addin.xlam.catalogue import read_functions
from tests.end_to_end.programs import start_calc
from tests.end_to_end.sheets import Hand, opened

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

    assert shown[0][0] == shown[0][2] == shown[1][0] == "未購入"
    assert shown[1][2] == "#NAME?"
    assert formulas[0] == ("=RFM_LAYER(A2)", "=DECILE(A2)", '=KIZUNA("RFM_LAYER",A2)')
    kept = openpyxl.load_workbook(path).active
    assert kept["B2"].value == "=RFM_LAYER(A2)"
    assert kept["D2"].value == '=KIZUNA("RFM_LAYER",A2)'
    assert asked == ["/functions", "/functions"]  # the catalogue, then all answers


def test_ten_thousand_cells_cost_one_request(calc_with_extension, asked, own):
    path = own([["番号", "層"], *([f"C{row % 4:04}", f"=RFM_LAYER(A{row})"] for row in range(2, 10_002))])
    asked.clear()

    book = calc_with_extension.books.open(path)
    started = time.monotonic()
    calc_with_extension.calculate()
    took = time.monotonic() - started
    answers = book.sheets[0]["B2:B10001"].value
    book.close()

    assert asked == ["/functions", "/functions"]
    assert answers[0] == answers[4] == "未購入"
    assert len(set(answers)) == 2
    print(f"{took:.1f} s")


def test_an_array_formula_spills_a_table(calc_with_extension, asked, own):
    path = own([["番号"], ["C0001"], ["C0002"]])

    book = calc_with_extension.books.open(path)
    sheet = book.sheets[0]
    sheet["C1:F3"].formula_array = "=RFM(A2:A3)"
    sheet["H1:I3"].formula_array = "=RFM_LAYER_TABLE()"
    calc_with_extension.calculate()
    rows, table = sheet["C1:F2"].value, sheet["H1:I3"].value
    book.close()

    assert len(rows) == 2
    assert rows[0] == ["未購入", None, None, None]
    assert table[0][0] == "層"


def test_a_verb_of_the_menu_pulls_into_the_open_document(calc_with_extension, shop, asked, tmp_path):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-menu")
    with opened(other) as book, shop.client() as client:
        push(book, client)
    told = tmp_path / "told.txt"

    book = calc_with_extension.books.open(path)
    sheet = book.sheets["顧客"]
    calc_with_extension.impl.dispatch(book.impl, "service:org.kizuna.Verbs?pull")
    deadline = time.monotonic() + 60
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    phone = next(line for line in sheet.used_range.value if "C0001" in line)
    book.close()

    assert "変更 1" in told.read_text()
    assert "03-menu" in phone
    assert Hand(path).get("C0001", "電話") == "03-menu"
    assert Hand(path).book["_kizuna"].sheet_state == "veryHidden"
