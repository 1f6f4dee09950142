"""Changes to rows that are there: merge, conflict, delete, restore."""

from __future__ import annotations

import pytest

from kizuna.ids import new_id
from tests.fixtures.wire import Caller, op


def test_a_change_of_the_newest_row_is_applied(first: Caller) -> None:
    made = first.insert("customers", name="a")
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="1"))

    assert (outcome["outcome"], outcome["revision"], outcome["fields"]) == ("applied", 2, {})
    assert first.rows("customers")[made["id"]]["phone"] == "1"


def test_changes_of_different_fields_are_merged_and_the_answer_carries_the_others(
    first: Caller, manager: Caller
) -> None:
    made = first.insert("customers", name="a")
    manager.push("customers", op("update", made["id"], made["revision"], mail="m@example.jp"))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="1"))

    assert (outcome["outcome"], outcome["revision"], outcome["fields"]) == ("merged", 3, {"mail": "m@example.jp"})
    row = first.rows("customers")[made["id"]]
    assert (row["phone"], row["mail"]) == ("1", "m@example.jp")


def test_a_field_that_others_emptied_is_told_in_the_answer(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a", mail="m@example.jp")
    manager.push("customers", op("update", made["id"], made["revision"], mail=None))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="1"))

    assert (outcome["outcome"], outcome["fields"]) == ("merged", {"mail": None})


def test_the_same_change_on_both_sides_is_unchanged(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a")
    manager.push("customers", op("update", made["id"], made["revision"], phone="1"))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="1"))

    assert (outcome["outcome"], outcome["revision"]) == ("unchanged", 2)


def test_a_field_changed_on_both_sides_is_a_conflict_with_base_mine_theirs_who_and_when(
    first: Caller, manager: Caller
) -> None:
    made = first.insert("customers", name="a", phone="0")
    manager.push("customers", op("update", made["id"], made["revision"], phone="theirs"))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="mine"))

    [conflict] = outcome["conflicts"]
    assert outcome["outcome"] == "conflict"
    assert outcome["revision"] == 2
    assert {name: conflict[name] for name in ("field", "base", "mine", "theirs", "who")} == {
        "field": "phone", "base": "0", "mine": "mine", "theirs": "theirs", "who": "manager",
    }  # fmt: skip
    assert conflict["when"].endswith("Z")
    assert first.rows("customers")[made["id"]]["phone"] == "theirs"


def test_a_conflict_does_not_hold_back_the_rows_other_fields(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a", phone="0")
    manager.push("customers", op("update", made["id"], made["revision"], phone="theirs", fax="9"))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="mine", mail="m@example.jp"))

    assert (outcome["outcome"], outcome["revision"], outcome["fields"]) == ("conflict", 3, {"fax": "9"})
    row = first.rows("customers")[made["id"]]
    assert (row["phone"], row["mail"], row["fax"]) == ("theirs", "m@example.jp", "9")


def test_resolving_a_conflict_is_an_ordinary_push_with_the_newer_base(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a", phone="0")
    manager.push("customers", op("update", made["id"], made["revision"], phone="theirs"))
    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="mine", mail="m@example.jp"))
    [resolved] = first.push("customers", op("update", made["id"], outcome["revision"], phone="mine"))

    assert resolved["outcome"] == "applied"
    assert first.rows("customers")[made["id"]]["phone"] == "mine"


