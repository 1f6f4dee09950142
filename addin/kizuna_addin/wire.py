"""The messages of the wire as dataclasses; JSON is read and written here only (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

MANY_NEW_ROWS = 1_000
"""From so many on, a table's new rows travel by columns: a third of the bytes, and no answer for each."""

Outcomes = Literal["applied", "merged", "unchanged", "conflict", "rejected", "forbidden", "gone", "held-back"]
ACCEPTED = frozenset({"applied", "merged", "unchanged"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pull, by columns; `nothing_new` for a 304."""

    snapshot: bool
    reason: str | None
    fields: tuple[str, ...]
    columns: list[list[Any]]
    gone: tuple[str, ...]
    cursor: str | None
    more: bool
    nothing_new: bool = False


@dataclass(frozen=True, slots=True)
class Op:
    """One row's change in a changeset."""

    kind: Literal["insert", "update", "delete"]
    id: str
    base: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableOps:
    """What a changeset does to one table."""

    table: str
    ops: tuple[Op, ...]

    @property
    def many_new(self) -> tuple[Op, ...]:
        """The new rows, where they are so many that they travel by columns; else none."""
        inserts = tuple(op for op in self.ops if op.kind == "insert")
        return inserts if len(inserts) >= MANY_NEW_ROWS else ()


@dataclass(frozen=True, slots=True)
class Changeset:
    """What one push sends; `id` makes a repetition harmless."""

    id: str
    tables: tuple[TableOps, ...]
    device: str = ""
    note: str | None = None
    dry_run: bool = False
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field changed on both sides; `field` is None when it is about the whole row."""

    field: str | None
    base: Any
    mine: Any
    theirs: Any
    who: str | None
    when: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule, in the server's words."""

    field: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a changeset."""

    table: str
    id: str
    outcome: Outcomes
    revision: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to a changeset."""

    changeset: str
    dry_run: bool
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...] = ()
    """What failed beside the changeset, in the person's words; the changeset stands without it."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a row's history; `fields` maps a field to (before, after)."""

    revision: int
    kind: str
    who: str | None
    when: str
    origin: str | None
    device: str | None
    note: str | None
    changeset: str | None
    fields: Mapping[str, tuple[Any, Any]]


def read_page(raw: Mapping[str, Any]) -> Page:
    """Return one answer of ``GET /tables/<table>/rows``, in either layout."""
    fields = tuple(raw["fields"])
    columns = raw.get("columns")
    if columns is None:
        rows = raw.get("rows") or []
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in fields]
    return Page(
        snapshot=raw["mode"] == "snapshot",
        reason=raw.get("reason"),
        fields=fields,
        columns=columns or [[] for _ in fields],
        gone=tuple(raw.get("gone") or ()),
        cursor=raw.get("cursor"),
        more=bool(raw.get("more")),
    )


def request_json(changeset: Changeset) -> dict[str, Any]:
    """Return a changeset as the wire wants it: many new rows by columns, all else one by one."""
    return {**_head_json(changeset), "tables": [_table_json(one) for one in changeset.tables]}


def _table_json(changes: TableOps) -> dict[str, Any]:
    inserts = changes.many_new
    if not inserts:
        return {"table": changes.table, "ops": [_op_json(op) for op in changes.ops]}
    fields = list(dict.fromkeys(name for op in inserts for name in op.fields))
    columns = [[op.id for op in inserts], *([op.fields.get(name) for op in inserts] for name in fields)]
    others = [_op_json(op) for op in changes.ops if op.kind != "insert"]
    return {"table": changes.table, "ops": others, "inserts": {"fields": ["id", *fields], "columns": columns}}


def changeset_json(changeset: Changeset) -> dict[str, Any]:
    """Return a changeset for keeping, all rows one by one in their order."""
    tables = [{"table": one.table, "ops": [_op_json(op) for op in one.ops]} for one in changeset.tables]
    return {**_head_json(changeset), "tables": tables}


def _head_json(changeset: Changeset) -> dict[str, Any]:
    return {
        "id": changeset.id,
        "device": changeset.device,
        "origin": "sheet",
        "note": changeset.note,
        "dry_run": changeset.dry_run,
        "all_or_nothing": changeset.all_or_nothing,
    }


