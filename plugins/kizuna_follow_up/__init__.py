"""Whom to call, write to or visit, and when.

Definitions: design page 5. Schedules, decisions, today's list and labels are plain arithmetic on frozen values.
"""

from __future__ import annotations

from typing import Any

from kizuna import hookimpl
from kizuna_follow_up.settings import FollowUpSettings


@hookimpl
def settings() -> list[Any]:
    """Return the settings the owner can edit."""
    return [FollowUpSettings]