def test_a_conflict_partly_written_blames_only_those_who_wrote_the_field(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a", phone="0", mail="x@example.jp")
    manager.push("customers", op("update", made["id"], 1, phone="theirs"))
    first.push("customers", op("update", made["id"], 1, phone="mine", mail="y@example.jp"))
    [outcome] = manager.push("customers", op("update", made["id"], 2, mail="z@example.jp"))

    [conflict] = outcome["conflicts"]
    assert (conflict["field"], conflict["base"], conflict["theirs"], conflict["who"]) == (
        "mail", "x@example.jp", "y@example.jp", "first",
    )  # fmt: skip


def test_a_conflict_tells_nothing_of_fields_the_caller_may_not_see(first: Caller, discreet: Caller) -> None:
    made = first.insert("customers", name="a", industry="0")
    first.push("customers", op("update", made["id"], 1, phone="秘密", industry="theirs"))
    [conflict] = discreet.push("customers", op("update", made["id"], 1, industry="mine"))
    [merged] = discreet.push("customers", op("update", made["id"], 1, size="1-9"))
    [same] = discreet.push("customers", op("update", made["id"], 1, industry="theirs"))

    assert [one["outcome"] for one in (conflict, merged, same)] == ["conflict", "merged", "unchanged"]
    assert "秘密" not in str((conflict, merged, same))


@pytest.mark.parametrize("base", [None, -1, 2, 10**9, 2**62])
def test_a_base_that_is_missing_or_ahead_of_the_row_is_refused(first: Caller, base: int | None) -> None:
    made = first.insert("customers", name="a")
    [outcome] = first.push("customers", op("update", made["id"], base, phone="1"))

    assert (outcome["outcome"], outcome["problems"][0]["code"]) == ("rejected", "base-missing")


def test_a_row_nobody_has_is_gone(first: Caller) -> None:
    outcomes = first.push("customers", op("update", new_id(), 1, phone="1"), op("delete", new_id(), 1))

    assert [(one["outcome"], one["problems"][0]["code"]) for one in outcomes] == [("gone", "no-such-row")] * 2


def test_a_row_out_of_scope_is_forbidden_and_stays(first: Caller, second: Caller) -> None:
    made = second.insert("customers", name="秘密")
    outcomes = first.push("customers", op("update", made["id"], 1, name="x"))
    outcomes += first.push("customers", op("delete", made["id"], 1))

    assert [one["outcome"] for one in outcomes] == ["forbidden"] * 2
    assert "秘密" not in str(outcomes)
    assert second.rows("customers")[made["id"]]["revision"] == made["revision"]


def test_pushing_back_what_is_there_is_unchanged_even_where_it_could_not_be_typed(
    first: Caller, manager: Caller
) -> None:
    ad = manager.insert("ads", store_id=1, ran_on="2026-01-01", medium="a")
    customer = first.insert("customers", name="a", source_ad_id=ad["id"])
    manager.push("ads", op("delete", ad["id"], ad["revision"]))
    row = first.rows("customers", refs="key")[customer["id"]]
    fields = {name: value for name, value in row.items() if name not in {"id", "revision"}}
    [outcome] = first.push("customers", op("update", customer["id"], row["revision"], **fields))

    assert row["source_ad_id"] == ad["id"]
    assert outcome["outcome"] == "unchanged", outcome


def test_a_required_field_cannot_be_emptied(first: Caller) -> None:
    made = first.insert("customers", name="a")
    [outcome] = first.push("customers", op("update", made["id"], 1, name=""))

    assert (outcome["outcome"], outcome["problems"][0]["code"]) == ("rejected", "required")


def test_a_deleted_row_is_gone_from_pulls_and_kept_with_its_history(first: Caller) -> None:
    made = first.insert("customers", name="a")
    cursor = first.pull("customers")["cursor"]
    [outcome] = first.push("customers", op("delete", made["id"], made["revision"]))

    assert outcome["outcome"] == "applied"
    assert first.pull("customers", cursor=cursor)["gone"] == [made["id"]]
    assert first.row("customers", made["id"])["deleted"] is True
    history = first.get(f"/tables/customers/rows/{made['id']}/history").get_json()["changes"]
    assert [one["kind"] for one in history] == ["delete", "insert"]


def test_deleting_a_row_twice_is_unchanged(first: Caller) -> None:
    made = first.insert("customers", name="a")
    [one] = first.push("customers", op("delete", made["id"], 1))
    [two] = first.push("customers", op("delete", made["id"], 1))

    assert (one["outcome"], two["outcome"], two["revision"]) == ("applied", "unchanged", one["revision"])


def test_deleting_a_row_that_others_changed_is_a_conflict(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a")
    manager.push("customers", op("update", made["id"], 1, phone="1"))
    [outcome] = first.push("customers", op("delete", made["id"], 1))

    assert outcome["outcome"] == "conflict"
    assert [(one["field"], one["mine"], one["theirs"], one["who"]) for one in outcome["conflicts"]] == [
        (None, "deleted", "changed", "manager")
    ]
    assert made["id"] in first.rows("customers")


def test_changing_a_row_that_others_deleted_is_a_conflict(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a")
    manager.push("customers", op("delete", made["id"], 1))
    [outcome] = first.push("customers", op("update", made["id"], 1, phone="1"))

    assert [(one["field"], one["mine"], one["theirs"], one["who"]) for one in outcome["conflicts"]] == [
        (None, "changed", "deleted", "manager")
    ]


def test_a_restored_row_is_back_with_what_it_held_and_what_was_typed(first: Caller) -> None:
    made = first.insert("customers", name="a", phone="1")
    [deleted] = first.push("customers", op("delete", made["id"], 1))
    [outcome] = first.push("customers", op("restore", made["id"], deleted["revision"], mail="m@example.jp"))

    assert outcome["outcome"] == "applied"
    row = first.rows("customers")[made["id"]]
    assert (row["name"], row["phone"], row["mail"]) == ("a", "1", "m@example.jp")


def test_restoring_a_row_whose_number_was_taken_meanwhile_is_refused(first: Caller) -> None:
    made = first.insert("customers", name="a", number="X1")
    [deleted] = first.push("customers", op("delete", made["id"], 1))
    first.insert("customers", name="b", number="X1")
    [outcome] = first.push("customers", op("restore", made["id"], deleted["revision"]))

    assert (outcome["outcome"], outcome["problems"][0]["code"]) == ("rejected", "not-unique")


def test_a_row_may_be_typed_anew_under_the_number_of_the_one_it_replaces(first: Caller) -> None:
    made = first.insert("customers", name="a", number="X1")
    new, old = first.push(
        "customers", op("insert", new_id(), name="b", number="X1"), op("delete", made["id"], made["revision"])
    )

    assert (new["outcome"], old["outcome"]) == ("applied", "applied")


def test_history_tells_who_changed_what_and_where_newest_first(first: Caller, manager: Caller) -> None:
    made = first.insert("customers", name="a", phone="1")
    manager.push("customers", op("update", made["id"], 1, phone="2"), note="電話で確認", origin="sheet", device="店頭")
    changes = first.get(f"/tables/customers/rows/{made['id']}/history").get_json()["changes"]

    assert [(one["revision"], one["kind"], one["who"]) for one in changes] == [
        (2, "update", "manager"), (1, "insert", "first"),
    ]  # fmt: skip
    assert changes[0]["fields"] == {"phone": ["1", "2"]}
    assert (changes[0]["origin"], changes[0]["device"], changes[0]["note"]) == ("sheet", "店頭", "電話で確認")
