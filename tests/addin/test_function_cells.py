"""Answers kept for cells: one request for many, stale values while the server is silent, words for refusals."""

from __future__ import annotations

import threading

import pytest

from kizuna_addin.errors import BadAnswerError, NotAllowedError, OfflineError
from kizuna_addin.function_cells import FunctionCells, Patience
from kizuna_addin.questions import FunctionShape, question_of

RFM = FunctionShape("RFM", "row", (("customer", "keys"), ("as_of", "date")))


class Server:
    """Answers each key with its own text and the number of the request."""

    def __init__(self):
        self.requests = []
        self.position = "1"
        self.trouble = None
        self.gate = None

    def ask(self, calls):
        self.requests.append([dict(one) for one in calls])
        if self.gate is not None:
            self.gate.wait(120)
        if self.trouble is not None:
            raise self.trouble
        number = len(self.requests)
        return self.position, [
            {"columns": [[f"{key}@{number}" for key in listed(one["arguments"]["customer"])]]} for one in calls
        ]


def listed(value):
    return value if isinstance(value, list) else [value]


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def cells(server, clock):
    found = FunctionCells(server.ask, now=clock, patience=Patience(fresh=60, wait=60, retry=15))
    yield found
    found.close()


def about(key):
    return question_of(RFM, [[key]])


def shown(reply):
    return reply.error or reply.lines[0][0]


def test_the_first_cell_asks_for_all_and_the_others_find_their_answers(cells, server):
    everybody = [about(f"C{number}") for number in range(10_000)]

    found = [shown(cells.reply(one, lambda: everybody)) for one in everybody]

    assert found == [f"C{number}@1" for number in range(10_000)]
    assert len(server.requests) == 1
    assert len(server.requests[0]) == 1


def test_answers_are_asked_for_again_when_they_are_no_longer_fresh(cells, server, clock):
    cells.reply(about("C1"))
    clock.time = 61

    assert shown(cells.reply(about("C1"))) == "C1@2"


def test_a_new_position_of_the_data_outdates_what_was_kept(cells, server):
    cells.reply(about("C1"))
    server.position = "2"
    cells.reply(about("C2"))

    assert shown(cells.reply(about("C1"))) == "C1@3"


def test_after_a_push_everything_is_asked_for_again(cells, server):
    cells.reply(about("C1"))
    cells.expire()

    assert shown(cells.reply(about("C1"))) == "C1@2"


def test_without_a_server_the_last_value_stands(cells, server, clock):
    cells.reply(about("C1"))
    clock.time = 3600
    server.trouble = OfflineError(server="s")

    assert shown(cells.reply(about("C1"))) == "C1@1"
    assert shown(cells.reply(about("C2"))) == "接続待ち"


def test_a_silent_server_is_left_alone_for_a_while(cells, server, clock):
    server.trouble = OfflineError(server="s")
    for number in range(1000):
        cells.reply(about(f"C{number}"))
    asked = len(server.requests)
    clock.time = 16
    server.trouble = None

    assert asked == 1
    assert shown(cells.reply(about("C1"))) == "C1@2"


def test_a_slow_answer_keeps_no_cell_waiting_and_is_taken_when_it_comes(server, clock):
    cells = FunctionCells(server.ask, now=clock, patience=Patience(fresh=60, wait=0.05, retry=15))
    server.gate = threading.Event()
    first = shown(cells.reply(about("C1")))
    second = shown(cells.reply(about("C1")))
    server.gate.set()
    cells._under_way[1].result(60)
    third = shown(cells.reply(about("C1")))
    cells.close()

    assert (first, second, third) == ("接続待ち", "接続待ち", "C1@1")
    assert len(server.requests) == 1


def test_a_refusal_is_told_in_its_own_words(cells, server):
    server.trouble = NotAllowedError(status=403, code="forbidden", message="閲覧できません。")

    assert shown(cells.reply(about("C1"))) == "閲覧できません。"


@pytest.mark.parametrize("answer", [None, {}, ("1", None), ("1", []), ("1", [{"columns": None}]), ("1", [7])])
def test_an_answer_of_another_form_is_told_in_the_cell_and_raises_nothing(clock, answer):
    cells = FunctionCells(lambda _calls: answer, now=clock)

    reply = cells.reply(question_of(RFM, [["C1"]]))

    assert reply.error == BadAnswerError().message.ja
