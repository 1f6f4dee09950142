"""Let writers that wait at the same time share one transaction: one commit, one flush to disk, for all of them.

A flush is what a small write costs, and it is what makes "taken" mean taken after a power cut. Whoever leads does the work of
everybody who waits, each inside a savepoint of its own, then lets one who came meanwhile lead before it wakes the others: the
next transaction runs while they answer their callers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from kizuna.model.backend import savepoint

T = TypeVar("T")
MOST_TOGETHER = 64
KEEP = True
OpenTransaction = Callable[[bool], AbstractContextManager[sa.Connection]]
"""Opens a writing transaction; the flag says whether to commit it at the end."""


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class _Job:
    work: Callable[[sa.Connection], Any]
    keep: bool
    done: bool = False
    value: Any = None
    error: BaseException | None = None
    spoiled: bool = False
    wake: threading.Lock = field(default_factory=_locked)
    """Released once it is this job's thread's turn: to lead, or to go on with what came of it."""


class _TakenBackError(Exception):
    """Rolls a savepoint back whose job wants nothing kept."""


class _SpoiledError(Exception):
    """The shared transaction is lost: each job runs alone."""


class GroupCommit:
    """The writer's seat of one process and the queue before it."""

    def __init__(self, open_transaction: OpenTransaction, spoils: Callable[[BaseException], bool]) -> None:
        """``spoils`` tells errors that may have ended the whole transaction, not only one job's part of it."""
        self._open = open_transaction
        self._spoils = spoils
        self._waiting: deque[_Job] = deque()
        self._led = False
        self._order = threading.Lock()
        self._seat = threading.Lock()

    def run(self, work: Callable[[sa.Connection], T], *, keep: bool) -> T:
        """Run ``work`` in a transaction, perhaps one shared with others; return its value or raise its error."""
        job = _Job(work, keep)
        with self._order:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.wake.acquire()
        if not job.done:
            self._lead()
        if job.spoiled:
            with self._seat:
                self._alone(job)
        if job.error is not None:
            raise job.error
        value: T = job.value
        return value

    def _lead(self) -> None:
        """Do everything that waits, up to a limit; first come, first served, which the leader is."""
        with self._order:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        try:
            with self._seat:
                self._do(batch)
        finally:
            with self._order:
                heir = self._waiting[0] if self._waiting else None
                self._led = heir is not None
            if heir is not None:
                heir.wake.release()
            for job in batch[1:]:
                job.wake.release()

    def _do(self, batch: Sequence[_Job]) -> None:
        if len(batch) == 1:
            self._alone(batch[0])
            return
        try:
            with self._open(KEEP) as connection:
                for job in batch:
                    self._inside(connection, job)
        except BaseException as error:
            # Whatever spoilt the shared transaction, each job finds out for itself whether it was the one.
            for job in batch:
                job.value, job.error, job.spoiled = None, None, True
            if not isinstance(error, Exception):
                raise
        finally:
            for job in batch:
                job.done = True

    def _inside(self, connection: sa.Connection, job: _Job) -> None:
        try:
            with savepoint(connection):
                job.value = job.work(connection)
                if not job.keep:
                    raise _TakenBackError
        except _TakenBackError:
            pass
        except Exception as error:
            if self._spoils(error):
                raise _SpoiledError from error
            job.error = error

    def _alone(self, job: _Job) -> None:
        try:
            with self._open(job.keep) as connection:
                job.value = job.work(connection)
        except Exception as error:  # noqa: BLE001  # handed to the thread that asked
            job.error = error
        job.done = True
