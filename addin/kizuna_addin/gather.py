"""Pages of one pull put together: the later row counts, a gone row takes back an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.wire import Page


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: rows by columns under `fields` (``id`` and ``revision`` apart), and the rows that are gone.

    After a `snapshot` the rows are everything there is.
    """

    snapshot: bool
    reason: str | None
    fields: tuple[str, ...]
    ids: list[str]
    revisions: list[int]
    columns: list[list[Any]]
    gone: frozenset[str]
    cursor: str | None

    @property
    def nothing_new(self) -> bool:
        """Whether the pull brought nothing at all."""
        return not self.snapshot and not self.ids and not self.gone


class Gathering:
    """Collects the pages of one pull."""

    def __init__(self) -> None:
        self._pages: list[Page] = []

    @property
    def count(self) -> int:
        """Rows that have arrived so far."""
        return sum(len(page.columns[0]) if page.columns else 0 for page in self._pages)

    def add(self, page: Page) -> None:
        """Take in one page; a snapshot that starts anew puts away what came before."""
        if page.snapshot and page.reason != "continued":
            self._pages.clear()
        self._pages.append(page)

    def finish(self, cursor: str | None) -> Pulled:
        """Return everything that arrived, each row once."""
        if not self._pages:
            return Pulled(
                snapshot=False,
                reason=None,
                fields=(),
                ids=[],
                revisions=[],
                columns=[],
                gone=frozenset(),
                cursor=cursor,
            )
        first = self._pages[0]
        columns = [_joined(page.columns[place] for page in self._pages) for place in range(len(first.fields))]
        ids = columns[first.fields.index("id")]
        gone: frozenset[str] = frozenset()
        if len(self._pages) > 1:
            last_seen = {row: place for place, row in enumerate(ids)}
            removed = _removed(self._pages)
            kept = [place for row, place in last_seen.items() if row not in removed]
            columns = [[column[place] for place in kept] for column in columns]
            gone = frozenset(removed)
        else:
            gone = frozenset(first.gone)
        by_field = dict(zip(first.fields, columns, strict=True))
        ids, revisions = by_field.pop("id"), by_field.pop("revision")
        snapshot = any(page.snapshot for page in self._pages)
        return Pulled(snapshot, first.reason, tuple(by_field), ids, revisions, list(by_field.values()), gone, cursor)


def _joined(parts: Iterable[Sequence[Any]]) -> list[Any]:
    return [value for part in parts for value in part]


def _removed(pages: Sequence[Page]) -> set[str]:
    """Return the rows that are gone at the end: a row that comes back on a later page is not."""
    removed: set[str] = set()
    for page in pages:
        removed.difference_update(page.columns[page.fields.index("id")])
        removed.update(page.gone)
    return removed
