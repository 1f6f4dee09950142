"""What changed rows mean for follow-up: which events, customers and plans are to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kizuna import RowChanges
from kizuna_follow_up.decisions import OPT_OUT
from kizuna_follow_up.facts import SourceKind

EVENT_FIELDS: Mapping[SourceKind, tuple[str, ...]] = {
    "purchase": ("customer_id", "purchased_on", "kind", "status"),
    "ad_response": ("customer_id", "responded_on", "ad_id"),
    "interaction": ("customer_id", "next_action_on", "next_action"),
    "deal": ("customer_id", "outcome", "closed_on", "lost_reason"),
}
"""The fields of an event that a task depends on; the second says its day."""

CUSTOMER_FIELDS = (*OPT_OUT, "status", "store_id")


@dataclass
class News:
    """What is to be looked at: events by kind, customers, plans; and what is known to be gone or moved.

    Of ``customers`` every task is looked at; of ``resold``, whose purchases changed, those that a purchase can end. Those of
    them in ``unsold`` may have lost a purchase, so that an answer to an ad it stood in the way of counts again.
    """

    events: dict[SourceKind, set[str]] = field(default_factory=lambda: defaultdict(set))
    customers: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    gone_customers: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    resold: set[str] = field(default_factory=set)
    unsold: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)
    merged: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(
            (any(self.events.values()), self.customers, self.resold, self.gone, self.gone_customers, self.edited)
        )


def news_of(table: str, changes: RowChanges) -> News:
    """Return what the changes of a table mean, nothing for tables and fields that follow-up does not look at."""
    news = News()
    reader = READERS.get(table)
    if reader is not None:
        reader(news, changes)
    return news


def _event(kind: SourceKind) -> Callable[[News, RowChanges], None]:
    names = EVENT_FIELDS[kind]

    def read(news: News, changes: RowChanges) -> None:
        for place, before, after in _changed(changes, names):
            row_id, what = changes.ids[place], changes.kinds[place]
            customers = {before["customer_id"], after["customer_id"]} - {None}
            if kind == "purchase":
                news.resold |= customers
                if what != "insert":
                    news.unsold |= customers
            else:
                news.customers |= customers
            if what == "delete":
                news.gone.add(row_id)
                news.customers |= customers
            elif kind != "deal":
                news.events[kind].add(row_id)
                if what != "insert" and (what == "restore" or before[names[1]] != after[names[1]]):
                    news.moved.add(row_id)
            if before["customer_id"] not in {None, after["customer_id"]}:
                news.merged.add(after["customer_id"])
                news.customers |= customers

    return read


def _lines(news: News, changes: RowChanges) -> None:
    for place, _, after in _changed(changes, ("purchase_id", "product_id")):
        if changes.kinds[place] != "delete" and after["purchase_id"]:
            news.events["purchase"].add(after["purchase_id"])


def _customers(news: News, changes: RowChanges) -> None:
    if all(kind == "insert" for kind in changes.kinds):
        return  # nobody has tasks yet
    for place, _, _ in _changed(changes, CUSTOMER_FIELDS):
        if changes.kinds[place] == "insert":
            continue
        news.customers.add(changes.ids[place])
        if changes.kinds[place] == "delete":
            news.gone_customers.add(changes.ids[place])


def _plans(news: News, changes: RowChanges) -> None:
    for place, _, _ in _changed(changes, ("day_rule",)):
        if changes.kinds[place] != "insert":
            news.edited.add(changes.ids[place])


def _steps(news: News, changes: RowChanges) -> None:
    for _, before, after in _changed(changes, ("plan_id", "position", "wait", "unit", "channel", "title")):
        news.edited |= {before["plan_id"], after["plan_id"]} - {None}


def _tasks(news: News, changes: RowChanges) -> None:
    for place, before, after in _changed(changes, ("customer_id",)):
        if changes.kinds[place] == "update" and after["customer_id"]:
            news.customers |= {before["customer_id"], after["customer_id"]} - {None}
            news.merged.add(after["customer_id"])


def _changed(changes: RowChanges, names: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield place, before and after of the rows that are new, deleted, brought back, or changed in one of the fields."""
    columns = {name: (changes.before(name), changes.after(name)) for name in names}
    for place, kind in enumerate(changes.kinds):
        before = {name: column[0][place] for name, column in columns.items()}
        after = {name: column[1][place] for name, column in columns.items()}
        if kind != "update" or before != after:
            yield place, before, after


READERS: Mapping[str, Callable[[News, RowChanges], None]] = {
    "purchases": _event("purchase"),
    "purchase_lines": _lines,
    "ad_responses": _event("ad_response"),
    "interactions": _event("interaction"),
    "deals": _event("deal"),
    "customers": _customers,
    "follow_up_plans": _plans,
    "follow_up_steps": _steps,
    "follow_up_tasks": _tasks,
}
