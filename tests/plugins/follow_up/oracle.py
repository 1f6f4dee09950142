"""What follow-up must come to, event by event, in plain Python: what the plugin is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

CHANNELS = ("post", "phone", "mail")
NO_FIELD = {"post": "no_post", "phone": "no_phone", "mail": "no_mail"}


@dataclass
class Todo:
    """One task as it must be."""

    customer: int
    kind: str
    step: int
    start: date
    due: date
    status: str = "open"
    why: str = ""
    closed: date | None = None


@dataclass
class Oracle:
    """Two plans of days, what happened, and the tasks there must be by event and step."""

    waits: dict[str, list[int]]
    today: date
    todos: dict[tuple[str, int], Todo] = field(default_factory=dict)
    sales: dict[str, tuple[int, date, bool]] = field(default_factory=dict)
    responses: dict[str, tuple[int, date]] = field(default_factory=dict)
    barred: dict[int, set[str]] = field(default_factory=lambda: {0: set(), 1: set()})

    def respond(self, event: str, customer: int) -> None:
        self.responses[event] = customer, self.today
        self._answer(event)

    def _answer(self, event: str) -> None:
        customer, day = self.responses[event]
        mine = [one for one in self.todos.values() if one.customer == customer and one.kind == "before"]
        running = any(one.status == "open" or (one.closed and one.closed >= day) for one in mine)
        if (event, 0) not in self.todos and not running and not self._bought_since(customer, day):
            self._start(event, customer, "before", day)

    def buy(self, event: str, customer: int) -> None:
        self.sales[event] = customer, self.today, True
        self._start(event, customer, "after", self.today)
        self._settle(customer)

    def cancel(self, event: str, *, valid: bool) -> None:
        customer, day, _ = self.sales[event]
        self.sales[event] = customer, day, valid
        self._settle(customer)
        for one, (who, _) in self.responses.items():
            if who == customer:
                self._answer(one)

    def bar(self, customer: int, channel: str, *, barred: bool) -> None:
        (self.barred[customer].add if barred else self.barred[customer].discard)(channel)
        self._settle(customer)

    def finish(self, key: tuple[str, int]) -> None:
        todo = self.todos[key]
        if todo.status == "open":
            todo.status, todo.closed = "done", self.today

    def edit(self, kind: str, step: int, wait: int) -> None:
        self.waits[kind][step] = wait
        for todo in self.todos.values():
            if todo.kind == kind and todo.status == "open":
                self._replan(todo)

    def _replan(self, todo: Todo) -> None:
        due = todo.start + timedelta(days=sum(self.waits[todo.kind][: todo.step + 1]))
        if todo.due > self.today and due > self.today:
            todo.due = due

    def _start(self, event: str, customer: int, kind: str, day: date) -> None:
        for step in range(3):
            due = day + timedelta(days=sum(self.waits[kind][: step + 1]))
            self.todos[event, step] = Todo(customer, kind, step, day, due)
        self._settle(customer)

    def _settle(self, customer: int) -> None:
        for (event, _), todo in self.todos.items():
            if todo.customer != customer or todo.status == "done":
                continue
            why = ""
            if todo.kind == "after" and not self.sales[event][2]:
                why = "cancelled"
            elif todo.kind == "after" and self.is_repeated(event):
                why = "repeated"
            elif todo.kind == "before" and self._bought_since(customer, todo.start):
                why = "purchase"
            elif CHANNELS[todo.step] in self.barred[customer]:
                why = "opt_out"
            if why and todo.status == "open":
                todo.status, todo.why, todo.closed = "ended", why, self.today
            elif not why and todo.status == "ended":
                stale = todo.why == "opt_out" and todo.due <= self.today and todo.closed != self.today
                if not stale:
                    todo.status, todo.why, todo.closed = "open", "", None
                    self._replan(todo)

    def is_repeated(self, event: str) -> bool:
        """Tell whether the customer bought again after this purchase, so that the plan started over."""
        customer, day, _ = self.sales[event]
        return any(
            valid and who == customer and (on, other) > (day, event) for other, (who, on, valid) in self.sales.items()
        )

    def _bought_since(self, customer: int, day: date) -> bool:
        return any(valid and who == customer and on >= day for who, on, valid in self.sales.values())
