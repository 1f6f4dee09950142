"""So much gone from a sheet that a mistake is likely: a person is asked before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kizuna_addin.book_errors import MassDeletionError, MassEmptyingError
from kizuna_addin.desk import Desk
from kizuna_addin.records import SheetRecord
from kizuna_addin.wire import Op

MANY_ROWS = 20
MANY_OF_ALL = 0.1
"""Deleting more rows than both allow asks for a word of consent."""
MOST_OF_A_COLUMN = 0.5
"""Emptying more of a column's values asks for it too."""


def mind_losses(found: Sequence[MassDeletionError], *, consent: str = "") -> None:
    """Raise the first loss with the others named in it: who agrees must know to what.

    `consent` is that of an earlier question; it says nothing about what went missing, or came back, since.
    """
    if not found:
        return
    loss = found[0].among(found[1:])
    if loss.consent != consent:
        loss.asked_before = bool(consent)
        raise loss


def losses(desk: Desk, record: SheetRecord, ops: Sequence[Op]) -> Iterator[MassDeletionError]:
    """Yield what one sheet would delete or empty beyond what happens every day."""
    label = desk.label(record.handle)
    deleted = [f"{record.handle} {op.id}" for op in ops if op.kind == "delete"]
    count, total = len(deleted), len(record.base)
    if count > max(MANY_ROWS, MANY_OF_ALL * total):
        yield MassDeletionError(label=label, count=count, total=total, lost=deleted)
    # A heading typed anew, or one key too many.
    emptied: dict[str, list[str]] = {}
    for op in ops:
        for name, value in op.fields.items() if op.kind == "update" else ():
            if value in (None, "", []):
                emptied.setdefault(name, []).append(f"{record.handle} {name} {op.id}")
    for name, lost in emptied.items():
        count = len(lost)
        if count > MANY_ROWS and name in record.base.fields:
            total = sum(value is not None for value in record.base.column(name))
            if count > MOST_OF_A_COLUMN * total:
                column = desk.shape(record.handle).by_name[name].label.in_language(desk.language)
                yield MassEmptyingError(label=label, column=column, count=count, total=total, lost=lost)
