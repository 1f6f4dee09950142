"""Days and moments as people name them, to the UTC seconds that changesets carry."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kizuna.errors import RequestError, Text

DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


class BadMomentError(RequestError):
    """A text names neither a day nor a moment."""

    code = "bad-moment"
    text = Text(
        "日時「{value}」が読めません。2026-03-31 または 2026-03-31T18:00:00+09:00 の形で入れてください。",
        "{value!r} is no day and no moment. Write 2026-03-31 or 2026-03-31T18:00:00+09:00.",
    )


def local_moment(stamp: str, zone: ZoneInfo) -> str:
    """Return a changeset's UTC second as the shop's clocks show it: ``2026-03-31 18:00``."""
    return datetime.fromisoformat(stamp).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def end_of(text: str, zone: ZoneInfo) -> str:
    """Return the last second of a day of the shop, or the moment itself; raise BadMomentError."""
    day = _day(text)
    if day is None:
        return _stamp(_moment(text))
    try:
        return _stamp(datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(seconds=1))
    except OverflowError:
        raise BadMomentError(value=text[:40]) from None


def start_of(text: str, zone: ZoneInfo) -> str:
    """Return the first second of a day of the shop, or the moment itself; raise BadMomentError."""
    day = _day(text)
    return _stamp(_moment(text) if day is None else datetime.combine(day, time(), zone))


def _day(text: str) -> date | None:
    if not DAY.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadMomentError(value=text[:40]) from None


def _moment(text: str) -> datetime:
    try:
        # An unescaped + of a URL arrives as a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise BadMomentError(value=text[:40]) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _stamp(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise BadMomentError(value=moment.isoformat()[:40]) from None
