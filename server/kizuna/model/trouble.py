"""What can be wrong with the database itself, and how a driver's error says so."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kizuna.errors import OperationError, Text


class DatabaseBusyError(OperationError):
    """Others kept the database locked, or every connection in use, for too long."""

    code = "database-busy"
    text = Text(
        "データベースが混み合っています。少し待ってからもう一度送信してください。",
        "The database is busy. Wait a moment and send again.",
    )


class DiskFullError(OperationError):
    """There is no room left to write: in the database, or for a file under way."""

    code = "disk-full"
    text = Text(
        "サーバーのディスクに空きがなく、何も保存されていません。管理者に空きを作ってもらい、もう一度実行してください。"
        "閲覧はこのままできます。",
        "The server's disk is full (or over its quota); nothing was saved. Ask your administrator to free some space, "
        "then try again. Reading goes on as before.",
    )


class DatabaseAwayError(OperationError):
    """The database server cannot be reached, or has just ended our connection."""

    code = "database-away"
    text = Text(
        "データベースに接続できません。少し待ってからもう一度実行してください。続くときは管理者に知らせてください。",
        "The database cannot be reached. Wait a moment and try again; tell your administrator if it stays so.",
    )


NO_ROOM = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
)
"""Of SQLite's errors. Only ENOSPC gives the first; over a quota or a file size limit, writing fails with the others."""
NO_ROOM_ERRNO = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
Naming = Callable[[BaseException], OperationError | None]
"""Says which failure of ours a driver's error is; None where it is something else."""


@contextmanager
def named(block: AbstractContextManager[sa.Connection], name: Naming) -> Iterator[sa.Connection]:
    """Open ``block``; raise our own failure in place of a driver's error that means one."""
    try:
        with block as connection:
            yield connection
    except Exception as error:
        if (found := name(error)) is not None:
            raise found from error
        raise


def sqlite_trouble(error: BaseException) -> OperationError | None:
    """Return what an error of SQLite's driver means."""
    if isinstance(error, sa.exc.TimeoutError):
        return DatabaseBusyError()
    cause = driver_error(error)
    if isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", None) in NO_ROOM:
        return DiskFullError()
    return None


def file_trouble(error: BaseException) -> OperationError | None:
    """Return what an error of the operating system means for a file under way."""
    return DiskFullError() if isinstance(error, OSError) and error.errno in NO_ROOM_ERRNO else None


def driver_error(error: BaseException) -> BaseException:
    """Return the driver's own error where SQLAlchemy wrapped it."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
