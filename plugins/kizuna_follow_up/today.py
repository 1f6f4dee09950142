"""Today's list: everything due and not done, in the order it should be worked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kizuna_follow_up.tasks import Task


@dataclass(frozen=True, slots=True)
class Person:
    """What the list needs to know of a customer; ``rfm_total`` is ``None`` for somebody who never bought."""

    id: str
    number: str
    name: str
    has_bought: bool
    rfm_total: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
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
    ordered = sorted(due.values(), key=_order)
    return TodaysList(
        prospects=tuple(entry for entry in ordered if not entry.person.has_bought),
        customers=tuple(entry for entry in ordered if entry.person.has_bought),
    )


def next_task(tasks: Iterable[Task], customer: str) -> Task | None:
    """Return the earliest open task of a customer, overdue ones first; ``None`` when there is none."""
    mine = [task for task in tasks if task.customer == customer and task.state == "open"]
    return min(mine, key=lambda task: (task.due_on, task.key), default=None)


def _order(entry: Entry) -> tuple[date, int, str, str]:
    return entry.task.due_on, -(entry.person.rfm_total or 0), entry.person.number, entry.task.key
