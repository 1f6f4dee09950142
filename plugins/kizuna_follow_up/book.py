"""The plans as they are now, and on which days the shops work: read once, asked for every start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Store
from kizuna_follow_up.errors import NeverOpenError
from kizuna_follow_up.plans import Offset, Plan, Step
from kizuna_follow_up.schedule import Due, schedule
from kizuna_follow_up.settings import FollowUpSettings
from kizuna_follow_up.tables import FollowUpPlan, FollowUpStep
from kizuna_follow_up.working_days import WorkingDays, closed_on

ALWAYS_OPEN = WorkingDays(national_holidays=False)


@dataclass(frozen=True)
class Book:
    """Every plan by id, each store's working days, and the settings."""

    plans: Mapping[str, Plan]
    working_days: Mapping[int, WorkingDays]
    settings: FollowUpSettings
    _known: dict[tuple[str, date, int], list[Due]] = field(default_factory=dict, repr=False)

    def due(self, plan: Plan, start: date, store: int) -> list[Due]:
        """Return the plan's steps with their days; a shop that is never open works as if it always were."""
        known = self._known.get((plan.id, start, store))
        if known is None:
            days = self.working_days.get(store) or self.days_of(frozenset())
            try:
                known = schedule(plan, start, days)
            except NeverOpenError:
                known = schedule(plan, start, ALWAYS_OPEN)
            self._known[plan.id, start, store] = known
        return known

    def days_of(self, closed_weekdays: frozenset[str]) -> WorkingDays:
        """Return the working days of a store that closes on these weekdays."""
        return WorkingDays(closed_weekdays, frozenset(self.settings.closed_days), self.settings.national_holidays)

    @property
    def runs_once(self) -> bool:
        """Whether some plan looks at earlier purchases when another comes."""
        return any(one.kind == "after" and one.repeat != "each" for one in self.plans.values())

    def of_kind(self, *kinds: str) -> list[Plan]:
        """Return the plans in use of these kinds, in the order they were made."""
        return [one for _, one in sorted(self.plans.items()) if one.active and one.kind in kinds]


def read_book(data: Data) -> Book:
    """Return the plans with their steps in order; a step that cannot be (an odd row of the sheet) is left out."""
    settings: FollowUpSettings = data.settings(FollowUpSettings.name)
    steps: dict[str, list[tuple[int, str, Step]]] = {}
    rows = data.columns(
        sa.select(
            FollowUpStep.plan_id, FollowUpStep.position, FollowUpStep.id, FollowUpStep.wait, FollowUpStep.unit,
            FollowUpStep.channel, FollowUpStep.title, FollowUpStep.template,
        )
    )  # fmt: skip
    for plan_id, position, step_id, wait, unit, channel, title, template in zip(*rows, strict=True):
        if channel and wait is not None and wait >= 0:
            step = Step(step_id, Offset(wait, unit or "days"), channel, title or "", template or "")
            steps.setdefault(plan_id, []).append((position or 0, step_id, step))
    stores = data.columns(sa.select(Store.code, Store.closed_weekdays))
    book = Book(_plans(data, settings, steps), {}, settings)
    days = {code: book.days_of(closed_on(closed or ())) for code, closed in zip(*stores, strict=True)}
    return Book(book.plans, days, settings)


def _plans(data: Data, settings: FollowUpSettings, steps: Mapping[str, list[tuple[int, str, Step]]]) -> dict[str, Plan]:
    columns: list[Any] = [
        FollowUpPlan.id, FollowUpPlan.kind, FollowUpPlan.day_rule, FollowUpPlan.product_id, FollowUpPlan.category,
        FollowUpPlan.active, FollowUpPlan.from_on, FollowUpPlan.made_on, FollowUpPlan.after_lost,
        FollowUpPlan.last_edit_tasks, FollowUpPlan.replan_left, FollowUpPlan.repeat,
    ]  # fmt: skip
    found = {}
    for plan_id, kind, rule, product, category, active, from_on, made_on, after_lost, touched, left, repeat in zip(
        *data.columns(sa.select(*columns)), strict=True
    ):
        found[plan_id] = Plan(
            plan_id,
            kind or "manual",
            tuple(step for _, _, step in sorted(steps.get(plan_id, ()), key=lambda one: one[:2])),
            day_rule=rule or settings.day_rule,
            products=frozenset({product} if product else ()),
            categories=frozenset({category.strip()} if category and category.strip() else ()),
            active=active is not False,
            from_on=from_on,
            made_on=made_on,
            after_lost=bool(after_lost),
            last_edit_tasks=touched or 0,
            replan_left=left,
            repeat=repeat or "restart",
        )
    return found
