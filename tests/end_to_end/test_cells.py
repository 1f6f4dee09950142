"""Functions in cells through xlwings' own function machinery, with a real server and real sheets, without Windows."""

from __future__ import annotations

import importlib
import io
import sys
import threading
import types

import openpyxl
import pytest
import xlwings
from werkzeug.serving import make_server

from kizuna.app import create_app
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna_addin import worksheet_functions
from kizuna_addin.hosts import files
from tests.end_to_end.sheets import Hand, opened

MISSING = -2147352572
"""What Excel passes for an argument that is left out."""


@pytest.fixture
def asked(shop, tmp_path, monkeypatch):
    """The paths that the add-in asks for, of a second server on the shop's database; this PC is signed in to it."""
    app = create_app(Config(sqlite_url(tmp_path / "kizuna.db")), shop.database)
    paths = []
    inner = app.wsgi_app

    def counting(environ, start_response):
        paths.append(environ["PATH_INFO"].removeprefix("/api/v1"))
        return inner(environ, start_response)

    app.wsgi_app = counting
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    monkeypatch.setenv("KIZUNA_SERVER", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    worksheet_functions.desk.cache_clear()
    yield paths
    worksheet_functions.desk.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def udfs(monkeypatch):
    """xlwings' function server's code, with stand-ins for pywin32 only; cells are those of the files host."""

    def module(name, **contents):
        found = types.ModuleType(name)
        vars(found).update(contents)
        monkeypatch.setitem(sys.modules, name, found)
        return found

    module("pythoncom", CoInitialize=lambda: None)
    module("pywintypes", com_error=type("com_error", (Exception,), {}))
    client = module("win32com.client", Dispatch=lambda found, **_: found)
    module("win32com", client=client)
    windows = module(
        "xlwings._xlwindows",
        Range=lambda xl: xl,
        Book=lambda xl: xl,
        is_range_instance=lambda one: isinstance(one, xlwings.base_classes.Range),
        BOOK_CALLER=None,
    )
    monkeypatch.setattr(xlwings, "_xlwindows", windows, raising=False)
    module("xlwings.com_server", loop=None)
    monkeypatch.delitem(sys.modules, "xlwings.udfs", raising=False)
    found = importlib.import_module("xlwings.udfs")
    monkeypatch.setattr(found, "ComRange", lambda one: one)
    for name, real in (("func", found.xlfunc), ("arg", found.xlarg), ("ret", found.xlret)):
        monkeypatch.setattr(xlwings, name, real)
    book = files.new_book()
    monkeypatch.setitem(xlwings.engines.engines_by_name, "excel", book.app.engine)
    book.app.quit()
    importlib.reload(worksheet_functions)
    yield found
    monkeypatch.undo()
    importlib.reload(worksheet_functions)


def call(udfs, sheet, place, function, *arguments):
    """Do what a wrapper in the add-in does: the name, Nothing, the arguments; ranges as ranges."""
    passed = tuple(one.impl if isinstance(one, xlwings.Range) else one for one in arguments)
    found = udfs.call_udf(
        "kizuna_addin.worksheet_functions", "kizuna", (function, None, *passed), None, sheet.range(place).impl
    )
    return found[0][0] if [len(line) for line in found] == [1] else found


@pytest.fixture
def path(shop, tmp_path):
    path = tmp_path / "own.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row, line in enumerate(
        [["番号", "答え"], ["C0001", "=RFM_LAYER(A2)"], ["C0002", "=RFM_LAYER(A3)"], ["X", "=1"]], 1
    ):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column).value = value
    book.save(path)
    return path


def test_what_a_wrapper_passes_is_answered(udfs, asked, path):
    with opened(path) as book:
        sheet = book.sheets[0]
        one = call(udfs, sheet, "B2", "RFM", sheet["A2"], MISSING)
        many = call(udfs, sheet, "C2", "RFM", sheet["A2:A3"], "2026-03-31")
        table = call(udfs, sheet, "D2", "RFM_LAYER_TABLE", MISSING)
        generic = call(udfs, sheet, "E2", "rfm ", sheet["A2"])

    assert len(one) == 1
    assert len(one[0]) == 4
    assert [len(line) for line in many] == [4, 4]
    assert table[0][0] == "層"
    assert generic == one


def test_ten_thousand_cells_cost_one_request(udfs, asked, path):
    book = openpyxl.load_workbook(path)
    sheet = book.active
    for row in range(2, 10_002):
        sheet.cell(row, 1).value = f"C{row % 4:04}"
        sheet.cell(row, 2).value = f'=IFERROR(RFM_LAYER(A{row}),"")'
    book.save(path)
    with opened(path) as book:
        sheet = book.sheets[0]
        answers = [call(udfs, sheet, f"B{row}", "RFM_LAYER", sheet[f"A{row}"], MISSING) for row in range(2, 10_002)]

    assert asked == ["/functions", "/functions"]  # the catalogue, then all answers
    assert len(answers) == 10_000
    assert answers[0] == answers[4]


def test_two_functions_of_one_sheet_share_the_request(udfs, asked, path):
    with Hand(path, sheet="Sheet") as hand:
        hand.sheet["C2"].value = "=DECILE(A2)"
        hand.sheet["C3"].value = "=DECILE(A3,TODAY())"
    with opened(path) as book:
        sheet = book.sheets[0]
        call(udfs, sheet, "B2", "RFM_LAYER", sheet["A2"], MISSING)
        call(udfs, sheet, "C2", "DECILE", sheet["A2"], MISSING)
        call(udfs, sheet, "B3", "RFM_LAYER", sheet["A3"], MISSING)

    assert asked == ["/functions", "/functions"]


def test_a_function_that_is_not_there_says_so_without_asking_each_time(udfs, asked, path):
    with opened(path) as book:
        sheet = book.sheets[0]
        words = {call(udfs, sheet, "B2", "NOT_THERE", sheet["A2"]) for _ in range(50)}

    assert words == {"関数「NOT_THERE」はありません。名前を確かめるか、プラグインをサーバーに入れてください。"}
    assert asked == ["/functions"]


def test_a_range_where_one_value_belongs_is_named(udfs, asked, path):
    with opened(path) as book:
        sheet = book.sheets[0]

        assert "as_of" in call(udfs, sheet, "B2", "RFM", sheet["A2"], sheet["A2:A3"])


def test_a_pc_that_is_not_signed_in_is_told_how(udfs, asked, path, monkeypatch):
    monkeypatch.delenv("KIZUNA_TOKEN")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with opened(path) as book:
        sheet = book.sheets[0]

        assert "kizuna-addin login" in call(udfs, sheet, "B2", "RFM", sheet["A2"])


def test_without_a_server_a_cell_waits_and_says_so(udfs, path, monkeypatch, tmp_path):
    monkeypatch.setenv("KIZUNA_SERVER", "http://127.0.0.1:9")
    monkeypatch.setenv("KIZUNA_TOKEN", "t")
    worksheet_functions.desk.cache_clear()
    with opened(path) as book:
        sheet = book.sheets[0]

        assert call(udfs, sheet, "B2", "RFM", sheet["A2"]) == "接続待ち"


def test_xlwings_own_generator_makes_a_wrapper_of_our_function(udfs):
    out = io.StringIO()

    udfs.generate_vba_wrapper(
        "kizuna_addin.worksheet_functions", worksheet_functions, out, types.SimpleNamespace(Name="kizuna.xlam")
    )

    assert 'XLPy.CallUDF("kizuna_addin.worksheet_functions", "kizuna", argsArray' in out.getvalue()
    assert "argsArray = Array(function, Nothing)" in out.getvalue()
