"""What a lost deal must tell, and when one is worth another try."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date

from kizuna import Text
from kizuna_lost_deals.facts import Deal

REASON_MISSING = Text(
    "失注にするには理由を選んでください（{reasons}）。",
    "A lost deal needs its reason: choose one of {reasons}.",
)
REASON_UNKNOWN = Text(
    "「{reason}」は失注理由の一覧にありません。一覧から選ぶか、設定の一覧に追加してください（{reasons}）。",
    '"{reason}" is not in the list of reasons: choose one of {reasons}, or add it to the list in the settings.',
)
NOTE_MISSING = Text(
    "理由が「{reason}」のときは、備考に内容を書いてください。",
    'With the reason "{reason}" write what happened into the note.',
)
DAY_MISSING = Text(
    "失注にするには終了日を入れてください。",
    "A lost deal needs the day it stopped: fill in the closing day.",
)
LEFT_REASON_MISSING = Text(
    "離脱にするには離脱理由を選んでください（{reasons}）。",
    "A customer who leaves needs a reason: choose one of {reasons}.",
)
LEFT_REASON_UNKNOWN = Text(
    "「{reason}」は離脱理由の一覧にありません。一覧から選ぶか、設定の一覧に追加してください（{reasons}）。",
    '"{reason}" is not in the list of reasons for leaving: choose one of {reasons}, or add it to the list in the settings.',
)
LEFT_NOTE_MISSING = Text(
    "離脱理由が「{reason}」のときは、離脱メモに内容を書いてください。",
    'With the reason "{reason}" write what happened into the note on leaving.',
)
LEFT_DAY_MISSING = Text(
    "離脱にするには離脱日を入れてください。",
    "A customer who leaves needs the day: fill in when they left.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule broken by one field, with the message people see."""

    field: str
    text: Text


def check_lost(
    *,
    outcome: str | None,
    reason: str | None,
    note: str | None,
    closed_on: date | None,
    reasons: Iterable[str],
    needs_note: Iterable[str],
) -> list[Problem]:
    """Return what keeps a deal from being recorded as lost; nothing for open and won deals.

    ``reasons`` is the shop's own list; an empty list allows any reason. ``needs_note`` names those that explain nothing
    by themselves.
    """
    if outcome != "lost":
        return []
    problems = [] if closed_on else [Problem("closed_on", DAY_MISSING)]
    choices = list(reasons)
    listed = "、".join(choices)
    given = (reason or "").strip()
    if not given:
        problems.append(Problem("lost_reason", REASON_MISSING.format(reasons=listed)))
    elif choices and given not in choices:
        problems.append(Problem("lost_reason", REASON_UNKNOWN.format(reason=given, reasons=listed)))
    elif given in set(needs_note) and not (note or "").strip():
        problems.append(Problem("lost_note", NOTE_MISSING.format(reason=given)))
    return problems


def check_left(
    *,
    leaves: bool,
    reason: str | None,
    note: str | None,
    left_on: date | None,
    reasons: Iterable[str],
    needs_note: Iterable[str],
) -> list[Problem]:
    """Return what keeps a customer from being recorded as left, the same way as a lost deal.

    ``leaves`` says that the change itself makes the customer leave: then day and reason are needed. Where it does not (a
    list of former customers is brought in, a note is added), only what is given is looked at.
    """
    given = (reason or "").strip()
    if not leaves and not given:
        return []
    problems = [] if left_on else [Problem("left_on", LEFT_DAY_MISSING)]
    choices = list(reasons)
    listed = "、".join(choices)
    if not given:
        problems.append(Problem("left_reason", LEFT_REASON_MISSING.format(reasons=listed)))
    elif choices and given not in choices:
        problems.append(Problem("left_reason", LEFT_REASON_UNKNOWN.format(reason=given, reasons=listed)))
    elif given in set(needs_note) and not (note or "").strip():
        problems.append(Problem("left_note", LEFT_NOTE_MISSING.format(reason=given)))
    return problems


def nurture_again_on(closed_on: date, *, months: int) -> date:
    """Return the day a lost deal's customer is approached again; months clamp to the month's and the calendar's end."""
    month = closed_on.year * 12 + closed_on.month - 1 + months
    year, month = month // 12, month % 12 + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(closed_on.day, monthrange(year, month)[1]))


def nurture_due(
    deals: Iterable[Deal], today: date, *, months: int, by_reason: Mapping[str, int | None] | None = None
) -> list[tuple[date, Deal]]:
    """Return lost deals whose time has come again up to ``today``, earliest first, of one day by deal number.

    ``by_reason`` gives other waiting times in months for single reasons; ``None`` there means never. A customer who has
    an open deal on that day, or won one after losing this, is not approached as if nothing had happened since. What came
    after ``today`` does not count.
    """
    special = by_reason or {}
    everything = list(deals)
    busy = {deal.customer for deal in everything if deal.is_open(today)}
    won: dict[str, date] = {}
    for deal in everything:
        if deal.outcome == "won" and deal.closed_on and deal.closed_on <= today:
            won[deal.customer] = max(deal.closed_on, won.get(deal.customer, date.min))
    due = []
    for deal in everything:
        wait = special.get(deal.reason, months)
        if deal.outcome != "lost" or deal.closed_on is None or wait is None or deal.customer in busy:
            continue
        day = nurture_again_on(deal.closed_on, months=wait)
        if day <= today and won.get(deal.customer, date.min) <= deal.closed_on:
            due.append((day, deal))
    return sorted(due, key=lambda one: (one[0], one[1].number, one[1].id))