def read_changeset(raw: Mapping[str, Any]) -> Changeset:
    """Return a changeset that was kept as JSON."""
    return Changeset(
        id=raw["id"],
        device=raw.get("device") or "",
        note=raw.get("note"),
        dry_run=bool(raw.get("dry_run")),
        all_or_nothing=bool(raw.get("all_or_nothing")),
        tables=tuple(TableOps(one["table"], tuple(_op(op) for op in one["ops"])) for one in raw["tables"]),
    )


def _op_json(op: Op) -> dict[str, Any]:
    raw: dict[str, Any] = {"op": op.kind, "id": op.id}
    if op.kind != "insert":
        raw["base"] = op.base
    if op.kind != "delete":
        raw["fields"] = dict(op.fields)
    return raw


def _op(raw: Mapping[str, Any]) -> Op:
    return Op(raw["op"], raw["id"], raw.get("base"), raw.get("fields") or {})


def read_answer(raw: Mapping[str, Any], sent: Changeset | None = None) -> Answer:
    """Return the answer to a changeset, its outcomes in the order of the operations where `sent` is given.

    Raises ValueError when an operation got no outcome.
    """
    outcomes = tuple(_outcome(one) for one in raw["outcomes"])
    if sent is not None and any(one.many_new for one in sent.tables):
        outcomes = _in_order(sent, outcomes, raw["inserted"])
    if sent is not None and sum(len(one.ops) for one in sent.tables) != len(outcomes):
        raise ValueError("an outcome is missing")
    return Answer(raw["changeset"], bool(raw.get("dry_run")), outcomes, read_warnings(raw))


def read_warnings(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the warnings of an answer as people read them."""
    return tuple(str(one.get("message") or one.get("plugin") or "") for one in raw.get("warnings") or ())


def _in_order(sent: Changeset, told: Sequence[Outcome], inserted: Sequence[Mapping[str, Any]]) -> tuple[Outcome, ...]:
    """Return an outcome for each operation in order, those of summed up new rows among them.

    Where the rows went to several stores their revisions are not told one by one; such a row has none until it is pulled.
    """
    known = {(one.table, one.id): one for one in told}
    sums = {one["table"]: one for one in inserted}
    for table in sent.tables:
        applied = [op.id for op in table.many_new if (table.table, op.id) not in known]
        if not applied:
            continue
        summed = sums[table.table]
        if summed["count"] != len(applied):
            raise ValueError("new rows are missing in the answer")
        ranges, filled = summed["revisions"], summed["filled"]
        first = ranges[0][1] if len(ranges) == 1 else None
        for step, row in enumerate(applied):
            fields = {name: values[step] for name, values in filled.items() if values[step] is not None}
            revision = None if first is None else first + step
            known[table.table, row] = Outcome(table.table, row, "applied", revision, fields)
    return tuple(known[one.table, op.id] for one in sent.tables for op in one.ops)


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    return Outcome(
        table=raw["table"],
        id=raw["id"],
        outcome=raw["outcome"],
        revision=raw.get("revision"),
        fields=raw.get("fields") or {},
        conflicts=tuple(
            FieldConflict(
                one.get("field"), one.get("base"), one.get("mine"), one.get("theirs"), one.get("who"), one.get("when")
            )
            for one in raw.get("conflicts") or ()
        ),
        problems=tuple(
            Problem(one.get("field"), one.get("code", ""), one.get("message", "")) for one in raw.get("problems") or ()
        ),
    )


def read_history(raw: Mapping[str, Any]) -> tuple[HistoryEntry, ...]:
    """Return a row's history, newest first."""
    return tuple(
        HistoryEntry(
            revision=one["revision"],
            kind=one["kind"],
            who=one.get("who"),
            when=one["when"],
            origin=one.get("origin"),
            device=one.get("device"),
            note=one.get("note"),
            changeset=one.get("changeset"),
            fields={name: _pair(pair) for name, pair in (one.get("fields") or {}).items()},
        )
        for one in raw["changes"]
    )


def _pair(raw: Sequence[Any]) -> tuple[Any, Any]:
    before, after = raw
    return before, after
