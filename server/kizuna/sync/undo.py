"""Take back a whole changeset: its inverse is a changeset like any other, and can be taken back as well."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from kizuna.errors import AccessError, Text
from kizuna.model.backend import Backend, fetch_all
from kizuna.model.database import Database
from kizuna.model.roles import LEADERS
from kizuna.model.scope import Actor
from kizuna.sync.changeset import ChangesetRequest, Op, Said, TableChanges
from kizuna.sync.inverse import Step, inverse
from kizuna.sync.journal import Entry, entry_of
from kizuna.sync.push import Pushed, push
from kizuna.sync.walk import walked

NOTHING_WRITTEN = frozenset({"unchanged", "rejected", "forbidden", "gone", "held-back"})
NO_FIELDS: Mapping[str, Any] = {}
Steps = dict[tuple[str, str], list[Step]]
"""The steps of each row, oldest first, by table and id."""


class NotYoursToUndoError(AccessError):
    """Staff may take back their own changesets only."""

    code = "not-yours-to-undo"
    text = Text(
        "ほかの人({who})の変更を取り消せるのは店長とオーナーです。依頼してください。",
        "Only managers and owners may undo what somebody else ({who}) changed. Ask one of them.",
    )


class UndoBeyondScopeError(AccessError):
    """A changeset also touched stores or fields the caller may not see."""

    code = "undo-beyond-scope"
    text = Text(
        "この変更には、あなたに見えない店舗か項目が含まれます。全店が見えるオーナーに取り消しを依頼してください。",
        "This changeset also touched stores or fields you may not see. Ask an owner who sees them to undo it.",
    )


class ChangesetPrunedError(AccessError):
    """The history a changeset would be taken back by was cut away."""

    code = "changeset-pruned"
    text = Text(
        "この変更({at})の履歴は保存期間を過ぎて消去されたため、取り消せません。値を手で直して送信してください。",
        "The history of this changeset ({at}) is older than what is kept, so it cannot be undone. Correct the values by hand.",
    )


class UndoRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish to take back a changeset; ``id`` is the new changeset's."""

    id: str
    dry_run: bool = False
    device: Said | None = None
    note: Said | None = None


def undo(
    database: Database, actor: Actor, changeset: str, asked: UndoRequest, *, now: datetime, language: str = "ja"
) -> Pushed:
    """Take back a changeset and answer like a push; what changed since is a conflict and stays.

    Raises ChangesetNotFoundError, NotYoursToUndoError, UndoBeyondScopeError, ChangesetPrunedError and what `push` raises.
    """
    lent: frozenset[str] = frozenset()
    with database.backend.read() as connection:
        undone = changeset.lower()
        if _exists(database, connection, asked.id.lower()):
            tables: list[TableChanges] = []  # the push answers from the first time, or says that the id is taken
        else:
            entry = entry_of(database, connection, actor, undone)
            _check_rights(actor, entry)
            tables = plan_undo(database, connection, actor, undone)
            own = _written_by_the_person(database, connection, actor, entry)
            lent = frozenset(one.table for one in tables) - own
    request = ChangesetRequest(
        id=asked.id,
        tables=tables,
        device=asked.device,
        origin="undo",
        note=asked.note,
        dry_run=asked.dry_run,
        undoes=undone,
    )
    named = hashlib.sha256(f"undo {undone}".encode()).hexdigest()
    return push(database, actor, request, now=now, request_hash=named, language=language, lent=lent)


def _written_by_the_person(database: Database, connection: sa.Connection, actor: Actor, entry: Entry) -> frozenset[str]:
    """Return the tables a changeset was sent for; what it wrote beyond them plugins wrote, where the person's role may not.

    Of an undo it is those of what it took back.
    """
    while entry.origin == "undo" and entry.undoes is not None:
        entry = entry_of(database, connection, actor, entry.undoes)
    if entry.origin == "plugin":
        return frozenset()
    return frozenset(table for table, counts in entry.counts.items() if counts.keys() - NOTHING_WRITTEN)


def plan_undo(database: Database, connection: sa.Connection, actor: Actor, changeset: str) -> list[TableChanges]:
    """Return the changes that take a changeset back; raise UndoBeyondScopeError."""
    hole = database.backend.holes(1)
    mine = _steps(
        connection,
        "select table_name, row_id, revision, kind, fields from changes "
        f"where changeset_id = {hole} and kind <> 'left' order by revision",
        (changeset,),
    )
    known = {one.name for one in database.registry}
    later: Steps = {}
    for table in {table for table, _ in mine} & known:
        later |= _later(database.backend, connection, table, changeset)
    ops: dict[str, list[Op]] = {}
    for (table, row_id), steps in mine.items():
        found = inverse(row_id, steps, later.get((table, row_id), ()))
        if found is not None and table in known:
            ops.setdefault(table, []).append(found)
    return [TableChanges(table, ops=_with_known_fields(database, actor, table, found)) for table, found in ops.items()]


def _later(backend: Backend, connection: sa.Connection, table: str, changeset: str) -> Steps:
    """Return what happened to a changeset's rows of a table after it first touched them."""
    hole = backend.holes(1)
    first = (
        f"select row_id, min(revision) as revision from changes where changeset_id = {hole} and table_name = {hole} "
    )
    # A row that is still where the changeset brought it has no more to tell: so are most, and no walk begins at them.
    heads = (
        f"select r.id, r.store_id, r.revision, x.revision from ({first} and kind <> 'left' group by row_id) x "
        f"join {table} r on r.id = x.row_id and r.revision > x.revision"
    )
    walk, values = walked(backend, table, (heads, (changeset, table)))
    sql = (
        f"{walk} select '{table}', row_id, revision, kind, fields from walked "
        f"where changeset_id <> {hole} and kind <> 'left' order by revision"
    )
    return _steps(connection, sql, (*values, changeset))


def _with_known_fields(database: Database, actor: Actor, table: str, ops: list[Op]) -> list[Op]:
    """Return the ops without fields the table no longer has; refuse where the caller may not see one."""
    spec = database.registry.table(table)
    seen = actor.table(spec)
    kept = []
    for op in ops:
        if op.fields.keys() <= seen.by_name.keys():
            kept.append(op)
            continue
        if any(name in spec.by_name and name not in seen.by_name for name in op.fields):
            raise UndoBeyondScopeError
        fields = {name: value for name, value in op.fields.items() if name in spec.by_name}
        if fields or op.op != "update":
            kept.append(Op(op.op, op.id, op.base, fields))
    return kept


def _check_rights(actor: Actor, entry: Entry) -> None:
    if entry.account_id != actor.account_id and actor.role not in LEADERS:
        raise NotYoursToUndoError(who=entry.who)
    if not set(entry.stores) <= set(actor.feeds):
        raise UndoBeyondScopeError
    if entry.pruned:
        raise ChangesetPrunedError(at=entry.at)


def _exists(database: Database, connection: sa.Connection, changeset: str) -> bool:
    hole = database.backend.holes(1)
    return bool(fetch_all(connection, f"select 1 from changesets where id = {hole}", (changeset,)))


def _steps(connection: sa.Connection, sql: str, values: tuple[Any, ...]) -> Steps:
    steps: Steps = {}
    for table, row_id, revision, kind, fields in fetch_all(connection, sql, values):
        steps.setdefault((table, row_id), []).append(
            Step(revision, kind, orjson.loads(fields) if fields else NO_FIELDS)
        )
    return steps
