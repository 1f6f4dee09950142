"""The arithmetic: pure, and most of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

PROMOTER, DETRACTOR = 9, 6


def score(scores: Sequence[int]) -> float | None:
    """Return promoters minus detractors per hundred answers, None without answers."""
    if not scores:
        return None
    promoters = sum(one >= PROMOTER for one in scores)
    detractors = sum(one <= DETRACTOR for one in scores)
    return round(100 * (promoters - detractors) / len(scores), 1)


def of_month(scores: Sequence[int]) -> tuple[int, int, int, float | None]:
    """Return answers, promoters, detractors and the score."""
    promoters = sum(one >= PROMOTER for one in scores)
    return len(scores), promoters, sum(one <= DETRACTOR for one in scores), score(scores)


def months_back(day: date, count: int) -> list[str]:
    """Return ``count`` months up to that of ``day``, oldest first, as ``2026-03``."""
    last = day.year * 12 + day.month - 1
    return [f"{one // 12:04d}-{one % 12 + 1:02d}" for one in range(last - max(count, 1) + 1, last + 1)]
