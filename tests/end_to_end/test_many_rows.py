"""A thousand and more new rows in one push: sent by columns, answered by row, filled in by the server."""

import sys

import pytest

from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.wire import MANY_NEW_ROWS
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened
from tests.fixtures.cutting import PowerCutError, cut, when

WISH = Wish("customers", ("name", "phone", "birthday", "status"))
ROWS = MANY_NEW_ROWS + 200


def type_many(path):
    with Hand(path) as hand:
        first = hand.last + 1
        for number in range(ROWS):
            hand.sheet.cell(first + number, hand.column("氏名")).value = f"新{number}"
            hand.sheet.cell(first + number, hand.column("電話")).value = f"03-{number:04}"
        hand.sheet.cell(first + 7, hand.column("生年月日")).value = "そのうち"
        hand.set("C0001", "電話", "03-old")


@on_every_host
def test_many_new_rows_get_their_numbers_and_a_bad_one_its_reason(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", WISH)
    type_many(path)

    with opened(path) as book, shop.client() as client:
        report = push(book, client)
    with opened(path) as book, shop.client() as client:
        again = check(book, client)

    rows = Hand(path).rows
    assert report.sheets[0].count("applied") == ROWS
    assert report.sheets[0].count("rejected") == 1
    assert len(report.sheets[0].refusals) == 1
    assert len({row["顧客番号"] for row in rows}) == ROWS + 3
    assert [row["氏名"] for row in rows if not row["顧客番号"]] == ["新7"]
    assert [op.kind for op in again.sheets[0].ops] == ["insert"]


def test_many_new_rows_cut_after_sending_are_there_once(shop, tmp_path):
    path, other = shop.book(tmp_path / "a.xlsx", WISH), shop.book(tmp_path / "b.xlsx", WISH)
    type_many(path)
    with opened(path) as book, shop.client() as client:
        when("sent", cut)
        with pytest.raises(PowerCutError):
            push(book, client)
        sys.setprofile(None)

    for one in (path, other):
        with opened(one) as book, shop.client() as client:
            pull(book, client)

    names = [row["氏名"] for row in Hand(other).rows]
    assert len(names) == len(set(names)) == ROWS + 2
    assert sorted(row["氏名"] for row in Hand(path).rows) == sorted([*names, "新7"])
