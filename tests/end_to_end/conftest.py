"""A real server on loopback with a small shop, and workbooks in the host that a test asks for (plain files if none)."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import xlwings as xw
from werkzeug.serving import make_server

from kizuna.access.accounts import SYSTEM, create_account
from kizuna.access.tokens import create_token
from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.model.database import Database, sqlite_url
from kizuna.ops.migrate import migrate
from kizuna.sync.changeset import ChangesetRequest, Op, TableChanges
from kizuna.sync.push import push
from kizuna_addin.client import Client
from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish, fill_new_book
from kizuna_addin.transport import Transport
from tests.end_to_end.programs import Calc, Chosen, hosts_for, start_calc

CUSTOMERS = (
    {"number": "C0001", "name": "山田花子", "phone": "03-1111-0001", "prefecture": "東京都", "status": "customer"},
    {"number": "C0002", "name": "鈴木一郎", "phone": "03-1111-0002", "birthday": "1980-04-01", "tags": ["常連", "VIP"]},
    {"number": "C0003", "name": "佐藤次郎", "postal_code": "0010001", "no_mail": True, "notes": "一行目\n二行目"},
)


@dataclass
class Shop:
    """A running server."""

    server: str
    database: Database
    tokens: dict[str, str]

    def client(self, who: str = "S001", **transport: Any) -> Client:
        return Client(Transport(self.server, self.tokens[who], sleep=lambda _: None, **transport))

    def book(self, path: Path, *wishes: str | Wish, who: str = "S001") -> Path:
        """Make a workbook and return its path."""
        with Chosen.host.made() as book, self.client(who) as client:
            fill_new_book(
                book, client, [Wish(one) if isinstance(one, str) else one for one in wishes or ("customers",)]
            )
            book.save(path)
        return path


def pytest_generate_tests(metafunc):
    hosts = hosts_for(metafunc.function, metafunc.module.__name__)
    if hosts and "host" in metafunc.fixturenames:
        metafunc.parametrize("host", hosts, indirect=True)


@pytest.fixture(scope="session")
def calc():
    """A running LibreOffice Calc."""
    yield from start_calc()


@pytest.fixture
def host(request, monkeypatch):
    """The host workbooks are opened in; a test asks for both with `@on_every_host`."""
    if getattr(request, "param", "files") == "libreoffice":
        app = request.getfixturevalue("calc")
        monkeypatch.setattr(xw.engines, "active", app.engine)
        monkeypatch.setattr(Chosen, "host", Calc(app))
    return Chosen.host


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    """A database with the shop's people and customers, to copy for each test, and its people's tokens."""
    path = tmp_path_factory.mktemp("furnished") / "kizuna.db"
    database = open_database(sqlite_url(path))
    migrate(database.backend, database.plugins.migrations)
    tokens = {}
    store, staff = new_id(), {number: new_id() for number in ("S001", "S002")}
    _seed(database, "stores", [(store, {"code": 1, "name": "本店"})])
    _seed(database, "staff", [(row, {"number": number, "name": f"店員{number}"}) for number, row in staff.items()])
    for number, row in staff.items():
        account = create_account(database, row, "staff", [1])
        tokens[number] = create_token(database, account, f"pc-{number}", now=datetime.now(UTC))
    app = create_app(Config(sqlite_url(path)), database)
    ops = [{"op": "insert", "id": new_id(), "fields": one} for one in CUSTOMERS]
    answer = app.test_client().post(
        "/api/v1/changesets",
        json={"id": new_id(), "tables": [{"table": "customers", "ops": ops}]},
        headers={"Authorization": f"Bearer {tokens['S001']}"},
    )
    assert {one["outcome"] for one in answer.get_json()["outcomes"]} == {"applied"}
    with database.backend.engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        connection.connection.execute("pragma wal_checkpoint(truncate)")
    database.backend.close()
    return path, tokens


@pytest.fixture
def shop(tmp_path, host, furnished):
    template, tokens = furnished
    shutil.copyfile(template, tmp_path / "kizuna.db")
    database = open_database(sqlite_url(tmp_path / "kizuna.db"))
    app = create_app(Config(sqlite_url(tmp_path / "kizuna.db")), database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Looks for the end of its work more often than every half second: a test waits for that.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Shop(f"http://127.0.0.1:{server.server_port}", database, tokens)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def path(shop, tmp_path):
    """A workbook of the shop's customers."""
    return shop.book(tmp_path / "a.xlsx")


@pytest.fixture
def other(shop, tmp_path):
    """The same of somebody else."""
    return shop.book(tmp_path / "b.xlsx", who="S002")


def _seed(database, table, rows):
    request = ChangesetRequest(
        new_id(), [TableChanges(table, [Op("insert", row, None, fields) for row, fields in rows])]
    )
    body = orjson.dumps(request.id)
    done = push(database, SYSTEM, request, now=datetime.now(UTC), request_hash=body.hex())
    assert done.answer is not None
    assert {one.outcome for one in done.answer.outcomes} == {"applied"}, done.body
