"""What the answer to a push means for base, sheet and conflicts: pure. The base moves only for what was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.base import Base
from kizuna_addin.conflict_list import CHANGED_ROW, DELETED_ROW, OpenConflict
from kizuna_addin.wire import ACCEPTED, Op, Outcome, Problem


@dataclass(frozen=True)
class Settled:
    """One table after a push."""

    base: Base
    write: Mapping[str, Mapping[str, Any]]
    """Cells to write: what the server filled in or others had changed."""
    sent: frozenset[str]
    """Rows that were accepted, new ones included."""
    problems: Mapping[str, tuple[Problem, ...]]
    """Refused rows and why."""
    held_back: frozenset[str]
    conflicts: tuple[OpenConflict, ...]


def settle(handle: str, base: Base, ops: Sequence[Op], outcomes: Sequence[Outcome]) -> Settled:
    """Return base, cells and conflicts after the outcomes of what was sent."""
    sent_ops = {op.id: op for op in ops}
    rows: dict[str, Mapping[str, Any]] = {}
    revisions: dict[str, int] = {}
    write: dict[str, Mapping[str, Any]] = {}
    gone: list[str] = []
    sent: set[str] = set()
    problems: dict[str, tuple[Problem, ...]] = {}
    held: set[str] = set()
    conflicts: list[OpenConflict] = []
    for outcome in outcomes:
        op = sent_ops.get(outcome.id)
        if op is None or _is_old_news(base, outcome):
            continue
        whole_row = outcome.outcome == "conflict" and any(one.field is None for one in outcome.conflicts)
        if op.kind == "delete" and (outcome.outcome in ACCEPTED or outcome.outcome == "gone"):
            gone.append(op.id)
            sent.add(op.id)
        elif outcome.outcome in ACCEPTED:
            rows[op.id] = {**op.fields, **outcome.fields}
            sent.add(op.id)
        elif outcome.outcome == "conflict" and not whole_row:
            open_fields = {one.field for one in outcome.conflicts}
            mine = {name: value for name, value in op.fields.items() if name not in open_fields}
            if op.kind == "update":
                rows[op.id] = {**mine, **outcome.fields}
        elif outcome.outcome == "held-back":
            held.add(op.id)
        elif outcome.outcome != "conflict" and outcome.outcome != "gone":
            problems[op.id] = outcome.problems
        conflicts.extend(_conflicts(handle, op, outcome))
        known = op.id in base.places or op.id in rows
        if outcome.revision is not None and known and op.kind != "delete" and not whole_row:
            revisions[op.id] = outcome.revision
        if op.id in rows:
            write[op.id] = rows[op.id]
    return Settled(
        base=base.moved(rows=rows, revisions=revisions, gone=gone),
        write=write,
        sent=frozenset(sent),
        problems=problems,
        held_back=frozenset(held),
        conflicts=tuple(conflicts),
    )


def _is_old_news(base: Base, outcome: Outcome) -> bool:
    """Return whether the base has moved past an answer, which happens when a repeated push is answered from the first time."""
    place = base.places.get(outcome.id)
    return place is not None and outcome.revision is not None and outcome.revision < base.revisions[place]


def _conflicts(handle: str, op: Op, outcome: Outcome) -> list[OpenConflict]:
    if outcome.outcome == "gone" and op.kind != "delete":
        return [OpenConflict(handle, op.id, None, None, CHANGED_ROW, DELETED_ROW)]
    if outcome.outcome != "conflict":
        return []
    return [
        OpenConflict(
            handle,
            op.id,
            one.field,
            one.base,
            (DELETED_ROW if op.kind == "delete" else CHANGED_ROW) if one.field is None else op.fields.get(one.field),
            (one.theirs or CHANGED_ROW) if one.field is None else one.theirs,
            one.who,
            one.when,
            outcome.revision,
        )
        for one in outcome.conflicts
    ]
