"""Make tasks what the facts ask for: which start, end, go on again, and move.

Nothing here reads or writes. Doing it twice changes nothing, so what was missed is caught up by doing it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kizuna_follow_up.book import Book
from kizuna_follow_up.facts import Facts, Source
from kizuna_follow_up.plans import Plan
from kizuna_follow_up.rows import TaskRow, task_row
from kizuna_follow_up.schedule import Due

UNKNOWN = "unknown"
"""Stands for a reason that cannot be told: what decides it lies outside the caller's stores."""

AT_ONCE = frozenset({"opt_out", "left"})
"""Reasons after which what was missed meanwhile is not wanted any more."""

Runs = dict[tuple[str, str], tuple[date, str]]
"""The last run by customer and plan: the day of the purchase, and its id for a day with several."""

FINAL = frozenset({"merged", "step_removed"})
STARTS_BEFORE = frozenset({"ad_response", "deal"})


@dataclass(frozen=True)
class Occasion:
    """Why tasks are looked at: what changed, and whether everything is visible.

    ``gone`` are events and ``gone_customers`` customers that were deleted; ``moved`` events whose day changed; ``resold``
    customers whose purchases changed; ``merged`` customers who took over tasks; ``again`` events looked at once more.
    """

    today: date
    gone: frozenset[str] = frozenset()
    gone_customers: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    resold: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()
    complete: bool = False


def reconcile(
    book: Book, facts: Facts, events: Sequence[Source], rows: Sequence[TaskRow], occasion: Occasion
) -> list[TaskRow]:
    """Return the tasks as they should be, new ones with an empty id; ``rows`` are all that bear on it."""
    found = [_followed(row, facts) for row in rows]
    found += list(_with_starts(book, facts, events, found, occasion))
    if occasion.moved:
        found = [_rescheduled(book, facts, row, occasion) for row in found]
    last = last_runs(book, facts, found)
    found = [_settled(book, facts, row, occasion, last) for row in found]
    followers = {new.customer_id for old, new in zip(rows, found, strict=False) if old.customer_id != new.customer_id}
    return _without_doubles(found, rows, followers | occasion.merged, occasion)


def _followed(row: TaskRow, facts: Facts) -> TaskRow:
    """Return the task as that of the customer its event belongs to now, in that customer's store."""
    source = facts.sources.get(row.source_id or "")
    customer = source.customer_id if source is not None and row.status == "open" else row.customer_id
    person = facts.people.get(customer)
    store = person.store_id if person is not None and row.status == "open" else row.store_id
    if (customer, store) == (row.customer_id, row.store_id) or person is None:
        return row
    return replace(row, customer_id=customer, store_id=store)


def _with_starts(
    book: Book, facts: Facts, events: Sequence[Source], rows: Sequence[TaskRow], occasion: Occasion
) -> Iterable[TaskRow]:
    """Yield the tasks of plans that these events start and that have none yet."""
    started = {row.start for row in rows}
    by_customer: dict[tuple[str, str | None], list[TaskRow]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer_id, row.plan_id].append(row)
    last = _with_events(book, last_runs(book, facts, rows), events, occasion)
    for event in sorted(events, key=lambda one: (one.on or date.max, one.id)):
        person = facts.people.get(event.customer_id)
        if person is None or person.left or not event.stands or event.on is None:
            continue
        if event.kind == "interaction":
            yield from _next_action(event, person.store_id, rows)
            continue
        for plan in plans_for(book, event, occasion):
            if (event.id, plan.id) in started:
                continue
            mine = by_customer[event.customer_id, plan.id]
            if _passed_over(plan, event, event.on, mine, facts, last):
                continue
            new = [
                task_row(
                    plan, due, customer=event.customer_id, store=person.store_id, source=event.kind,
                    source_id=event.id, start=event.on,
                )
                for due in book.due(plan, event.on, person.store_id)
            ]  # fmt: skip
            mine.extend(new)
            yield from new


