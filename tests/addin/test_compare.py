"""What changed in a sheet since its base."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_addin.cells import rendered_column
from kizuna_addin.compare import SheetRows, compare, compare_again
from tests.addin.tables import CUSTOMERS, FIELDS, base_of, row_id

BASE = base_of(
    {"number": "C0001", "name": "山田花子", "phone": "03-1", "visits": 3},
    {"number": "C0002", "name": "鈴木一郎", "tags": ["a、b", "c"], "birthday": "1850-01-01"},
    {"number": "C0003", "name": "佐藤次郎", "status": "customer", "amount": 0.1, "no_mail": False},
)


def sheet_of(base, ids=None, **cells):
    columns = {one.name: rendered_column(one, base.column(one.name), "ja") for one in CUSTOMERS.fields}
    return SheetRows(list(ids or base.ids), {**columns, **cells})


def lines(sheet):
    return [list(line) for line in zip(sheet.ids, *sheet.columns.values(), strict=True)]


def rows_of(lines):
    ids, *columns = [list(column) for column in zip(*lines, strict=True)] if lines else [[] for _ in (0, *FIELDS)]
    return SheetRows(ids, dict(zip(FIELDS, columns, strict=True)))


def test_an_untouched_sheet_has_no_changes_even_where_a_cell_cannot_hold_the_value():
    changes = compare(BASE, CUSTOMERS, sheet_of(BASE), "ja")

    assert changes.count == 0
    assert not changes.remarks


@settings(max_examples=30, deadline=None)
@given(st.permutations([0, 1, 2]))
def test_order_means_nothing(order):
    shown = lines(sheet_of(BASE))

    changes = compare(BASE, CUSTOMERS, rows_of([shown[place] for place in order]), "ja")

    assert changes.count == 0


def test_a_typed_cell_is_an_update_of_that_field_only():
    changes = compare(BASE, CUSTOMERS, sheet_of(BASE, phone=["03-1", None, "045-3"]), "ja")

    assert changes.updates == {row_id(3): {"phone": "045-3"}}


def test_a_row_without_id_is_new_and_a_missing_row_is_deleted():
    shown = lines(sheet_of(BASE))
    shown[1] = [None, None, "新人", *[None] * (len(FIELDS) - 2)]

    changes = compare(BASE, CUSTOMERS, rows_of(shown), "ja")

    assert [one.fields for one in changes.inserts] == [{"name": "新人"}]
    assert changes.deletes == (row_id(2),)


def test_a_copied_row_becomes_new_without_the_unique_number_and_says_so():
    shown = lines(sheet_of(BASE))
    copy = list(shown[0])
    copy[2] = "山田太郎"

    changes = compare(BASE, CUSTOMERS, rows_of([copy, *shown]), "ja")

    assert changes.inserts[0].position == 0
    assert changes.inserts[0].fields == {"name": "山田太郎", "phone": "03-1"}
    assert "コピー" in changes.remarks[0][0].text.ja
    assert changes.ids == {0: None}
    assert changes.cleared == {0: ("number",)}
    assert not changes.updates
    assert not changes.deletes


def test_a_row_that_lost_its_id_is_found_again_by_its_number():
    shown = lines(sheet_of(BASE))
    shown[1][0] = "#REF!"
    shown[1][3] = "090-9"

    changes = compare(BASE, CUSTOMERS, rows_of(shown), "ja")

    assert changes.ids == {1: row_id(2)}
    assert changes.updates == {row_id(2): {"phone": "090-9"}}
    assert not changes.inserts
    assert not changes.deletes


def test_a_blank_line_is_no_row():
    shown = [*lines(sheet_of(BASE)), [None] * (len(FIELDS) + 1)]

    changes = compare(BASE, CUSTOMERS, rows_of(shown), "ja")

    assert changes.count == 0


def test_a_read_only_cell_is_not_sent_and_named():
    changes = compare(BASE, CUSTOMERS, sheet_of(BASE, visits=[9, None, None]), "ja")

    assert not changes.updates
    assert "回数" in changes.remarks[0][0].text.ja


def test_an_error_value_keeps_its_row_back():
    changes = compare(BASE, CUSTOMERS, sheet_of(BASE, phone=["#REF!", None, None]), "ja")

    assert changes.is_blocked(0)
    assert not changes.updates


@settings(max_examples=50, deadline=None)
@given(
    st.permutations([0, 1, 2]),
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["name", "phone"]), st.text("ab=1 ", min_size=1)), max_size=4
    ),
    st.sets(st.integers(0, 2), max_size=2),
)
def test_any_edits_sorts_and_deletions_are_found_exactly(order, edits, dropped):
    shown = lines(sheet_of(BASE))
    expected = {}
    for place, name, text in edits:
        shown[place][1 + FIELDS.index(name)] = text
        expected.setdefault(row_id(place + 1), {})[name] = text
    expected = {
        row: left
        for row, values in expected.items()
        if int(row[-1]) - 1 not in dropped
        and (left := {name: text for name, text in values.items() if BASE.row(row)[name] != text})
    }

    changes = compare(BASE, CUSTOMERS, rows_of([shown[place] for place in order if place not in dropped]), "ja")

    assert changes.updates == expected
    assert sorted(changes.deletes) == sorted(row_id(place + 1) for place in dropped)
    assert not changes.inserts


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations([0, 1, 2]),
    edits=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["name", "phone"]), st.sampled_from("あい!"))),
    sent=st.sets(st.integers(0, 2)),
    gone=st.sets(st.integers(0, 2), max_size=1),
    dropped=st.booleans(),
)
def test_comparing_what_was_touched_finds_what_comparing_all_finds(order, edits, sent, gone, dropped):
    shown = [lines(sheet_of(BASE))[place] for place in order]
    for position, name, text in edits:
        shown[position][1 + FIELDS.index(name)] = text
    if dropped:
        shown.pop()
    sheet = rows_of(shown)
    before = compare(BASE, CUSTOMERS, sheet, "ja")
    touched = {BASE.ids[place] for place in sent | gone}
    accepted = {row: values for row, values in before.updates.items() if row in touched}
    base = BASE.moved(rows=accepted, gone=[BASE.ids[place] for place in gone])

    again = compare_again(base, CUSTOMERS, sheet, "ja", before=before, touched=touched)

    assert again == compare(base, CUSTOMERS, sheet, "ja")
