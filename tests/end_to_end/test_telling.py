"""What people are told: history in words and local time, who stands behind a conflict, what is damaged and how to mend it."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from kizuna.cli.main import main as kizuna
from kizuna_addin.book_errors import MemoryLostError
from kizuna_addin.cli import main
from kizuna_addin.conflict_sheet import activate_conflicts
from kizuna_addin.console import conflict_lines, history_lines, pull_lines, push_lines
from kizuna_addin.desk import Desk
from kizuna_addin.errors import BadAddressError
from kizuna_addin.history import history, undo_last_push
from kizuna_addin.moments import local_time
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from kizuna_addin.transport import Transport
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened
from tests.fixtures.plugins import loaded, plugin


def do(shop, path, action, who="S001", **more):
    with opened(path) as book, shop.client(who) as client:
        return action(book, client, **more)


@pytest.fixture
def path(shop, tmp_path):
    return shop.book(tmp_path / "a.xlsx")


@pytest.fixture
def other(shop, tmp_path):
    return shop.book(tmp_path / "b.xlsx", who="S002")


def test_history_is_told_in_words_and_in_the_shops_time(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "状態", "休眠")
        hand.set("C0001", "メール不可", "はい")
        hand.set("C0001", "担当", "S002")
    do(shop, path, push, note="確認済", device="レジ")
    do(shop, path, undo_last_push)

    found = do(shop, path, history, key="C0001")
    ja, en = history_lines(found, "ja"), history_lines(found, "en")

    at = local_time(found.entries[1].when)
    assert ja[0].endswith("店員S001 pc-S001 [変更・元に戻す]")
    assert f"{at} 店員S001 レジ [変更・ブックから] 確認済" in ja
    assert {"　状態: 顧客 → 休眠", "　メール不可: — → はい", "　担当: — → S002"} <= set(ja)
    assert f"{at} 店員S001 レジ [changed・from a workbook] 確認済" in en
    assert {"　Status: Customer → Dormant", "　No mail: — → Yes", "　Assigned staff: — → S002"} <= set(en)
    assert ja[-4:] != en[-4:]
    assert any("[登録・" in line for line in ja)


def test_a_moment_is_told_in_the_shops_time_zone_whatever_the_pcs():
    assert local_time("2026-11-21T15:30:00Z") == "2026-11-22 00:30"
    assert local_time("2026-11-21T15:30:00") == "2026-11-22 00:30"
    assert local_time("2026-11-21T15:30:00Z", "Europe/Berlin") == "2026-11-21 16:30"


@on_every_host
def test_a_conflict_found_by_a_pull_names_who_and_when(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
        hand.set("C0002", "氏名", "鈴木二郎")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
        hand.sheet.delete_rows(hand.row("C0002"))
    do(shop, other, push, who="S002")

    do(shop, path, pull)

    lines = list(Hand(path).book["競合"].iter_rows(2, values_only=True))
    assert [line[7] for line in lines] == ["店員S002", "店員S002"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", line[8]) for line in lines)
    with opened(path) as book:
        told = conflict_lines(Desk.open(book), "ja")
    assert any("店員S002" in line and "自分「変更」 サーバー「削除」" in line for line in told)


def test_a_push_of_a_workbook_whose_memory_is_damaged_says_so_and_a_pull_is_the_cure(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        for line in hand.book["_kizuna"].iter_rows():
            if line[0].value == "book":
                line[3].value = "AAAA" + line[3].value[4:]

    for action in (push, check):
        with pytest.raises(MemoryLostError) as raised:
            do(shop, path, action)
        assert "kizuna-addin pull" in raised.value.message.ja
        assert "typed is kept" in raised.value.message.en
    do(shop, path, pull)

    assert Hand(path).get("C0001", "電話") == "03-typed"
    assert do(shop, path, push).is_clean


@pytest.mark.parametrize(
    "address", ["nonsense", "localhost:8765", "https://", "http://a b", "http://x:99999", "ftp://x"]
)
def test_what_is_no_address_is_told_apart_from_a_server_that_does_not_answer(address):
    with pytest.raises(BadAddressError) as raised:
        Transport(address, "token")

    assert address in raised.value.message.ja
    assert "https://" in raised.value.message.en


def test_a_nonsense_server_on_the_command_line_is_told_with_the_cure(tmp_path, monkeypatch):
    monkeypatch.setenv("KIZUNA_TOKEN", "x")

    done = CliRunner().invoke(main, ["new", str(tmp_path / "a.xlsx"), "-t", "customers", "--server", "nonsense"])

    assert done.exit_code == 1
    assert "「nonsense」はサーバーのアドレスではありません" in done.output
    assert not (tmp_path / "a.xlsx").exists()


@on_every_host
def test_a_dropdown_longer_than_excel_takes_has_its_words_in_a_hidden_sheet(shop, tmp_path):
    words = [f"長い選択肢その{number}" for number in range(40)]
    choices = [part for number, word in enumerate(words) for part in ("--choice", f"c{number}={word}/Choice {number}")]
    done = CliRunner().invoke(
        kizuna,
        ["field", "add", "customers", "many", "--ja", "多数", "--en", "Many", "--type", "choice", *choices,
         "--database", str(tmp_path / "kizuna.db")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output

    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("name", "x_many")))
    with Hand(path) as hand:
        hand.set("C0001", "多数", words[39])
    pushed = do(shop, path, push)
    do(shop, path, pull)

    hand = Hand(path)
    column = hand.sheet.cell(1, hand.column("多数")).column_letter
    rules = [one for one in hand.sheet.data_validations.dataValidation if f"{column}3" in str(one.sqref)]
    assert [one.formula1.replace("'", "") for one in rules] == ["_kizuna_lists!$A$1:$A$40"]
    assert [line[0] for line in hand.book["_kizuna_lists"].iter_rows(values_only=True)] == words
    assert hand.book["_kizuna_lists"].sheet_state == "veryHidden"
    assert pushed.sheets[0].ops[0].fields == {"x_many": "c39"}


@on_every_host
def test_a_check_saves_nothing(shop, path, host):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-checked")
    before = path.read_bytes()

    report = do(shop, path, check)

    assert report.sheets[0].changed == 1
    assert path.read_bytes() == before


def delete_column(path, heading):
    with opened(path) as book:
        table = book.sheets["顧客"].tables[0]
        place = table.header_row_range.value.index(heading)
        table.range.columns[place].delete("left")
        book.save()


@on_every_host
def test_a_column_somebody_deleted_is_told_with_its_cure_and_comes_back(shop, path, other, host):
    delete_column(path, "電話")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, "S002")

    pulled = do(shop, path, pull)
    checked = do(shop, path, check)
    pushed = do(shop, path, push)
    restored = do(shop, path, pull, restore=True)
    again = do(shop, path, push)

    assert pulled[0].removed_columns == checked.sheets[0].removed == pushed.sheets[0].removed == ("電話",)
    assert any("電話" in line and "--restore" in line for line in pull_lines(pulled, "ja"))
    assert any("電話" in line and "--restore" in line for line in push_lines(pushed, "en"))
    assert restored[0].removed_columns == ()
    assert Hand(path).get("C0001", "電話") == "03-theirs"
    assert Hand(path).get("C0002", "電話") == "03-1111-0002"
    assert again.sheets[0].ops == ()


def test_what_the_server_warns_of_is_told_after_a_push(shop, path):
    def check_rows(table):
        raise RuntimeError(table.name)

    shop.database.plugins = loaded(plugin("odd", check_rows=check_rows))
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-warned")
    report = do(shop, path, push)

    assert len(report.warnings) == 1
    assert "odd" in report.warnings[0]
    assert push_lines(report, "ja")[-1].startswith("注意: ")
    assert push_lines(report, "en")[-1].startswith("Warning: ")


@on_every_host
def test_a_reason_that_is_too_long_for_its_column_widens_it_once(shop, path, host):
    def width(set_to=None):
        with opened(path) as book:
            cell = book.sheets["顧客"].range("C2")
            if set_to:
                cell.column_width = set_to
                book.save()
            return cell.column_width

    usual = width()
    with Hand(path) as hand:
        hand.set("C0001", "生年月日", "そのうちわかり次第お知らせします")
    do(shop, path, push)
    widened = width()
    width(set_to=20)
    with Hand(path) as hand:
        hand.set("C0002", "生年月日", "そのうちわかり次第お知らせします")
    do(shop, path, push)

    assert (abs(usual - 26) < 1, widened > 40, abs(width() - 20) < 1) == (True, True, True), (usual, widened, width())


@on_every_host
def test_an_empty_conflict_sheet_is_not_left_in_front(shop, path, other, host):
    for one, who, phone in ((other, "S002", "03-theirs"), (path, "S001", "03-mine")):
        with Hand(one) as hand:
            hand.set("C0001", "電話", phone)
        do(shop, one, push, who)

    with opened(path) as book, shop.client() as client:
        activate_conflicts(book)
        in_conflict = book.sheets.active.name
        resolve(book, everything="mine")
        push(book, client)
        afterwards = book.sheets.active.name

    assert (in_conflict, afterwards) == ("競合", "顧客")
