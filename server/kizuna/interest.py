"""What a plugin's hook wants to hear of, so that everybody else's changes pass it by at no cost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from kizuna.rows import ChangeKind, RowChanges
from kizuna.worksheet import DeclarationError

Hook = TypeVar("Hook", bound=Callable[..., Any])
ATTRIBUTE = "kizuna_interests"
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


class UnknownKindError(DeclarationError):
    """A hook asks for a kind of change there is not."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"concerns(): there is no kind of change {kind!r}: the kinds are {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class Interest:
    """Changes of one table that a hook is called for; ``fields`` narrows new rows and updates to those that fill one of them."""

    table: str
    kinds: frozenset[ChangeKind]
    fields: frozenset[str] | None

    def met_by(self, changes: RowChanges) -> bool:
        """Whether some of the changes are of this kind."""
        return self.meets(changes.table, changes.kinds, changes.written)

    def meets(self, table: str, kinds: Collection[str], written: Collection[str] | None) -> bool:
        """Whether changes of these kinds are of this kind, where ``written`` are the fields they fill, None: unknown."""
        if self.table != table:
            return False
        found = self.kinds.intersection(kinds)
        if not found:
            return False
        if found <= {"insert", "update"} and self.fields is not None and written is not None:
            return not self.fields.isdisjoint(written)
        return True


def concerns(
    *tables: str, kinds: Collection[ChangeKind] = KINDS, fields: Collection[str] | None = None
) -> Callable[[Hook], Hook]:
    """Call a `check_rows`, `rows_written` or `changeset_done` hook only for changes of these tables.

    ``kinds`` are some of insert, update, delete and restore; new rows and updates count only when they fill one of ``fields``.
    It may be said several times; a hook without it is called for every change of every table. Raises UnknownKindError.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownKindError(kind)
    narrowed = None if fields is None else frozenset(fields)
    added = tuple(Interest(table, frozenset(kinds), narrowed) for table in tables)

    def note(hook: Hook) -> Hook:
        setattr(hook, ATTRIBUTE, (*added, *interests_of(hook)))
        return hook

    return note


def interests_of(hook: Callable[..., Any]) -> tuple[Interest, ...]:
    """Return what a hook said it is concerned with; nothing means everything."""
    found: tuple[Interest, ...] = getattr(hook, ATTRIBUTE, ())
    return found


def interests_by_table(hook: Callable[..., Any]) -> Mapping[str, Sequence[Interest]]:
    """Return the same, by table."""
    found: dict[str, list[Interest]] = {}
    for one in interests_of(hook):
        found.setdefault(one.table, []).append(one)
    return found
