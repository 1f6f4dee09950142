"""What the workbook remembers between commands, as dataclasses; their JSON is read and written here only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kizuna_addin.base import Base
from kizuna_addin.conflict_list import OpenConflict
from kizuna_addin.moments import TOKYO
from kizuna_addin.wire import Changeset, Problem, changeset_json, read_changeset


@dataclass(frozen=True)
class View:
    """What a sheet shows of its table; kept apart from the base, so that a damaged base is healed to the same view."""

    fields: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str, Any], ...] = ()


@dataclass(frozen=True)
class BookRecord:
    """What concerns the whole workbook: its server (an address, never a credential), tables, language and sheets."""

    server: str
    language: str
    schema: Mapping[str, Any]
    handles: tuple[str, ...]
    staff: str = ""
    views: Mapping[str, View] = field(default_factory=dict)
    timezone: str = TOKYO
    id: str = ""
    """The workbook's own, whatever its file is called; a copy of the file has the same. Those of early versions have none."""

    def as_json(self) -> dict[str, Any]:
        """Return the record for keeping."""
        return {
            "id": self.id,
            "server": self.server,
            "language": self.language,
            "schema": self.schema,
            "handles": list(self.handles),
            "staff": self.staff,
            "views": {handle: [view.fields, view.conditions] for handle, view in self.views.items()},
            "timezone": self.timezone,
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> BookRecord:
        """Return a kept record."""
        return cls(
            raw["server"],
            raw["language"],
            raw["schema"],
            tuple(raw["handles"]),
            raw["staff"],
            _views(raw["views"]),
            raw.get("timezone") or TOKYO,
            raw.get("id") or "",
        )


def _views(raw: Mapping[str, Any]) -> dict[str, View]:
    return {
        handle: View(tuple(fields), tuple((one[0], one[1], one[2]) for one in conditions))
        for handle, (fields, conditions) in raw.items()
    }


@dataclass(frozen=True)
class SheetRecord:
    """What concerns one sheet: which table and fields it shows, how far it is, its base and the problems of its rows."""

    handle: str
    table: str
    fields: tuple[str, ...]
    base: Base
    conditions: tuple[tuple[str, str, Any], ...] = ()
    cursor: str | None = None
    all_fields: bool = True
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the record for keeping."""
        return {
            "handle": self.handle,
            "table": self.table,
            "fields": list(self.fields),
            "conditions": [list(one) for one in self.conditions],
            "cursor": self.cursor,
            "all_fields": self.all_fields,
            "problems": {
                row: [[one.field, one.code, one.message] for one in some] for row, some in self.problems.items()
            },
            "base": {
                "fields": list(self.base.fields),
                "ids": self.base.ids,
                "revisions": self.base.revisions,
                "columns": self.base.columns,
            },
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> SheetRecord:
        """Return a kept record."""
        base = raw["base"]
        return cls(
            handle=raw["handle"],
            table=raw["table"],
            fields=tuple(raw["fields"]),
            base=Base(tuple(base["fields"]), base["ids"], base["revisions"], base["columns"]),
            conditions=tuple((one[0], one[1], one[2]) for one in raw["conditions"]),
            cursor=raw["cursor"],
            all_fields=raw["all_fields"],
            problems={row: tuple(Problem(*one) for one in some) for row, some in raw["problems"].items()},
        )


@dataclass(frozen=True)
class Pending:
    """A changeset that is on its way: kept before it is sent, so that a cut push is repeated under the same id.

    `parts` names the sheets it came from, in the order of its operations, with their number of operations.
    """

    changeset: Changeset
    parts: tuple[tuple[str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the record for keeping."""
        return {"changeset": changeset_json(self.changeset), "parts": [list(one) for one in self.parts]}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Pending:
        """Return a kept record."""
        return cls(read_changeset(raw["changeset"]), tuple((one[0], one[1]) for one in raw["parts"]))


@dataclass(frozen=True)
class Work:
    """What is under way: open conflicts, and a pending changeset.

    Also the changesets this workbook has pushed (newest last), and when each sheet was last pulled (ISO, UTC).
    """

    conflicts: tuple[OpenConflict, ...] = ()
    pending: Pending | None = None
    pushed: tuple[str, ...] = ()
    pulled_at: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the record for keeping."""
        return {
            "conflicts": [one.as_json() for one in self.conflicts],
            "pending": self.pending.as_json() if self.pending else None,
            "pushed": list(self.pushed),
            "pulled_at": dict(self.pulled_at),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Work:
        """Return a kept record."""
        return cls(
            conflicts=tuple(OpenConflict(**one) for one in raw["conflicts"]),
            pending=Pending.read(raw["pending"]) if raw["pending"] else None,
            pushed=tuple(raw["pushed"]),
            pulled_at=raw["pulled_at"],
        )
