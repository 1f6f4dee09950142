"""The laws of synchronisation, whatever people do (`tests.fixtures.chain`), with undo, changing roles and lost devices.

1. Convergence: ``_everybody_pulls_and_sees_the_same``.
2. No typed cell is lost: ``_every_typed_value_is_in_the_history``; of a conflict, "mine comes back" in ``_compare_outcomes``.
3. Exactly once: "a repeat answers the same" in ``_send`` and ``undo``, ``_feeds_are_in_order`` (nothing doubled); cuts at any
   byte of a real connection are in test_cuts.py.
4. Round trip: ``push_back_what_was_pulled``.
5. Scope never widens: ``_check_scope`` after each pull, ``restore_a_row``, ``undo``, ``lose_a_device``.
6. The base moves only for what was accepted: `tests.fixtures.replica` settles so, and the oracle knows every base.
7. Order is by revision, never by clock: ``_feeds_are_in_order`` and the order of each row's history.
8. One write path: pushes, restores and undos all answer as the one oracle says and leave the same history.
"""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from kizuna.access.accounts import create_account
from kizuna.access.tokens import create_token, revoke_tokens
from kizuna.ids import new_id
from kizuna.plugins import load_plugins
from tests.fixtures.chain import PEOPLE, Chain
from tests.fixtures.people import NOW

DEEP = settings().max_examples > 100
"""KIZUNA_PROPERTIES=deep: for as long as one has patience; Ctrl+C ends it."""


class Laws(Chain):
    """The chain, whose owner also changes who may do what, and whose people take back what was pushed."""

    @rule(
        stores=st.sampled_from([(1,), (2,), (1, 2), (1, 2, 3)]),
        role=st.sampled_from(["staff", "staff", "manager", "read-only"]),
    )
    def change_the_stores_and_role_of_both(self, stores: tuple[int, ...], role: Any) -> None:
        create_account(self.database, self.template.people.staff["both"], role, stores)
        self.scopes["both"], self.roles["both"] = set(stores), role

    @rule(who=st.sampled_from(["first", "second", "both", "discreet"]))
    def lose_a_device(self, who: str) -> None:
        """Its token is worth nothing from here on; what was typed and what is under way goes on with another one."""
        person, account = self.people[who], self.template.people.accounts[who]
        state = self._positions()
        assert revoke_tokens(self.database, account, None, now=NOW) == 1

        refused = [
            person.person.post("/changesets", person.in_flight[0] if person.in_flight else person.packed()),
            person.person.get("/tables/customers/rows"),
            person.person.get("/changesets"),
        ]

        assert [one.status_code for one in refused] == [401] * 3
        assert all(set(one.get_json()) == {"error"} for one in refused)
        assert self._positions() == state
        person.person.token = create_token(self.database, account, "another-pc", now=NOW)

    @rule(who=st.one_of(st.just("owner"), PEOPLE), data=st.data())
    def undo(self, who: str, data: st.DataObject) -> None:
        """Take back a changeset, perhaps one that itself took something back."""
        # Those that wrote something come up more often; where a draw shrinks to the last one, undos get undone.
        wrote = {one.changeset for steps in self.oracle.steps.values() for one in steps}
        known = [one for one in self.changesets if one in wrote]
        changeset = data.draw(st.one_of(st.sampled_from(known[::-1]), st.sampled_from(list(self.changesets))))
        ops, touched = self.oracle.undo(changeset)
        asked = {"id": new_id()}
        state = self._positions()
        trial = self._ask_undo(who, changeset, asked | {"dry_run": True})
        assert self._positions() == state
        response = self._ask_undo(who, changeset, asked)
        assert trial.status_code == response.status_code
        if not self._may_undo(who, changeset, ops, touched):
            assert response.status_code in {403, 404}
            assert self._positions() == state
            return
        answer = response.get_json()
        assert [one["outcome"] for one in trial.get_json()["outcomes"]] == [
            one["outcome"] for one in answer["outcomes"]
        ]
        self._take_back(who, asked["id"], ops, answer)
        state = self._positions()
        assert self._ask_undo(who, changeset, asked).get_json()["outcomes"] == answer["outcomes"], (
            "a repeat answers the same"
        )
        assert self._positions() == state

    def _ask_undo(self, who: str, changeset: str, asked: dict[str, Any]) -> Any:
        return self.people[who].person.post(f"/changesets/{changeset}/undo", orjson.dumps(asked))

    def _may_undo(self, who: str, changeset: str, ops: dict[str, Any], touched: set[int]) -> bool:
        own = self.changesets[changeset] == who
        named = {name for found in ops.values() for one in found for name in one["fields"]}
        leads = self.roles[who] in {"owner", "manager"}
        return (own or (leads and bool(touched))) and touched <= self.scopes[who] and not named & self._hidden(who)

    def _take_back(self, who: str, changeset: str, ops: dict[str, Any], answer: dict[str, Any]) -> None:
        expected = self.oracle.take(
            ops, self.scopes[who], self._hidden(who), changeset=changeset, by_tick=True,
            writes=self.roles[who] != "read-only",
        )  # fmt: skip
        self.changesets[changeset] = who
        self._compare_outcomes(who, ops, expected, answer)


@pytest.mark.timeout(0 if DEEP else 300)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_laws_hold_whatever_people_do(backend: str, request: pytest.FixtureRequest) -> None:
    Laws.template = request.getfixturevalue(f"{backend}_template")
    Laws.plugins = load_plugins(())
    profile = settings()
    examples = {"sqlite": 25, "postgresql": 8}[backend] if not DEEP else profile.max_examples
    steps = profile.stateful_step_count if DEEP else 40
    run_state_machine_as_test(Laws, settings=settings(profile, max_examples=examples, stateful_step_count=steps))
