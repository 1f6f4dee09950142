"""Give new rows their number, and keep the counter ahead of numbers people typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from kizuna.model.backend import Backend, fetch_all, run
from kizuna.model.registry import TableSpec
from kizuna.model.synced import Numbering


def typed_count(numbering: Numbering, number: str) -> int:
    """Return the count behind a number of ours (``C0042`` → 42), 0 for anything else."""
    digits = number.removeprefix(numbering.prefix)
    if digits == number or not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        return 0
    return int(digits)


def highest_count(numbering: Numbering, numbers: Sequence[str]) -> int:
    """Return the highest `typed_count` of many numbers, 0 where there is none; by one search, since there may be 10,000."""
    if not numbering.prefix:
        return 0
    # No text holds a NUL, so a number cannot reach into the next.
    found = re.findall(rf"(?:\A|\0){re.escape(numbering.prefix)}([0-9]{{1,12}})(?=\0|\Z)", "\0".join(numbers))
    return max(map(int, found), default=0)


def take_numbers(
    backend: Backend,
    connection: sa.Connection,
    spec: TableSpec,
    count: int,
    typed: Sequence[str],
    *,
    trial: dict[str, int] | None = None,
) -> list[str]:
    """Return ``count`` new numbers for ``spec``, greater than every number among ``typed`` and any given out before.

    On a database with many writers the counter moves in a transaction of its own: stores then don't queue for numbers, and
    a push that fails leaves a gap. There a dry run leaves the counter to those who write, and notes in ``trial`` how far it
    has come itself.
    """
    numbering = spec.sync.numbering
    assert numbering is not None
    highest = highest_count(numbering, typed)
    if not count and not highest:
        return []
    if trial is None or backend.one_writer:
        last = backend.apart(connection, lambda own: _advance(backend, own, spec.name, count, highest))
    else:
        last = max(_last(backend, connection, spec.name), trial.get(spec.name, 0), highest) + count
        trial[spec.name] = last
    return numbering.format_all(last - count + 1, count)


def _last(backend: Backend, connection: sa.Connection, table: str) -> int:
    sql = f"select last from number_counters where table_name = {backend.holes(1)}"
    return next((int(row[0]) for row in fetch_all(connection, sql, (table,))), 0)


def _advance(backend: Backend, connection: sa.Connection, table: str, count: int, highest: int) -> int:
    hole = backend.holes(1)
    greatest = "max" if backend.name == "sqlite" else "greatest"
    sql = (
        f"update number_counters set last = {greatest}(last, {hole}) + {hole} where table_name = {hole} returning last"
    )
    found = fetch_all(connection, sql, (highest, count, table))
    if not found:
        first = f"insert into number_counters(table_name, last) values ({hole}, 0) on conflict do nothing"
        run(connection, first, (table,))
        found = fetch_all(connection, sql, (highest, count, table))
    return int(found[0][0])
