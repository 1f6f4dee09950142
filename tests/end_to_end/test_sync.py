"""Workbooks in step with a real server."""

import pytest
from openpyxl.comments import Comment

from kizuna_addin.book_errors import NotOursError, UnsentWorkError
from kizuna_addin.detach import detach
from kizuna_addin.history import history, undo_last_push
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, delete_row, do, insert_column, opened


def look_and_save(shop, path):
    """Check, and save the workbook as a person does who wants to keep the states."""
    with opened(path) as book, shop.client() as client:
        report = check(book, client)
        book.save()
        return report


@on_every_host
def test_a_new_workbook_shows_the_shops_customers(path):
    with Hand(path) as hand:
        assert [row["顧客番号"] for row in hand.rows] == ["C0001", "C0002", "C0003"]
        assert hand.get("C0003", "郵便番号") == "0010001"
        assert hand.get("C0002", "タグ") == "常連、VIP"
        assert hand.get("C0003", "メール不可") == "はい"
        assert hand.sheet.column_dimensions["A"].hidden
        assert hand.sheet.freeze_panes == "A3"
        assert hand.book["_kizuna"].sheet_state == "veryHidden"
        assert hand.book.sheetnames == ["顧客", "_kizuna"]


def test_no_credential_is_in_the_workbook(shop, path):
    import zipfile

    with zipfile.ZipFile(path) as package:
        everything = b"".join(package.read(name) for name in package.namelist())

    assert shop.tokens["S001"].encode() not in everything


def test_what_was_pulled_and_pushed_back_changes_nothing(shop, path):
    report = do(shop, path, push)

    assert report.changeset is None
    assert report.is_clean


@on_every_host
def test_an_edit_travels_from_one_workbook_to_another(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "090-0000-0001")

    report = do(shop, path, push)
    pulls = do(shop, other, pull)

    assert report.sheets[0].count("applied") == 1
    assert pulls[0].changed == 1
    assert Hand(other).get("C0001", "電話") == "090-0000-0001"
    assert Hand(path).get("C0001", "同期状態") == "送信済"


def test_check_tells_what_push_would_do_and_changes_nothing(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "090-0000-0001")
        hand.set("C0002", "状態", "王様")
        hand.type_row(氏名="新田新")

    report = look_and_save(shop, path)

    assert (report.sheets[0].new, report.sheets[0].changed) == (1, 2)
    assert report.sheets[0].count("applied") == 2
    assert report.sheets[0].count("rejected") == 1
    hand = Hand(path)
    assert hand.get("C0001", "同期状態") == "変更"
    assert hand.get("C0002", "同期状態") == "エラー"
    assert "状態" in hand.get("C0002", "同期理由")
    assert do(shop, other, pull)[0].changed == 0


@on_every_host
def test_a_typed_row_gets_its_number_from_the_server(shop, path, other):
    with Hand(path) as hand:
        hand.type_row(氏名="新田新", 生年月日="平成元年1月8日")

    do(shop, path, push)
    do(shop, other, pull)

    assert Hand(path).rows[3]["顧客番号"] == "C0004"
    assert Hand(other).rows[3]["氏名"] == "新田新"
    assert Hand(other).rows[3]["生年月日"].date().isoformat() == "1989-01-08"
    assert do(shop, path, push).changeset is None


def test_a_deleted_row_is_deleted_for_everybody(shop, path, other):
    with Hand(path) as hand:
        delete_row(hand, "C0002")

    report = do(shop, path, push)
    do(shop, other, pull)

    assert report.sheets[0].deleted == 1
    assert [row["顧客番号"] for row in Hand(other).rows] == ["C0001", "C0003"]


def test_sorted_rows_are_matched_by_id(shop, path, other):
    with Hand(path) as hand:
        first, last = 3, hand.last
        lines = [[cell.value for cell in line] for line in hand.sheet.iter_rows(first, last)]
        for place, line in enumerate(reversed(lines), first):
            for column, value in enumerate(line, 1):
                hand.sheet.cell(place, column).value = value
        hand.set("C0003", "電話", "03-3333-3333")

    report = do(shop, path, push)
    do(shop, other, pull)

    assert report.sheets[0].changed == 1
    assert Hand(other).get("C0003", "電話") == "03-3333-3333"


@on_every_host
def test_own_columns_formulas_comments_and_rows_below_are_untouched_by_a_pull(shop, path, other):
    with Hand(path) as hand:
        insert_column(hand, hand.column("氏名"), "メモ欄", ["=1+1", "電話する", None])
        hand.sheet.cell(hand.row("C0002"), hand.column("メモ欄")).comment = Comment("大事", "私")
        below = hand.last + 2
        hand.sheet.cell(below, 3).value = "合計"
        hand.sheet.cell(below, 5).value = "=COUNTA(E3:E5)"
    with Hand(other) as hand:
        hand.set("C0002", "電話", "03-9")
        hand.type_row(氏名="新田新")
    do(shop, other, push, who="S002")

    pulled = do(shop, path, pull)

    hand = Hand(path)
    assert (pulled[0].changed, pulled[0].added) == (1, 1)
    assert hand.get("C0002", "電話") == "03-9"
    assert hand.get("C0001", "メモ欄") == "=1+1"
    assert hand.get("C0002", "メモ欄") == "電話する"
    assert hand.sheet.cell(hand.row("C0002"), hand.column("メモ欄")).comment.text == "大事"
    assert hand.get("C0004", "氏名") == "新田新"
    assert hand.sheet.cell(hand.last + 2, 3).value == "合計"
    assert str(hand.sheet.cell(hand.last + 2, 5).value).startswith("=COUNTA(")