def _passed_over(plan: Plan, event: Source, day: date, mine: Sequence[TaskRow], facts: Facts, last: Runs) -> bool:
    """Tell whether an event starts nothing: the plan runs already, the customer bought since, or bought again."""
    if plan.kind == "before":
        return _covers(mine, day) or facts.last_sale.get(event.customer_id, date.min) >= day
    if event.kind != "purchase" or plan.repeat == "each":
        return False
    if plan.repeat == "keep":
        return _covers(mine, day)
    return (day, event.id) < last[event.customer_id, plan.id]


def _with_events(book: Book, last: Runs, events: Iterable[Source], occasion: Occasion) -> Runs:
    """Return the last runs as they are once each of these purchases has started what it starts."""
    found = dict(last)
    for event in events:
        if event.kind == "purchase" and event.stands and event.on is not None:
            for plan in plans_for(book, event, occasion):
                key, run = (event.customer_id, plan.id), (event.on, event.id)
                found[key] = max(found.get(key, run), run)
    return found


def last_runs(book: Book, facts: Facts, rows: Iterable[TaskRow]) -> Runs:
    """Return the last run of each customer through each plan that starts over when bought again."""
    found: Runs = {}
    for row in rows:
        plan, source = book.plans.get(row.plan_id or ""), facts.sources.get(row.source_id or "")
        if plan is None or plan.repeat != "restart" or row.source != "purchase" or row.started_on is None:
            continue
        if source is not None and source.stands and row.source_id is not None:
            key, run = (row.customer_id, plan.id), (row.started_on, row.source_id)
            found[key] = max(found.get(key, run), run)
    return found


def plans_for(book: Book, event: Source, occasion: Occasion) -> list[Plan]:
    """Return the plans in use that an event starts.

    A plan with ``from_on`` is started by every event since; one without by what is entered from now on, on whatever day
    it was, but by nothing that lies before the plan itself when missed days are caught up.
    """
    kind = "after" if event.kind == "purchase" else "before"
    found = []
    for plan in book.of_kind(kind):
        late = occasion.complete or event.id in occasion.again
        earliest = plan.from_on or (plan.made_on if late else None)
        if late and earliest is None:
            continue
        if event.kind == "deal" and not plan.after_lost:
            continue
        early = earliest is not None and event.on is not None and event.on < earliest
        if not early and plan.concerns(products=event.products, categories=event.categories):
            found.append(plan)
    return found


def _covers(rows: Iterable[TaskRow], day: date) -> bool:
    """Tell whether a before-plan runs for a customer, or ran on that day: one that runs is not started again."""
    return any(row.status == "open" or (row.done_on is not None and row.done_on >= day) for row in rows)


def _next_action(event: Source, store: int, rows: Sequence[TaskRow]) -> Iterable[TaskRow]:
    """Yield the task of an interaction's next action, unless it has it, open or finished."""
    assert event.on is not None
    mine = [row for row in rows if row.source_id == event.id]
    if any(row.status == "open" or row.ended_by or row.planned_on == event.on for row in mine):
        return
    yield TaskRow(
        id="",
        store_id=store,
        customer_id=event.customer_id,
        due_on=event.on,
        title=event.title or None,
        planned_on=event.on,
        started_on=event.on,
        source="interaction",
        source_id=event.id,
        task_key=f"{event.id}:{event.on.isoformat()}",
    )


def _settled(book: Book, facts: Facts, row: TaskRow, occasion: Occasion, last: Runs) -> TaskRow:
    """Return the task ended where something stops it, open again where that has been taken back."""
    ended = row.status == "ended" and row.ended_by is not None and row.ended_by not in FINAL
    if row.status != "open" and not ended:
        return row
    reason = _ending(book, facts, row, occasion, last)
    if reason == UNKNOWN:
        return row
    if row.status == "open":
        if reason is None:
            return row
        return replace(row, status="ended", ended_by=reason, done_on=occasion.today)
    late = row.due_on <= occasion.today and row.done_on != occasion.today
    if reason is not None or (row.ended_by in AT_ONCE and late):
        return row
    return _resumed(book, replace(row, status="open", ended_by=None, done_on=None), occasion) or row


