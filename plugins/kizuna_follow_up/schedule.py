"""When each step of a started plan is due, and what an edit of the plan changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kizuna_follow_up.plans import Plan, Step
from kizuna_follow_up.tasks import Task
from kizuna_follow_up.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Due:
    """A step and its days: ``nominal`` as the offsets give it, ``on`` after moving off non-working days."""

    step: Step
    nominal: date
    on: date


def schedule(plan: Plan, start: date, working_days: WorkingDays) -> list[Due]:
    """Return every step with its day; each offset counts from the nominal day of the step before.

    Moving one step off a holiday therefore leaves the later ones where they are.
    """
    found, nominal = [], start
    for step in plan.steps:
        nominal = step.offset.after(nominal)
        found.append(Due(step, nominal, working_days.shift(nominal, plan.day_rule)))
    return found


def task_key(start_id: str, step_id: str) -> str:
    """Return what makes a task the only one of its step and start, so that none is ever made twice."""
    return f"{start_id}:{step_id}"


@dataclass(frozen=True, slots=True)
class Start:
    """A plan set going for one customer on a day, by a response, a purchase or a hand."""

    id: str
    plan: str
    customer: str
    on: date


def tasks_of(start: Start, plan: Plan, working_days: WorkingDays, *, barred: Iterable[str] = ()) -> list[Task]:
    """Return the tasks a start brings; ``barred`` names the channels the customer opted out of."""
    left_out = frozenset(barred)
    return [
        Task(
            key=task_key(start.id, due.step.id),
            customer=start.customer,
            due_on=due.on,
            channel=due.step.channel,
            title=due.step.title,
            start=start.id,
            step=due.step.id,
            plan=plan.id,
        )
        for due in schedule(plan, start.on, working_days)
        if due.step.channel not in left_out
    ]


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit of a plan does to the tasks of its running starts."""

    added: tuple[Task, ...]
    changed: tuple[Task, ...]
    removed: tuple[Task, ...]

    @property
    def count(self) -> int:
        """How many tasks the edit touches: what the person is told before agreeing."""
        return len(self.added) + len(self.changed) + len(self.removed)


def edited(
    plan: Plan,
    starts: Iterable[Start],
    tasks: Iterable[Task],
    working_days: WorkingDays,
    *,
    today: date,
    barred: Mapping[str, frozenset[str]] | None = None,
) -> Edit:
    """Return what the new form of a plan changes: only open tasks after today, never what is done, due or postponed.

    ``starts`` are those still running; ``tasks`` all of theirs, done ones too; ``barred`` the channels each customer
    opted out of. A new step whose day has passed is not caught up, so that an edit never floods today's list.
    """
    existing = {task.key: task for task in tasks}
    added, changed, kept = [], [], set()
    for start in starts:
        for wanted in tasks_of(start, plan, working_days, barred=(barred or {}).get(start.customer, ())):
            kept.add(wanted.key)
            now = existing.get(wanted.key)
            if now is None:
                if wanted.due_on > today:
                    added.append(wanted)
            elif now.is_future(today) and wanted.due_on > today and now.differs_from(wanted):
                changed.append(now.replanned(wanted))
    running = {start.id for start in starts}
    removed = [
        task for task in existing.values() if task.start in running and task.key not in kept and task.is_future(today)
    ]
    return Edit(tuple(added), tuple(changed), tuple(removed))
