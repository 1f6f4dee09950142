"""Calls of functions go in as few requests as the server takes, each answered once and in its own place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin import asking
from kizuna_addin.asking import in_parts, together


class Server:
    """Makes at most so many calls of a request."""

    def __init__(self, most):
        self.most, self.asked = most, []

    def ask(self, calls):
        self.asked.append([one["function"] for one in calls])
        made = [{"columns": [[one["function"]]]} for one in calls[: self.most]]
        rest = [{"error": {"code": "not-reached", "message": "again"}} for _ in calls[self.most :]]
        return str(len(self.asked)), made + rest


def call(name, values=1):
    return {"function": name, "arguments": {"customer": ["C1"] * values}}


@given(count=st.integers(0, 40), most=st.integers(1, 10))
def test_what_a_request_did_not_come_to_is_asked_again_until_all_is_answered(count, most):
    server = Server(most)
    position, results = in_parts([call(str(number)) for number in range(count)], server.ask)

    assert results == [{"columns": [[str(number)]]} for number in range(count)]
    assert position == "1"
    assert len(server.asked) == max(1, -(-count // most))


def test_a_server_that_never_comes_to_anything_is_not_asked_for_ever():
    server = Server(0)
    _, results = in_parts([call("a"), call("b")], server.ask)

    assert [one["error"]["code"] for one in results] == ["not-reached"] * 2
    assert server.asked == [["a", "b"], ["b"]]


@pytest.mark.parametrize(
    ("sizes", "expected"), [([], 0), ([50], 1), ([4, 4, 4], 2), ([10, 1], 1), ([1] * 5, 5), ([0] * 9, 6)]
)
def test_a_request_holds_so_many_calls_and_values_and_always_one(monkeypatch, sizes, expected):
    monkeypatch.setattr(asking, "MOST_CALLS", 6)
    monkeypatch.setattr(asking, "MOST_VALUES", 10)

    assert together([call("a", size) for size in sizes]) == expected


def test_many_calls_go_in_several_requests(monkeypatch):
    monkeypatch.setattr(asking, "MOST_CALLS", 3)
    server = Server(100)
    _, results = in_parts([call(str(number)) for number in range(7)], server.ask)

    assert len(results) == 7
    assert list(map(len, server.asked)) == [3, 3, 1]
