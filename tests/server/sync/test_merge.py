"""The merge of one row: pure, so that its laws can be searched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kizuna.sync.merge import merge

FIELDS = ("phone", "mail", "notes")
VALUES = st.sampled_from([None, "a", "b", 0, 1])
ROWS = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
EDITS = st.dictionaries(st.sampled_from(FIELDS), VALUES)
REVISIONS = st.dictionaries(st.sampled_from(FIELDS), st.integers(1, 9))


@given(base=st.integers(0, 9), mine=EDITS, current=ROWS, revisions=REVISIONS)
def test_each_field_is_written_in_conflict_or_already_so(
    base: int, mine: dict[str, object], current: dict[str, object], revisions: dict[str, int]
) -> None:
    merged = merge(base, mine, current, revisions)

    same = {name for name, value in mine.items() if current[name] == value}
    assert merged.write.keys() | set(merged.conflicts) | same == mine.keys()
    assert len(merged.write) + len(merged.conflicts) + len(same) == len(mine)
    assert all(merged.write[name] == mine[name] for name in merged.write)


@given(base=st.integers(0, 9), mine=EDITS, current=ROWS, revisions=REVISIONS)
def test_nothing_that_others_changed_since_is_overwritten_or_kept_from_the_editor(
    base: int, mine: dict[str, object], current: dict[str, object], revisions: dict[str, int]
) -> None:
    merged = merge(base, mine, current, revisions)

    newer = {name for name, revision in revisions.items() if revision > base}
    assert not newer & merged.write.keys()
    known = {name for name in mine if mine[name] == current[name]}
    assert newer == set(merged.theirs) | set(merged.conflicts) | (newer & known)
    assert not set(merged.theirs) & (set(merged.conflicts) | known)


@given(mine=EDITS, current=ROWS, revisions=REVISIONS)
def test_an_edit_of_the_newest_row_never_conflicts(
    mine: dict[str, object], current: dict[str, object], revisions: dict[str, int]
) -> None:
    merged = merge(max(revisions.values(), default=0), mine, current, revisions)

    assert (merged.conflicts, merged.theirs) == ((), ())


@given(base=st.integers(0, 9), mine=EDITS, current=ROWS, revisions=REVISIONS)
def test_merging_again_what_was_merged_writes_nothing_more(
    base: int, mine: dict[str, object], current: dict[str, object], revisions: dict[str, int]
) -> None:
    once = merge(base, mine, current, revisions)
    then = current | once.write
    again = merge(10, once.write, then, revisions | dict.fromkeys(once.write, 10))

    assert (again.write, again.conflicts) == ({}, ())
