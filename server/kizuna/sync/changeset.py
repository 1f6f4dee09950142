"""What a client sends in a push, and what it gets back."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

import msgspec

from kizuna.decoding import decode
from kizuna.errors import RequestError, Text
from kizuna.unreadable import why

Origin = Literal["sheet", "import", "web", "api", "plugin", "undo"]
OpKind = Literal["insert", "update", "delete", "restore"]
Outcome = Literal["applied", "merged", "unchanged", "conflict", "rejected", "forbidden", "gone", "held-back"]
ACCEPTED: frozenset[Outcome] = frozenset({"applied", "merged", "unchanged"})


class MalformedError(RequestError):
    """The body is not JSON, or not of the form the protocol describes."""

    code = "malformed"
    text = Text(
        "送信内容を読めません: {reason.ja}。docs/protocol.md の形に直してください。",
        "Cannot read the request: {reason.en}. See docs/protocol.md for its form.",
    )

    def __init__(self, reason: Text, **more: str) -> None:
        super().__init__(reason=reason, **more)

    @classmethod
    def of(cls, error: BaseException) -> MalformedError:
        """Return the failure for what a reader of JSON said; its own words are in ``detail``."""
        return cls(why(error), detail=str(error)[:300])


CLAIMED = Text(
    "origin は sheet、import、web、api のどれかです。取り消しは POST …/changesets/<id>/undo で行います",
    "origin is one of sheet, import, web, api; undo is POST …/changesets/<id>/undo",
)


RowId = Annotated[str, msgspec.Meta(max_length=200)]
Said = Annotated[str, msgspec.Meta(max_length=1_000, pattern=r"\A[^\x00]*\Z")]
"""What a client says about itself; no database keeps a NUL."""


class Op(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row's change as the client made it from ``base``."""

    op: OpKind
    id: RowId
    base: int | None = None
    fields: dict[str, Any] = {}


class Inserts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many new rows of one table, a column at a time; every column is as long as the others."""

    fields: list[str]
    columns: list[list[Any]]


class TableChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a changeset does to one table."""

    table: str
    ops: list[Op] = []
    inserts: Inserts | None = None


class ChangesetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A push."""

    id: str
    tables: list[TableChanges]
    device: Said | None = None
    origin: Origin = "api"
    note: Said | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    undoes: str | None = None


class FieldConflict(msgspec.Struct, frozen=True):
    """One field changed on both sides; ``field`` is None when the whole row is at stake."""

    field: str | None
    base: Any
    mine: Any
    theirs: Any
    who: str | None
    when: str | None


class Problem(msgspec.Struct, frozen=True):
    """A broken rule, with its cure."""

    field: str | None
    code: str
    message: str


class RowOutcome(msgspec.Struct, omit_defaults=True):
    """What became of one row."""

    table: str
    id: str
    outcome: Outcome
    revision: int | None = None
    fields: dict[str, Any] | None = None
    conflicts: list[FieldConflict] | None = None
    problems: list[Problem] | None = None


class Inserted(msgspec.Struct, frozen=True):
    """The applied rows of a columnar insert, summed up."""

    table: str
    count: int
    revisions: list[tuple[int, int, int]]
    filled: dict[str, list[Any]]


class PluginWarning(msgspec.Struct, frozen=True):
    """A plugin that failed while the changeset was taken; the changeset stands without it."""

    plugin: str
    hook: str
    message: str


class Answer(msgspec.Struct, frozen=True):
    """The answer to a push, kept for repeats."""

    changeset: str
    dry_run: bool
    outcomes: list[RowOutcome]
    inserted: list[Inserted]
    warnings: list[PluginWarning] = []


def read_changeset(body: bytes) -> ChangesetRequest:
    """Return the push a body holds; raise MalformedError.

    What a plugin or an undo did is said by the server, so no client may claim it.
    """
    try:
        asked = decode(body, ChangesetRequest)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise MalformedError.of(error) from None
    if asked.undoes is not None or asked.origin in {"undo", "plugin"}:
        raise MalformedError(CLAIMED)
    return asked


def request_hash(body: bytes) -> str:
    """Return the hash that tells a repeat of a changeset from another one under the same id."""
    return hashlib.sha256(body).hexdigest()
