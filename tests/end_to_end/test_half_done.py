"""Commands that stop half way leave a workbook that can go on from there."""

import httpx
import pytest

from kizuna_addin.book_errors import PullStoppedError
from kizuna_addin.errors import OfflineError, ServerTroubleError, WrongTokenError
from kizuna_addin.history import undo_last_push
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.status import status
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened
from tests.fixtures.broken_line import LosingAnswers


def do(shop, path, action, who="S001", *, http=None, **more):
    with opened(path) as book, shop.client(who, http=http, attempts=1) as client:
        return action(book, client, **more)


def push_and_lose_the_answer(shop, path):
    with pytest.raises(OfflineError):
        do(shop, path, push, http=LosingAnswers())


class Refusing(httpx.BaseTransport):
    """Answers every push with one status of refusal."""

    def __init__(self, status):
        self._inner, self._status = httpx.HTTPTransport(), status

    def handle_request(self, request):
        if request.method == "POST":
            return httpx.Response(self._status, json={"error": {"code": "refused", "message": "no"}})
        return self._inner.handle_request(request)

    def close(self):
        self._inner.close()


def test_undo_takes_back_a_push_whose_answer_was_lost(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-first")
    do(shop, path, push)
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-second")
    push_and_lose_the_answer(shop, path)

    do(shop, path, undo_last_push)

    assert Hand(path).get("C0001", "電話") == "03-first"


@pytest.mark.parametrize(("status_code", "error"), [(401, WrongTokenError), (429, ServerTroubleError)])
def test_a_cut_push_outlives_an_answer_that_says_nothing_of_it(shop, path, status_code, error):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-once")
    push_and_lose_the_answer(shop, path)
    with opened(path) as book:
        pending = status(book).pending

    with pytest.raises(error):
        do(shop, path, pull, http=Refusing(status_code))

    assert pending is not None
    assert do(shop, path, push).finished == pending


def test_a_push_that_the_server_is_too_busy_for_is_finished_later(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-once")

    with pytest.raises(ServerTroubleError):
        do(shop, path, push, http=Refusing(429))

    assert do(shop, path, push).finished is not None


@on_every_host
def test_a_pull_stopped_at_its_second_sheet_keeps_the_first(shop, tmp_path, monkeypatch):
    monkeypatch.setattr("kizuna_addin.size.LARGE", 0)
    path, other = shop.book(tmp_path / "a.xlsx", "customers", "customers"), shop.book(tmp_path / "b.xlsx")
    with Hand(other) as hand:
        hand.set("C0001", "電話", "03-new")
    do(shop, other, push)
    answers = iter([True, False])

    with opened(path) as book, shop.client() as client:
        with pytest.raises(PullStoppedError):
            pull(book, client, agrees=lambda _: next(answers))
        sheets = status(book).sheets

    assert [one.changed for one in sheets] == [0, 0]
    assert Hand(path).get("C0001", "電話") == "03-new"
    assert Hand(path, sheet="顧客 2").get("C0001", "電話") == "03-1111-0001"
    assert do(shop, path, push).changeset is None


def test_a_lost_sheet_whose_base_is_damaged_comes_back_on_request(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", "customers", "staff")
    with Hand(path) as hand:
        del hand.book["顧客"]
        for line in hand.book["_kizuna"].iter_rows():
            if line[0].value == "sheet:customers":
                line[2].value = "0" * 64

    pulled = do(shop, path, pull)
    restored = do(shop, path, pull, restore=True)

    assert [one.lost for one in pulled] == [True, False]
    assert restored[0].added == 3
    assert [row["顧客番号"] for row in Hand(path).rows] == ["C0001", "C0002", "C0003"]
    assert do(shop, path, push).changeset is None
