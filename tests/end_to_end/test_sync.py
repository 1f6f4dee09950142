"""Workbooks in step with a real server."""

from kizuna_addin.pull import pull
from kizuna_addin.push import push

from tests.end_to_end.sheets import Hand, opened


def test_a_new_workbook_shows_the_shops_customers(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")

    with Hand(path) as hand:
        assert [row["顧客番号"] for row in hand.rows] == ["C0001", "C0002", "C0003"]
        assert hand.get("C0003", "郵便番号") == "0010001"
        assert hand.get("C0002", "タグ") == "常連、VIP"
        assert hand.get("C0003", "メール不可") == "はい"
        assert hand.sheet.column_dimensions["A"].hidden
        assert hand.sheet.freeze_panes == "A3"
        assert hand.book["_kizuna"].sheet_state == "veryHidden"


def test_an_edit_travels_from_one_workbook_to_another(shop, tmp_path):
    here, there = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(here) as hand:
        hand.set("C0001", "電話", "090-0000-0001")

    with opened(here) as book, shop.client() as client:
        report = push(book, client)
    with opened(there) as book, shop.client() as client:
        pulls = pull(book, client)

    assert report.sheets[0].count("applied") == 1
    assert pulls[0].changed == 1
    assert Hand(there).get("C0001", "電話") == "090-0000-0001"
    assert Hand(here).get("C0001", "同期状態") == "送信済"
