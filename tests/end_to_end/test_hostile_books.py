"""Workbooks and places that are not as they should be: told in words with the cure, and nothing typed is lost."""

from __future__ import annotations

import os
import re
import threading
import time
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from werkzeug.serving import make_server

from kizuna.access.accounts import create_account
from kizuna.access.tokens import create_token
from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna.ops.migrate import migrate
from kizuna_addin.cli import main
from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish
from kizuna_addin.press import Press
from tests.end_to_end.conftest import _seed
from tests.end_to_end.sheets import Hand, opened

NOBODY = 65534


@pytest.fixture
def run(shop, monkeypatch):
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_SERVER", shop.server)

    def call(*arguments, env=None):
        done = CliRunner().invoke(main, [str(one) for one in arguments], env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return call


@pytest.fixture
def path(shop, tmp_path):
    return shop.book(tmp_path / "a.xlsx")


def both(run, *arguments, env=None):
    """Run in both languages and return what each said; Japanese has kana or kanji, English has none."""
    ja = run(*arguments, env=env).output
    en = run(*arguments, "--language", "en", env=env).output
    assert re.search("[ぁ-ん]", ja)
    assert not re.search("[ぁ-ん]", en.replace("顧客", ""))
    return ja, en


def repacked(path, change):
    """Rewrite parts of a package: `change` takes a part's name and content and returns its new content."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, change(name, content))


def test_a_zip_bomb_is_refused_at_once(run, path):
    repacked(path, lambda name, content: content + b" " * 300_000_000 if name.endswith("sheet1.xml") else content)
    before = path.read_bytes()

    started = time.process_time()
    ja, en = both(run, "push", path)

    assert time.process_time() - started < 20  # parsing it takes minutes
    assert "送り主に確かめ" in ja
    assert "Ask who sent it" in en
    assert path.read_bytes() == before


@pytest.mark.parametrize("host", ["files", "libreoffice"], indirect=False)
def test_blank_rows_with_a_format_down_to_the_last_are_no_rows(run, path, host, request):
    if host == "libreoffice":
        request.getfixturevalue("calc")
    # The files host takes each as an object, all alike; a million of them would only take longer.
    rows = range(6, 1_048_577) if host == "libreoffice" else [*range(6, 60_000), 1_048_576]
    blank = b"".join(b'<row r="%d" ht="20" customHeight="1"/>' % row for row in rows)
    repacked(
        path,
        lambda name, content: (
            content.replace(b"</sheetData>", blank + b"</sheetData>") if name.endswith("sheet1.xml") else content
        ),
    )
    with zipfile.ZipFile(path) as package:
        assert b'r="1048576"' in package.read("xl/worksheets/sheet1.xml")

    checked = run("check", path, "--host", host)
    pulled = run("pull", path, "--host", host)

    assert checked.exit_code == pulled.exit_code == 0, checked.output + pulled.output
    assert "送信するものはありません" in checked.output
    assert len(Hand(path).rows) == 3


@pytest.mark.parametrize("host", ["files", "libreoffice"])
def test_a_protected_sheet_is_told_with_the_cure_or_written_as_before(run, path, host, request, shop):
    if host == "libreoffice":
        request.getfixturevalue("calc")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        hand.sheet.protection.sheet = True
        hand.sheet.protection.password = "secret"

    pushed = run("push", path, "--host", host)
    pulled = run("pull", path, "--host", host)

    with Hand(path) as hand:
        assert hand.get("C0001", "電話") == "03-typed"
        assert hand.sheet.protection.sheet
    if host == "files":
        assert pushed.exit_code == pulled.exit_code == 0, pushed.output
    else:
        assert pushed.exit_code == pulled.exit_code == 1
        assert "保護" in pushed.output
        assert "解除" in pushed.output


def as_nobody(*arguments):
    """Run the command line in a process of a person who is not the administrator; return its exit code and what it said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            done = CliRunner().invoke(main, [str(one) for one in arguments])
            os.write(theirs, f"{done.exit_code}\n{done.output}{done.exception or ''}".encode())
            code = 0
        finally:
            os._exit(code)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    code, _, words = text.partition("\n")
    return int(code), words


def test_a_file_that_may_not_be_written_keeps_its_work_and_sends_nothing(run, shop, path, tmp_path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    folder = tmp_path / "shared"
    folder.mkdir()
    shared = folder / "a.xlsx"
    shared.write_bytes(path.read_bytes())
    for parent in (*reversed([one for one in folder.parents if len(one.parts) > 2]), folder):
        parent.chmod(parent.stat().st_mode | 0o055)
    shared.chmod(0o666)
    folder.chmod(0o555)
    before = shared.read_bytes()

    # What the child needs is imported before it may read nothing of this checkout.
    run("check", path)
    ja = as_nobody("push", shared)
    en = as_nobody("push", shared, "--language", "en")

    assert (ja[0], en[0]) == (1, 1), ja
    assert "書き込める場所かを確かめて" in ja[1]
    assert "could not be saved" in en[1]
    assert shared.read_bytes() == before
    with shop.client() as client:
        pulled = client.pull("customers")
    assert "03-typed" not in pulled.columns[pulled.fields.index("phone")]


@pytest.mark.parametrize("host", ["files", "libreoffice"])
def test_a_file_marked_read_only_is_told_with_the_cure_before_anything_is_sent(run, path, host, request, shop):
    if host == "libreoffice":
        request.getfixturevalue("calc")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    path.chmod(0o444)
    before = path.read_bytes()

    ja, en = both(run, "push", path, "--host", host)
    others = [run(*verb, path, "--host", host) for verb in (["pull"], ["check"], ["undo"], ["detach"], ["calculate"])]
    looked = run("status", path, "--host", host)

    assert "読み取り専用" in ja
    assert "[read-only-book]" in en
    assert ["[read-only-book]" in one.output for one in others] == [True] * 5
    assert "変更 1" in looked.output, looked.output
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if "kizuna-" in one.name] == []
    with shop.client() as client:
        pulled = client.pull("customers")
    assert "03-typed" not in pulled.columns[pulled.fields.index("phone")]


@pytest.mark.parametrize(
    ("lock", "content", "who"),
    [
        # Excel's own: the name in the letters of its Windows, then in UTF-16.
        (
            "~$a.xlsx",
            b"\x04" + "花子".encode("cp932").ljust(54) + b"\x02\x00" + "花子".ljust(54).encode("utf-16-le"),
            "花子",
        ),
        ("~$a.xlsx", b"\x06hanako", "hanako"),
        (".~lock.a.xlsx#", b",hanako,other-pc,21.11.2026 10:00,file:///x;", "hanako"),
    ],
)
def test_a_workbook_that_is_open_elsewhere_is_not_written(run, path, lock, content, who):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    (path.parent / lock).write_bytes(content)
    before = path.read_bytes()

    ja, en = both(run, "push", path)
    looked = run("status", path)
    unchanged = path.read_bytes()
    (path.parent / lock).unlink()
    after = run("push", path)

    assert who in ja
    assert "閉じて" in ja
    assert "Close it" in en
    assert before == unchanged
    assert looked.exit_code == 0
    assert "反映 1" in after.output


def test_a_renamed_table_is_still_known(run, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        table = hand.sheet.tables.pop("kizuna_customers")
        table.name = table.displayName = "お客様の表"
        hand.sheet.add_table(table)

    pushed = run("push", path)
    pulled = run("pull", path)

    assert "反映 1" in pushed.output
    assert pulled.exit_code == 0, pulled.output
    assert list(Hand(path).sheet.tables) == ["お客様の表"]


def test_a_table_made_a_plain_range_is_made_a_table_again(run, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        hand.type_row(氏名="新しい人")
        del hand.sheet.tables["kizuna_customers"]

    pushed = run("push", path)

    assert "新規 1・変更 1" in pushed.output, pushed.output
    assert "反映 2" in pushed.output
    assert Hand(path).sheet.tables["kizuna_customers"].ref.startswith("A2:")
    assert len(Hand(path).rows) == 4


def test_a_deleted_table_leaves_its_cells_and_a_restored_sheet_stands_beside_them(run, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        del hand.sheet.tables["kizuna_customers"]
        # The mark of its headings is gone as well: nobody can tell what these cells are.
        del hand.book.defined_names["_kz__customers__id"]

    pushed = run("push", path)
    restored = run("pull", path, "--restore")

    assert pushed.exit_code == 3
    assert "pull --restore" in pushed.output
    assert restored.exit_code == 0, restored.output
    assert Hand(path).get("C0001", "電話") == "03-typed"
    assert Hand(path, "顧客 2").get("C0001", "電話") == "03-1111-0001"


def test_renamed_headings_and_sheets_are_still_known(run, path):
    with Hand(path) as hand:
        hand.sheet.title = "お得意様"
        # Excel and Calc do the same to names when a sheet is renamed.
        for name in hand.book.defined_names.values():
            name.attr_text = name.attr_text.replace("顧客", "お得意様")
        column = hand.column("電話")
        hand.sheet.cell(2, column).value = "でんわ"
        hand.table.tableColumns[column - 1].name = "でんわ"
        hand.sheet.cell(hand.row("C0001"), column).value = "03-typed"

    pushed = run("push", path)

    assert "反映 1" in pushed.output
    assert Hand(path, "お得意様").get("C0001", "でんわ") == "03-typed"


def test_a_workbook_of_1904_tells_the_same_days(run, shop, tmp_path):
    path = tmp_path / "mac.xlsx"
    blank = openpyxl.Workbook()
    blank.epoch = CALENDAR_MAC_1904
    blank.save(path)
    made = shop.book(tmp_path / "a.xlsx")
    # What Excel does when the option is switched: the numbers stay and mean other days.
    with Hand(made) as hand:
        hand.book.epoch = CALENDAR_MAC_1904
    run("pull", made)

    checked = run("check", made)
    with Hand(made) as hand:
        assert hand.book.epoch == CALENDAR_MAC_1904
        assert hand.get("C0002", "生年月日").date().isoformat() == "1980-04-01"
        hand.set("C0001", "生年月日", "1990/5/6")
    pushed = run("push", made)

    assert "送信するものはありません" in checked.output
    assert "反映 1" in pushed.output
    with shop.client() as client:
        pulled = client.pull("customers")
    assert "1990-05-06" in pulled.columns[pulled.fields.index("birthday")]


def test_a_pc_whose_clock_is_years_behind_loses_and_doubles_nothing(run, path, monkeypatch):
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 20 * 365 * 86400 * 10**9)
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        hand.type_row(氏名="昔の人")

    pushed = run("push", path)
    again = run("push", path)
    pulled = run("pull", path)

    assert "反映 2" in pushed.output
    assert "送信するものはありません" in again.output
    assert "変更 0・追加 0・削除 0" in pulled.output


def test_two_tables_on_one_sheet_are_each_known(run, shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("name", "phone")), Wish("staff", ("name",)))
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        moved = hand.book["スタッフ"]
        table = moved.tables.pop("kizuna_staff")
        for line in moved["A2:E4"]:
            for cell in line:
                hand.sheet.cell(cell.row, cell.column + 9).value = cell.value
        table.ref = table.autoFilter.ref = "J2:N4"
        hand.sheet.add_table(table)
        hand.sheet["N3"] = "店長"
        del hand.book["スタッフ"]
        for name in hand.book.defined_names.values():
            if "スタッフ" in name.attr_text:
                column = name.attr_text.rpartition("!$")[2].partition("$")[0]
                name.attr_text = f"顧客!${chr(ord(column) + 9)}$2"

    pushed = run("check", path)
    history = run("status", path)
    with opened(path) as book:
        sheet = book.sheets["顧客"]
        staff = Press(book, sheet.range("K3"), None, None).selected_rows()
        customer = Press(book, sheet.range("E3:F4"), None, None).selected_rows()

    assert "「顧客」 新規 0・変更 1" in pushed.output, pushed.output
    assert "「スタッフ」 新規 0・変更 1" in pushed.output
    assert history.exit_code == 0
    assert [key for _, key in staff] == [Hand(path).sheet["M3"].value]
    assert [key for _, key in customer] == [Hand(path).sheet["D3"].value, Hand(path).sheet["D4"].value]


def test_a_workbook_of_another_server_is_told_apart_and_left_alone(run, shop, path, tmp_path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    before = path.read_bytes()
    other = open_database(sqlite_url(tmp_path / "other.db"))
    migrate(other.backend, other.plugins.migrations)
    actor = new_id()
    _seed(other, "stores", [(new_id(), {"code": 1, "name": "別の店"})])
    _seed(other, "staff", [(actor, {"number": "S001", "name": "別の人"})])
    token = create_token(other, create_account(other, actor, "staff", [1]), "pc", now=datetime.now(UTC))

    with served(create_app(Config(sqlite_url(tmp_path / "other.db")), other)) as address:
        said = {
            verb: both(run, verb, path, "--server", address, env={"KIZUNA_TOKEN": token})
            for verb in ("pull", "push", "check")
        }

    for ja, en in said.values():
        assert shop.server in ja
        assert "何も変えていません" in ja
        assert "Nothing was changed" in en
    assert path.read_bytes() == before
    assert "反映 1" in run("push", path).output


def test_a_server_that_moved_to_another_address_is_followed(run, shop, path, tmp_path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")

    with served(create_app(Config(sqlite_url(tmp_path / "kizuna.db")), shop.database)) as address:
        pushed = run("push", path, "--server", address)
        told = run("status", path).output

    assert "反映 1" in pushed.output
    assert address in told


@contextmanager
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
