"""A hook that says what concerns it is called for that, and for nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest

from kizuna import RowChanges, concerns
from kizuna.interest import UnknownKindError, interests_of
from kizuna.rows import ChangeKind


def changes(table: str, kinds: Sequence[ChangeKind], written: Collection[str] | None = None) -> RowChanges:
    nothing: Any = lambda _: [None] * len(kinds)  # noqa: E731  # a value like any other
    ids = [str(place) for place in range(len(kinds))]
    return RowChanges(table, ids, kinds, [1] * len(kinds), nothing, nothing, written and frozenset(written))


@concerns("deals", "contacts")
@concerns("customers", kinds=("update", "delete"), fields=("status",))
@concerns("ads", fields=("cost",))
def hook() -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (changes("deals", ["insert"]), True),
        (changes("contacts", ["delete"]), True),
        (changes("customers", ["insert"]), False),
        (changes("customers", ["insert"], {"status"}), False),
        (changes("customers", ["update"], {"notes"}), False),
        (changes("customers", ["update"], {"notes", "status"}), True),
        (changes("customers", ["update"]), True),
        (changes("customers", ["update", "delete"], {"notes"}), True),
        (changes("ads", ["insert"], {"title"}), False),
        (changes("ads", ["insert"], {"title", "cost"}), True),
        (changes("customers", ["insert", "update"], {"notes"}), False),
    ],
)
def test_only_what_was_asked_for_concerns_a_hook(told: RowChanges, expected: bool) -> None:  # a case
    assert any(one.met_by(told) for one in interests_of(hook)) is expected


def test_an_unknown_kind_of_change_is_refused_where_it_is_written() -> None:
    with pytest.raises(UnknownKindError, match="insert, update, delete, restore"):
        concerns("deals", kinds=("created",))  # type: ignore[arg-type]
