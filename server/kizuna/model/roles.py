"""The roles an account can have."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["owner", "manager", "staff", "read-only"]
ROLES: tuple[Role, ...] = get_args(Role)
LEADERS: frozenset[Role] = frozenset({"owner", "manager"})
