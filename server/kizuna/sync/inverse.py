"""The op that takes back what a changeset did to one row. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.sync.changeset import Op

DELETED = "deleted"
"""Stands among the fields of a change that restored a row and moved it to another store at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a row: ``fields`` maps a field to what it held before and after, in wire form."""

    revision: int
    kind: str
    fields: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Net:
    """What several steps of one row come to: ``deleted`` is (before, after), None where it was not touched."""

    inserted: bool
    deleted: tuple[bool, bool] | None
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def nothing(self) -> bool:
        """Whether the row is again what it was."""
        return not self.inserted and not self.deletion_changed and not self.changed

    @property
    def deletion_changed(self) -> bool:
        """Whether a live row is now deleted, or a deleted one live."""
        return self.deleted is not None and self.deleted[0] != self.deleted[1]

    @property
    def changed(self) -> frozenset[str]:
        """The fields that now hold something else."""
        return frozenset(name for name, (before, after) in self.fields.items() if before != after)


def net(steps: Sequence[Step]) -> Net:
    """Return what ``steps``, oldest first, come to."""
    fields: dict[str, tuple[Any, Any]] = {}
    deleted: tuple[bool, bool] | None = None
    for step in steps:
        change = _deletion(step)
        if change is not None:
            deleted = (deleted[0] if deleted else change[0], change[1])
        for name, (before, after) in step.fields.items():
            if name != DELETED:
                fields[name] = (fields[name][0] if name in fields else before, after)
    return Net(any(step.kind == "insert" for step in steps), deleted, fields)


def _deletion(step: Step) -> tuple[bool, bool] | None:
    if DELETED in step.fields:
        before, after = step.fields[DELETED]
        return bool(before), bool(after)
    return {"delete": (False, True), "restore": (True, False)}.get(step.kind)


def inverse(row_id: str, mine: Sequence[Step], later: Sequence[Step]) -> Op | None:
    """Return the op that takes back ``mine``, given what happened to the row ``later``; None where nothing is left to do.

    Its base lets what changed since collide, and only that: where later steps took one another back (an undo of a later
    changeset, say), the base is the last of them.
    """
    if not later and len(mine) == 1 and mine[0].kind == "insert":
        return Op("delete", row_id, mine[0].revision)  # most rows of a large import; the rest of this says the same
    done, since = net(mine), net(later)
    last = mine[-1].revision
    newest = later[-1].revision if later else last
    if done.inserted:
        if done.deleted is not None and done.deleted[1]:
            return None
        return Op("delete", row_id, newest if since.nothing else last)
    if done.deletion_changed and done.deleted is not None and not done.deleted[1]:
        return Op("delete", row_id, newest if since.nothing else last)
    if done.deleted == (True, True):
        return None  # deleted before and after: nobody saw a difference, and a deleted row takes no change
    back = {name: done.fields[name][0] for name in done.fields if name in done.changed}
    base = last if since.changed & back.keys() else newest
    if done.deletion_changed:
        return Op("restore", row_id, base, back)
    return Op("update", row_id, base, back) if back else None
