"""Open conflicts: what collided, kept in the workbook until a person has chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from kizuna_addin.compare import Changes

Choice = Literal["mine", "theirs"]

DELETED_ROW = "deleted"
CHANGED_ROW = "changed"


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One field (or, with `field` None, one whole row) changed on both sides; values are those of the wire.

    For a whole row, `mine` and `theirs` are ``deleted`` or ``changed``, and `revision` is the row's where the base did not
    move to it.
    """

    handle: str
    row: str
    field: str | None
    base: Any
    mine: Any
    theirs: Any
    who: str | None = None
    when: str | None = None
    revision: int | None = None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What the conflict is about."""
        return self.handle, self.row, self.field

    def as_json(self) -> dict[str, Any]:
        """Return the conflict for keeping."""
        return {name: getattr(self, name) for name in self.__slots__}


def merged_conflicts(old: Iterable[OpenConflict], new: Iterable[OpenConflict]) -> tuple[OpenConflict, ...]:
    """Return all conflicts, one for each row and field; of two about the same, the newer with the older base."""
    found: dict[tuple[str, str, str | None], OpenConflict] = {one.key: one for one in old}
    for one in new:
        before = found.get(one.key)
        found[one.key] = replace(one, base=before.base) if before else one
    return tuple(found.values())


def held_back(changes: Changes, conflicts: Sequence[OpenConflict]) -> Changes:
    """Return the changes without what waits for a decision."""
    if not conflicts:
        return changes
    rows = {one.row for one in conflicts if one.field is None}
    fields: dict[str, set[str]] = {}
    for one in conflicts:
        if one.field is not None:
            fields.setdefault(one.row, set()).add(one.field)
    updates: dict[str, Mapping[str, Any]] = {}
    for row, values in changes.updates.items():
        left = {name: value for name, value in values.items() if name not in fields.get(row, ())}
        if left and row not in rows:
            updates[row] = left
    return replace(
        changes,
        updates=updates,
        inserts=tuple(one for one in changes.inserts if one.id not in rows),
        deletes=tuple(row for row in changes.deletes if row not in rows),
    )
