from __future__ import annotations

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.database import Database
from kizuna.sync.inverse import Step, inverse, net
from tests.fixtures.people import count
from tests.fixtures.wire import Caller, op

FIELDS = ("a", "b")


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[dict[str, Any] | None], list[Step]]:
    """A row's states, None while it does not exist or is deleted, and the step into each."""
    state: dict[str, Any] = dict.fromkeys(FIELDS)
    deleted = False
    states: list[dict[str, Any] | None] = [None]
    steps: list[Step] = []
    for revision in range(1, draw(st.integers(2, 8))):
        if revision == 1:
            steps.append(Step(revision, "insert", {}))
        elif deleted or draw(st.booleans()):
            deleted = not deleted
            steps.append(Step(revision, "delete" if deleted else "restore", {}))
        else:
            name, value = draw(st.sampled_from(FIELDS)), draw(st.integers(0, 2))
            steps.append(Step(revision, "update", {name: [state[name], value]}))
            state = state | {name: value}
        states.append(None if deleted else dict(state))
    return states, steps


@given(lives(), st.data())
def test_taking_back_the_newest_steps_gives_the_state_before_them(life: Any, data: st.DataObject) -> None:
    states, steps = life
    start = data.draw(st.integers(0, len(steps) - 1))
    before, now = states[start], states[-1]

    found = inverse("row", steps[start:], [])

    if found is None:
        assert before == now or (before is None and now is None)
    elif found.op == "delete":
        assert before is None and now is not None  # noqa: PT018  # one claim
    else:
        assert found.base == steps[-1].revision
        assert before is not None
        assert (now is None) == (found.op == "restore")
        if now is not None:
            assert now | found.fields == before


@given(lives())
def test_steps_and_their_opposites_come_to_nothing(life: Any) -> None:
    _, steps = life
    opposite = {"delete": "restore", "restore": "delete", "update": "update"}
    back = [
        Step(
            100 - one.revision,
            opposite[one.kind],
            {name: [after, before] for name, (before, after) in one.fields.items()},
        )
        for one in reversed(steps[1:])
    ]

    assert net([*steps[1:], *back]).nothing


PLANS = st.lists(
    st.tuples(st.sampled_from(["insert", "update", "delete", "restore"]), st.integers(0, 2), st.integers(0, 2)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first_part=PLANS, undone=PLANS)
def test_undo_gives_back_what_everybody_saw_and_redo_brings_it_again(
    both: Caller, first_part: Any, undone: Any
) -> None:
    ids = [new_id() for _ in range(3)]

    def changeset(plan: Any) -> str:
        ops, used = [], set()
        for kind, place, choice in plan:
            row = ids[place]
            if row in used:
                continue
            used.add(row)
            known = both.row("customers", row)
            if "error" in known:
                ops.append(op("insert", row, name=f"客{choice}", store_id=1 + choice % 2))
            elif kind == "update":
                fields = {"phone": f"03-{choice}", "store_id": 1 + choice % 2, "tags": ["a"] * (choice % 2) or None}
                ops.append(op("update", row, known["revision"], **fields))
            elif kind != "insert":
                ops.append(op(kind, row, known["revision"]))
        made = new_id()
        both.push("customers", *ops, changeset=made)
        return made

    def seen() -> dict[str, Any]:
        rows = {row: both.rows("customers").get(row) for row in ids}
        return {
            row: {name: one[name] for name in one if name != "revision"} if one else None for row, one in rows.items()
        }

    changeset(first_part)
    before = seen()
    done = changeset(undone)
    after = seen()

    undo = new_id()
    answer = both.post(f"/changesets/{done}/undo", orjson.dumps({"id": undo})).get_json()
    assert {one["outcome"] for one in answer["outcomes"]} <= {"applied"}
    assert seen() == before
    both.post(f"/changesets/{undo}/undo", orjson.dumps({"id": new_id()}))
    assert seen() == after


def test_many_new_rows_are_taken_back_at_once(both: Caller, database: Database) -> None:
    changeset, rows = new_id(), 3_000
    columns = [[new_id() for _ in range(rows)], [1 + n % 2 for n in range(rows)], [f"客{n}" for n in range(rows)]]
    inserts = {"fields": ["id", "store_id", "name"], "columns": columns}
    both.send([{"table": "customers", "inserts": inserts}], changeset=changeset)

    answer = both.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()})).get_json()

    assert len(answer["outcomes"]) == rows
    assert both.rows("customers") == {}
    assert count(database, "customers", "deleted") == rows
