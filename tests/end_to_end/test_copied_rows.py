"""A copied row carries its original's hidden id until it is sent; whatever comes meanwhile goes into the original."""

import pytest

from kizuna_addin.errors import OfflineError
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from tests.end_to_end.sheets import HEADING_ROW, Hand, opened
from tests.fixtures.broken_line import LosingAnswers


def do(shop, path, action, who="S001", **more):
    with opened(path) as book, shop.client(who, **more) as client:
        return action(book, client)


def copy_row(hand, number, to):
    """Copy a row whole over another one, hidden id and all."""
    for column, cell in enumerate(hand.sheet[hand.row(number)], 1):
        hand.sheet.cell(to, column).value = cell.value


@pytest.fixture
def other(shop, tmp_path):
    """A workbook in which somebody else has moved C0001."""
    path = shop.book(tmp_path / "b.xlsx", who="S002")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-theirs")
        hand.set("C0001", "市区町村", "港区")
    return path


def test_the_answer_of_a_cut_push_goes_into_the_row_and_not_into_its_copy(shop, tmp_path, other):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-1111-0001")
    do(shop, other, push, who="S002")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
    with pytest.raises(OfflineError):
        do(shop, path, push, http=LosingAnswers(), attempts=1)
    with Hand(path) as hand:
        copy_row(hand, "C0001", hand.last + 1)
        hand.sheet.cell(hand.last + 1, hand.column("氏名")).value = "山田太郎"

    do(shop, path, push)
    do(shop, path, push)
    do(shop, other, pull)

    for rows in (Hand(path).rows, Hand(other).rows):
        towns = {row["氏名"]: row["市区町村"] for row in rows}
        assert towns["山田花子"] == "港区"
        assert towns["山田太郎"] is None


def test_the_other_sides_value_goes_into_the_row_and_not_into_a_copy_above_it(shop, tmp_path, other):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        hand.set("C0003", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0003", "電話", "03-theirs")
    do(shop, other, push, who="S002")
    do(shop, path, push)
    with Hand(path) as hand:
        copy_row(hand, "C0003", HEADING_ROW + 1)
        hand.sheet.cell(HEADING_ROW + 1, hand.column("氏名")).value = "佐藤三郎"
        hand.sheet.cell(HEADING_ROW + 1, hand.column("郵便番号")).value = "1000001"

    with opened(path) as book:
        resolve(book, everything="theirs")

    phones = {row["氏名"]: row["電話"] for row in Hand(path).rows}
    assert phones == {"佐藤三郎": "03-mine", "鈴木一郎": "03-1111-0002", "佐藤次郎": "03-theirs"}


def test_a_pull_takes_the_number_off_a_copy(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        copy_row(hand, "C0001", hand.last + 1)
        hand.sheet.cell(hand.last + 1, hand.column("氏名")).value = "山田太郎"

    do(shop, path, pull)

    assert [row["顧客番号"] for row in Hand(path).rows] == ["C0001", "C0002", "C0003", None]
    assert do(shop, path, push).sheets[0].new == 1


def test_a_refused_row_below_blank_ones_is_told_by_its_cell(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        last = hand.last
        hand.table.ref = hand.table.ref[: -len(str(last))] + str(last + 8)
        hand.table.autoFilter.ref = hand.table.ref
        hand.sheet.cell(last + 8, hand.column("氏名")).value = "新田新"
        hand.sheet.cell(last + 8, hand.column("生年月日")).value = "そのうち"

    for act in (check, push):
        said = do(shop, path, act).sheets[0].refusals
        assert len(said) == 1
        assert f"{last + 8}「生年月日」" in said[0]
