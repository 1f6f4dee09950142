"""Take a push: one transaction, one outcome per row, the same answer to a repeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import sqlalchemy as sa

from kizuna.errors import RequestError, Text
from kizuna.model import problems
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.rows import ChangesetSummary
from kizuna.sync.changeset import ACCEPTED, Answer, ChangesetRequest, Inserted, RowOutcome, TableChanges
from kizuna.sync.current_rows import PlacedOp
from kizuna.sync.done import tell_done, written_by_kind
from kizuna.sync.finishing import Record, counts_of, finish
from kizuna.sync.given_rows import GivenRows, by_kind, read_before, read_given
from kizuna.sync.inserted_rows import write_inserts
from kizuna.sync.inserting import read_inserts
from kizuna.sync.kept_answers import unpacked
from kizuna.sync.pushing import Push
from kizuna.sync.references import UUID
from kizuna.sync.rules import check_inserts, check_writes
from kizuna.sync.stakes import lock_stakes
from kizuna.sync.told import told_of_writes
from kizuna.sync.updated_rows import write_updates
from kizuna.sync.updating import read_updates
from kizuna.sync.writing_on import tell_plugins


class ChangesetIdTakenError(RequestError):
    """Another changeset already has this id."""

    code = "changeset-id-taken"
    text = Text(
        "この changeset の id は別の内容ですでに使われています。新しい UUID で送ってください。",
        "This changeset id was already used for something else. Send it under a new UUID.",
    )


class AnswerPrunedError(RequestError):
    """A changeset was applied so long ago that its answer is not kept any more."""

    code = "answer-pruned"
    text = Text(
        "この変更はずっと前に反映済みで、結果の記録は保存期間を過ぎて消去されました。最新の内容を取得してください。",
        "This changeset was applied long ago and its answer is no longer kept. Pull to see how things are.",
    )


class BadChangesetIdError(RequestError):
    """A changeset's id is no UUID."""

    code = "bad-changeset-id"
    text = Text("changeset の id「{id}」が UUID ではありません。", "The changeset id {id!r} is no UUID.")


class TableTwiceError(RequestError):
    """A changeset names one table twice."""

    code = "table-twice"
    text = Text(
        "表「{table}」が一度の送信に2回あります。まとめてください。",
        "Table {table!r} is in this changeset twice. Put its changes together.",
    )


MOST_TO_SHARE = 1_000
"""Rows; whoever pushes more shares no transaction, since those in it would wait for their answers as long."""
Confirm = Callable[[sa.Connection], None]
"""Sees inside the transaction that the caller still is who they were; raises when not."""
Plan = Callable[[sa.Connection], list[TableChanges]]
"""Says what a changeset does once its transaction is open."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push came to: the answer as JSON, and whether it is one given before."""

    body: bytes
    repeated: bool
    answer: Answer | None


class _HeldBackError(Exception):
    """Some row of an all-or-nothing changeset was not taken; carries the push out of its transaction."""

    def __init__(self, request: ChangesetRequest, outcomes: Mapping[tuple[str, int], RowOutcome]) -> None:
        super().__init__()
        self.request = request
        self.outcomes = outcomes


def push(
    database: Database,
    actor: Actor,
    asked: ChangesetRequest,
    *,
    now: datetime,
    request_hash: str,
    language: str = "ja",
    plan: Plan | None = None,
    confirm: Confirm | None = None,
    lent: frozenset[str] = frozenset(),
) -> Pushed:
    """Apply a changeset and say what became of each row; say it again, and change nothing, when it is repeated.

    ``plan`` gives the changes in place of the request's, as seen inside the transaction; ``confirm`` is asked there first.
    ``lent`` are tables that may be written whatever the actor's role.

    Raises UnknownTableError, UnknownFieldError, MalformedError, TableTwiceError, BadChangesetIdError and
    ChangesetIdTakenError before anything is written; what is wrong with single rows is in their outcomes.
    """
    changeset_id = asked.id.lower()
    if not UUID.match(changeset_id):
        raise BadChangesetIdError(id=asked.id[:60])
    named: set[str] = set()
    for one in asked.tables:
        database.registry.table(one.table)
        if one.table in named:
            raise TableTwiceError(table=one.table)
        named.add(one.table)

    written: dict[str, dict[str, int]] = {}
    counts: dict[str, dict[str, int]] = {}
    given = {} if plan is not None else read_before(database, actor, asked)

    def work(connection: sa.Connection) -> Pushed:
        if confirm is not None:
            confirm(connection)
        request = asked
        for noted in (written, counts):
            noted.clear()  # the work may be tried again
        answered = _answered_before(database, connection, changeset_id, actor, request_hash)
        if answered is not None:
            return answered
        if plan is not None:
            request = msgspec.structs.replace(asked, tables=plan(connection))
        going = Push(
            database,
            connection,
            actor,
            changeset_id,
            request.origin,
            now,
            language,
            dry_run=request.dry_run,
            all_or_nothing=request.all_or_nothing,
            referred=_referred(database, request),
            lent=lent,
        )
        going.stay_within_scope()
        answer = _take(going, request, given)
        written.update(written_by_kind(going.written))
        if request.all_or_nothing and any(one.outcome not in ACCEPTED for one in answer.outcomes):
            raise _HeldBackError(request, going.outcomes)
        body = msgspec.json.encode(answer)
        counts.update(counts_of(answer))
        record = Record(
            body,
            counts,
            request_hash,
            device=request.device or actor.device,
            note=request.note,
            undoes=request.undoes,
        )
        finish(going, record)
        return Pushed(body, repeated=False, answer=answer)

    try:
        done = database.backend.write(work, keep=not asked.dry_run, alone=_row_count(asked) > MOST_TO_SHARE)
    except _HeldBackError as held:
        answer = _held_back(held.request, held.outcomes)
        return Pushed(msgspec.json.encode(answer), repeated=False, answer=answer)
    if done.answer is not None and not asked.dry_run and database.plugins.implementations("changeset_done"):
        summary = ChangesetSummary(changeset_id, actor.name, asked.origin, asked.note, counts, written)
        tell_done(database, actor, summary, now)
    return done


