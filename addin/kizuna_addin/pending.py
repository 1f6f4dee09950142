"""A push's answer brought into the workbook, and a push that was cut finished under its own id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kizuna_addin.book_errors import BaseDamagedError, JournalClosedError, JournalOfSomebodyError, TableLostError
from kizuna_addin.cells import rendered_column
from kizuna_addin.client import Client
from kizuna_addin.compare import Changes
from kizuna_addin.conflict_list import merged_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.errors import NotAllowedError, RefusedError, WrongTokenError
from kizuna_addin.outcomes import Settled, settle
from kizuna_addin.records import Pending, SheetRecord
from kizuna_addin.references import with_keys
from kizuna_addin.refresh import refresh
from kizuna_addin.replay import replay
from kizuna_addin.same_server import mind_server
from kizuna_addin.table_sheet import TableSheet
from kizuna_addin.wire import Answer, Op, Outcome
from kizuna_addin.writing import write_values

PUSHES_KEPT = 50


@dataclass(frozen=True)
class SheetAnswer:
    """The answer of a push for one sheet: what was sent and what became of it."""

    handle: str
    ops: tuple[Op, ...]
    outcomes: tuple[Outcome, ...]


def split(pending: Pending, answer: Answer) -> tuple[SheetAnswer, ...]:
    """Return the answer sheet by sheet; outcomes come in the order of the operations."""
    ops = [op for one in pending.changeset.tables for op in one.ops]
    parts = []
    start = 0
    for handle, count in pending.parts:
        end = start + count
        parts.append(SheetAnswer(handle, tuple(ops[start:end]), answer.outcomes[start:end]))
        start = end
    return tuple(parts)


def settle_pending(desk: Desk, client: Client) -> Answer | None:
    """Send a push that was cut once more, under its own id, and take in its answer; None when nothing is pending.

    A push that the server now refuses as a whole was never applied; it is forgotten and its rows count as unsent. Whoever
    is not signed in learns nothing of it, so it stays. Raises JournalClosedError where only somebody else may read what was cut.
    """
    mind_server(desk, client)
    if desk.lost is not None:
        replay(desk, desk.lost)
    pending = desk.work.pending
    if pending is None:
        owner = desk.journal.owner()
        if owner:
            raise JournalClosedError(book=desk.book.name, who=owner, journal=desk.journal.path)
        if owner is not None:
            raise JournalOfSomebodyError(book=desk.book.name, journal=desk.journal.path)
        return None
    try:
        answer = client.push(pending.changeset)
    except WrongTokenError:
        desk.keep()
        raise
    except RefusedError as error:
        forget_pending(desk)
        if isinstance(error, NotAllowedError):
            raise
        return None
    take_in(desk, pending, with_keys(client, desk.schema, answer))
    desk.keep()
    return answer


def forget_pending(desk: Desk) -> None:
    """Note that nothing is under way any more."""
    desk.memory.put_work(replace(desk.work, pending=None))
    desk.keep()


def take_in(
    desk: Desk, pending: Pending, answer: Answer, known: Mapping[str, tuple[TableSheet, Changes]] | None = None
) -> None:
    """Bring an answer into sheets, bases and conflicts. The base moves only for what was accepted.

    `known` spares reading and comparing sheets that were read just now.
    """
    for part in split(pending, answer):
        try:
            record = desk.sheet_record(part.handle)
            found, changes = (known or {}).get(part.handle) or _read(desk, record)
        except (BaseDamagedError, TableLostError):
            # The pull that heals or restores this sheet brings what was applied.
            continue
        settled = settle(part.handle, record.base, part.ops, part.outcomes)
        _write(desk, found, part.ops, settled, changes)
        answered = {op.id for op in part.ops}
        problems = {row: some for row, some in record.problems.items() if row not in answered}
        record = replace(record, base=settled.base, problems={**problems, **settled.problems})
        desk.memory.put_sheet(record)
        work = desk.work
        still = [one for one in work.conflicts if one.handle != part.handle or not _is_closed(one.row, one.field, part)]
        desk.memory.put_work(replace(work, conflicts=merged_conflicts(still, settled.conflicts)))
        now = desk.changes(record, found, before=changes, touched=answered)
        refresh(desk, found, sent=settled.sent, held_back=settled.held_back, changes=now)
    work = desk.work
    pushed = (*work.pushed, pending.changeset.id)[-PUSHES_KEPT:]
    desk.memory.put_work(replace(work, pending=None, pushed=pushed))


def _read(desk: Desk, record: SheetRecord) -> tuple[TableSheet, Changes]:
    found = desk.read(record.handle)
    return found, desk.changes(record, found)


def _is_closed(row: str, field: str | None, part: SheetAnswer) -> bool:
    return any(op.id == row and (field is None or field in op.fields) for op in part.ops)


def _write(desk: Desk, found: TableSheet, ops: tuple[Op, ...], settled: Settled, changes: Changes) -> None:
    """Write what the server filled in or put right, but not over a cell that was typed after sending."""
    shape = desk.shape(found.handle)
    sent = {op.id: op.fields for op in ops}
    # Not by the ids as they stand in the sheet: a row copied since has its original's.
    positions = {one.id: one.position for one in changes.inserts if one.id} | dict(changes.positions)
    typed: dict[str, Mapping[str, Any]] = {one.id: one.fields for one in changes.inserts if one.id}
    typed |= changes.updates
    write: dict[int, dict[str, Any]] = {}
    for row, values in settled.write.items():
        position = positions.get(row)
        if position is None:
            continue
        mine = typed.get(row, {})
        for name, value in values.items():
            if name not in found.columns or (name in mine and mine[name] != sent[row].get(name)):
                continue
            shown = rendered_column(shape.by_name[name], [value], desk.language)[0] if name in shape.by_name else None
            if found.body[position][found.columns[name]] != shown:
                write.setdefault(position, {})[name] = value
    write_values(found, shape, write, desk.language)
