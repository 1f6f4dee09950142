"""Whether a server is the one a workbook was synced with, also under another address."""

from __future__ import annotations

from dataclasses import replace

from kizuna_addin.client import Client
from kizuna_addin.desk import Desk
from kizuna_addin.errors import BaseDamagedError, OtherServerError

ROWS_ASKED = 5
"""Rows of each sheet that are looked for: some may have been deleted since, not all."""


def mind_server(desk: Desk, client: Client) -> None:
    """Raise OtherServerError when a server has none of a workbook's rows; one that moved is remembered by its new address.

    Nothing is asked while the address is the one that the workbook remembers.
    """
    if client.server == desk.record.server:
        return
    asked = False
    for handle in desk.record.handles:
        try:
            record = desk.sheet_record(handle)
        except BaseDamagedError:
            continue
        for row in record.base.ids[:ROWS_ASKED]:
            asked = True
            if client.is_alive(record.table, row):
                desk.record = replace(desk.record, server=client.server)
                desk.memory.put_book(desk.record)
                return
    if asked:
        raise OtherServerError(book=desk.book.name, remembered=desk.record.server, server=client.server)
