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
import xlwings as xw
from werkzeug.serving import make_server

from kizuna.app import create_app
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna_addin.hosts.libreoffice import find_soffice
from kizuna_addin.messages import NO_SUCH_FUNCTION, WRONG_CELLS
from kizuna_addin.oxt.build import build
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.xlam.catalogue import read_functions
from tests.end_to_end.keyboard import Keyboard
from tests.end_to_end.programs import start_calc
from tests.end_to_end.sheets import Hand, opened
from tests.fixtures.live import free_port

ADDIN = Path(__file__).parents[2] / "addin"


class Server:
    """A server on the shop's database that can be stopped and started again at its address; `asked` are the paths it saw."""

    def __init__(self, app):
        self.asked = []
        inner = app.wsgi_app

        def counting(environ, start_response):
            self.asked.append(environ["PATH_INFO"].removeprefix("/api/v1"))
            return inner(environ, start_response)

        app.wsgi_app = counting
        # One that nothing takes while the server is stopped.
        self._app, self._port = app, free_port()
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self):
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server(shop, tmp_path, monkeypatch):
    """A second server on the shop's database; what Calc starts is signed in to it."""
    server = Server(create_app(Config(sqlite_url(tmp_path / "kizuna.db")), shop.database))
    monkeypatch.setenv("KIZUNA_SERVER", server.url)
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    monkeypatch.setenv("KIZUNA_TELL_FILE", str(tmp_path / "told.txt"))
    # LibreOffice's own Python must not see this; the add-in's finds itself through its environment.
    monkeypatch.setenv("KIZUNA_ADDIN_PYTHON", str(_python_with_the_addin(tmp_path)))
    yield server
    server.stop()


@pytest.fixture
def asked(server):
    return server.asked


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


def described(calc):
    """Return what the function wizard shows, by name."""
    office = calc.impl.office.context
    shown = office.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", office)
    every = [{one.Name: one.Value for one in shown.getByIndex(number)} for number in range(shown.Count)]
    return {one["Name"]: one for one in every}


def test_the_function_wizard_shows_help_and_arguments_in_words(calc_with_extension):
    found = described(calc_with_extension)

    assert found["RFM_LAYER"]["Description"].startswith("RFM layer. Return each customer's")
    assert [one.Name for one in found["RFM_LAYER"]["Arguments"]] == ["customer", "as_of"]
    assert found["RFM_LAYER"]["Arguments"][0].Description == "Required. Customer number, or a range of them"
    assert "KIZUNA" in found


def test_a_formula_from_the_wizard_gets_the_plain_name_that_excel_reads(calc_with_extension, own, tmp_path):
    path = own([["番号", "層", "一般"], ["C0001"]])
    book = calc_with_extension.books.open(path)
    sheet = book.sheets[0].impl.xl
    # What is typed or comes from the wizard goes this way, past Excel's notation.
    sheet.getCellRangeByName("B2").setFormula('=RFM_LAYER(A2)&"!"')
    sheet.getCellRangeByName("C2").setFormula('=KIZUNA("RFM_LAYER";A2)')
    sheet.getCellRangeByName("A5:C6").setArrayFormula("=RFM_TOP(1)")
    answered = book.sheets[0]["B2:C2"].value

    waited_for(lambda: "ORG." not in str(sheet.getCellRangeByName("A2:C6").getFormulaArray()))
    texts = book.sheets[0]["B2:C2"].formula
    book.save()
    book.close()

    assert answered == ["未購入!", "未購入"]
    assert texts == (('=RFM_LAYER(A2)&"!"', '=KIZUNA("RFM_LAYER",A2)'),)
    kept = openpyxl.load_workbook(path).active
    assert kept["B2"].value == '=RFM_LAYER(A2)&"!"'
    assert kept["A5"].value.text == "=RFM_TOP(1)"


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


def test_thousands_of_cells_cost_one_request(calc_with_extension, asked, own):
    path = own([["番号", "層"], *([f"C{row % 4:04}", f"=RFM_LAYER(A{row})"] for row in range(2, 3_002))])
    asked.clear()

    book = calc_with_extension.books.open(path)
    calc_with_extension.calculate()
    answers = book.sheets[0]["B2:B3001"].value
    book.close()

    assert asked == ["/functions", "/functions"]
    assert answers[0] == answers[4] == "未購入"
    assert len(set(answers)) == 2


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