def _row_count(request: ChangesetRequest) -> int:
    columnar = (len(one.inserts.columns[0]) for one in request.tables if one.inserts and one.inserts.columns)
    return sum(len(one.ops) for one in request.tables) + sum(columnar)


def _referred(database: Database, request: ChangesetRequest) -> frozenset[str]:
    """Return the tables that rows of this changeset may refer to."""
    tables = [database.registry.table(one.table) for one in request.tables]
    return frozenset(str(field.references) for table in tables for field in table.references)


def _answered_before(
    database: Database, connection: sa.Connection, changeset_id: str, actor: Actor, request_hash: str
) -> Pushed | None:
    hole = database.backend.holes(1)
    sql = f"select account_id, request_hash, answer from changesets where id = {hole}"
    for account_id, known_hash, answer in fetch_all(connection, sql, (changeset_id,)):
        if account_id != actor.account_id or known_hash != request_hash:
            raise ChangesetIdTakenError
        if not answer:
            raise AnswerPrunedError
        return Pushed(unpacked(bytes(answer)), repeated=True, answer=None)
    return None


def _take(going: Push, request: ChangesetRequest, given: dict[str, GivenRows]) -> Answer:
    registry = going.registry
    ordered = sorted(request.tables, key=lambda one: registry.write_order[one.table])
    lock_stakes(going, ordered)
    inserted: list[Inserted] = []
    for changes in ordered:
        spec = registry.table(changes.table)
        # Taken out: the work may be tried again, and what was read is changed on the way.
        summed = take_table(going, spec, changes, given.pop(spec.name, None))
        if summed is not None:
            inserted.append(summed)
    tell_plugins(going, take_table)
    outcomes = [
        going.outcomes[one.table, index]
        for one in request.tables
        for index in sorted(index for table, index in going.outcomes if table == one.table)
    ]
    return Answer(request.id, request.dry_run, outcomes, inserted, going.warnings)


def take_table(going: Push, spec: TableSpec, changes: TableChanges, given: GivenRows | None = None) -> Inserted | None:
    """Take one table's changes; every row gets an outcome, those of a columnar insert are summed up.

    ``given`` are its new rows where they were read before.
    """
    if spec.name in going.lent:
        going = replace(going, actor=replace(going.actor, role="owner"), asked_by=going.person)
    if not spec.writable_by(going.actor.role):
        problem = problems.RoleMayNotWriteError(table=spec.sync.label, role=going.actor.role)
        for index, row_id in enumerate(_all_ids(changes)):
            going.refuse(spec, index, row_id, [problem], outcome="forbidden")
        return None
    ops = by_kind(changes)
    for index, row_id in ops.repeated:
        going.refuse(spec, index, row_id, [problems.RepeatedIdError()])
    # Deletes come first, so that a row typed anew may take the number of the one it replaces.
    if ops.deletes:
        _change(going, spec, ops.deletes)
    summed = None
    if ops.inserts or changes.inserts is not None:
        first_columnar = len(changes.ops)
        if given is None:
            read_only = going.fills_read_only
            given = read_given(
                going.actor, spec, ops.inserts, changes.inserts, first_columnar, fills_read_only=read_only
            )
        summed = write_inserts(going, check_inserts(going, read_inserts(going, given)), first_columnar)
    if ops.others:
        _change(going, spec, ops.others)
    return summed


def _change(going: Push, spec: TableSpec, ops: Sequence[PlacedOp]) -> None:
    """Take changes of rows that are there."""
    writes = check_writes(going, spec, read_updates(going, spec, ops))
    write_updates(going, spec, writes)
    if writes:
        going.written.append(told_of_writes(going, spec, writes))


def _all_ids(changes: TableChanges) -> list[str]:
    ids = [op.id for op in changes.ops]
    if changes.inserts is not None and "id" in changes.inserts.fields:
        ids += map(str, changes.inserts.columns[changes.inserts.fields.index("id")])
    return ids


def _held_back(request: ChangesetRequest, found: Mapping[tuple[str, int], RowOutcome]) -> Answer:
    """Return the answer of an all-or-nothing changeset that came to nothing."""
    outcomes = []
    for changes in request.tables:
        for index, row_id in enumerate(_all_ids(changes)):
            known = found.get((changes.table, index))
            if known is not None and known.outcome not in ACCEPTED:
                outcomes.append(known)
            else:
                outcomes.append(RowOutcome(changes.table, row_id, "held-back"))
    return Answer(request.id, request.dry_run, outcomes, [])
