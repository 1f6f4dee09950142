"""How many rows a sheet can take, minded while they arrive: a word of warning first, an end before Excel's last row."""

from __future__ import annotations

from collections.abc import Callable

from kizuna_addin.book_errors import PullStoppedError, TooManyRowsError
from kizuna_addin.desk import Progress
from kizuna_addin.messages import LARGE_PULL, Text

LARGE = 100_000
"""Rows that a program of today holds with ease; more takes its patience and memory."""

MOST = 1_048_576 - 2
"""Rows of a sheet without our status line and heading."""

Agrees = Callable[[Text], bool]
"""Asks a person something that can be answered by yes or no."""


def anyway(_question: Text) -> bool:
    """Agree, where nobody is there to be asked."""
    return True


def minding(label: str, progress: Progress, agrees: Agrees) -> Callable[[int], None]:
    """Return what hears of arriving rows: it tells the progress, asks once beyond `LARGE`, and stops beyond `MOST`.

    What it returns raises TooManyRowsError and PullStoppedError.
    """
    asked = False

    def arrived(rows: int) -> None:
        nonlocal asked
        progress(label, rows)
        if rows > MOST:
            raise TooManyRowsError(label=label, rows=rows, most=MOST)
        if rows > LARGE and not asked:
            asked = True
            if not agrees(LARGE_PULL.format(label=label, rows=rows)):
                raise PullStoppedError(label=label)

    return arrived
