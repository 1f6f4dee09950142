"""Answer a pull: a snapshot or what changed since a cursor, a page at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import sqlalchemy as sa

from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.fields import FieldSpec
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.sync.cursor import Cursor, decode_cursor
from kizuna.sync.filter import Condition, read_filter
from kizuna.sync.pages import Page, PageQuery, build_page

Layout = Literal["rows", "columns"]
Refs = Literal["id", "key"]
LARGEST_PAGE = 50_000
USUAL_PAGE = 20_000


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What a client asks for."""

    table: str
    cursor: str | None = None
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    refs: Refs = "id"
    layout: Layout = "rows"
    limit: int = USUAL_PAGE
    etag: str | None = None


@dataclass(frozen=True)
class Plan:
    """A pull made ready: what to read, from where, and how to call the answer.

    ``positions`` is where each feed stands now for this table, ``since`` where the client stands; ``scope`` are the feeds this
    table's rows are in, ``readable`` all the caller may see. ``referred`` is where the tables stand whose keys are shown or asked
    for: a number that changes there changes this answer, and no row of this table.
    """

    spec: TableSpec
    fields: tuple[FieldSpec, ...]
    condition: Condition | None
    request: PullRequest
    mode: Literal["snapshot", "delta"]
    reason: str | None
    positions: dict[int, int]
    since: dict[int, int]
    started: dict[int, int] | None
    asked: Cursor
    scope: tuple[int, ...] = ()
    readable: tuple[int, ...] = ()
    referred: tuple[tuple[str, int, int], ...] = ()

    @property
    def nothing_new(self) -> bool:
        """Whether the client has everything, so that no row need be touched."""
        return self.mode == "delta" and self.since == self.positions

    @property
    def etag(self) -> str:
        """The name of the data's position for this question."""
        return self.asked.etag if not self.referred else f'"{_short_hash((self.asked.etag, self.referred))}"'

    @property
    def may_be_known(self) -> bool:
        """Whether a client that names the ETag needs no answer: not in the middle of a snapshot, whose pages share one."""
        return self.request.cursor is None or self.nothing_new

    @property
    def cache_key(self) -> tuple[object, ...]:
        """What the first page of a snapshot depends on."""
        start = tuple(sorted(self.since.items())), tuple(sorted((self.started or {}).items()))
        return (self.spec.name, self.etag, self.request.layout, self.request.limit, self.mode, self.reason, start)


def plan_pull(database: Database, connection: sa.Connection, actor: Actor, request: PullRequest) -> Plan:
    """Decide what a pull comes to by comparing positions; touches no rows.

    Raises UnknownTableError, UnknownFieldError and BadFilterError.
    """
    spec = actor.table(database.registry.table(request.table))
    fields = tuple(spec.field(name) for name in dict.fromkeys(request.fields)) if request.fields else spec.fields
    condition = read_filter(database.backend, database.registry, spec, request.filter)
    feeds = (0,) if spec.common else actor.feeds
    scope, values = database.backend.in_list("store_id", feeds)
    hole = database.backend.holes(1)
    sql = f"select store_id, revision from feed_positions where table_name = {hole} and {scope}"
    positions = dict.fromkeys(feeds, 0) | dict(fetch_all(connection, sql, (spec.name, *values)))
    described = [(one.name, one.type) for one in fields]
    asked = Cursor(
        scope=actor.scope_hash,
        fields=_short_hash((spec.name, described, request.refs)),
        filter=_short_hash(condition.text if condition else ""),
        positions=positions,
    )
    by_key = request.refs == "key" or condition is not None
    referred = _referred(database, connection, spec.references if by_key else ())
    held = decode_cursor(request.cursor) if request.cursor else None
    reason = _why_snapshot(database, connection, request, held, asked)
    if reason is None and held is not None:
        mode: Literal["snapshot", "delta"] = "delta" if held.started is None else "snapshot"
        reason = None if held.started is None else "continued"
        return Plan(
            spec,
            fields,
            condition,
            request,
            mode,
            reason,
            positions,
            held.positions,
            held.started,
            asked,
            feeds,
            actor.feeds,
            referred,
        )
    since = dict.fromkeys(feeds, 0)
    return Plan(
        spec,
        fields,
        condition,
        request,
        "snapshot",
        reason,
        positions,
        since,
        positions,
        asked,
        feeds,
        actor.feeds,
        referred,
    )


def _referred(
    database: Database, connection: sa.Connection, references: Sequence[FieldSpec]
) -> tuple[tuple[str, int, int], ...]:
    tables = sorted({one.references for one in references if one.references is not None})
    if not tables:
        return ()
    condition, values = database.backend.in_list("table_name", tables)
    sql = f"select table_name, store_id, revision from feed_positions where {condition} order by table_name, store_id"
    return tuple((name, store, revision) for name, store, revision in fetch_all(connection, sql, values))


def read_page(database: Database, connection: sa.Connection, plan: Plan) -> bytes:
    """Return one page of the answer as JSON."""
    if plan.nothing_new:
        page = Page(pieces=[])
        standing, started = plan.positions, None
    else:
        query = PageQuery(
            database.backend,
            database.registry,
            connection,
            plan.spec,
            plan.fields,
            plan.condition,
            plan.request.refs,
            plan.readable,
            plan.request.layout,
        )
        page, standing = build_page(query, plan.positions, plan.since, plan.started, plan.request.limit, plan.scope)
        started = plan.started if standing != plan.positions else None
    cursor = Cursor(plan.asked.scope, plan.asked.fields, plan.asked.filter, standing, started)
    more = standing != plan.positions
    names = ["id", "revision", *(one.name for one in plan.fields)]
    head = msgspec.json.encode({"mode": plan.mode, "reason": plan.reason, "fields": names})
    tail = msgspec.json.encode({"gone": page.gone, "cursor": cursor.encode(), "more": more})
    by_column = plan.request.layout == "columns"
    data = (b'"columns":', *page.columns(len(names))) if by_column else (b'"rows":', *page.rows())
    return b"".join((head[:-1], b",", *data, b",", tail[1:]))


def _why_snapshot(
    database: Database, connection: sa.Connection, request: PullRequest, held: Cursor | None, asked: Cursor
) -> str | None:
    """Return why the client's cursor does not fit, None when it does."""
    if request.cursor is None:
        return "first-pull"
    if held is None:
        return "cursor-unreadable"
    if held.scope != asked.scope or held.positions.keys() != asked.positions.keys():
        return "scope-changed"
    if held.fields != asked.fields:
        return "fields-changed"
    if held.filter != asked.filter:
        return "filter-changed"
    ahead = (*held.positions.items(), *(held.started or {}).items())
    if any(revision > asked.positions[one] for one, revision in ahead):
        return "data-restored"
    # Of a snapshot under way only what happened since its beginning needs history; of a feed that stands still, nothing.
    seen = held.positions if held.started is None else held.started
    behind = {store: revision for store, revision in seen.items() if revision != asked.positions[store]}
    if behind and _pruned(database, connection, behind):
        return "history-pruned"
    return None


def _pruned(database: Database, connection: sa.Connection, positions: dict[int, int]) -> bool:
    condition, values = database.backend.in_list("store_id", list(positions))
    sql = f"select store_id, pruned_revision from feeds where {condition}"
    return any(positions[store] < pruned for store, pruned in fetch_all(connection, sql, values))


def _short_hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]


def split_names(text: str | None) -> tuple[str, ...] | None:
    """Return the field names of a comma-separated list; None where none was given."""
    names: Sequence[str] = [one.strip() for one in (text or "").split(",") if one.strip()]
    return tuple(names) or None
