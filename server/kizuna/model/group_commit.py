"""Let writers that wait at the same time share one transaction: one commit, one flush to disk, for all of them.

A flush is what a small write costs, and it is what makes "taken" mean taken after a power cut. Whoever leads does its own work
and then that of everybody who has come meanwhile, each inside a savepoint of its own; it looks again after each, since many come
while it waits for another process to finish writing. Then it lets the next one lead before it wakes the others: the next
transaction runs while they answer their callers.

Whoever waits longer than their patience leaves the queue and hears that the database is busy. Work that may take long shares its
transaction with nobody, so that no commit waits for its end.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from kizuna.model.backend import savepoint
from kizuna.model.trouble import DatabaseBusyError

T = TypeVar("T")
MOST_TOGETHER = 64
LONGEST_TOGETHER = 0.05
"""Seconds a transaction takes further jobs: the first shall not wait for its answer, nor other processes for their turn."""
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
        """Take a job out of the queue and raise DatabaseBusyError; where it has begun, or its turn has come, wait on for it."""
        with self._order:
            if job.wake.acquire(blocking=False):
                return
            if job in self._waiting:
                self._waiting.remove(job)
                raise DatabaseBusyError
        job.wake.acquire()

    def _lead(self) -> None:
        """Do what waits, first come, first served; the leader is the first."""
        batch: list[_Job] = []
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

    def _do(self, batch: list[_Job]) -> None:
        """Run the leader's job, and in its transaction whatever comes until it has none to wait for; note them in ``batch``."""
        with self._order:
            first = self._waiting.popleft()
        batch.append(first)
        if first.alone or not first.keep:
            self._alone(first)
            return
        try:
            with self._open(KEEP) as connection:
                # Waiting for our turn does not count: it is then that most come.
                until = time.monotonic() + LONGEST_TOGETHER
                # It has the transaction to itself so far: what fails takes nothing of others back.
                first.value = first.work(connection)
                while len(batch) < MOST_TOGETHER and time.monotonic() < until and (job := self._next(batch)):
                    self._inside(connection, job)
        except BaseException as error:
            if len(batch) == 1 and isinstance(error, Exception):
                first.error = error
                return
            # Whatever spoilt the shared transaction, each job finds out for itself whether it was the one.
            for job in batch:
                job.value, job.error, job.spoiled = None, None, True
            if not isinstance(error, Exception):
                raise
        finally:
            for job in batch:
                job.done = True

    def _next(self, batch: list[_Job]) -> _Job | None:
        """Return who waits next and may join, None when nobody does."""
        with self._order:
            if not self._waiting or self._waiting[0].alone:
                return None
            batch.append(self._waiting.popleft())
        return batch[-1]

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
