"""What every day asks for: events that started nothing, tasks that should have ended, lost deals worth another try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from kizuna import Data, Write
from kizuna.model import AdResponse, Deal, Interaction, Purchase
from kizuna_follow_up.book import Book, read_book
from kizuna_follow_up.facts import SALE, read_sources
from kizuna_follow_up.generating import LOOK_BACK_DAYS, TASKS, bring_up_to_date
from kizuna_follow_up.news import News
from kizuna_follow_up.out_of_date import out_of_date
from kizuna_follow_up.pace import Pace
from kizuna_follow_up.replanning import orphaned
from kizuna_follow_up.rows import NAMES, TaskRow, columns_of
from kizuna_follow_up.tables import FollowUpTask
from kizuna_follow_up.typed import started_by_hand

LONGEST_WAIT_DAYS = 120 * 31
"""The lost-deals plugin lets the owner wait ten years at most."""


def catch_up(write: Write, today: date, pace: Pace) -> bool:
    """Do what writes should have done and did not, and start what is due by the calendar alone; tell whether some is left."""
    data = write.data
    book = read_book(data)
    _catch_up_typed(write, book, today)
    news = News()
    news.customers |= out_of_date(data, today)
    news.events["purchase"] |= set(_missed_purchases(data, book, today))
    news.events["ad_response"] |= set(_missed_responses(data, book, today))
    news.events["interaction"] |= set(_missed_actions(data, today))
    news.events["deal"] |= set(_deals_due(data, book, today))
    news.edited |= orphaned(data, today)
    return bring_up_to_date(write, news, today, pace=pace, complete=True)


def since(book: Book, kind: str, today: date) -> date | None:
    """Return the first day whose events may have been missed, ``None`` when no plan in use could start."""
    earliest = [day for plan in book.of_kind(kind) if (day := plan.from_on or plan.made_on) is not None]
    return max(min(earliest), today - timedelta(days=LOOK_BACK_DAYS)) if earliest else None


def _catch_up_typed(write: Write, book: Book, today: date) -> None:
    """Fill in what was typed while the plugin failed."""
    selected = sa.select(*(getattr(FollowUpTask, name) for name in NAMES))
    by_hand = selected.where(
        FollowUpTask.status == "open", FollowUpTask.plan_id.is_not(None), FollowUpTask.task_key.is_(None)
    )
    undated = selected.where(FollowUpTask.status.in_(("done", "skipped")), FollowUpTask.done_on.is_(None))
    new, filled = started_by_hand(book, list(_rows(write.data, by_hand)))
    filled |= {row.id: {"done_on": today} for row in _rows(write.data, undated)}
    postponed = selected.where(FollowUpTask.status == "postponed", FollowUpTask.postponed_to.is_not(None))
    filled |= {row.id: {"status": "open", "due_on": row.postponed_to} for row in _rows(write.data, postponed)}
    if new:
        write.insert(TASKS, columns_of(new))
    if filled:
        write.update(TASKS, filled)


def _missed_purchases(data: Data, book: Book, today: date) -> list[str]:
    day = since(book, "after", today)
    if day is None:
        return []
    select = _without_task(Purchase.id, Purchase).where(Purchase.purchased_on >= day, *SALE)
    return _one(data, select)


def _missed_responses(data: Data, book: Book, today: date) -> list[str]:
    day = since(book, "before", today)
    if day is None:
        return []
    return _one(data, _without_task(AdResponse.id, AdResponse).where(AdResponse.responded_on >= day))


def _missed_actions(data: Data, today: date) -> list[str]:
    day = today - timedelta(days=LOOK_BACK_DAYS)
    return _one(data, _without_task(Interaction.id, Interaction).where(Interaction.next_action_on >= day))


def _deals_due(data: Data, book: Book, today: date) -> list[str]:
    """Return the lost deals whose customer is approached again by now, unless another deal is open or was won since."""
    if not any(plan.after_lost for plan in book.of_kind("before")):
        return []
    oldest = today - timedelta(days=LONGEST_WAIT_DAYS)
    lost = _one(data, _without_task(Deal.id, Deal).where(Deal.outcome == "lost", Deal.closed_on >= oldest))
    look_back = today - timedelta(days=LOOK_BACK_DAYS)
    due = {
        one.id: one.customer_id
        for one in read_sources(data, {"deal": lost}).values()
        if one.stands and one.on is not None and look_back <= one.on <= today
    }
    closed = dict(_pairs(data, sa.select(Deal.id, Deal.closed_on).where(Deal.outcome == "lost")))
    busy = set(_one(data, sa.select(Deal.customer_id).where(sa.func.coalesce(Deal.outcome, "open") == "open")))
    won: dict[str, date] = {}
    for customer, day in _pairs(data, sa.select(Deal.customer_id, Deal.closed_on).where(Deal.outcome == "won")):
        won[customer] = max(day or date.min, won.get(customer, date.min))
    return [one for one, customer in due.items() if customer not in busy and won.get(customer, date.min) <= closed[one]]


def _without_task(column: Any, model: Any) -> Any:
    """Return a select of the events that have no task yet."""
    return (
        sa.select(column)
        .select_from(model)
        .outerjoin(FollowUpTask, FollowUpTask.source_id == model.id)
        .where(FollowUpTask.id.is_(None))
    )


def _rows(data: Data, select: Any) -> Iterator[TaskRow]:
    for values in zip(*data.columns(select), strict=True):
        yield TaskRow(*values)


def _one(data: Data, select: Any) -> list[Any]:
    return data.columns(select)[0]


def _pairs(data: Data, select: Any) -> list[tuple[Any, Any]]:
    first, second = data.columns(select)
    return list(zip(first, second, strict=True))
