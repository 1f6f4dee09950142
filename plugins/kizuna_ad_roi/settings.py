"""What the owner may set about ads."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kizuna_ad_roi.attribution import Mode


class AdSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How purchases are credited to ads, and when a difference counts as one."""

    name: ClassVar[str] = "ad_roi"

    attribution: Mode = "first"
    """Which of several answered runs a purchase closes."""

    window_days: int | None = None
    """A purchase closes a run only within so many days of the response; ``None`` for ever."""

    significance: float = 0.05
    """How small p must be before one of two runs is called better."""

    funnel_days: tuple[int, ...] = (0, 7, 14, 30, 60, 90, 180, 365)
    """The ages at which the funnel is read off."""
