"""A base that cannot be read, made anew from the server without losing a typed cell: pure."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna_addin.base import Base
from kizuna_addin.compare import Changes, SheetRows, compare
from kizuna_addin.conflict_list import CHANGED_ROW, DELETED_ROW, OpenConflict
from kizuna_addin.gather import Pulled
from kizuna_addin.merge import Merge
from kizuna_addin.schema import Table


@dataclass(frozen=True)
class Healed:
    """The new base with what to do in the sheet, and how the sheet differs from it."""

    merge: Merge
    changes: Changes


def heal(handle: str, table: Table, sheet: SheetRows, pulled: Pulled, language: str) -> Healed:
    """Return a base made of a snapshot, with every difference of the sheet as a conflict.

    Without the old base nobody knows whether a differing cell was typed or is merely old, so neither side is overwritten:
    each difference waits for a decision. Rows the server has and the sheet has not come back.
    """
    base = Base(pulled.fields, pulled.ids, pulled.revisions, pulled.columns)
    changes = compare(base, table, sheet, language)
    conflicts = [
        OpenConflict(handle, row, name, None, mine, base.row(row)[name])
        for row, values in changes.updates.items()
        for name, mine in values.items()
    ]
    conflicts += [
        OpenConflict(handle, one.id, None, None, CHANGED_ROW, DELETED_ROW) for one in changes.inserts if one.id
    ]
    merge = Merge(base, {}, changes.deletes, (), tuple(conflicts), frozenset())
    return Healed(merge, changes)