def _resumed(book: Book, row: TaskRow, occasion: Occasion) -> TaskRow | None:
    """Return a task that goes on as the plan is by now; ``None`` when its step is gone meanwhile."""
    if row.plan_id is None or row.started_on is None:
        return row
    plan = book.plans.get(row.plan_id)
    due = _due_of(book, plan, row.started_on, row) if plan is not None else None
    if due is None:
        return None
    if not row.is_future(occasion.today) or due.on <= occasion.today:
        return row
    return replace(row, due_on=due.on, planned_on=due.nominal, channel=due.step.channel, title=due.step.title or None)


def _ending(book: Book, facts: Facts, row: TaskRow, occasion: Occasion, last: Runs) -> str | None:
    """Return what stops a task, ``None`` when nothing does, UNKNOWN when that cannot be told."""
    person = facts.people.get(row.customer_id)
    if row.customer_id in occasion.gone_customers:
        return "deleted"
    if person is None:
        return "deleted" if occasion.complete else UNKNOWN
    if person.left:
        return "left"
    source = facts.sources.get(row.source_id or "")
    if source is not None and not source.stands:
        return "cancelled"
    if source is None and row.source not in {None, "manual"}:
        if row.source_id in occasion.gone or occasion.complete:
            return "cancelled"
        if row.ended_by == "cancelled":
            return UNKNOWN
    plan = book.plans.get(row.plan_id or "")
    before = plan.kind == "before" if plan is not None else row.source in STARTS_BEFORE
    if before and row.started_on is not None:
        if facts.last_sale.get(row.customer_id, date.min) >= row.started_on:
            return "purchase"
        if row.ended_by == "purchase" and not occasion.complete and row.customer_id not in occasion.resold:
            return UNKNOWN
    if _is_repeated(row, last):
        return "repeated"
    return "opt_out" if row.channel in person.barred else None


def _is_repeated(row: TaskRow, last: Runs) -> bool:
    """Tell whether the customer bought again, so that the plan started over."""
    if row.started_on is None or row.source_id is None or row.plan_id is None:
        return False
    run = row.started_on, row.source_id
    return run < last.get((row.customer_id, row.plan_id), run)


def _rescheduled(book: Book, facts: Facts, row: TaskRow, occasion: Occasion) -> TaskRow:
    """Return an open task on the day that its event's new day gives."""
    source = facts.sources.get(row.source_id or "")
    if source is None or source.on is None or row.source_id not in occasion.moved or row.started_on == source.on:
        return row
    if row.status not in {"open", "ended"} or row.postponed_to is not None:
        return row
    if row.source == "interaction":
        key = f"{source.id}:{source.on.isoformat()}"
        return replace(row, due_on=source.on, planned_on=source.on, started_on=source.on, task_key=key)
    plan = book.plans.get(row.plan_id or "")
    due = _due_of(book, plan, source.on, row) if plan is not None else None
    if due is None:
        return row
    return replace(row, due_on=due.on, planned_on=due.nominal, started_on=source.on)


def _due_of(book: Book, plan: Plan, start: date, row: TaskRow) -> Due | None:
    return next((due for due in book.due(plan, start, row.store_id) if due.step.id == row.step_id), None)


def _without_doubles(
    found: list[TaskRow], rows: Sequence[TaskRow], customers: set[str] | frozenset[str], occasion: Occasion
) -> list[TaskRow]:
    """Return the tasks of merged customers without doubles: the same step on the same day is wanted once."""
    if not customers:
        return found
    was = {row.id: row.customer_id for row in rows}
    kept: dict[tuple[str, str | None, str | None, date], str] = {}
    ended: set[int] = set()
    # Who was there first keeps the task; the one that moved in ends.
    order = sorted(range(len(found)), key=lambda at: (was.get(found[at].id) != found[at].customer_id, found[at].id))
    for at in order:
        row = found[at]
        if row.status != "open" or row.plan_id is None or row.customer_id not in customers:
            continue
        key = (row.customer_id, row.plan_id, row.step_id, row.due_on)
        if kept.setdefault(key, row.id) != row.id:
            ended.add(at)
    return [
        replace(row, status="ended", ended_by="merged", done_on=occasion.today) if at in ended else row
        for at, row in enumerate(found)
    ]
