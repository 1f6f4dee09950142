"""A disk that is full in the middle of work: a clear answer, nothing half written, and the same push taken once there is room."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from kizuna.app import open_database
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.conftest import skip_or_fail
from tests.fixtures.live import LiveServer, live_server
from tests.fixtures.people import People, contents, count
from tests.fixtures.postgres import other_account
from tests.server.conftest import SHOP_ROLE, Template

ROWS = 2_500
GAPS = ("number_counters",)
"""PostgreSQL gives numbers out apart from the push, which may leave a gap."""
TYPED = {"name": "客", "city": "静岡市葵区", "notes": "長い備考" * 30, "store_id": 1}


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of that size in memory, where we are root on Linux."""
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(path)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk; the file size limit stands in for it")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


class Ballast:
    """A file that takes all the room there is on a disk."""

    def __init__(self, disk: Path) -> None:
        self.file = disk / "ballast"

    def load(self) -> None:
        handle = os.open(self.file, os.O_CREAT | os.O_WRONLY)
        try:
            while True:
                os.write(handle, bytes(4096))
        except OSError:
            os.close(handle)

    def drop(self) -> None:
        self.file.unlink()


class Shop:
    """A server of its own on a database, whose disk can be filled and freed."""

    def __init__(
        self, server: LiveServer, url: str, people: People, fill: Callable[[], None], free: Callable[[], None]
    ) -> None:
        self.server, self.url, self.fill, self.free = server, url, fill, free
        self.token = people.tokens["owner"]

    def headers(self, language: str = "en") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": language}

    def push(self, body: bytes, language: str = "en") -> httpx.Response:
        return httpx.post(f"{self.server.url}/changesets", content=body, headers=self.headers(language), timeout=60)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return httpx.get(f"{self.server.url}{path}", params=query, headers=self.headers(), timeout=60)


def batch(rows: int) -> bytes:
    """Return a changeset of new customers."""
    columns = [[new_id() for _ in range(rows)], *([value] * rows for value in TYPED.values())]
    inserts = {"fields": ["id", *TYPED], "columns": columns}
    return json.dumps({"id": new_id(), "tables": [{"table": "customers", "inserts": inserts}]}).encode()


@contextmanager
def on_a_small_disk(template: Template, tmp_path: Path) -> Iterator[Shop]:
    with small_disk(tmp_path / "disk", 32) as disk:
        url = template.copy(disk)
        with live_server(url) as server:
            ballast = Ballast(disk)
            yield Shop(server, url, template.people, ballast.load, ballast.drop)


@contextmanager
def under_a_size_limit(template: Template, tmp_path: Path) -> Iterator[Shop]:
    url = template.copy(tmp_path)
    with live_server(url) as server:
        pid, file = server.process.pid, Path(sa.make_url(url).database or "")
        unlimited = resource.RLIM_INFINITY

        def limit() -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (file.stat().st_size, unlimited))

        def lift() -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))

        yield Shop(server, url, template.people, limit, lift)


@contextmanager
def in_a_small_tablespace(template: Template, tmp_path: Path, admin_url: str) -> Iterator[Shop]:
    admin = sa.create_engine(admin_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def command(sql: str) -> None:
        with admin.connect() as connection:
            connection.exec_driver_sql(sql)

    # Below /tmp itself: PostgreSQL's account may not look into pytest's folders.
    folder = Path(f"/tmp/kizuna-full-{os.getpid()}")
    with small_disk(folder, 64) as disk:
        place, account = disk / "space", other_account()
        place.mkdir()
        os.chown(place, account["user"], account["group"])
        url = template.copy(tmp_path)
        name = sa.make_url(url).database
        command(f"create tablespace small location '{place}'")
        try:
            command(f"grant create on tablespace small to {SHOP_ROLE}")
            command(f"alter database {name} set tablespace small")
            with live_server(url) as server:
                ballast = Ballast(disk)
                yield Shop(server, url, template.people, ballast.load, ballast.drop)
        finally:
            template.drop(url)
            command("drop tablespace small")
    folder.rmdir()


@pytest.fixture(params=["small disk", "size limit", "small tablespace"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose disk fills up: on SQLite in two ways, and on PostgreSQL."""
    if os.name != "posix" or not hasattr(resource, "prlimit"):
        skip_or_fail("filling a disk needs Linux")
    if request.param == "small tablespace":
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        template = request.getfixturevalue("postgresql_template")
        opened = in_a_small_tablespace(template, tmp_path, request.getfixturevalue("postgres_url"))
    else:
        ways = {"small disk": on_a_small_disk, "size limit": under_a_size_limit}
        opened = ways[request.param](request.getfixturevalue("sqlite_template"), tmp_path)
    with opened as found:
        yield found


@pytest.fixture
def database(shop: Shop) -> Iterator[Database]:
    """The shop's database as the test looks at it."""
    opened = open_database(shop.url)
    yield opened
    opened.backend.close()


def test_a_push_onto_a_full_disk_says_so_writes_nothing_and_is_taken_once_there_is_room(
    shop: Shop, database: Database
) -> None:
    assert shop.push(batch(20)).status_code == 200
    before, body = contents(database, but=GAPS), batch(ROWS)
    shop.fill()

    refused = [shop.push(body, "en"), shop.push(body, "ja")]

    assert [one.status_code for one in refused] == [507, 507]
    english, japanese = (one.json()["error"] for one in refused)
    assert english["code"] == japanese["code"] == "disk-full"
    assert "free some space" in english["message"]
    assert "空きを作って" in japanese["message"]
    assert int(refused[0].headers["Retry-After"]) >= 10
    assert contents(database, but=GAPS) == before

    shop.free()
    taken, again = shop.push(body), shop.push(body)

    assert taken.status_code == again.status_code == 200
    assert taken.content == again.content
    assert count(database, "customers") == 20 + ROWS
    assert count(database, "changes", "table_name = 'customers'") == 20 + ROWS
    assert count(database, "changesets") == len(before["changesets"]) + 1
    _is_sound(database)


def test_reading_goes_on_while_the_disk_is_full_and_pushes_of_many_are_refused(shop: Shop, database: Database) -> None:
    assert shop.push(batch(50)).status_code == 200
    first = shop.get("/tables/customers/rows").json()
    shop.fill()
    statuses: list[int] = []
    pushers = [threading.Thread(target=lambda: statuses.append(shop.push(batch(ROWS)).status_code)) for _ in range(4)]
    for one in pushers:
        one.start()

    pages = [shop.get("/tables/customers/rows") for _ in range(5)]
    for one in pushers:
        one.join()
    after = shop.get("/tables/customers/rows", cursor=first["cursor"])

    assert statuses == [507] * 4
    assert [one.status_code for one in pages] == [200] * 5
    assert all(one.json()["rows"] == first["rows"] for one in pages)
    assert (after.status_code, after.json()["rows"]) == (200, [])
    assert shop.get("/me").status_code == 200

    shop.free()
    assert shop.push(batch(ROWS)).status_code == 200
    assert count(database, "customers") == 50 + ROWS
    _is_sound(database)


def _is_sound(database: Database) -> None:
    """SQLite's file is whole, and its log can be written back to the end."""
    if database.backend.name != "sqlite":
        return
    with database.backend.read() as connection:
        assert fetch_all(connection, "pragma integrity_check") == [("ok",)]
    with database.backend.engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        [(busy, frames, moved)] = fetch_all(connection, "pragma wal_checkpoint(truncate)")
    assert (busy, frames) == (0, moved)
