"""Pulled rows merged with unsent work."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_addin.compare import Changes, NewRow
from kizuna_addin.gather import Pulled
from kizuna_addin.merge import merge, merge_fields
from tests.addin.tables import FIELDS, base_of, row_id

BASE = base_of({"number": "C0001", "name": "山田"}, {"number": "C0002", "name": "鈴木"})
some_row = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([None, 1, 2, 3]))
whole_row = st.fixed_dictionaries(dict.fromkeys("abcd", st.sampled_from([None, 1, 2, 3])))


def delta(*rows, gone=(), snapshot=False):
    return Pulled(
        snapshot=snapshot,
        reason=None,
        fields=FIELDS,
        ids=[row_id(number) for number, _ in rows],
        revisions=[100 + number for number, _ in rows],
        columns=[[{"number": f"C000{number}", **row}.get(name) for number, row in rows] for name in FIELDS],
        gone=frozenset(row_id(number) for number in gone),
        cursor="c",
    )


@settings(max_examples=200, deadline=None)
@given(whole_row, some_row, whole_row)
def test_nothing_typed_is_given_up(base, mine, theirs):
    merged = merge_fields(base, mine, theirs)

    assert not set(merged.write) & set(mine)
    for name, value in mine.items():
        kept = name in merged.collisions or merged.base.get(name, base[name]) in {value, base[name]}
        assert kept


@settings(max_examples=200, deadline=None)
@given(whole_row, some_row, whole_row)
def test_the_base_of_a_collision_does_not_move_and_all_else_is_theirs(base, mine, theirs):
    merged = merge_fields(base, mine, theirs)

    after = {**base, **merged.base}
    for name in base:
        assert after[name] == (base[name] if name in merged.collisions else theirs[name])


@settings(max_examples=200, deadline=None)
@given(whole_row, whole_row)
def test_without_unsent_work_the_sheet_becomes_the_servers(base, theirs):
    merged = merge_fields(base, {}, theirs)

    assert {**base, **merged.write} == theirs
    assert not merged.collisions


def test_a_gone_row_leaves_the_sheet():
    merged = merge("customers", BASE, Changes(), delta(gone=[2]))

    assert merged.removed == (row_id(2),)
    assert merged.base.ids == [row_id(1)]


def test_a_gone_row_with_unsent_work_stays_as_a_conflict():
    changes = Changes(updates={row_id(2): {"phone": "1"}}, positions={row_id(2): 1})

    merged = merge("customers", BASE, changes, delta(gone=[2]))

    assert not merged.removed
    assert [(one.row, one.field, one.theirs) for one in merged.conflicts] == [(row_id(2), None, "deleted")]
    assert row_id(2) in merged.base.ids


def test_a_row_deleted_here_and_changed_there_is_a_conflict():
    merged = merge("customers", BASE, Changes(deletes=(row_id(1),)), delta((1, {"name": "山田改"})))

    assert [(one.mine, one.theirs) for one in merged.conflicts] == [("deleted", "changed")]
    assert not merged.added


def test_a_snapshot_takes_away_what_it_does_not_name():
    merged = merge("customers", BASE, Changes(), delta((1, {"name": "山田"}), snapshot=True))

    assert merged.removed == (row_id(2),)
    assert not merged.write


def test_a_new_row_typed_here_is_not_touched_by_a_snapshot():
    changes = Changes(inserts=(NewRow(2, None, {"name": "新人"}),))

    merged = merge("customers", BASE, changes, delta((1, {"name": "山田"}), (2, {"name": "鈴木"}), snapshot=True))

    assert not merged.removed
    assert not merged.added
