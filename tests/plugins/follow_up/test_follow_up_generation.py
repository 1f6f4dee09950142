"""Tasks made, ended and moved by what is written: the fixed points of design page 5, through the real write path."""

from __future__ import annotations

from datetime import date
from typing import Any

from kizuna.ids import new_id
from kizuna.sync.changeset import Op, TableChanges
from tests.fixtures.shop import Shop

FOUR_TO_PROSPECTS = ((0, "days", "post"), (8, "days", "phone"), (7, "days", "mail"), (6, "days", "mail"))
FIVE_AFTER_PURCHASE = (
    (1, "days", "post"), (8, "days", "phone"), (11, "days", "mail"), (1, "months", "post"), (1, "months", "mail"),
)  # fmt: skip


def customer(shop: Shop, **fields: Any) -> str:
    return str(shop.insert("customers", **{"name": "田中", "store_id": 1, **fields}))


def response(shop: Shop, who: str, on: str = "2006-03-03") -> str:
    ad = shop.insert("ads", ran_on="2006-03-01", medium="新聞", store_id=1)
    return str(shop.insert("ad_responses", ad_id=ad, customer_id=who, responded_on=on, store_id=1))


def purchase(shop: Shop, who: str, on: str = "2006-03-20", **fields: Any) -> str:
    return str(shop.insert("purchases", customer_id=who, purchased_on=on, amount=5_000, store_id=1, **fields))


