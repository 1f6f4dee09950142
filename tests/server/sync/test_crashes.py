"""A server killed in the middle of pushes loses nothing that was answered and doubles nothing that was sent again."""

from __future__ import annotations

from kizuna.model.database import Database
from tests.fixtures.killing import kill_and_verify
from tests.fixtures.people import People, count


def test_a_server_killed_amid_pushes_comes_back_with_every_batch_exactly_once(
    database_url: str, database: Database, people: People
) -> None:
    database.backend.close()

    report = kill_and_verify(database_url, people.tokens["owner"], times=12)

    assert report.kills == 12
    assert report.changes >= count(database, "customers") > 1
