"""Today's list: everything due and not done, in the order it should be worked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kizuna_follow_up.tasks import Task


class Person(NamedTuple):
    """What the list needs to know of a customer; ``rfm_total`` is ``None`` for somebody who never bought."""

    id: str
    number: str
    name: str
    has_bought: bool
    rfm_total: int | None = None


class Entry(NamedTuple):
    """One line of the list; ``days_carried`` is how many days it has been waiting, 0 when due today."""

    task: Task
    person: Person
    days_carried: int


@dataclass(frozen=True, slots=True)
class TodaysList:
    """What is due, those who have not bought yet apart from those who have."""

    prospects: tuple[Entry, ...]
    customers: tuple[Entry, ...]

    def __len__(self) -> int:
        """Return how many tasks are due."""
        return len(self.prospects) + len(self.customers)


def todays_list(tasks: Iterable[Task], people: Mapping[str, Person], today: date) -> TodaysList:
    """Return every open task due up to today: oldest first, then by RFM total, then by customer number.

    No task appears twice, however often it is handed in. Tasks of customers that ``people`` does not know (deleted, or
    outside the reader's shop) are left out.
    """
    due = {
        task.key: Entry(task, people[task.customer], (today - task.due_on).days)
        for task in tasks
        if task.state == "open" and task.due_on <= today and task.customer in people
    }
    entries = list(due.values())
    ordered = [
        entries[place]
        for place in in_order(
            bought=[one.person.has_bought for one in entries],
            due_on=[one.task.due_on for one in entries],
            totals=[one.person.rfm_total or 0 for one in entries],
            numbers=[one.person.number for one in entries],
            keys=[one.task.key for one in entries],
        )
    ]
    return TodaysList(
        prospects=tuple(entry for entry in ordered if not entry.person.has_bought),
        customers=tuple(entry for entry in ordered if entry.person.has_bought),
    )


def in_order(
    *,
    bought: Sequence[bool],
    due_on: Sequence[date],
    totals: Sequence[int],
    numbers: Sequence[str],
    keys: Sequence[str],
) -> list[int]:
    """Return the places of tasks in the order of the list: prospects first, the oldest, then the best, by number.

    Given in columns and sorted a column at a time: ten thousand tuples to compare would cost more than all the rest.
    """
    places = sorted(range(len(keys)), key=keys.__getitem__)
    places.sort(key=numbers.__getitem__)
    places.sort(key=totals.__getitem__, reverse=True)
    places.sort(key=due_on.__getitem__)
    places.sort(key=bought.__getitem__)
    return places


def next_task(tasks: Iterable[Task], customer: str) -> Task | None:
    """Return the earliest open task of a customer, overdue ones first; ``None`` when there is none."""
    mine = [task for task in tasks if task.customer == customer and task.state == "open"]
    return min(mine, key=lambda task: (task.due_on, task.key), default=None)
