"""Numbers: given out in order, never twice, and never in the way of typed ones."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna import RowChanges, Write
from kizuna.ids import new_id
from kizuna.model.database import Database
from kizuna.model.synced import Numbering
from kizuna.sync.numbers import highest_count, typed_count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op


def numbers(outcomes: list[dict[str, object]]) -> list[object]:
    return [one["fields"]["number"] for one in outcomes]  # type: ignore[index]


def test_new_rows_are_numbered_in_the_order_sent(first: Caller) -> None:
    outcomes = first.push("customers", *(op("insert", new_id(), name=name) for name in "abc"))

    assert numbers(outcomes) == ["C0001", "C0002", "C0003"]


def test_a_typed_number_is_kept_and_never_given_out_again(first: Caller) -> None:
    one = first.push("customers", op("insert", new_id(), name="a", number="C0005"), op("insert", new_id(), name="b"))
    two = first.push("customers", op("insert", new_id(), name="c"))

    assert numbers(one + two) == ["C0005", "C0006", "C0007"]


def test_a_number_typed_over_another_is_never_given_out_again(first: Caller) -> None:
    made = first.insert("customers", name="a")
    first.push("customers", op("update", made["id"], 1, number="C0002"))
    outcome = first.insert("customers", name="b")

    assert outcome["fields"]["number"] == "C0003"


def test_a_number_cannot_be_emptied_and_the_rows_other_fields_wait_with_it(first: Caller) -> None:
    made = first.insert("customers", name="a")
    for empty in (None, ""):
        [outcome] = first.push("customers", op("update", made["id"], 1, number=empty, name="b"))

        assert outcome["outcome"] == "rejected"
        assert [(one["field"], one["code"]) for one in outcome["problems"]] == [("number", "key-required")]
        assert "'C0001'" in outcome["problems"][0]["message"]

    first.language = "ja"
    [outcome] = first.push("customers", op("update", made["id"], 1, number=None))

    assert "「顧客番号」は空にできません。元の「C0001」に戻す" in outcome["problems"][0]["message"]
    assert first.row("customers", made["id"])["fields"]["number"] == "C0001"
    assert first.row("customers", made["id"])["revision"] == 1


def test_a_restored_row_keeps_its_number(first: Caller) -> None:
    made = first.insert("customers", name="a")
    [gone] = first.push("customers", op("delete", made["id"], 1))
    [refused] = first.push("customers", op("restore", made["id"], gone["revision"], number=None))
    [back] = first.push("customers", op("restore", made["id"], gone["revision"]))

    assert refused["problems"][0]["code"] == "key-required"
    assert back["outcome"] == "applied"
    assert first.row("customers", made["id"])["fields"]["number"] == "C0001"


def test_numbers_of_another_kind_do_not_move_the_counter(first: Caller) -> None:
    for typed in ("X0099", "C", "C12x", "C" + "9" * 30, "99", "c0099"):
        first.insert("customers", name="a", number=typed)

    assert first.insert("customers", name="b")["fields"]["number"] == "C0001"


def test_a_number_in_use_is_refused_in_every_store(first: Caller, second: Caller) -> None:
    second.insert("customers", name="秘密", number="X1")
    mine = first.insert("customers", name="a")
    [inserted] = first.push("customers", op("insert", new_id(), name="b", number="X1"))
    [changed] = first.push("customers", op("update", mine["id"], 1, number="X1"))

    for outcome in (inserted, changed):
        assert [(one["field"], one["code"]) for one in outcome["problems"]] == [("number", "not-unique")]
        assert "秘密" not in str(outcome)


def test_a_number_twice_in_one_changeset_is_refused_the_second_time(first: Caller) -> None:
    made = [first.insert("customers", name="a") for _ in range(2)]
    inserted = first.push("customers", *(op("insert", new_id(), name="b", number="X1") for _ in range(2)))
    changed = first.push("customers", *(op("update", one["id"], one["revision"], number="X2") for one in made))

    assert [one["outcome"] for one in inserted] == ["applied", "rejected"]
    assert [one["outcome"] for one in changed] == ["applied", "rejected"]


def test_good_rows_beside_a_taken_number_are_applied_with_numbers(first: Caller) -> None:
    first.insert("customers", name="a", number="X1")
    outcomes = first.push(
        "customers",
        op("insert", new_id(), name="b"),
        op("insert", new_id(), name="c", number="X1"),
        op("insert", new_id(), name="d"),
    )

    assert [one["outcome"] for one in outcomes] == ["applied", "rejected", "applied"]
    assert len(first.rows("customers")) == 3


def test_sending_a_new_row_again_under_another_changeset_changes_nothing(first: Caller) -> None:
    row_id = new_id()
    [one] = first.push("customers", op("insert", row_id, name="a"))
    [two] = first.push("customers", op("insert", row_id, name="a"))

    assert (two["outcome"], two["revision"]) == ("unchanged", one["revision"])
    assert first.rows("customers")[row_id]["number"] == one["fields"]["number"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("C0129９ \n", max_size=15), max_size=6))
def test_the_highest_of_many_numbers_is_the_highest_of_each(typed: list[str]) -> None:
    numbering = Numbering("C", 4)

    assert highest_count(numbering, typed) == max((typed_count(numbering, one) for one in typed), default=0)


def test_a_dry_run_gives_rows_of_plugins_numbers_of_their_own(database: Database, first: Caller) -> None:
    def twin(write: Write, table: str, changes: RowChanges) -> None:
        if changes.after("notes")[0] is None:
            write.insert(table, {"name": ["twin"], "notes": ["twin"], "store_id": [1]})

    database.plugins = loaded(plugin("twins", rows_written=twin))
    tables = [{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]

    tried = first.send(tables, dry_run=True).get_json()
    done = first.send(tables).get_json()

    assert tried["warnings"] == done["warnings"] == []
    assert numbers(done["outcomes"]) == numbers(tried["outcomes"]) == ["C0001"]
    assert sorted(one["number"] for one in first.rows("customers").values()) == ["C0001", "C0002"]


def test_a_dry_run_shows_no_number_twice_and_those_the_push_would_give(database: Database, first: Caller) -> None:
    def followers(write: Write, table: str, changes: RowChanges) -> None:
        if table == "customers" and changes.after("notes")[0] is None:
            write.insert(table, {"name": ["x", "y"], "notes": ["again", "again"], "store_id": [1, 1]})

    told: list[list[object]] = []

    def listen(table: str, changes: RowChanges) -> None:
        told.append([*changes.after("number")])

    made = first.insert("customers", name="a")
    database.plugins = loaded(plugin("a-followers", rows_written=followers), plugin("b-ears", rows_written=listen))
    tables = [
        {
            "table": "customers",
            "ops": [
                op("insert", new_id(), name="b"),
                op("update", made["id"], 1, number="C0007"),
                op("insert", new_id(), name="c"),
            ],
        }
    ]

    tried = first.send(tables, dry_run=True).get_json()
    trial, told[:] = [one for some in told for one in some], []
    done = first.send(tables).get_json()
    kept = [one for some in told for one in some]

    assert tried["warnings"] == done["warnings"] == []
    assert trial == kept
    assert len(set(trial)) == len(trial)
    assert len({row["number"] for row in first.rows("customers").values()}) == len(first.rows("customers"))
