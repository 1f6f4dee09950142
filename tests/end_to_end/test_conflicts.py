"""What two people changed: fields of one row meet, what collides waits for a decision, and nothing is lost."""

import pytest

from kizuna_addin.detach import detach
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.resolve import resolve
from kizuna_addin.status import status
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, delete_row, do, opened


def test_different_fields_of_one_row_merge(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-7")
    with Hand(other) as hand:
        hand.set("C0001", "市区町村", "港区")
    do(shop, other, push, who="S002")

    report = do(shop, path, push)

    assert report.sheets[0].count("merged") == 1
    assert Hand(path).get("C0001", "市区町村") == "港区"
    assert Hand(path).get("C0001", "電話") == "03-7"


@pytest.mark.parametrize("first", ["push", "pull"])
@pytest.mark.parametrize(("take", "expected"), [("mine", "03-mine"), ("theirs", "03-theirs")])
def test_a_conflict_waits_for_a_decision_and_loses_nothing(shop, path, other, first, take, expected):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
        hand.set("C0001", "市区町村", "港区")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, who="S002")

    do(shop, path, push if first == "push" else pull)
    waiting = do(shop, path, push)

    hand = Hand(path)
    assert not waiting.is_clean
    assert hand.get("C0001", "電話") == "03-mine"
    assert hand.get("C0001", "同期状態") == "競合"
    lines = list(hand.book["競合"].iter_rows(2, values_only=True))
    assert lines[0][1:7] == ("顧客", "C0001", "電話", "03-mine", "03-theirs", "03-1111-0001")

    with opened(path) as book:
        done = resolve(book, everything=take)
    do(shop, path, push)
    do(shop, other, pull)

    assert (done.decided, done.remaining) == (1, 0)
    for one in (path, other):
        assert Hand(one).get("C0001", "電話") == expected
        assert Hand(one).get("C0001", "市区町村") == "港区"
    assert do(shop, path, push).is_clean


@on_every_host
def test_a_choice_on_the_conflict_sheet_is_taken(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, who="S002")
    do(shop, path, push)
    with Hand(path, sheet="競合") as hand:
        assert hand.sheet.cell(2, 8).value == "店員S002"
        hand.sheet.cell(2, 10).value = "サーバー"

    with opened(path) as book:
        done = resolve(book)

    assert done.decided == 1
    assert Hand(path).get("C0001", "電話") == "03-theirs"


def test_a_pull_never_eats_unsent_work(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
        hand.type_row(氏名="未送信")
    with Hand(other) as hand:
        hand.set("C0001", "市区町村", "港区")
        hand.type_row(氏名="相手の新規")
    do(shop, other, push, who="S002")

    do(shop, path, pull)

    hand = Hand(path)
    assert hand.get("C0001", "電話") == "03-mine"
    assert hand.get("C0001", "市区町村") == "港区"
    assert {row["氏名"] for row in hand.rows} >= {"未送信", "相手の新規"}
    assert hand.get("C0001", "同期状態") == "変更"


def test_detach_takes_the_conflict_sheet_and_its_hidden_ids_along(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, who="S002")
    do(shop, path, push)

    with opened(path) as book:
        detach(book, drop_unsent=True)

    assert Hand(path).book.sheetnames == ["顧客"]
    assert Hand(path).get("C0001", "電話") == "03-mine"


@pytest.mark.parametrize(("take", "stays"), [("mine", True), ("theirs", False)])
def test_a_row_edited_here_and_deleted_there_waits(shop, path, other, take, stays):
    with Hand(path) as hand:
        hand.set("C0002", "電話", "03-mine")
    with Hand(other) as hand:
        delete_row(hand, "C0002")
    do(shop, other, push, who="S002")

    do(shop, path, pull)
    state = Hand(path).get("C0002", "同期状態")
    with opened(path) as book:
        resolve(book, everything=take)
    do(shop, path, push)
    do(shop, other, pull)

    assert state == "競合"
    assert ("鈴木一郎" in {row["氏名"] for row in Hand(path).rows}) is stays
    assert ("鈴木一郎" in {row["氏名"] for row in Hand(other).rows}) is stays


@pytest.mark.parametrize(("take", "stays"), [("mine", False), ("theirs", True)])
@pytest.mark.parametrize("first", ["push", "pull"])
def test_a_row_deleted_here_and_edited_there_waits(shop, path, other, first, take, stays):
    with Hand(path) as hand:
        delete_row(hand, "C0002")
    with Hand(other) as hand:
        hand.set("C0002", "電話", "03-theirs")
    do(shop, other, push, who="S002")

    do(shop, path, push if first == "push" else pull)
    with opened(path) as book:
        before = status(book).sheets[0].conflicts
        resolve(book, everything=take)
    do(shop, path, push)
    do(shop, path, pull)
    do(shop, other, pull)

    assert before == 1
    for one in (path, other):
        assert ("鈴木一郎" in {row["氏名"] for row in Hand(one).rows}) is stays
    if stays:
        assert Hand(path).get("C0002", "電話") == "03-theirs"


def test_references_are_shown_by_their_number_in_answers_and_conflicts(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "担当", "S001")
        hand.set("C0002", "担当", "S001")
        hand.set("C0003", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0002", "担当", "S002")
        hand.set("C0003", "担当", "S002")
    do(shop, other, push, who="S002")

    do(shop, path, push)

    hand = Hand(path)
    assert hand.get("C0001", "担当") == "S001"
    assert hand.get("C0003", "担当") == "S002"
    assert next(hand.book["競合"].iter_rows(2, values_only=True))[3:7] == ("担当", "S001", "S002", None)


def test_a_conflict_on_a_sheet_that_is_gone_waits_and_blocks_no_other(shop, path, other):
    both = path.with_name("both.xlsx")
    shop.book(both, "customers", "staff")
    with Hand(both) as hand:
        hand.set("C0001", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, who="S002")
    do(shop, both, pull)
    with Hand(both) as hand:
        del hand.book["顧客"]

    with opened(both) as book:
        done = resolve(book, everything="mine")
    do(shop, both, pull, restore=True)
    with opened(both) as book:
        later = status(book)

    assert (done.decided, done.remaining) == (0, 1)
    assert later.sheets


def test_my_value_is_taken_though_the_sheet_it_stood_in_was_deleted_and_brought_back(shop, path, other):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-theirs")
    do(shop, other, push, who="S002")
    do(shop, path, pull)
    with Hand(path) as hand:
        del hand.book["顧客"]
    do(shop, path, pull, restore=True)

    with opened(path) as book:
        resolve(book, everything="mine")
    do(shop, path, push)
    do(shop, other, pull)

    assert [Hand(one).get("C0001", "電話") for one in (path, other)] == ["03-mine", "03-mine"]
