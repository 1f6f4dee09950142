"""Merge one row's edit with what others did meanwhile. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What an edit comes to.

    ``write`` are the fields to write, ``conflicts`` those changed on both sides to different values, ``theirs`` those
    others changed and the editor doesn't know yet.
    """

    write: dict[str, Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def merge(base: int, mine: Mapping[str, Any], current: Mapping[str, Any], field_revisions: Mapping[str, int]) -> Merged:
    """Merge ``mine`` (field → value), edited from revision ``base``, into the row's ``current`` values.

    A field conflicts when others changed it after ``base`` and the values differ. ``field_revisions`` holds the revision of
    each field's last change after the insert.
    """
    newer = {name for name, revision in field_revisions.items() if revision > base}
    if not newer:
        return Merged({name: value for name, value in mine.items() if current[name] != value})
    write = {}
    conflicts = []
    for name, value in mine.items():
        if current[name] == value:
            continue
        if name in newer:
            conflicts.append(name)
        else:
            write[name] = value
    # A field others emptied is news too: that it is not among mine must not read as mine being empty.
    known = {name for name, value in mine.items() if current[name] == value}
    theirs = tuple(sorted(newer - known - set(conflicts)))
    return Merged(write, tuple(conflicts), theirs)
