"""Whatever moment the power goes, the workbook opens and can go on, and the push is applied once."""

import httpx
import pytest

from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.status import status
from tests.end_to_end.sheets import Hand, opened


class PowerCutError(BaseException):
    """The machine stops here: nothing after it runs, not even handlers of ordinary errors."""


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


@pytest.mark.parametrize("after", [False, True])
def test_a_power_cut_in_a_pull_changes_nothing(shop, tmp_path, after):
    path = shop.book(tmp_path / "a.xlsx")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-typed")
    before = path.read_bytes()

    with opened(path) as book, shop.client(http=CutAt(1, after=after)) as client, pytest.raises(PowerCutError):
        pull(book, client)

    assert path.read_bytes() == before
