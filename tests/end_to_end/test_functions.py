"""Worksheet functions in plain files, answered by a real server."""

from datetime import date

import pytest

from kizuna_addin.functions import calculate
from kizuna_addin.push import push
from tests.end_to_end.sheets import Hand, opened

TODAY = date(2026, 11, 21)


def do(shop, path, action, **more):
    with opened(path) as book, shop.client() as client:
        return action(book, client, **more)


@pytest.fixture
def path(shop, tmp_path):
    """Customers with two purchases of C0001, and a sheet of a person's own."""
    path = shop.book(tmp_path / "a.xlsx", "customers", "purchases")
    with Hand(path, sheet="購入") as hand:
        for row, (day, amount) in enumerate([("2026/11/1", 5000), ("2026/10/1", 3000)], 3):
            for heading, value in {"顧客": "C0001", "購入日": day, "金額": amount}.items():
                hand.sheet.cell(row, hand.column(heading)).value = value
    report = do(shop, path, push)
    assert report.sheets[1].count("applied") == 2
    with Hand(path) as hand:
        own = hand.book.create_sheet("分析")
        for row, line in enumerate([["番号", "依頼"], ["C0001", "=RFM(A2)"], ["C0003", "=RFM(A3)"]], 1):
            for column, value in enumerate(line, 1):
                own.cell(row, column).value = value
    return path


def answers(path, rows="C2:F3"):
    return [[cell.value for cell in line] for line in Hand(path, sheet="分析").sheet[rows]]


def test_requests_are_answered_beside_their_cells_in_one_request(shop, path):
    done = do(shop, path, calculate, today=TODAY)

    assert (done.answered, done.calls, done.troubles) == (2, 1, ())
    first, second = answers(path)
    assert all(isinstance(value, int | float) for value in first[:3])
    assert second != first
    assert Hand(path, sheet="分析").sheet["B2"].value == "=RFM(A2)"


def test_asking_again_replaces_the_last_answer(shop, path):
    do(shop, path, calculate, today=TODAY)
    before = answers(path)

    again = do(shop, path, calculate, today=TODAY)

    assert again.answered == 2
    assert answers(path) == before


def test_cells_of_a_persons_own_are_not_overwritten(shop, path):
    with Hand(path, sheet="分析") as hand:
        hand.sheet["D2"].value = "私のメモ"

    done = do(shop, path, calculate, today=TODAY)

    assert done.answered == 1
    assert "空いていません" in done.troubles[0].reason
    assert answers(path)[0] == [None, "私のメモ", None, None]


def test_an_answer_never_goes_into_a_column_of_the_server(shop, path):
    with Hand(path) as hand:
        last = hand.sheet.max_column
        for column in range(1, last):
            if hand.sheet.cell(3, column).value is None:
                hand.sheet.cell(3, column - 1)
        hand.sheet.cell(10, hand.column("電話") - 1).value = '=RFM("C0001")'

    done = do(shop, path, calculate, today=TODAY)

    assert done.answered == 2
    assert len(done.troubles) == 1
    assert Hand(path).sheet.cell(10, Hand(path).column("電話")).value is None
    assert do(shop, path, push).changeset is None


def test_an_expression_is_named_and_the_rest_is_answered(shop, path):
    with Hand(path, sheet="分析") as hand:
        hand.sheet["B5"].value = "=RFM(LEFT(A2,5))"

    done = do(shop, path, calculate, today=TODAY)

    assert done.answered == 2
    assert done.troubles[0].cell == "分析!B5"
