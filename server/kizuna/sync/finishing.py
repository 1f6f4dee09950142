"""The end of a changeset's transaction: history, positions, totals, and the answer kept for a repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

import orjson

from kizuna.model.backend import check_stands, run, run_many
from kizuna.sync.changeset import Answer
from kizuna.sync.kept_answers import packed
from kizuna.sync.pushing import CHANGE_COLUMNS, Push
from kizuna.sync.totals import refresh_totals

Counts = Mapping[str, Mapping[str, int]]
"""Rows per table and outcome."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a changeset beside its changes; ``body`` is the answer as JSON."""

    body: bytes
    counts: Counts
    request_hash: str
    device: str | None = None
    note: str | None = None
    undoes: str | None = None


def finish(going: Push, record: Record) -> None:
    """Write what the rows don't hold themselves."""
    backend, connection = going.backend, going.connection
    check_stands(connection)
    if going.buyers:
        # Only stores whose feeds we hold: another store's totals of the same customer are another push's to write.
        stores = [store for table, store in going.touched if table == "purchases"]
        refresh_totals(backend, connection, going.buyers, stores)
    if going.gone_or_back:
        # A deleted customer counts in no store, whoever sold there.
        backend.narrow(connection, None, writes=True)
        refresh_totals(backend, connection, going.gone_or_back)
    backend.insert_many(connection, "changes", CHANGE_COLUMNS, going.changes)
    hole = backend.holes(1)
    moved = {store for _, store in going.touched}
    run_many(
        connection,
        f"update feeds set revision = {hole} where store_id = {hole}",
        [(going.revisions[one], one) for one in sorted(moved)],
    )
    run_many(
        connection,
        f"insert into feed_positions(table_name, store_id, revision) values ({backend.holes(3)}) "
        "on conflict(table_name, store_id) do update set revision = excluded.revision",
        [(table, store, revision) for (table, store), revision in sorted(going.touched.items())],
    )
    run(
        connection,
        "insert into changesets(id, account_id, who, device, at, origin, note, undoes, request_hash, stores, counts, answer) "
        f"values ({backend.holes(12)})",
        (
            going.changeset_id,
            going.actor.account_id,
            going.actor.name,
            record.device,
            going.now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            going.origin,
            record.note,
            record.undoes,
            record.request_hash,
            orjson.dumps(sorted(moved)).decode(),
            orjson.dumps(record.counts).decode(),
            packed(record.body),
        ),
    )


def counts_of(answer: Answer) -> dict[str, dict[str, int]]:
    """Return how many rows of each table had each outcome."""
    counts: dict[str, dict[str, int]] = {}
    for one in answer.outcomes:
        of_table = counts.setdefault(one.table, {})
        of_table[one.outcome] = of_table.get(one.outcome, 0) + 1
    for summed in answer.inserted:
        of_table = counts.setdefault(summed.table, {})
        of_table["applied"] = of_table.get("applied", 0) + summed.count
    return counts


def counts_of_changes(going: Push) -> dict[str, dict[str, int]]:
    """Return how many rows of each table were written."""
    counts: Counter[str] = Counter()
    for changes in going.written:
        counts[changes.table] += len(changes)
    return {table: {"applied": count} for table, count in counts.items()}
