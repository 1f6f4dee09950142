"""Merge two rows that are one: the winner takes fields, what refers to the loser moves over, the loser is deleted.

It is one changeset through the push path, so that it has history, rules and totals, and can be undone like any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
import orjson
import sqlalchemy as sa

from kizuna.errors import AccessError, NotFoundError, RequestError, Text
from kizuna.model.backend import Backend, fetch_all, stored_select
from kizuna.model.database import Database
from kizuna.model.fields import FieldSpec
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import wire_value
from kizuna.sync.changeset import ChangesetRequest, Op, Said, TableChanges
from kizuna.sync.duplicates.finding import refuse_without_personal
from kizuna.sync.push import Pushed, push
from kizuna.sync.references import UUID, stored_keys
from kizuna.sync.stakes import lock_every_feed

Side = Literal["winner", "loser"]


class NoRowToMergeError(NotFoundError):
    """No live row in scope has that number or id."""

    code = "no-row-to-merge"
    text = Text(
        "「{table}」に {named} の行がありません(削除済みか範囲外です)。番号か id を確かめてください。",
        "Table {table!r} has no row {named}: it is deleted or out of scope. Check its number or id.",
    )


class SameRowError(RequestError):
    """A row was to be merged with itself."""

    code = "same-row"
    text = Text("同じ行どうしは統合できません({named})。", "A row cannot be merged with itself ({named}).")


class MergeBeyondScopeError(AccessError):
    """Rows of stores the caller does not see refer to the row that would go."""

    code = "merge-beyond-scope"
    text = Text(
        "{named} を参照する行が、見えない店舗にもあります({table.ja})。全店が見えるオーナーに統合を依頼してください。",
        "Rows of stores you do not see refer to {named} ({table.en}). Ask an owner who sees every store to merge.",
    )


class MergeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish to merge; ``winner`` and ``loser`` are numbers or ids.

    ``fields`` says whose value a field gets. For the others the winner's counts, the loser's where the winner has none;
    tags come together, and a yes of either side (no mail, please) stays a yes.
    """

    id: str
    winner: Said
    loser: Said
    fields: dict[str, Side] = {}
    dry_run: bool = False
    device: Said | None = None
    note: Said | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two rows, in wire form."""

    id: str
    revision: int
    named: str
    values: Mapping[str, Any]


def merge_rows(
    database: Database, actor: Actor, table: str, asked: MergeRequest, *, now: datetime, language: str = "ja"
) -> Pushed:
    """Merge two rows and answer like a push; nothing is written unless everything is.

    Raises UnknownTableError, UnknownFieldError, NoRowToMergeError, SameRowError, MergeBeyondScopeError,
    PersonalWithheldError and what `push` raises.
    """
    spec = database.registry.table(table)
    refuse_without_personal(actor, spec)
    for name in asked.fields:
        spec.field(name)
    said = Text("{loser} を {winner} に統合", "{loser} merged into {winner}").format(
        loser=asked.loser, winner=asked.winner
    )
    request = ChangesetRequest(
        id=asked.id,
        tables=[],
        device=asked.device,
        note=asked.note or said.in_language(language),
        dry_run=asked.dry_run,
        all_or_nothing=True,
    )

    def plan(connection: sa.Connection) -> list[TableChanges]:
        # What refers to the loser must not grow between our look and our write, in whatever store.
        lock_every_feed(database.backend, connection)
        return plan_merge(database, connection, actor, spec, asked)

    named = hashlib.sha256(orjson.dumps([table, asked.winner, asked.loser, asked.fields])).hexdigest()
    return push(database, actor, request, now=now, request_hash=named, language=language, plan=plan)


def plan_merge(
    database: Database, connection: sa.Connection, actor: Actor, spec: TableSpec, asked: MergeRequest
) -> list[TableChanges]:
    """Return the changes that merge two rows."""
    winner = _row(database.backend, connection, actor, spec, asked.winner)
    loser = _row(database.backend, connection, actor, spec, asked.loser)
    if winner.id == loser.id:
        raise SameRowError(named=asked.winner)
    ops: dict[str, dict[str, Op]] = {spec.name: {loser.id: Op("delete", loser.id, loser.revision)}}
    taken = merged_fields(spec, winner.values, loser.values, asked.fields)
    if taken:
        ops[spec.name][winner.id] = Op("update", winner.id, winner.revision, taken)
    for table in database.registry:
        for field in table.references:
            if field.references == spec.name:
                known = ops.setdefault(table.name, {})
                for row_id, revision in _referring(database.backend, connection, actor, table, field, loser):
                    if row_id == loser.id:
                        continue
                    # A row must not come to refer to itself.
                    target = None if row_id == winner.id else winner.id
                    fields = known[row_id].fields if row_id in known else {}
                    known[row_id] = Op("update", row_id, revision, {**fields, field.name: target})
    return [TableChanges(table, ops=list(found.values())) for table, found in ops.items() if found]


def merged_fields(
    spec: TableSpec, winner: Mapping[str, Any], loser: Mapping[str, Any], chosen: Mapping[str, Side]
) -> dict[str, Any]:
    """Return what changes of the winner, in wire form. Pure."""
    taken: dict[str, Any] = {}
    for field in spec.fields:
        if field.type == "store" or field.read_only or field.fixed or (field.unique and field.name not in chosen):
            continue
        value = _chosen(field, winner.get(field.name), loser.get(field.name), chosen.get(field.name))
        if value != winner.get(field.name):
            taken[field.name] = value
    return taken


def _chosen(field: FieldSpec, mine: Any, theirs: Any, side: Side | None) -> Any:
    if side is not None:
        return mine if side == "winner" or (theirs is None and field.required) else theirs
    if field.type == "tags":
        return list(dict.fromkeys([*(mine or []), *(theirs or [])])) or None
    if field.type == "boolean":
        return True if theirs else mine
    return theirs if mine is None else mine


def _row(backend: Backend, connection: sa.Connection, actor: Actor, spec: TableSpec, named: str) -> Party:
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    column = "id" if UUID.match(named.lower()) else spec.key
    values = [named.lower()] if column == "id" else stored_keys(spec, [named])
    if column is not None and values:
        sql = f"{stored_select(backend, spec)} where {column} = {backend.holes(1)} and {live}"
        for row_id, store_id, revision, _, _, *stored in fetch_all(connection, sql, values):
            if actor.sees(store_id):
                wire = zip(spec.stored, stored, strict=True)
                return Party(
                    row_id, revision, named, {name: wire_value(spec.by_name[name].type, one) for name, one in wire}
                )
    raise NoRowToMergeError(table=spec.name, named=named[:60])


def _referring(
    backend: Backend, connection: sa.Connection, actor: Actor, table: TableSpec, field: FieldSpec, loser: Party
) -> list[tuple[str, int]]:
    """Return id and revision of the rows that refer to the loser; raise MergeBeyondScopeError."""
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    sql = f"select id, revision, store_id from {table.name} where {field.name} = {backend.holes(1)} and {live}"
    found = []
    for row_id, revision, store_id in fetch_all(connection, sql, (loser.id,)):
        if not actor.sees(store_id):
            raise MergeBeyondScopeError(named=loser.named, table=table.sync.label)
        found.append((row_id, revision))
    return found