def test_a_sample_request_brings_the_four_contacts_of_the_plan(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    who = customer(shop)

    response(shop, who)

    assert shop.tasks(who) == [
        ("2006-03-03", "post", "open"), ("2006-03-11", "phone", "open"),
        ("2006-03-18", "mail", "open"), ("2006-03-24", "mail", "open"),
    ]  # fmt: skip


def test_a_purchase_ends_the_plan_before_and_starts_the_plan_after(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    response(shop, who)

    purchase(shop, who)

    assert shop.tasks(who, status="open") == [
        ("2006-03-21", "post", "open"), ("2006-03-29", "phone", "open"), ("2006-04-09", "mail", "open"),
        ("2006-05-09", "post", "open"), ("2006-06-09", "mail", "open"),
    ]  # fmt: skip
    assert len(shop.tasks(who, status="ended")) == 4


def test_everything_of_one_changeset_counts_at_once(shop: Shop) -> None:
    shop.plan("after", (1, "days", "post"), category="茶")
    tea = shop.insert("products", name="お茶", category="茶")
    who, receipt = customer(shop), new_id()

    shop.good(
        TableChanges(
            "purchases",
            [Op("insert", receipt, None, {"customer_id": who, "purchased_on": "2006-03-20", "amount": 1, "store_id": 1})],
        ),
        TableChanges(
            "purchase_lines",
            [Op("insert", new_id(), None, {"purchase_id": receipt, "product_id": tea, "quantity": 1, "amount": 1, "store_id": 1})],
        ),
    )  # fmt: skip

    assert shop.tasks(who) == [("2006-03-21", "post", "open")]


def test_a_plan_for_a_product_is_not_started_by_another(shop: Shop) -> None:
    tea = shop.insert("products", name="お茶")
    shop.plan("after", (1, "days", "post"), product_id=tea)
    who = customer(shop)

    purchase(shop, who)

    assert shop.tasks(who) == []


def test_an_event_before_the_plans_first_day_starts_nothing(shop: Shop) -> None:
    shop.plan("after", (1, "days", "post"), from_on="2006-03-21")
    who = customer(shop)

    purchase(shop, who)

    assert shop.tasks(who) == []


def test_a_return_starts_nothing_and_ends_nothing(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    response(shop, who)

    purchase(shop, who, kind="return")

    assert len(shop.tasks(who, status="open")) == len(shop.tasks(who)) == 4


def test_cancelling_a_purchase_ends_its_plan_and_the_plan_before_goes_on(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    response(shop, who)
    bought = purchase(shop, who)

    shop.change("purchases", bought, status="cancelled")

    assert [day for day, _, _ in shop.tasks(who, status="open")] == [
        "2006-03-03",
        "2006-03-11",
        "2006-03-18",
        "2006-03-24",
    ]
    assert len(shop.tasks(who, status="ended")) == 5


def test_deleting_a_purchase_and_bringing_it_back_ends_and_resumes_its_plan(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    bought = purchase(shop, who)

    shop.change("purchases", bought, "delete")
    ended = shop.tasks(who, status="ended")
    shop.change("purchases", bought, "restore")

    assert len(ended) == 5
    assert len(shop.tasks(who, status="open")) == len(shop.tasks(who)) == 5


def test_undoing_the_purchase_takes_the_tasks_back_with_it(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    response(shop, who)
    before = shop.tasks(who)
    purchase(shop, who)

    shop.undo(shop.last)

    assert shop.tasks(who) == before


def test_a_corrected_purchase_day_moves_the_tasks(shop: Shop) -> None:
    shop.plan("after", (1, "days", "post"), (1, "months", "mail"))
    who = customer(shop)
    bought = purchase(shop, who)

    shop.change("purchases", bought, purchased_on="2006-03-25")

    assert shop.tasks(who) == [("2006-03-26", "post", "open"), ("2006-04-26", "mail", "open")]


def test_opting_out_of_post_ends_post_only_and_opting_in_again_resumes_what_is_ahead(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    purchase(shop, who)

    shop.change("customers", who, no_post=True)
    ended = shop.tasks(who, status="ended")
    shop.today = date(2006, 4, 1)
    shop.change("customers", who, no_post=False)

    assert ended == [("2006-03-21", "post", "ended"), ("2006-05-09", "post", "ended")]
    assert shop.tasks(who, status="ended") == [("2006-03-21", "post", "ended")]


def test_who_opted_out_before_gets_no_open_task_by_that_way(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop, no_mail=True)

    purchase(shop, who)

    assert [way for _, way, _ in shop.tasks(who, status="open")] == ["post", "phone", "post"]


def test_a_customer_who_left_or_was_deleted_has_nothing_open(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    left, gone = customer(shop), customer(shop)
    purchase(shop, left)
    purchase(shop, gone)

    shop.change("customers", left, status="left", left_on="2006-03-01", left_reason="転居")
    shop.change("customers", gone, "delete")

    assert shop.tasks(status="open") == []


def test_tasks_go_with_the_customer_to_another_store(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    purchase(shop, who)

    shop.change("customers", who, store_id=2)

    assert shop.sql("select distinct store_id from follow_up_tasks") == [(2,)]


def test_a_second_response_does_not_double_a_plan_that_runs(shop: Shop) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    who = customer(shop)
    response(shop, who)

    response(shop, who, "2006-03-10")

    assert len(shop.tasks(who)) == 4


def test_a_merge_moves_the_losers_tasks_and_ends_doubles(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE, repeat="each")
    winner, loser = customer(shop), customer(shop)
    purchase(shop, winner)
    same = purchase(shop, loser)
    other = purchase(shop, loser, "2006-03-21")

    shop.good(
        TableChanges("purchases", [shop.op("purchases", one, customer_id=winner) for one in (same, other)]),
        TableChanges("customers", [shop.op("customers", loser, "delete")]),
    )

    assert shop.tasks(loser) == []
    assert len(shop.tasks(winner, status="open")) == 10
    assert shop.sql("select distinct ended_by from follow_up_tasks where status = 'ended'") == [("merged",)]


def test_a_purchase_while_the_plan_runs_starts_it_over_and_leaves_nothing_twice(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    purchase(shop, who)
    thanked = shop.sql("select id from follow_up_tasks order by due_on limit 1")[0][0]
    shop.change("follow_up_tasks", thanked, status="done")

    again = purchase(shop, who, "2006-03-25")
    started_over = shop.tasks(who, status="open")
    shop.change("purchases", again, status="cancelled")

    assert [day for day, _, _ in started_over] == ["2006-03-26", "2006-04-03", "2006-04-14", "2006-05-14", "2006-06-14"]
    assert shop.sql("select count(*) from follow_up_tasks where ended_by = 'repeated'") == [(0,)]
    assert [day for day, _, _ in shop.tasks(who, status="open")] == [
        "2006-03-29",
        "2006-04-09",
        "2006-05-09",
        "2006-06-09",
    ]


def test_a_plan_that_goes_on_is_not_started_by_another_purchase(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE, repeat="keep")
    who = customer(shop)
    purchase(shop, who)

    purchase(shop, who, "2006-03-25")

    assert [day for day, _, _ in shop.tasks(who)] == [
        "2006-03-21",
        "2006-03-29",
        "2006-04-09",
        "2006-05-09",
        "2006-06-09",
    ]


def test_a_plan_for_each_purchase_runs_for_each(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE, repeat="each")
    who = customer(shop)
    purchase(shop, who)

    purchase(shop, who, "2006-03-25")

    assert len(shop.tasks(who, status="open")) == 10


def test_of_several_purchases_entered_at_once_only_the_last_starts_the_plan(shop: Shop) -> None:
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)

    purchase(shop, who, "2006-03-25")
    purchase(shop, who, "2006-03-20")

    assert [day for day, _, _ in shop.tasks(who)] == [
        "2006-03-26",
        "2006-04-03",
        "2006-04-14",
        "2006-05-14",
        "2006-06-14",
    ]


def test_the_next_action_of_an_interaction_is_a_task_like_any_other(shop: Shop) -> None:
    who = customer(shop)
    told = {"held_on": "2006-03-01", "kind": "call", "next_action": "半年後に連絡", "next_action_on": "2006-09-01"}
    talk = shop.insert("interactions", customer_id=who, store_id=1, **told)
    first = shop.tasks(who)
    shop.change("interactions", talk, next_action_on="2006-10-01")
    moved = shop.tasks(who)

    shop.change("interactions", talk, next_action_on=None)

    assert first == [("2006-09-01", "", "open")]
    assert moved == [("2006-10-01", "", "open")]
    assert shop.tasks(who, status="open") == []


def test_a_new_next_action_after_the_first_was_done_is_a_task_of_its_own(shop: Shop) -> None:
    who = customer(shop)
    talk = shop.insert(
        "interactions", customer_id=who, store_id=1, held_on="2006-03-01", kind="call", next_action_on="2006-03-05"
    )
    [(task,)] = shop.sql("select id from follow_up_tasks")
    shop.change("follow_up_tasks", task, status="done")

    shop.change("interactions", talk, next_action_on="2006-04-05")

    assert shop.tasks(who) == [("2006-03-05", "", "done"), ("2006-04-05", "", "open")]


def test_a_task_typed_with_a_plan_starts_that_plan_on_its_day(shop: Shop) -> None:
    plan = shop.plan("manual", (0, "days", "phone"), (2, "weeks", "visit"))
    who = customer(shop)

    shop.insert("follow_up_tasks", customer_id=who, plan_id=plan, due_on="2006-03-10", store_id=1)

    assert shop.tasks(who) == [("2006-03-10", "phone", "open"), ("2006-03-24", "visit", "open")]


def test_editing_a_step_changes_future_open_tasks_only_and_says_how_many(shop: Shop) -> None:
    plan = shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    purchase(shop, who)
    [(phone,)] = shop.sql("select id from follow_up_steps where position = 2")
    [(first,)] = shop.sql("select id from follow_up_tasks where due_on = '2006-03-21'")
    shop.change("follow_up_tasks", first, status="done")
    shop.today = date(2006, 4, 1)

    shop.change("follow_up_steps", phone, wait=10)

    assert [day for day, _, _ in shop.tasks(who)] == [
        "2006-03-21", "2006-03-29", "2006-04-11", "2006-05-11", "2006-06-11",
    ]  # fmt: skip
    assert shop.sql(f"select last_edit_tasks from follow_up_plans where id = '{plan}'") == [(3,)]


def test_steps_added_and_removed_add_and_end_future_tasks(shop: Shop) -> None:
    plan = shop.plan("after", (1, "days", "post"), (30, "days", "mail"))
    who = customer(shop)
    purchase(shop, who)
    [(mail,)] = shop.sql("select id from follow_up_steps where position = 2")

    shop.change("follow_up_steps", mail, "delete")
    shop.insert("follow_up_steps", plan_id=plan, position=3, wait=2, unit="weeks", channel="visit")

    assert shop.tasks(who) == [
        ("2006-03-21", "post", "open"), ("2006-04-04", "visit", "open"), ("2006-04-20", "mail", "ended"),
    ]  # fmt: skip


def test_a_deleted_plan_ends_what_is_ahead(shop: Shop) -> None:
    plan = shop.plan("after", (1, "days", "post"))
    who = customer(shop)
    purchase(shop, who)

    shop.change("follow_up_plans", plan, "delete")

    assert shop.tasks(who) == [("2006-03-21", "post", "ended")]


def test_a_step_on_a_closed_day_moves_to_the_next_working_day_of_that_store(shop: Shop) -> None:
    shop.plan("after", (1, "days", "post"), (8, "days", "phone"), day_rule="next")
    store = shop.sql("select id from stores where code = 1")[0][0]
    shop.change("stores", store, closed_weekdays=["wed"])
    who = customer(shop)

    purchase(shop, who)

    # 21 March 2006 was the vernal equinox, the 22nd and the 29th Wednesdays.
    assert [day for day, _, _ in shop.tasks(who)] == ["2006-03-23", "2006-03-30"]


def test_a_lost_deal_starts_the_plan_before_again_after_the_set_time(shop: Shop) -> None:
    shop.plan("before", (0, "days", "post"), (7, "days", "phone"), after_lost=True)
    who = customer(shop)
    lost = {"outcome": "lost", "lost_reason": "価格が高い", "closed_on": "2006-03-10"}
    shop.insert("deals", customer_id=who, store_id=1, title="茶器", **lost)
    shop.day(date(2006, 9, 9))
    early = shop.tasks(who)

    shop.day(date(2006, 9, 10))

    assert early == []
    assert shop.tasks(who) == [("2006-09-10", "post", "open"), ("2006-09-17", "phone", "open")]


def test_a_lost_deal_starts_nothing_beside_a_deal_whose_outcome_was_emptied(shop: Shop) -> None:
    shop.plan("before", (0, "days", "post"), after_lost=True)
    who = customer(shop)
    lost = {"outcome": "lost", "lost_reason": "価格が高い", "closed_on": "2006-03-10"}
    shop.insert("deals", customer_id=who, store_id=1, title="茶器", **lost)
    other = shop.insert("deals", customer_id=who, store_id=1, title="急須")
    shop.change("deals", other, outcome=None)

    shop.day(date(2006, 9, 10))

    assert shop.tasks(who) == []


def test_a_step_whose_text_names_an_unknown_field_is_refused(shop: Shop) -> None:
    plan = shop.plan("manual", (0, "days", "phone"))
    fields = {"plan_id": plan, "position": 2, "wait": 1, "channel": "mail", "template": "{氏}様"}

    answer = shop.send(TableChanges("follow_up_steps", [Op("insert", new_id(), None, fields)]))

    assert [(one.field, one.code) for one in answer.outcomes[0].problems] == [("template", "follow_up_unknown_field")]


def test_nobody_types_into_the_fields_the_plugin_fills(shop: Shop) -> None:
    who = customer(shop)
    fields = {"customer_id": who, "due_on": "2006-03-10", "store_id": 1, "task_key": "mine"}

    answer = shop.send(TableChanges("follow_up_tasks", [Op("insert", new_id(), None, fields)]))

    assert [(one.field, one.code) for one in answer.outcomes[0].problems] == [("task_key", "read-only-field")]


def test_a_day_at_the_end_of_the_calendar_stops_nobody_elses_plan(shop: Shop) -> None:
    shop.plan("after", (1, "days", "phone"), (1, "months", "mail"))
    buyers = [shop.insert("customers", name=name, store_id=1) for name in ("打ち間違い", "田中")]
    shop.today = date(2006, 3, 20)
    bought = {"9999-12-31": buyers[0], "2006-03-20": buyers[1]}

    shop.good(
        TableChanges(
            "purchases",
            [
                Op("insert", new_id(), None, {"customer_id": who, "purchased_on": day, "amount": 1, "store_id": 1})
                for day, who in bought.items()
            ],
        )
    )
    shop.day(date(2006, 3, 21))

    assert shop.tasks(buyers[1]) == [("2006-03-21", "phone", "open"), ("2006-04-21", "mail", "open")]
