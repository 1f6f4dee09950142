"""Fill a database with a shop by bulk statements; the totals by the very SQL the write path keeps them with."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa

from benchmarks.rfm_shop import (
    CUSTOMER_FIELDS,
    RECEIPT_FIELDS,
    STORES,
    Shop,
    customer_id,
    customer_rows,
    receipt_rows,
)
from kizuna.app import open_database
from kizuna.model.backend import fetch_all, run, run_many
from kizuna.model.database import Database
from kizuna.sync.totals import refresh_totals

FILLED = ("customers", "purchases")
SAMPLE = 500


class WrongTotalsError(Exception):
    """The totals in the database are not what the receipts come to."""


def fill(url: str, shop: Shop) -> str:
    """Make the database behind ``url`` with every row of ``shop``; return an owner's token."""
    command = [sys.executable, "-m", "kizuna", "init", "--json", "--database", url]
    token: str = orjson.loads(subprocess.run(command, check=True, capture_output=True).stdout)["token"]
    database = open_database(url)
    database.backend.write(lambda connection: _write(database, connection, shop))
    database.backend.write(lambda connection: check_totals(database, connection, shop))
    _analyze(database)
    database.backend.close()
    return token


def add_stores(database: Database, connection: sa.Connection) -> None:
    """Add the stores beside the first: an owner sees those there are."""
    rows = [(f"01920000-0000-7000-8000-{code:012d}", 0, code, False, code, f"支店{code}") for code in STORES[1:]]
    database.backend.insert_many(connection, "stores", ("id", "store_id", "revision", "deleted", "code", "name"), rows)


def count_numbers(database: Database, connection: sa.Connection, shop: Shop) -> None:
    """Say which numbers are given out."""
    upsert = (
        f"insert into number_counters(table_name, last) values ({database.backend.holes(2)}) on conflict(table_name) "
    )
    counted = [("customers", shop.customers), ("purchases", len(shop))]
    run_many(connection, f"{upsert} do update set last = excluded.last", counted)


def _write(database: Database, connection: sa.Connection, shop: Shop) -> None:
    add_stores(database, connection)
    count_numbers(database, connection, shop)
    indexes = _drop_indexes(database, connection)
    _insert(database, connection, "customers", CUSTOMER_FIELDS, customer_rows(shop))
    _insert(database, connection, "purchases", RECEIPT_FIELDS, receipt_rows(shop))
    for sql in indexes:
        run(connection, sql)
    refresh_totals(database.backend, connection, [customer_id(place) for place in range(shop.customers)])
    last = shop.customers + len(shop)
    hole = database.backend.holes(1)
    upsert = f"insert into feeds(store_id, revision, pruned_revision) values ({hole}, {hole}, 0) on conflict(store_id) "
    run_many(connection, f"{upsert} do update set revision = excluded.revision", [(one, last) for one in STORES])
    run_many(
        connection,
        f"insert into feed_positions(table_name, store_id, revision) values ({database.backend.holes(3)})",
        [(table, store, last) for table in FILLED for store in STORES],
    )


def _insert(database: Database, connection: sa.Connection, table: str, names: tuple[str, ...], rows: Any) -> None:
    if database.backend.name == "sqlite":
        database.backend.insert_many(connection, table, names, rows)
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"copy {table}({', '.join(names)}) from stdin") as copy:
        lines = []
        for row in rows:
            lines.append("\t".join(map(str, row)))
            if len(lines) == 10_000:
                copy.write("\n".join(lines) + "\n")
                lines.clear()
        copy.write("".join(f"{line}\n" for line in lines))


def _drop_indexes(database: Database, connection: sa.Connection) -> list[str]:
    """Drop the indexes of what is filled, keys aside; return the SQL that makes them again."""
    tables = ", ".join(f"'{one}'" for one in FILLED)
    if database.backend.name == "sqlite":
        asked = (
            f"select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ({tables})"
        )
    else:
        asked = (
            f"select indexname, indexdef from pg_indexes where tablename in ({tables}) and left(indexname, 3) <> 'pk_'"
        )
    found = fetch_all(connection, asked)
    for name, _ in found:
        run(connection, f"drop index {name}")
    return [sql for _, sql in found]


def _analyze(database: Database) -> None:
    with database.backend.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        for sql in (
            ("analyze",)
            if database.backend.name == "sqlite"
            else ("vacuum analyze customers", "vacuum analyze purchases", "vacuum analyze customer_totals")
        ):
            run(connection, sql)


def check_totals(database: Database, connection: sa.Connection, shop: Shop) -> None:
    """Compare some customers' totals with what their receipts in the arrays come to; raise WrongTotalsError."""
    random = np.random.default_rng(2)
    chosen = random.integers(0, shop.customers, SAMPLE)
    counted = np.flatnonzero(np.isin(shop.customer, chosen) & ~shop.cancelled)
    wanted: dict[tuple[str, int], list[Any]] = {}
    for at in counted.tolist():
        one = wanted.setdefault((customer_id(int(shop.customer[at])), int(shop.store[at])), [0, 0, "", "", ""])
        day = str(np.datetime64(int(shop.day[at]), "D"))
        one[4] = max(one[4], day)
        if shop.returned[at]:
            one[1] -= int(shop.amount[at])
            continue
        one[0] += 1
        one[1] += int(shop.amount[at])
        one[2], one[3] = min(one[2] or day, day), max(one[3], day)
    condition, values = database.backend.in_list("customer_id", sorted({key for key, _ in wanted}))
    sql = "select customer_id, store_id, purchases, amount, first_on, last_on, last_activity_on from customer_totals"
    found = {
        (row[0], row[1]): [row[2], row[3], *(str(one or "") for one in row[4:])]
        for row in fetch_all(connection, f"{sql} where {condition}", values)
    }
    if found != wanted:
        raise WrongTotalsError(f"{len(found)} totals of {SAMPLE} customers differ from the {len(wanted)} recomputed")
