"""Clients that stop in the middle of a body, over real sockets: with waitress, or a proxy that reads first, nobody waits."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from kizuna.ids import new_id
from tests.fixtures.live import kizuna_serve
from tests.fixtures.wire import op
from tests.server.conftest import Template

STALLED = 6


def test_with_waitress_clients_that_stop_in_the_middle_hold_nobody_up(
    sqlite_template: Template, tmp_path: Path
) -> None:
    token = sqlite_template.people.tokens["owner"]
    headers = {"Authorization": f"Bearer {token}"}
    ops = [op("insert", new_id(), name="客", store_id=1) for _ in range(100)]
    body = json.dumps({"id": new_id(), "tables": [{"table": "customers", "ops": ops}]}).encode()
    with kizuna_serve(sqlite_template.copy(tmp_path), "--server", "waitress", "--threads", "2") as api:
        where = urlsplit(api)
        lines = [socket.create_connection((where.hostname, where.port), timeout=30) for _ in range(STALLED)]
        for one in lines:
            head = f"POST /api/v1/changesets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}"
            one.sendall(head.encode() + b"\r\n\r\n" + body[: len(body) // 2])

        meanwhile = httpx.post(f"{api}/changesets", content=body, headers=headers, timeout=30)
        lines[0].sendall(body[len(body) // 2 :])
        first = lines[0].recv(65536)
        for one in lines:
            one.close()
        rows = httpx.get(f"{api}/tables/customers/rows", headers=headers, timeout=30).json()["rows"]

    assert meanwhile.status_code == 200
    assert b" 200 " in first.splitlines()[0]
    assert len(rows) == 100
