"""The changes of rows, found by walking back from each row as it is now.

A row's change says which revision of the same feed held the change before it (``previous_revision``), so a history needs no
index of its own, whose random leaf every edited row would have to write. A walk never leaves a feed. Where a row came from
another store its stay there ended with a 'left' change, and the few there are have a small index: a walk begins at the row
itself and at each of its 'left' changes.

So feeds out of scope, hidden by the filter here or by PostgreSQL's second wall, hide their own changes and no others: what a row
did in one's stores before and after its time in somebody else's both show. And pruning, which drops the oldest changes of each
feed, drops the ends of walks only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kizuna.model.backend import Backend

COLUMNS = ("store_id", "revision", "kind", "fields", "changeset_id", "previous_revision")


def heads_of(backend: Backend, table: str, ids: Sequence[str], *, floor: int = 0) -> tuple[str, tuple[Any, ...]]:
    """Return SQL of the rows called ``ids`` as `walked` takes them, and its values."""
    condition, values = backend.in_list("id", ids)
    return f"select id, store_id, revision, {int(floor)} from {table} where {condition}", values


def walked(
    backend: Backend,
    table: str,
    heads: tuple[str, Sequence[Any]],
    *,
    feeds: Sequence[int] | None = None,
    cut: Mapping[int, int] | None = None,
    most: int | None = None,
) -> tuple[str, tuple[Any, ...]]:
    """Return SQL that defines ``walked``, the changes of some rows of a table in no order, and its values.

    ``walked`` has row_id and `COLUMNS`. ``heads`` selects id, store_id, revision and floor of each row as it is now; changes up to
    the floor are left out. ``feeds`` are the stores whose changes count, all unless told; ``cut`` leaves out those up to a
    revision of each feed in the place of the floors. At most ``most`` changes are walked through in each stay in a store.
    """
    said, values = heads
    scope, stores = backend.in_list("changes.store_id", feeds) if feeds is not None else ("", ())
    floor, cuts, kept = "heads.floor", "", "" if feeds is None else f" and {scope}"
    ctes = f"heads(row_id, store_id, revision, floor) as ({said})"
    if cut is not None:
        ctes = f"cuts(store_id, revision) as ({_pairs(backend)}), {ctes}"
        values = (json.dumps(cut), *values)
        floor, cuts = "coalesce(cuts.revision, 0)", " left join cuts on cuts.store_id = changes.store_id"
    shown = ", ".join(f"changes.{name}" for name in COLUMNS)
    at_head = _change_at(backend, "heads.store_id", "heads.revision")
    before = _change_at(backend, "walked.store_id", "walked.previous_revision")
    stop = "" if most is None else f" and walked.place < {int(most)}"
    sql = (
        f"with recursive {ctes}, walked(row_id, {', '.join(COLUMNS)}, floor, place) as ("
        f"select heads.row_id, {shown}, {floor}, 1 from heads cross join {at_head[0]}{cuts} "
        f"where {at_head[1]} and changes.revision > {floor}{kept} "
        f"union all select heads.row_id, {shown}, {floor}, 1 from heads cross join changes{cuts} "
        f"where changes.row_id = heads.row_id and changes.kind = 'left' and changes.table_name = '{table}' "
        f"and changes.revision > {floor}{kept} "
        f"union all select walked.row_id, {shown}, walked.floor, walked.place + 1 from walked cross join {before[0]} "
        f"where {before[1]} and walked.previous_revision > walked.floor{stop})"
    )
    return sql, (*values, *stores, *stores)


def _change_at(backend: Backend, store: str, revision: str) -> tuple[str, str]:
    """Return what to join for the one change at a place, and on what condition.

    PostgreSQL cannot know how few rows a walk has got to, and would take the whole history to each of its steps.
    """
    at = f"changes.store_id = {store} and changes.revision = {revision}"
    if backend.name == "sqlite":
        return "changes", at
    return f"lateral (select * from changes where {at} limit 1) changes", "true"


def _pairs(backend: Backend) -> str:
    """Return SQL that reads a JSON object of revisions by store."""
    if backend.name == "sqlite":
        return "select cast(key as integer), value from json_each(?)"
    return "select key::numeric, value::numeric from json_each_text(%s::json)"
