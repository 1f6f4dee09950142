"""Moments as people read them: the wire's are UTC, people's are of the shop's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TOKYO = "Asia/Tokyo"
"""Where shops are unless their server says otherwise."""


def local_time(moment: str, zone: str = TOKYO) -> str:
    """Return a moment of the wire as people of that time zone read it."""
    at = datetime.fromisoformat(moment)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(_zone(zone)).strftime("%Y-%m-%d %H:%M")


def timestamp(now: datetime | None = None) -> str:
    """Return a moment as the wire writes it."""
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Windows knows no time zones by name unless the package tzdata is there; Japan has one, without summer time.
        return timezone(timedelta(hours=9), "JST") if name == TOKYO else None
