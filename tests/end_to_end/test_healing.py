"""Without a server, without an answer, with a damaged memory or lost rows: a workbook goes on, and nothing typed is lost."""

import httpx
import pytest

from kizuna_addin.book_errors import MassDeletionError, MassEmptyingError
from kizuna_addin.desk import Desk
from kizuna_addin.errors import OfflineError
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from kizuna_addin.status import status
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, delete_row, do, opened
from tests.fixtures.broken_line import LosingAnswers

TOKYO = Wish("customers", ("name", "phone", "prefecture"), (("prefecture", "=", "東京都"),))


@on_every_host
def test_offline_is_a_mode(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-offline")
    dead = httpx.MockTransport(refuse)

    with opened(path) as book, shop.client(http=dead) as client:
        checked = check(book, client)
    with opened(path) as book, shop.client(http=dead) as client, pytest.raises(OfflineError):
        push(book, client)
    with opened(path) as book:
        found = status(book)

    assert checked.offline
    assert checked.sheets[0].changed == 1
    assert found.pending is not None
    assert Hand(path).get("C0001", "電話") == "03-offline"
    assert do(shop, path, push).finished == found.pending


def refuse(request):
    raise httpx.ConnectError("no route", request=request)


def test_a_push_whose_answer_was_lost_is_applied_once(shop, path, other):
    with Hand(path) as hand:
        hand.type_row(氏名="一度だけ")
        hand.set("C0001", "電話", "03-once")

    with opened(path) as book, shop.client(http=LosingAnswers(), attempts=1) as client, pytest.raises(OfflineError):
        push(book, client)
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-twice")
    report = do(shop, path, push)
    do(shop, other, pull)

    assert report.finished
    assert report.sheets[0].count("applied") == 1
    assert [row["氏名"] for row in Hand(other).rows].count("一度だけ") == 1
    assert Hand(other).get("C0001", "電話") == "03-twice"
    assert Hand(path).rows[3]["顧客番号"] == "C0004"


@on_every_host
def test_a_damaged_base_is_healed_without_losing_typed_cells(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        hand.type_row(氏名="未送信")
        memory = hand.book["_kizuna"]
        for line in memory.iter_rows():
            if str(line[0].value).startswith("sheet:"):
                line[3].value = "AAAA" + line[3].value[4:]
    with opened(path) as book:
        trouble = status(book).sheets[0].trouble

    pulled = do(shop, path, pull)

    hand = Hand(path)
    assert "控え" in trouble
    assert pulled[0].healed
    assert hand.get("C0001", "電話") == "03-typed"
    assert hand.get("C0001", "同期状態") == "競合"
    assert [row["氏名"] for row in hand.rows].count("未送信") == 1
    with opened(path) as book:
        resolve(book, everything="mine")
    do(shop, path, push)
    do(shop, other, pull)
    assert Hand(other).get("C0001", "電話") == "03-typed"
    assert "未送信" in {row["氏名"] for row in Hand(other).rows}


def test_a_workbook_that_lost_its_memory_is_healed(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        del hand.book["_kizuna"]

    pulled = do(shop, path, pull)

    assert pulled[0].healed
    assert Hand(path).get("C0001", "電話") == "03-typed"
    assert do(shop, path, push).sheets[0].waiting == 1


def test_a_workbook_whose_own_record_is_damaged_keeps_its_filter_columns_and_time_zone(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", TOKYO)
    with opened(path) as book:
        before = Desk.open(book).record
    with Hand(path) as hand:
        for line in hand.book["_kizuna"].iter_rows():
            if line[0].value == "book":
                line[2].value = "0" * 64

    do(shop, path, pull)

    with opened(path) as book:
        after = Desk.open(book).record
    assert (after.views, after.timezone, after.staff) == (before.views, before.timezone, before.staff)
    assert after.handles == before.handles
    assert len(Hand(path).rows) == 1


def test_a_workbook_that_lost_its_whole_memory_keeps_its_columns(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("number", "name", "phone")))
    with Hand(path) as hand:
        del hand.book["_kizuna"]

    pulled = do(shop, path, pull)

    with opened(path) as book:
        views = Desk.open(book).record.views
    assert pulled[0].removed_columns == ()
    assert views["customers"].fields == ("number", "name", "phone")


@on_every_host
def test_a_sheet_keeps_its_filter_when_the_hidden_sheet_that_remembers_is_deleted(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", TOKYO)
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
        del hand.book["_kizuna"]

    pulled = do(shop, path, pull)

    with opened(path) as book:
        views = Desk.open(book).record.views
    assert pulled[0].healed
    assert views["customers"].conditions == TOKYO.conditions
    assert [row["顧客番号"] for row in Hand(path).rows] == ["C0001"]
    assert Hand(path).get("C0001", "電話") == "03-typed"
    assert Hand(path).sheet.column_dimensions["A"].hidden


def test_a_workbook_made_before_the_filter_was_noted_gets_it_with_its_next_pull(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", TOKYO)
    with Hand(path) as hand:
        hand.sheet["A1"] = None
        del hand.book.defined_names["_kz__customers__view"]

    do(shop, path, pull)

    with Hand(path) as hand:
        assert "東京都" in hand.sheet["A1"].value
        del hand.book["_kizuna"]
    do(shop, path, pull)
    assert [row["顧客番号"] for row in Hand(path).rows] == ["C0001"]


def test_a_lost_memory_does_not_forget_a_sheet_whose_table_is_gone_too(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", "customers", "deals")
    with Hand(path) as hand:
        del hand.book["_kizuna"]
        del hand.book["商談"].tables["kizuna_deals"]

    pulled = do(shop, path, pull)

    assert [(one.handle, one.healed, one.lost) for one in pulled] == [
        ("customers", True, False),
        ("deals", True, False),
    ]
    assert "kizuna_deals" in Hand(path).book["商談"].tables


def test_a_damaged_base_with_a_push_under_way_is_healed(shop, path, other):
    with Hand(path) as hand:
        hand.type_row(氏名="一度だけ")
    with opened(path) as book, shop.client(http=LosingAnswers(), attempts=1) as client, pytest.raises(OfflineError):
        push(book, client)
    with Hand(path) as hand:
        for line in hand.book["_kizuna"].iter_rows():
            if str(line[0].value).startswith("sheet:"):
                line[2].value = "0" * 64

    pulled = do(shop, path, pull)
    do(shop, path, push)
    do(shop, other, pull)

    assert pulled[0].healed
    for one in (path, other):
        assert [row["氏名"] for row in Hand(one).rows].count("一度だけ") == 1


def test_many_missing_rows_ask_for_consent(shop, tmp_path, path):
    with Hand(path) as hand:
        for number in range(30):
            hand.type_row(氏名=f"客{number}")
            hand.table.ref = hand.table.ref[: -len(str(hand.last))] + str(hand.last + 1)
            hand.table.autoFilter.ref = hand.table.ref
    do(shop, path, push)
    with Hand(path) as hand:
        for number in range(4, 34):
            delete_row(hand, f"C{number:04d}")

    with opened(path) as book, shop.client() as client, pytest.raises(MassDeletionError):
        push(book, client)
    report = do(shop, path, push, allow_deletes=True)

    assert report.sheets[0].count("applied") == 30


def test_a_column_whose_values_are_gone_asks_for_consent(shop, path):
    with Hand(path) as hand:
        for number in range(30):
            hand.type_row(氏名=f"客{number}", 電話=f"03-{number}")
            hand.table.ref = hand.table.ref[: -len(str(hand.last))] + str(hand.last + 1)
            hand.table.autoFilter.ref = hand.table.ref
    do(shop, path, push)
    do(shop, path, pull)
    with Hand(path) as hand:
        for row in hand.rows:
            hand.set(row["顧客番号"], "電話", None)

    with opened(path) as book, shop.client() as client, pytest.raises(MassEmptyingError) as refused:
        push(book, client)
    report = do(shop, path, push, allow_deletes=True)

    assert "電話" in refused.value.message.ja
    assert report.sheets[0].count("applied") >= 30


def test_who_is_asked_for_consent_is_told_all_that_it_would_be_for(shop, path):
    with Hand(path) as hand:
        for number in range(60):
            hand.type_row(氏名=f"客{number}", 電話=f"03-{number}", メモ="常連")
            hand.table.ref = hand.table.ref[: -len(str(hand.last))] + str(hand.last + 1)
            hand.table.autoFilter.ref = hand.table.ref
    do(shop, path, push)
    do(shop, path, pull)
    with Hand(path) as hand:
        for number in range(4, 26):
            delete_row(hand, f"C{number:04d}")
        for row in hand.rows:
            hand.set(row["顧客番号"], "電話", None)
            hand.set(row["顧客番号"], "メモ", None)

    with opened(path) as book, shop.client() as client, pytest.raises(MassDeletionError) as refused:
        push(book, client)

    for said in (refused.value.message, refused.value.question):
        assert "から 22 行（全 63 行）が消えています" in said.ja
        assert "ほかに「顧客」の「電話」列の値 " in said.ja
        assert "「顧客」の「メモ」列の値 39 件も消えています。同意はすべてに及びます。" in said.ja
        assert said.en.endswith("39 values of “メモ” of “顧客”. Consent is for all of it.")


@on_every_host
def test_rows_and_sheets_lost_here_come_back_on_request(shop, path):
    with Hand(path) as hand:
        delete_row(hand, "C0002")

    do(shop, path, pull, restore=True)

    assert sorted(row["顧客番号"] for row in Hand(path).rows) == ["C0001", "C0002", "C0003"]

    with Hand(path) as hand:
        hand.book.create_sheet("別")
        del hand.book["顧客"]
    assert do(shop, path, pull)[0].lost
    pushed = do(shop, path, push)
    assert (pushed.changeset, pushed.lost, pushed.is_clean) == (None, ("顧客",), False)
    do(shop, path, pull, restore=True)

    assert sorted(row["顧客番号"] for row in Hand(path).rows) == ["C0001", "C0002", "C0003"]
