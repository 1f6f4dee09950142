"""Bring tasks up to date inside the write path: read what bears on the news, reconcile, write the differences."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from kizuna import Data, Write
from kizuna.model import AdResponse
from kizuna_follow_up.book import Book, read_book
from kizuna_follow_up.facts import Facts, Source, SourceKind, read_last_sales, read_people, read_sources, with_products
from kizuna_follow_up.news import News
from kizuna_follow_up.pace import BESIDE, Pace
from kizuna_follow_up.reconcile import Occasion, reconcile
from kizuna_follow_up.replanning import note, replan, sees_everything, unfinished
from kizuna_follow_up.rows import CHUNK, TaskRow, chunks, columns_of, difference, read_runs, read_starts, read_tasks
from kizuna_follow_up.tables import FollowUpTask

LOOK_BACK_DAYS = 92
"""Next actions that lie further back when they are entered come from a history brought in, and ask for nothing."""

TURN = 7919
"""A prime, so that days begin with every part of the customers in turn, however many parts there are."""

TASKS = "follow_up_tasks"
log = logging.getLogger("kizuna.plugins")


@dataclass(frozen=True)
class Work:
    """One run over the news: the plans as they are, the day, the events that may start something.

    ``whole`` are the customers whose every task is looked at.
    """

    book: Book
    occasion: Occasion
    events: dict[str, Source]
    whole: frozenset[str]


def bring_up_to_date(write: Write, news: News, today: date, *, pace: Pace, complete: bool = False) -> bool:
    """Start, end and move tasks as the news asks, then replan those of edited plans, while there is time; tell if some is left.

    ``complete`` says that every store is visible. What there is no time for the daily run finds again; of a plan the rest
    of its tasks is noted there, and gone on with by whatever is written next.
    """
    if not news and not complete:
        return False
    book = read_book(write.data)
    taken = _take_news(write, book, news, today, pace, complete=complete)
    rest = unfinished(book) - news.edited
    done = replan(write, book, news.edited, today, pace)
    if rest:
        done += replan(write, book, rest, today, pace if complete else Pace(BESIDE, pace.clock))
    if done:
        note(write, book, done, today, begun=news.edited, whole=complete or sees_everything(write))
    return not taken or any(one.left for one in done)


def _take_news(write: Write, book: Book, news: News, today: date, pace: Pace, *, complete: bool) -> bool:
    """Return whether there was time for all of it."""
    data = write.data
    again = _responses_again(data, book, news.unsold, today)
    news.events["ad_response"] |= again
    occasion = Occasion(
        today=today,
        gone=frozenset(news.gone),
        gone_customers=frozenset(news.gone_customers),
        moved=frozenset(news.moved),
        resold=frozenset(news.resold),
        merged=frozenset(news.merged),
        again=frozenset(again),
        complete=complete,
    )
    events = _events(data, book, news, today)
    whole = news.customers | news.gone_customers | _customers_with(data, news)
    if book.runs_once:
        whole |= news.unsold  # a purchase that is none any more may have ended the run before it
    customers = {*whole, *news.resold, *(one.customer_id for one in events.values())}
    work = Work(book, occasion, events, frozenset(whole))
    parts = list(chunks(sorted(customers)))
    if complete and parts:
        # What starts nothing is found again every day; behind it others would never have their turn.
        first = today.toordinal() * TURN % len(parts)
        parts = parts[first:] + parts[:first]
    for begun, chunk in enumerate(parts):
        if begun and pace.is_over():
            seen = begun * CHUNK
            log.warning("no time for %d of %d customers; the daily run goes on", len(customers) - seen, len(customers))
            return False
        _bring_chunk(write, work, chunk)
    return True


def _bring_chunk(write: Write, work: Work, customers: Sequence[str]) -> None:
    data, occasion = write.data, work.occasion
    mine = set(customers)
    events = [one for one in work.events.values() if one.customer_id in mine]
    finished = any(one.kind in {"ad_response", "deal"} for one in events)
    # Which run is the last is told by its tasks, done or not.
    all_of_them = finished or work.book.runs_once
    rows = {row.id: row for row in read_tasks(data, mine & work.whole, finished=all_of_them, after_plans=True)}
    rest = mine - work.whole
    rows |= {row.id: row for row in read_tasks(data, rest, finished=finished, after_plans=False)}
    starts = read_starts(data, [one.id for one in events])
    rows |= {row.id: row for row in starts}
    bought = [one.on for one in events if one.kind == "purchase" and one.on is not None]
    if bought and work.book.runs_once:
        since = min([*bought, *(row.started_on for row in starts if row.started_on is not None)])
        rows |= {row.id: row for row in read_runs(data, rest, since)}
    if not rows and not events:
        return
    facts = _facts(data, list(rows.values()), events, customers)
    before = list(rows.values())
    found = difference(before, reconcile(work.book, facts, events, before, occasion))
    if found.new:
        write.insert(TASKS, columns_of(found.new))
    if found.changed:
        write.update(TASKS, found.changed)


def _facts(data: Data, rows: Iterable[TaskRow], events: Sequence[Source], customers: Sequence[str]) -> Facts:
    named: dict[SourceKind, set[str]] = defaultdict(set)
    known = {one.id: one for one in events}
    before = False
    for row in rows:
        before = before or row.source != "purchase"
        if row.source_id and row.source_id not in known and row.source not in {None, "manual"}:
            named[row.source].add(row.source_id)  # type: ignore[index]  # the other sources are events
    sources = known | read_sources(data, named)
    everybody = {*customers, *(one.customer_id for one in sources.values())}
    # Only before-plans ask when somebody bought.
    before = before or any(one.kind in {"ad_response", "deal"} for one in events)
    last_sale = read_last_sales(data, everybody) if before else {}
    return Facts(read_people(data, everybody), sources, last_sale)


def _events(data: Data, book: Book, news: News, today: date) -> dict[str, Source]:
    """Return the events that may start something, with their products where a plan asks for them."""
    found = read_sources(data, news.events)
    found = {
        one.id: one
        for one in found.values()
        if one.kind != "interaction" or (one.on is not None and (today - one.on).days <= LOOK_BACK_DAYS)
    } | {one.id: one for one in found.values() if one.id in news.moved}
    if any(plan.products or plan.categories for plan in book.plans.values()):
        found |= with_products(data, found, [one.id for one in found.values() if one.kind != "interaction"])
    return found


def _responses_again(data: Data, book: Book, customers: Iterable[str], today: date) -> set[str]:
    """Return the recent answers to ads of customers whose purchase may be gone."""
    found: set[str] = set()
    if not book.of_kind("before"):
        return found
    since = today - timedelta(days=LOOK_BACK_DAYS)
    for chunk in chunks(customers):
        select = sa.select(AdResponse.id).where(AdResponse.customer_id.in_(chunk), AdResponse.responded_on >= since)
        found.update(data.columns(select)[0])
    return found


def _customers_with(data: Data, news: News) -> set[str]:
    """Return the customers with tasks of deleted events."""
    found: set[str] = set()
    for chunk in chunks(news.gone):
        found.update(data.columns(sa.select(FollowUpTask.customer_id).where(FollowUpTask.source_id.in_(chunk)))[0])
    return found
