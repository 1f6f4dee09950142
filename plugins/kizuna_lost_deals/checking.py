"""The rules that a lost deal and a customer who leaves tell why, asked in every write of deals and customers."""

from __future__ import annotations

from kizuna import BrokenRule, RowChanges
from kizuna_lost_deals.rules import Problem, check_left, check_lost
from kizuna_lost_deals.settings import LostDealSettings

FIELDS = ("outcome", "lost_reason", "lost_note", "closed_on")
LEFT_FIELDS = ("status", "left_reason", "left_note", "left_on")
CODES = {
    "left_on": "lost_deals_left_day_missing",
    "left_note": "lost_deals_left_note_missing",
    "left_reason": "lost_deals_left_reason",
    "closed_on": "lost_deals_day_missing",
    "lost_note": "lost_deals_note_missing",
    "lost_reason": "lost_deals_reason",
}


def check_deals(changes: RowChanges, settings: LostDealSettings) -> list[BrokenRule]:
    """Return what keeps changed deals from being lost as they say; a change of other fields is nobody's business here.

    So a reason that was taken off the list later stays valid where it stands.
    """
    before = {name: changes.before(name) for name in FIELDS}
    after = {name: changes.after(name) for name in FIELDS}
    broken = []
    for place, kind in enumerate(changes.kinds):
        touched = kind == "insert" or any(before[name][place] != after[name][place] for name in FIELDS)
        if kind == "delete" or not touched:
            continue
        problems = check_lost(
            outcome=after["outcome"][place],
            reason=after["lost_reason"][place],
            note=after["lost_note"][place],
            closed_on=after["closed_on"][place],
            reasons=settings.reasons,
            needs_note=settings.needs_note,
        )
        broken += [_broken(place, problem) for problem in problems]
    return broken


def check_customers(changes: RowChanges, settings: LostDealSettings) -> list[BrokenRule]:
    """Return what keeps changed customers from being recorded as left; a change of other fields is nobody's business here."""
    after = {name: changes.after(name) for name in LEFT_FIELDS}
    if "left" not in after["status"] and not any(after["left_reason"]):
        return []
    before = {name: changes.before(name) for name in LEFT_FIELDS}
    broken = []
    for place, kind in enumerate(changes.kinds):
        if kind == "delete" or all(before[name][place] == after[name][place] for name in LEFT_FIELDS):
            continue
        problems = check_left(
            leaves=kind == "update" and after["status"][place] == "left" != before["status"][place],
            reason=after["left_reason"][place],
            note=after["left_note"][place],
            left_on=after["left_on"][place],
            reasons=settings.churn_reasons,
            needs_note=settings.needs_note,
        )
        broken += [_broken(place, problem) for problem in problems]
    return broken


def _broken(place: int, problem: Problem) -> BrokenRule:
    return BrokenRule(place, problem.field, CODES[problem.field], problem.text)