def test_a_reworded_heading_is_still_known(shop, path, other):
    with Hand(path) as hand:
        cell = hand.sheet.cell(2, hand.column("電話"))
        cell.value = "TEL"
        next(one for one in hand.table.tableColumns if one.name == "電話").name = "TEL"
        hand.set("C0001", "TEL", "03-5")

    report = do(shop, path, push)

    assert report.sheets[0].count("applied") == 1


@on_every_host
def test_a_copied_row_becomes_a_record_of_its_own(shop, path):
    with Hand(path) as hand:
        source = [cell.value for cell in hand.sheet[hand.row("C0001")]]
        row = hand.last + 1
        for column, value in enumerate(source, 1):
            hand.sheet.cell(row, column).value = value
        hand.sheet.cell(row, hand.column("氏名")).value = "山田太郎"
    checked = look_and_save(shop, path)
    reason = Hand(path).rows[3]["同期理由"]

    report = do(shop, path, push)

    assert "コピー" in reason
    assert checked.sheets[0].new == report.sheets[0].new == 1
    hand = Hand(path)
    assert [row["顧客番号"] for row in hand.rows] == ["C0001", "C0002", "C0003", "C0004"]
    assert hand.get("C0004", "氏名") == "山田太郎"
    assert len({row["_id"] for row in hand.rows}) == 4


@on_every_host
def test_a_refused_row_stays_with_its_reason_and_good_rows_go(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "生年月日", "そのうち")
        hand.set("C0002", "電話", "03-8")

    report = do(shop, path, push)

    hand = Hand(path)
    assert (report.sheets[0].count("applied"), report.sheets[0].count("rejected")) == (1, 1)
    assert hand.get("C0001", "生年月日") == "そのうち"
    assert hand.get("C0001", "同期状態") == "エラー"
    assert "生年月日" in hand.get("C0001", "同期理由")
    with Hand(path) as hand:
        hand.set("C0001", "生年月日", "昭和60年5月5日")
    do(shop, path, push)
    assert Hand(path).get("C0001", "同期状態") == "送信済"
    assert Hand(path).get("C0001", "生年月日").date().isoformat() == "1985-05-05"


def test_undo_takes_back_the_last_push(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-oops")
    do(shop, path, push)

    do(shop, path, undo_last_push)
    do(shop, other, pull)

    assert Hand(path).get("C0001", "電話") == "03-1111-0001"
    assert Hand(other).get("C0001", "電話") == "03-1111-0001"


def test_history_names_who_and_what(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-4")
    do(shop, path, push, note="引っ越し", device="レジ")

    found = do(shop, path, history, key="C0001")

    assert found.entries[0].fields["phone"] == ("03-1111-0001", "03-4")
    assert (found.entries[0].who, found.entries[0].note) == ("店員S001", "引っ越し")


def test_fields_and_filter_choose_what_a_sheet_shows(shop, tmp_path):
    wish = Wish("customers", ("name", "phone"), (("prefecture", "=", "東京都"),))

    path = shop.book(tmp_path / "a.xlsx", wish)

    hand = Hand(path)
    assert [row["氏名"] for row in hand.rows] == ["山田花子"]
    assert [cell.value for cell in hand.sheet[2]] == ["_id", "同期状態", "同期理由", "顧客番号", "氏名", "電話"]
    assert do(shop, path, pull)[0].removed == 0


def test_one_workbook_holds_several_tables_and_a_row_refers_to_another(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", "customers", "purchases")
    sheet = next(name for name in Hand(path).book.sheetnames if name not in {"顧客", "_kizuna"})
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-6")
    with Hand(path, sheet=sheet) as hand:
        for heading, value in {"顧客": "C0001", "購入日": "2026/11/21", "金額": "1,200円"}.items():
            hand.sheet.cell(3, hand.column(heading)).value = value

    report = do(shop, path, push)

    assert [one.count("applied") for one in report.sheets] == [1, 1]
    with Hand(path, sheet=sheet) as hand:
        assert hand.rows[0]["顧客"] == "C0001"
        assert hand.rows[0]["金額"] == 1200


def test_a_push_with_only_refused_rows_tells_each_reason(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "生年月日", "そのうち")

    report = do(shop, path, push)

    assert report.sheets[0].count("rejected") == 1
    assert Hand(path).get("C0001", "同期状態") == "エラー"


@on_every_host
def test_detach_leaves_a_plain_workbook(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-unsent")
    with opened(path) as book, pytest.raises(UnsentWorkError):
        detach(book)
    do(shop, path, push)

    with opened(path) as book:
        detach(book)

    hand = Hand(path)
    assert hand.book.sheetnames == ["顧客"]
    assert hand.get("C0001", "電話") == "03-unsent"
    assert {row["_id"] for row in hand.rows} == {None}
    with opened(path) as book, shop.client() as client, pytest.raises(NotOursError):
        pull(book, client)
