"""The actions a client has to do, in the form its protocol has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna_addin.hosts.files.areas import MAX_COLUMNS, MAX_ROWS, Area
from kizuna_addin.hosts.payload import extensions
from kizuna_addin.hosts.payload.missing import unsupported


@dataclass
class Recorder:
    """Actions in order; `version` is that of our client, 0 for one that knows xlwings' actions alone."""

    version: int
    actions: list[dict[str, Any]] = field(default_factory=list)

    def on_book(self, func: str, *args: Any) -> None:
        """Add an action on the workbook."""
        self._add(func, args, None, None)

    def on_sheet(self, func: str, sheet: int, *args: Any) -> None:
        """Add an action on a sheet, by its place from 1."""
        self._add(func, args, sheet - 1, None)

    def on_cells(
        self, func: str, sheet: int, area: Area, *args: Any, values: Sequence[Sequence[Any]] | None = None, **more: Any
    ) -> None:
        """Add an action on cells."""
        self._add(func, args, sheet - 1, area, values, **more)

    @property
    def extended(self) -> bool:
        """Whether the client knows our actions beside xlwings' own."""
        return self.version > 0

    def knows(self, func: str) -> bool:
        """Say whether the client has an action of ours."""
        return self.version >= extensions.SINCE.get(func, 1)

    def need(self, what: str) -> None:
        """Raise NotImplementedError naming `what` unless the client is one of ours."""
        if not self.extended:
            raise unsupported(what)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the actions as the client reads them."""
        return list(self.actions)

    def _add(
        self,
        func: str,
        args: Sequence[Any],
        sheet: int | None,
        area: Area | None,
        values: Sequence[Sequence[Any]] | None = None,
        **more: Any,
    ) -> None:
        if func.startswith("kizuna"):
            self.need(func)
        self.actions.append(
            {
                "func": func,
                "args": list(args),
                "values": values,
                "sheet_position": sheet,
                "start_row": None if area is None else area.top - 1,
                "start_column": None if area is None else area.left - 1,
                "row_count": None if area is None else min(area.rows, MAX_ROWS),
                "column_count": None if area is None else min(area.columns, MAX_COLUMNS),
                **more,
            }
        )
