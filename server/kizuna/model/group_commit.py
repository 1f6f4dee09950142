"""Let writers that wait at the same time share one transaction: one commit, one flush to disk, for all of them.

A flush is what a small write costs, and it is what makes "taken" mean taken after a power cut. Whoever leads does the work of
everybody who waits, each inside a savepoint of its own, then lets one who came meanwhile lead before it wakes the others: the
next transaction runs while they answer their callers.

Whoever waits longer than their patience leaves the queue and hears that the database is busy. Work that may take long runs in a
transaction of its own, so that nobody's commit waits for its end.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from kizuna.model.backend import savepoint
from kizuna.model.trouble import DatabaseBusyError

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
    alone: bool = False
    begun: bool = False
    left: bool = False
    """Whether its thread gave up waiting before it was begun."""
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

    def run(self, work: Callable[[sa.Connection], T], *, keep: bool, alone: bool = False, until: float) -> T:
        """Run ``work`` in a transaction, perhaps one shared with others; return its value or raise its error.

        ``alone`` says that it may take long, and shares with nobody. Raises DatabaseBusyError, and runs nothing, when its
        turn has not come by ``until`` on the monotonic clock.
        """
        job = _Job(work, keep, alone)
        with self._order:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads and not job.wake.acquire(timeout=_left(until)):
            self._leave(job)
        if not job.done:
            self._lead()
        if job.spoiled:
            if not self._seat.acquire(timeout=_left(until)):
                raise DatabaseBusyError
            try:
                self._alone(job)
            finally:
                self._seat.release()
        if job.error is not None:
            raise job.error
        value: T = job.value
        return value

    def _leave(self, job: _Job) -> None:
        """Take a job out of the queue and raise DatabaseBusyError; wait on for one that has begun, or whose turn has come."""
        with self._order:
            if job.wake.acquire(blocking=False):
                return
            if not job.begun:
                job.left = True
                if job in self._waiting:
                    self._waiting.remove(job)
                raise DatabaseBusyError
        job.wake.acquire()

    def _lead(self) -> None:
        """Do everything that waits, up to a limit; first come, first served, which the leader is."""
        with self._order:
            batch = [self._waiting.popleft()]
            while self._waiting and len(batch) < MOST_TOGETHER and not (batch[0].alone or self._waiting[0].alone):
                batch.append(self._waiting.popleft())
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
        opened = False
        try:
            with self._open(KEEP) as connection:
                opened = True
                for job in batch:
                    if self._begins(job):
                        self._inside(connection, job)
        except BaseException as error:
            # Whatever spoilt the shared transaction, each job finds out for itself whether it was the one. Where none could
            # be opened it was no job, and each would wait as long for the same.
            for job in batch:
                job.value, job.error, job.spoiled = None, None if opened else error, opened
            if not isinstance(error, Exception):
                raise
        finally:
            for job in batch:
                job.done = True

    def _begins(self, job: _Job) -> bool:
        """Return whether a job's thread still waits for it; from here on it waits to the end."""
        with self._order:
            job.begun = not job.left
        return job.begun

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


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())
