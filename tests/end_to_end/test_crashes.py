"""Whatever moment the power goes, the workbook opens and can go on, and the push is applied once."""

import sys
from itertools import cycle

import httpx
import pytest

from kizuna_addin.errors import OfflineError
from kizuna_addin.journal import Journal
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.status import status
from tests.end_to_end.sheets import Hand, assert_all_is_there_once, opened, type_unsaved
from tests.fixtures.cutting import BEFORE_THE_JOURNAL, SENT, STEPS, PowerCutError, cut, when


class CutAt(httpx.BaseTransport):
    """Stops the machine before or after the request with a certain number."""

    def __init__(self, number, *, after):
        self.inner, self.number, self.after = httpx.HTTPTransport(), number, after

    def handle_request(self, request):
        self.number -= 1
        if self.number == 0 and not self.after:
            raise PowerCutError
        response = self.inner.handle_request(request)
        if self.number == 0:
            response.read()
            response.close()
            raise PowerCutError
        return response

    def close(self):
        self.inner.close()


@pytest.fixture
def cutting():
    yield when
    sys.setprofile(None)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("edited", [False, True])
def test_a_power_cut_in_a_push_loses_and_doubles_nothing(shop, tmp_path, after, edited):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="一度だけ")
        hand.set("C0001", "電話", "03-once")
        hand.set("C0002", "生年月日", "そのうち")

    with opened(path) as book, shop.client(http=CutAt(1, after=after)) as client, pytest.raises(PowerCutError):
        push(book, client)
    with opened(path) as book:
        pending = status(book).pending
    if edited:
        with Hand(path) as hand:
            hand.set("C0001", "市区町村", "港区")
    with opened(path) as book, shop.client() as client:
        pulled = pull(book, client)
    with opened(path) as book, shop.client() as client:
        push(book, client)
    with opened(other) as book, shop.client() as client:
        pull(book, client)

    assert pending is not None
    assert pulled[0].conflicts == 0
    assert [row["氏名"] for row in Hand(other).rows].count("一度だけ") == 1
    assert [row["氏名"] for row in Hand(path).rows].count("一度だけ") == 1
    assert Hand(other).get("C0001", "電話") == "03-once"
    assert Hand(path).get("C0002", "生年月日") == "そのうち"
    assert (Hand(other).get("C0001", "市区町村") == "港区") is edited


# In a Calc the same steps are in test_killed.py, with a real end of either process.
@pytest.mark.parametrize(("step", "first"), list(zip(STEPS, cycle([pull, push, check]), strict=False)))
def test_a_power_cut_at_the_end_of_any_step_loses_and_doubles_nothing(shop, tmp_path, cutting, step, first):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="保存した新規")
        hand.set("C0001", "電話", "03-saved")

    with opened(path) as book, shop.client() as client:
        type_unsaved(book)
        cutting(step, cut)
        with pytest.raises(PowerCutError):
            push(book, client)
    for act in (first, pull, push, pull):
        with opened(path) as book, shop.client() as client:
            act(book, client)
    with opened(other) as book, shop.client() as client:
        pull(book, client)

    for hand in (Hand(path), Hand(other)):
        assert_all_is_there_once(hand, unsaved=step not in BEFORE_THE_JOURNAL)
    assert not list(tmp_path.glob(".~*"))
    with opened(path) as book, shop.client() as client:
        assert check(book, client).is_clean


@pytest.mark.parametrize("step", SENT[:3])
def test_what_was_typed_after_a_power_cut_goes_before_what_was_lost(shop, tmp_path, cutting, step):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="打ちかけ", 電話="03-0", 市区町村="港区")
    with opened(path) as book, shop.client() as client:
        type_unsaved(book)
        cutting(step, cut)
        with pytest.raises(PowerCutError):
            push(book, client)

    with Hand(path) as hand:
        hand.sheet.cell(hand.last + 1, hand.column("電話")).value = "03-newer"
        hand.set("C0002", "電話", "03-newest")
    for act in (push, pull):
        with opened(path) as book, shop.client() as client:
            act(book, client)
    with opened(other) as book, shop.client() as client:
        pull(book, client)

    rows = {row["氏名"]: row for row in Hand(other).rows}
    assert rows["打ちかけ"]["電話"] == "03-newer"
    assert rows["鈴木一郎"]["電話"] == "03-newest"
    assert len(rows) == len(Hand(other).rows) == len(Hand(path).rows)


def test_a_push_without_a_server_is_kept_in_the_workbook_itself(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-later")
    shop_client = shop.client(http=httpx.MockTransport(_nobody))

    with opened(path) as book, shop_client as client, pytest.raises(OfflineError):
        push(book, client)

    with opened(path) as book:
        assert status(book).pending is not None
        assert Journal.of(book).read() is None


def _nobody(request):
    raise httpx.ConnectError("nobody there", request=request)


@pytest.mark.parametrize("after", [False, True])
def test_a_power_cut_in_a_pull_changes_nothing(shop, tmp_path, after):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    before = path.read_bytes()

    with opened(path) as book, shop.client(http=CutAt(1, after=after)) as client, pytest.raises(PowerCutError):
        pull(book, client)

    assert path.read_bytes() == before
