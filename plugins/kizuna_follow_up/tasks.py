"""One thing to do for a customer, and what may become of it: done, skipped, postponed, ended."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from kizuna_follow_up.errors import PostponeError, SkipNeedsReasonError
from kizuna_follow_up.plans import Channel

State = Literal["open", "done", "skipped", "ended"]


class Task(NamedTuple):
    """One contact due on a day; a tuple, as a day's list makes ten thousand of them.

    ``key`` is the same for the same thing however often it is planned. ``ended`` tasks were stopped by an event (a
    purchase, an opt-out, a deletion), ``skipped`` ones by a person; ``reason`` says why.
    """

    key: str
    customer: str
    due_on: date
    channel: Channel | None = None
    title: str = ""
    start: str = ""
    step: str = ""
    plan: str = ""
    state: State = "open"
    finished_on: date | None = None
    reason: str = ""
    postponed_from: date | None = None

    def is_future(self, today: date) -> bool:
        """Tell whether an edit of the plan may still touch the task: open, after today, and not moved by a person."""
        return self.state == "open" and self.due_on > today and self.postponed_from is None

    def differs_from(self, wanted: Task) -> bool:
        """Tell whether the plan now wants this task on another day, by another way or under another title."""
        return (self.due_on, self.channel, self.title) != (wanted.due_on, wanted.channel, wanted.title)

    def replanned(self, wanted: Task) -> Task:
        """Return this task as the plan now wants it."""
        return self._replace(due_on=wanted.due_on, channel=wanted.channel, title=wanted.title)

    def done(self, on: date) -> Task:
        """Return the task as done on a day."""
        return self._replace(state="done", finished_on=on)

    def skipped(self, on: date, reason: str) -> Task:
        """Return the task as skipped; raises SkipNeedsReasonError without a reason."""
        if not reason.strip():
            raise SkipNeedsReasonError
        return self._replace(state="skipped", finished_on=on, reason=reason.strip())

    def ended(self, on: date, reason: str) -> Task:
        """Return the task as stopped by an event."""
        return self._replace(state="ended", finished_on=on, reason=reason)

    def postponed(self, to: date, *, today: date) -> Task:
        """Return the task due on a later day; raises PostponeError unless that day is ahead.

        The day it was first due stays known however often it is moved.
        """
        if to <= today:
            raise PostponeError(to=to.isoformat(), today=today.isoformat())
        return self._replace(due_on=to, postponed_from=self.postponed_from or self.due_on)

    def moved_to(self, customer: str) -> Task:
        """Return the task as that of another customer, after a merge."""
        return self._replace(customer=customer)
