"""What the owner may set about follow-up."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import msgspec

from kizuna_follow_up.plans import DayRule


class FollowUpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Working days, labels and whom nobody writes to."""

    name: ClassVar[str] = "follow_up"

    day_rule: DayRule = "as_is"
    """What a new plan does with steps that fall on a day the shop is closed."""

    national_holidays: bool = True
    """Whether the shop keeps the national holidays of Japan."""

    closed_days: tuple[date, ...] = ()
    """Single days the shop is closed besides its weekdays (year's end, Obon …)."""

    label_sheet: str = "A4-12"
    """The label sheet labels are printed on."""

    label_font: str = ""
    """Path of a TrueType font for labels and letters; empty looks for a free Japanese one."""
