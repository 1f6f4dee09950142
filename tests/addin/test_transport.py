"""Requests, their repetition, and their failures by name."""

import httpx
import orjson
import pytest
import zstandard

from kizuna_addin.client import Client
from kizuna_addin.errors import (
    NotAServerError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
    TooLargeError,
    WrongTokenError,
)
from kizuna_addin.transport import ServerFullError, Transport


def client(*responses, requests=None):
    left = list(responses)

    def answer(request):
        if requests is not None:
            requests.append(request)
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    transport = Transport("http://shop", "t", http=httpx.MockTransport(answer), sleep=lambda _: None)
    return Client(transport)


def page(ids, *, cursor, more=False, mode="snapshot", reason="first-pull", gone=()):
    return httpx.Response(
        200,
        json={
            "mode": mode,
            "reason": reason,
            "fields": ["id", "revision", "name"],
            "columns": [ids, list(range(len(ids))), [f"{one}@{cursor}" for one in ids]],
            "gone": list(gone),
            "cursor": cursor,
            "more": more,
        },
    )


def failure(status, code="x"):
    return httpx.Response(status, json={"error": {"code": code, "message": "直してください"}})


def test_pages_are_put_together_and_the_later_row_counts():
    one = client(
        page(["a", "b"], cursor="1", more=True),
        page(["b", "c"], cursor="2", more=True, reason="continued"),
        page(["d"], cursor="3", reason="continued", gone=["a"]),
    )

    pulled = one.pull("customers")

    assert pulled.snapshot
    assert sorted(zip(pulled.ids, pulled.columns[0], strict=True)) == [("b", "b@2"), ("c", "c@2"), ("d", "d@3")]
    assert pulled.cursor == "3"


def test_a_cut_page_is_asked_for_again_from_the_last_cursor():
    requests = []
    one = client(
        page(["a"], cursor="1", more=True),
        httpx.ReadError("cut"),
        page(["b"], cursor="2", reason="continued"),
        requests=requests,
    )

    pulled = one.pull("customers")

    assert sorted(pulled.ids) == ["a", "b"]
    assert [request.url.params.get("cursor") for request in requests] == [None, "1", "1"]


def test_nothing_new_is_nothing():
    pulled = client(httpx.Response(304)).pull("customers", cursor="9")

    assert pulled.nothing_new
    assert pulled.cursor == "9"


def test_a_busy_server_is_asked_again():
    one = client(failure(503), failure(429), httpx.Response(200, json={"role": "staff"}))

    assert one.me() == {"role": "staff"}


@pytest.mark.parametrize("said", ["-5", "nan", "soon"])
def test_a_server_that_tells_no_sensible_time_is_asked_again_soon(said):
    slept = []
    busy = httpx.Response(503, headers={"Retry-After": said}, json={"error": {"code": "busy", "message": ""}})
    answers = iter([busy, httpx.Response(200, json={"role": "staff"})])
    http = httpx.MockTransport(lambda _request: next(answers))

    assert Client(Transport("http://s", "t", http=http, sleep=slept.append)).me() == {"role": "staff"}
    assert 0 <= slept[0] < 1


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (failure(401, "wrong-token"), WrongTokenError),
        (failure(413, "too-large"), TooLargeError),
        (failure(404, "unknown-table"), RefusedError),
        (failure(500, "bug"), ServerTroubleError),
        (failure(507, "disk-full"), ServerFullError),
        (httpx.Response(200, text="<html>hotel login</html>"), NotAServerError),
        (httpx.Response(404, text="<html>"), NotAServerError),
        (httpx.Response(200, json=["other"]), NotAServerError),
        (httpx.ConnectError("no route"), OfflineError),
    ],
)
def test_a_failure_has_its_name_and_cure(response, error):
    with pytest.raises(error) as failed:
        client(response).me()

    assert failed.value.message.ja
    assert failed.value.message.en


def test_what_the_server_could_not_do_is_told_in_its_own_words():
    with pytest.raises(ServerTroubleError) as failed:
        client(failure(500, "action-failed")).me()

    assert "action-failed" in failed.value.message.ja
    assert failure(500, "action-failed").json()["error"]["message"] in failed.value.message.ja


def test_a_large_body_travels_compressed():
    requests = []
    one = client(httpx.Response(200, json={"results": [{"columns": [[None]]}]}), requests=requests)

    one.call([{"function": "RFM", "arguments": {"customer": ["C0001"] * 2000}}])

    assert requests[0].headers["Content-Encoding"] == "zstd"
    sent = orjson.loads(zstandard.decompress(requests[0].content))
    assert len(sent["calls"][0]["arguments"]["customer"]) == 2000
