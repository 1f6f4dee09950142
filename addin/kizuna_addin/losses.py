"""So much gone from a sheet that a mistake is likely: a person is asked before it is sent."""

from __future__ import annotations

from collections import Counter
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


def mind_losses(found: Sequence[MassDeletionError]) -> None:
    """Raise the first loss with the others named in it: who agrees must know to what."""
    if found:
        raise found[0].among(found[1:])


def losses(desk: Desk, record: SheetRecord, ops: Sequence[Op]) -> Iterator[MassDeletionError]:
    """Yield what one sheet would delete or empty beyond what happens every day."""
    label = desk.label(record.handle)
    count, total = sum(op.kind == "delete" for op in ops), len(record.base)
    if count > max(MANY_ROWS, MANY_OF_ALL * total):
        yield MassDeletionError(label=label, count=count, total=total)
    # A heading typed anew, or one key too many.
    emptied = Counter(
        name for op in ops if op.kind == "update" for name, value in op.fields.items() if value in (None, "", [])
    )
    for name, count in emptied.items():
        if count > MANY_ROWS and name in record.base.fields:
            total = sum(value is not None for value in record.base.column(name))
            if count > MOST_OF_A_COLUMN * total:
                column = desk.shape(record.handle).by_name[name].label.in_language(desk.language)
                yield MassEmptyingError(label=label, column=column, count=count, total=total)
