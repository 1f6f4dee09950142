"""Who stops, who starts and who moves when something happens."""

from datetime import date

from kizuna_follow_up.decisions import (
    Running,
    barred_channels,
    ended_by,
    ended_by_deletion,
    ended_by_opt_out,
    moved_by_merge,
    on_cancelled,
    on_purchase,
    on_response,
)
from kizuna_follow_up.plans import Plan
from kizuna_follow_up.tasks import Task

DAY = date(2026, 6, 1)
BEFORE = Plan("before", "before", ())
AFTER = Plan("after", "after", ())
TEA = Plan("tea", "after", (), products=frozenset({"P0001"}))
DRINKS = Plan("drinks", "after", (), categories=frozenset({"飲料"}))
PLANS = [BEFORE, AFTER, TEA, DRINKS]
NURTURED = Running("start1", "before", "before", "tanaka", "response1")


def test_a_purchase_ends_the_before_plan_and_starts_the_after_plans_that_want_it() -> None:
    found = on_purchase(
        purchase="R1",
        customer="tanaka",
        products=["P0001"],
        categories=["菓子"],
        plans=PLANS,
        running=[NURTURED, Running("start2", "before", "before", "suzuki")],
    )

    assert found.ends == (NURTURED,)
    assert found.starts == (AFTER, TEA)


def test_a_purchase_of_a_category_starts_its_plan() -> None:
    found = on_purchase(purchase="R1", customer="x", products=["P2"], categories=["飲料"], plans=PLANS, running=[])

    assert found.starts == (AFTER, DRINKS)


def test_a_purchase_seen_again_starts_nothing_twice() -> None:
    running = [Running("start3", "after", "after", "tanaka", "R1")]
    found = on_purchase(purchase="R1", customer="tanaka", products=[], categories=[], plans=PLANS, running=running)

    assert found.starts == ()


def test_a_cancelled_purchase_ends_what_it_started() -> None:
    mine = Running("start3", "after", "after", "tanaka", "R1")

    assert on_cancelled(purchase="R1", running=[mine, NURTURED]) == (mine,)


def test_a_response_starts_the_before_plan_once() -> None:
    assert on_response(response="r1", customer="tanaka", plans=PLANS, running=[]) == (BEFORE,)
    assert on_response(response="r2", customer="tanaka", plans=PLANS, running=[NURTURED]) == ()


TASKS = [
    Task("a", "tanaka", DAY, "post", start="start1"),
    Task("b", "tanaka", DAY, "mail", start="start1"),
    Task("c", "tanaka", DAY, "mail", start="start2"),
    Task("d", "tanaka", DAY, "mail", start="start1").done(DAY),
]


def test_ending_a_start_ends_its_open_tasks_and_leaves_done_ones() -> None:
    found = ended_by(TASKS, starts=["start1"], on=DAY, reason="purchase")

    assert [(task.key, task.state, task.reason) for task in found] == [
        ("a", "ended", "purchase"),
        ("b", "ended", "purchase"),
    ]


def test_opting_out_of_a_channel_ends_its_steps_only() -> None:
    found = ended_by_opt_out(TASKS, barred=barred_channels(no_mail=True, no_post=False, no_fax=None), on=DAY)

    assert [task.key for task in found] == ["b", "c"]


def test_deleting_a_customer_ends_every_open_task() -> None:
    assert [task.key for task in ended_by_deletion(TASKS, on=DAY)] == ["a", "b", "c"]


def test_a_merge_moves_tasks_and_keeps_one_of_the_same_step_on_the_same_day() -> None:
    double = Task("x", "loser", DAY, "post", start="l", step="s1", plan="p")
    other = Task("y", "loser", DAY, "post", start="l", step="s2", plan="p")
    theirs = [Task("z", "winner", DAY, "post", start="w", step="s1", plan="p")]
    found = moved_by_merge([double, other], theirs, winner="winner", on=DAY)

    assert [(task.customer, task.state) for task in found] == [("winner", "ended"), ("winner", "open")]
