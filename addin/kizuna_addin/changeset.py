"""Changes of sheets as one changeset: pure but for the ids of new rows."""

from __future__ import annotations

from collections.abc import Callable

from kizuna_addin.base import Base
from kizuna_addin.compare import Changes
from kizuna_addin.wire import Op


def table_ops(base: Base, changes: Changes, new_id: Callable[[], str]) -> tuple[tuple[Op, ...], dict[int, str]]:
    """Return the operations of one sheet and the ids given to its new rows, by position.

    Rows with a remark that blocks them stay behind.
    """
    ops = []
    given: dict[int, str] = {}
    for one in changes.inserts:
        if changes.is_blocked(one.position):
            continue
        row = one.id or new_id()
        given[one.position] = row
        ops.append(Op("insert", row, None, one.fields))
    ops += [
        Op("update", row, base.revision(row), values)
        for row, values in changes.updates.items()
        if not changes.is_blocked(changes.positions[row])
    ]
    ops += [Op("delete", row, base.revision(row)) for row in changes.deletes]
    return tuple(ops), given
