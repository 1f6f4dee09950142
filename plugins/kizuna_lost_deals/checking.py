"""The rule that a lost deal tells why, asked in every write of deals."""

from __future__ import annotations

from kizuna import BrokenRule, RowChanges
from kizuna_lost_deals.rules import Problem, check_lost
from kizuna_lost_deals.settings import LostDealSettings

FIELDS = ("outcome", "lost_reason", "lost_note", "closed_on")
CODES = {
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


def _broken(place: int, problem: Problem) -> BrokenRule:
    return BrokenRule(place, problem.field, CODES[problem.field], problem.text)
