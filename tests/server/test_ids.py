from __future__ import annotations

import itertools
import time
import uuid

import pytest

from kizuna.ids import new_id


def test_an_id_is_a_uuid_of_version_seven_that_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_ids_made_within_a_millisecond_are_in_the_order_of_their_making(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(1_795_337_106_000_000_000, 250)
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))

    made = [new_id() for _ in range(4_000)]

    assert made == sorted(made)


def test_ids_of_one_moment_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_795_337_106_000_999_999)

    assert len({new_id() for _ in range(1_000)}) == 1_000
