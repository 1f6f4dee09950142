"""Which row of a sheet a lost insert was made from."""

from kizuna_addin.compare import NewRow
from kizuna_addin.replay import same_rows
from kizuna_addin.wire import Op


def insert(row, /, **fields):
    return Op("insert", row, None, fields)


def test_equal_rows_are_told_apart_by_where_they_stood():
    ops = [insert("a", name="山田"), insert("b", name="山田")]

    found = same_rows(ops, {"a": 7, "b": 4}, [NewRow(4, None, {"name": "山田"}), NewRow(7, None, {"name": "山田"})])

    assert {row: one.position for row, one in found.items()} == {"a": 7, "b": 4}


def test_a_row_saved_half_typed_is_found_where_it_stood():
    found = same_rows([insert("a", name="山田", phone="03")], {"a": 4}, [NewRow(4, None, {"name": "山田"})])

    assert found["a"].position == 4


def test_a_row_changed_since_and_moved_is_found_by_the_rest_of_it():
    row = NewRow(9, None, {"name": "山田", "phone": "045", "city": "港区"})

    found = same_rows([insert("a", name="山田", phone="03", city="港区")], {"a": 4}, [row])

    assert found == {"a": row}


def test_another_row_is_not_taken_for_a_lost_one():
    row = NewRow(4, None, {"name": "佐藤", "phone": "045", "city": "港区"})

    assert same_rows([insert("a", name="山田", phone="03", city="港区")], {"a": 4}, [row]) == {}


def test_a_row_that_is_the_same_is_not_lost_to_one_that_is_like_it():
    ops = [insert("a", name="山田", phone="03"), insert("b", name="山田", phone="045")]
    rows = [NewRow(4, None, {"name": "山田", "phone": "045"})]

    assert same_rows(ops, {"a": 4, "b": 5}, rows) == {"b": rows[0]}
