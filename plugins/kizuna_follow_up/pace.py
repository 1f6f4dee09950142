"""How long one run may go on, so that a large piece of work stops in time and goes on later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

IN_A_WRITE = 8.0
"""Seconds of a write that asks for work: less than half of what plugins have, since a slice is begun before it is over."""

BESIDE = 1.5
"""Seconds of somebody else's write, who only happens to come by while there is work left."""

IN_A_DAY = 8.0
"""Seconds of one part of the daily run, which is asked for the rest when others have written."""


@dataclass
class Pace:
    """Seconds counted from now on by a clock; ask between slices whether they are over."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        """Start counting."""
        self._until = self.clock() + self.seconds

    def is_over(self) -> bool:
        """Tell whether to stop here."""
        return self.clock() >= self._until
