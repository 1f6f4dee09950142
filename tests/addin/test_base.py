"""The last synced copy and how it is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_addin.conflict_list import OpenConflict
from kizuna_addin.records import Pending, SheetRecord, Work
from kizuna_addin.sealed import CHUNK, DamagedRecordError, seal, unseal
from kizuna_addin.wire import Changeset, Op, Problem, TableOps
from tests.addin.tables import FIELDS, base_of, row_id

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=50, deadline=None)
@given(anything)
def test_what_is_sealed_comes_back(record):
    assert unseal(seal("x", record)) == record


@settings(max_examples=50, deadline=None)
@given(st.integers(0), st.sampled_from("!A9"))
def test_any_damage_is_noticed(place, letter):
    line = seal("x", {"a": list(range(100))})
    text = line[3]
    place %= len(text)
    line[3] = text[:place] + letter + text[place + 1 :]

    if line[3] != text:
        with pytest.raises(DamagedRecordError):
            unseal(line)


def test_a_long_record_is_spread_over_cells():
    record = [hash(str(number)) for number in range(20_000)]
    line = seal("x", record)

    assert len(line) > 4
    assert max(map(len, line)) <= CHUNK
    assert unseal(line) == record


def test_a_sheets_record_comes_back():
    record = SheetRecord(
        "customers",
        "customers",
        FIELDS,
        base_of({"name": "山田"}),
        conditions=(("prefecture", "=", "東京都"),),
        cursor="c",
        problems={row_id(1): (Problem("name", "required", "…"),)},
    )

    assert SheetRecord.read(unseal(seal("x", record.as_json()))) == record


def test_work_under_way_comes_back():
    changeset = Changeset("id", (TableOps("customers", (Op("update", row_id(1), 3, {"name": "x"}),)),), device="pc")
    work = Work(
        (OpenConflict("customers", row_id(1), "name", "a", "b", "c"),), Pending(changeset, (("customers", 1),)), ("1",)
    )

    assert Work.read(unseal(seal("x", work.as_json()))) == work


def test_a_moved_base_changes_only_what_it_is_told():
    base = base_of({"name": "a"}, {"name": "b"}, {"name": "c"})

    moved = base.moved(
        rows={row_id(1): {"name": "A"}, row_id(9): {"name": "I"}}, revisions={row_id(1): 50}, gone=[row_id(2)]
    )

    assert moved.ids == [row_id(1), row_id(3), row_id(9)]
    assert moved.column("name") == ["A", "c", "I"]
    assert moved.revision(row_id(1)) == 50
    assert base.column("name") == ["a", "b", "c"]
