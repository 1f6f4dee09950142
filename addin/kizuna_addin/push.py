"""Check and push: what changed in the sheets sent in one request, each row answered on its own."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import xlwings as xw

from kizuna_addin.book_errors import TableLostError
from kizuna_addin.changeset import table_ops
from kizuna_addin.client import Client
from kizuna_addin.compare import Changes
from kizuna_addin.conflict_list import held_back
from kizuna_addin.conflict_sheet import show_conflicts
from kizuna_addin.desk import Desk, Progress, silent
from kizuna_addin.errors import AddinError, OfflineError, RefusedError
from kizuna_addin.identifiers import new_id
from kizuna_addin.losses import losses, mind_losses
from kizuna_addin.pending import SheetAnswer, forget_pending, settle_pending, split, take_in
from kizuna_addin.pull import pull_sheet
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.records import Pending, SheetRecord
from kizuna_addin.references import with_keys
from kizuna_addin.refresh import refresh
from kizuna_addin.same_server import mind_server
from kizuna_addin.states import problem_text
from kizuna_addin.table_sheet import ID, TableSheet
from kizuna_addin.wire import Changeset, Op, Outcome, TableOps
from kizuna_addin.writing import settle_ids


@dataclass(frozen=True, slots=True)
class SheetPush:
    """One sheet's part of a push or check: what was (or would be) sent, and the outcomes where the server was asked."""

    handle: str
    label: str
    new: int
    changed: int
    deleted: int
    blocked: int
    waiting: int
    """Conflicts that wait for a decision."""
    ops: tuple[Op, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[str, ...] = ()
    """What was refused, each with its cell, in the order of the sheet."""
    removed: tuple[str, ...] = ()
    """Headings of our columns that are gone from the sheet; what they hold is not synced."""

    def count(self, *outcomes: str) -> int:
        """Return how many rows had one of these outcomes."""
        return sum(one.outcome in outcomes for one in self.outcomes)


@dataclass(frozen=True)
class PushReport:
    """A push or check of a workbook; `changeset` is None when there was nothing to send."""

    sheets: tuple[SheetPush, ...]
    changeset: str | None = None
    finished: str | None = None
    """The id of an earlier push that had been cut and was finished first."""
    offline: bool = False
    lost: tuple[str, ...] = ()
    """Labels of tables that are gone from the workbook; nothing of theirs was sent, no deletion either."""
    warnings: tuple[str, ...] = ()
    """What the server warned of; the push stands."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing remains to be done by a person."""
        bad = ("conflict", "rejected", "forbidden", "gone", "held-back")
        return not self.lost and not any(one.blocked or one.waiting or one.count(*bad) for one in self.sheets)


@dataclass
class _Part:
    record: SheetRecord
    found: TableSheet
    changes: Changes
    waiting: int
    ops: tuple[Op, ...]
    given: Mapping[int, str] = field(default_factory=dict)

    def changes_with_ids(self) -> Changes:
        """Return the changes with the ids that their new rows were given."""
        inserts = tuple(replace(one, id=self.given.get(one.position, one.id)) for one in self.changes.inserts)
        return replace(self.changes, inserts=inserts)


def check(book: xw.Book, client: Client | None, *, handles: Collection[str] = (), device: str = "") -> PushReport:
    """Tell what a push would send, and what the server would answer; changes nothing but the state columns on the screen.

    The workbook is not saved: nobody asked for that. Without a client, or when the server cannot be reached, only the
    sheets are compared.
    """
    mind_read_only(book)
    desk = Desk.open(book)
    if client is not None:
        with contextlib.suppress(OfflineError):
            mind_server(desk, client)
    parts, lost = _parts(desk, handles)
    offline = client is None
    answers: Sequence[SheetAnswer] = ()
    warnings: tuple[str, ...] = ()
    if client is not None and any(part.ops for part in parts):
        pending = _pending(parts, device=device, note=None, dry_run=True)
        try:
            answer = client.push(pending.changeset)
            answers, warnings = split(pending, answer), answer.warnings
        except OfflineError:
            offline = True
    by_handle = {one.handle: one for one in answers}
    for part in parts:
        part_answer = by_handle.get(part.record.handle)
        problems = {one.id: one.problems for one in part_answer.outcomes if one.problems} if part_answer else None
        refresh(desk, part.found, problems=problems, changes=part.changes_with_ids())
    return PushReport(
        tuple(_report(desk, part, by_handle) for part in parts), offline=offline, lost=lost, warnings=warnings
    )


def push(
    book: xw.Book,
    client: Client,
    *,
    handles: Collection[str] = (),
    note: str | None = None,
    device: str = "",
    allow_deletes: bool = False,
    consent: str = "",
    all_or_nothing: bool = False,
    progress: Progress = silent,
) -> PushReport:
    """Send what changed in one request and bring the answer into the workbook.

    The changeset is on the disk before it is sent, so a push that was cut is repeated under the same id. Raises
    MassDeletionError, which names all of it, when unusually many rows or values are missing, unless `allow_deletes`
    or `consent` is that error's own, which a person gave to exactly what is missing now.
    """
    mind_read_only(book)
    desk = Desk.open(book)
    finished = settle_pending(desk, client)
    parts, lost = _parts(desk, handles)
    if not allow_deletes:
        mind_losses([one for part in parts for one in losses(desk, part.record, part.ops)], consent=consent)
    sending = [part for part in parts if part.ops]
    if not sending:
        for part in parts:
            refresh(desk, part.found, changes=part.changes)
        desk.keep()
        return PushReport(
            tuple(_report(desk, part, {}) for part in parts),
            finished=finished.changeset if finished else None,
            lost=lost,
        )
    for part in parts:
        settle_ids(part.found, part.changes, part.given)
    pending = _pending(sending, device=device, note=note, dry_run=False, all_or_nothing=all_or_nothing)
    desk.note(pending, {row: position for part in sending for position, row in part.given.items()})
    for part in sending:
        progress(desk.label(part.record.handle), len(part.ops))
    try:
        answer = client.push(pending.changeset)
    except RefusedError:
        forget_pending(desk)
        raise
    except AddinError:
        desk.keep()
        raise
    answer = with_keys(client, desk.schema, answer)
    take_in(desk, pending, answer, {part.record.handle: (part.found, part.changes_with_ids()) for part in sending})
    by_columns = {one.table for one in pending.changeset.tables if one.many_new}
    for part in sending:
        if part.record.table in by_columns:
            # The answer sums such rows up; what else the server filled in comes with a pull.
            pull_sheet(desk, client, part.record.handle, restore=False, progress=progress)
    show_conflicts(desk, desk.work.conflicts)
    desk.keep()
    by_handle = {one.handle: one for one in split(pending, answer)}
    return PushReport(
        tuple(_report(desk, part, by_handle) for part in parts),
        changeset=pending.changeset.id,
        finished=finished.changeset if finished else None,
        lost=lost,
        warnings=answer.warnings,
    )


def _parts(desk: Desk, handles: Collection[str]) -> tuple[list[_Part], tuple[str, ...]]:
    """Return what each sheet would send, and the labels of sheets that are gone."""
    parts = []
    lost = []
    taken: set[str] = set()
    for handle in desk.record.handles:
        if handles and handle not in handles:
            continue
        record = desk.sheet_record(handle)
        try:
            found = desk.read(handle)
        except TableLostError:
            lost.append(desk.label(handle))
            continue
        changes = desk.changes(record, found)
        conflicts = [one for one in desk.work.conflicts if one.handle == handle]
        ops, given = table_ops(record.base, held_back(changes, conflicts), new_id)
        # A row changed in two sheets of the same table goes out once; the other sheet's turn comes with the next push.
        ops = tuple(op for op in ops if op.id not in taken)
        taken.update(op.id for op in ops)
        parts.append(_Part(record, found, changes, len(conflicts), ops, given))
    return parts, tuple(lost)


def _pending(
    parts: Sequence[_Part], *, device: str, note: str | None, dry_run: bool, all_or_nothing: bool = False
) -> Pending:
    """Return one changeset of all sheets; a table shown by several sheets stands in it once."""
    by_table: dict[str, list[_Part]] = {}
    for part in parts:
        if part.ops:
            by_table.setdefault(part.record.table, []).append(part)
    tables = tuple(TableOps(table, tuple(op for part in some for op in part.ops)) for table, some in by_table.items())
    changeset = Changeset(new_id(), tables, device, note, dry_run, all_or_nothing)
    return Pending(changeset, tuple((part.record.handle, len(part.ops)) for some in by_table.values() for part in some))


def _report(desk: Desk, part: _Part, answers: Mapping[str, SheetAnswer]) -> SheetPush:
    answer = answers.get(part.record.handle)
    kinds = [op.kind for op in part.ops]
    return SheetPush(
        handle=part.record.handle,
        label=desk.label(part.record.handle),
        new=kinds.count("insert"),
        changed=kinds.count("update"),
        deleted=kinds.count("delete"),
        blocked=sum(part.changes.is_blocked(position) for position in part.changes.remarks),
        waiting=part.waiting,
        ops=part.ops,
        outcomes=answer.outcomes if answer else (),
        refusals=refusals(desk, part.found, answer.outcomes, _positions(part)) if answer else (),
        removed=desk.removed_columns(part.record, part.found),
    )


def _positions(part: _Part) -> dict[str, int]:
    return {**part.changes.positions, **{row: position for position, row in part.given.items()}}


def refusals(
    desk: Desk, found: TableSheet, outcomes: Sequence[Outcome], meant: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """Return the server's words about each refused row, with the cells they are about.

    ``meant`` are the positions of rows whose id is not in the sheet yet, or is there twice.
    """
    places = {str(row): position for position, row in enumerate(found.cells(ID)) if row} | dict(meant or {})
    shape = desk.shape(found.handle)
    placed: dict[int, str] = {}
    elsewhere = []
    for one in outcomes:
        position = places.get(one.id)
        if one.problems and position is not None:
            placed[position] = problem_text(one.problems, found, position, shape, desk.language)
        elif one.problems:
            elsewhere.append(" ".join(problem.message for problem in one.problems))
    return (*(placed[position] for position in sorted(placed)), *elsewhere)