def test_a_silent_server_leaves_the_values_and_its_return_is_noticed(calc_with_extension, server, own, tmp_path):
    path = own([["番号", "層", "十分位"], ["C0001", "=RFM_LAYER(A2)", '=KIZUNA("DECILE",A2)'], ["C0002"]])
    book = calc_with_extension.books.open(path)
    calc_with_extension.calculate()
    sheet = book.sheets[0]
    before = sheet["B2:C2"].value

    server.stop()
    press(calc_with_extension, book, "functions")
    sheet["B3"].formula = "=RFM_LAYER(A3)"
    waited_for(lambda: sheet["B3"].value == "接続待ち")
    offline = sheet["B2:C3"].value
    server.start()
    press(calc_with_extension, book, "functions")
    waited_for(lambda: sheet["B3"].value == "未購入")
    after = sheet["B2:C2"].value
    book.close()

    assert before[0] == "未購入"
    assert offline[0] == before
    assert offline[1][0] == "接続待ち"
    assert after == before


def test_a_workbook_answers_from_its_last_pull_while_nobody_else_does(
    shop, server, calc, calc_with_extension, asked, tmp_path, monkeypatch
):
    path = shop.book(tmp_path / "a.xlsx")
    monkeypatch.setattr(xw.engines, "active", calc.engine)
    book = calc.books.open(path)
    sheet = book.sheets["顧客"]
    own = sheet.used_range.shape[1] + 2
    number = Keyboard(book).letter("顧客番号")
    sheet.range((3, own)).formula = f'=IFERROR(RFM_LAYER({number}3),"-")'
    sheet.range((4, own)).formula = f'=KIZUNA("RFM_LAYER",{number}4)'
    with shop.client() as client:
        pull(book, client)
    book.close()
    server.stop()

    book = calc_with_extension.books.open(path)
    calc_with_extension.calculate()
    sheet = book.sheets["顧客"]
    waited_for(lambda: sheet.range((3, own)).value == "未購入")
    sheet.range((5, own)).formula = '=RFM_LAYER("C9999")'
    shown = sheet.range((3, own), (5, own)).value
    book.close()
    server.start()

    assert shown == ["未購入", "未購入", "接続待ち"]


def test_what_cannot_be_answered_says_so_in_the_documented_words(calc_with_extension, asked, own):
    path = own([["番号", "答え"], ["C0001", '=KIZUNA("NOT_THERE",A2)'], ["C0002", "=RFM_LAYER(A2:A3,A2:A3)"]])

    book = calc_with_extension.books.open(path)
    calc_with_extension.calculate()
    said = book.sheets[0]["B2:B3"].value
    book.close()

    assert said[0] == NO_SUCH_FUNCTION.format(function="NOT_THERE").ja
    assert said[1] == WRONG_CELLS.format(argument="as_of").ja


def press(app, book, verb):
    app.impl.dispatch(book.impl, f"service:org.kizuna.Verbs?{verb}")


def waited_for(reached, seconds=60):
    deadline = time.monotonic() + seconds
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.2)


def test_a_verb_of_the_menu_pulls_into_the_open_document(calc_with_extension, shop, asked, tmp_path):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-menu")
    with opened(other) as book, shop.client() as client:
        push(book, client)
    told = tmp_path / "told.txt"

    book = calc_with_extension.books.open(path)
    sheet = book.sheets["顧客"]
    press(calc_with_extension, book, "pull")
    waited_for(told.exists)
    phone = next(line for line in sheet.used_range.value if "C0001" in line)
    book.close()

    assert "変更 1" in told.read_text()
    assert "03-menu" in phone
    assert Hand(path).get("C0001", "電話") == "03-menu"
    assert Hand(path).book["_kizuna"].sheet_state == "veryHidden"


def test_a_verb_of_the_menu_on_a_workbook_that_somebody_else_has_open_says_who(
    calc_with_extension, shop, asked, tmp_path
):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    before = path.read_bytes()
    (tmp_path / ".~lock.a.xlsx#").write_text("山田 花子,hanako,PC2,22.11.2026 08:00,file:///home/hanako/.config/lo/4;")
    told = tmp_path / "told.txt"

    # As a person would who is asked "open read-only or a copy".
    book = calc_with_extension.books.open(path, read_only=True)
    press(calc_with_extension, book, "push")
    waited_for(told.exists)
    book.close()

    assert told.read_text().startswith("! a.xlsx はほかで開かれているため（山田 花子）、ここでは読み取り専用です。")
    assert "閉じてもらい" in told.read_text()
    assert path.read_bytes() == before
    with shop.client() as client:
        pulled = client.pull("customers")
    assert "03-typed" not in pulled.columns[pulled.fields.index("phone")]
