"""Many new rows travel by columns; what comes back is in the order of what was sent."""

import pytest

from kizuna_addin.wire import (
    MANY_NEW_ROWS,
    Changeset,
    Op,
    TableOps,
    changeset_json,
    read_answer,
    read_changeset,
    request_json,
)

INSERTS = tuple(Op("insert", f"row-{number}", None, {"name": f"客{number}"}) for number in range(MANY_NEW_ROWS))
UPDATE = Op("update", "old", 7, {"phone": "03"})
SENT = Changeset("c", (TableOps("customers", (*INSERTS[:2], UPDATE, *INSERTS[2:])),))


def answer(*, revisions, refused=("row-3",)):
    outcomes = [{"table": "customers", "id": "old", "outcome": "applied", "revision": 8}]
    outcomes += [{"table": "customers", "id": row, "outcome": "rejected", "problems": []} for row in refused]
    count = MANY_NEW_ROWS - len(refused)
    numbers = [f"C{number}" for number in range(count)]
    inserted = [{"table": "customers", "count": count, "revisions": revisions, "filled": {"number": numbers}}]
    return {"changeset": "c", "dry_run": False, "outcomes": outcomes, "inserted": inserted}


def test_many_new_rows_are_sent_by_columns_and_the_rest_one_by_one():
    [table] = request_json(SENT)["tables"]

    assert [op["id"] for op in table["ops"]] == ["old"]
    assert table["inserts"]["fields"] == ["id", "name"]
    assert table["inserts"]["columns"][0][:2] == ["row-0", "row-1"]


def test_few_new_rows_are_sent_one_by_one():
    few = Changeset("c", (TableOps("customers", INSERTS[:5]),))

    assert request_json(few) == changeset_json(few)


def test_a_kept_changeset_is_sent_as_it_was_the_first_time():
    assert request_json(read_changeset(changeset_json(SENT))) == request_json(SENT)


def test_each_operation_has_its_outcome_in_order():
    found = read_answer(answer(revisions=[[1, 20, 20 + MANY_NEW_ROWS - 2]]), SENT)

    assert [one.id for one in found.outcomes] == [op.id for op in SENT.tables[0].ops]
    assert [one.outcome for one in found.outcomes[:5]] == ["applied", "applied", "applied", "applied", "rejected"]
    assert [one.revision for one in found.outcomes[:4]] == [20, 21, 8, 22]
    assert found.outcomes[5].fields == {"number": "C3"}


def test_rows_of_several_stores_have_no_revision_yet():
    found = read_answer(answer(revisions=[[1, 20, 400], [2, 20, 700]]), SENT)

    assert found.outcomes[0].revision is None


def test_an_answer_that_lacks_rows_is_no_answer():
    raw = answer(revisions=[[1, 20, 400]])
    raw["inserted"][0]["count"] = 5

    with pytest.raises(ValueError, match="missing"):
        read_answer(raw, SENT)
