"""A push on its way, kept in small files until the workbook is saved with its answer.

Saving a large workbook takes a second, so it is saved once, after the answer. Whatever ends the program before, a file
tells what was sent: `kizuna_addin.replay` brings that into the workbook as it was last saved. One file stands beside the
workbook and bears its name, for another PC that shares the folder; one stands in the person's own folder and bears the
workbook's hidden id, for a workbook that is renamed or moved before it is opened again.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

from kizuna_addin.hosts import capabilities
from kizuna_addin.hosts.durable import sync_folder
from kizuna_addin.preferences import preferences_file
from kizuna_addin.records import Pending
from kizuna_addin.sealed import DamagedRecordError, seal, unseal

ENDING = ".journal"
_NAME = "push"
_KEPT = 30 * 86_400.0
"""Seconds."""


@dataclass(frozen=True)
class Entry:
    """A push on its way to `server` from the workbook with the id `book`; `places` tells where its new rows stood, from 0.

    `path` is where the workbook lay, `stamp` tells its file from another that got its name since. Workbooks of earlier
    versions have no id.
    """

    server: str
    pending: Pending
    places: Mapping[str, int]
    book: str = ""
    path: str = ""
    stamp: str = ""


def _for_ourselves(path: str, flags: int) -> int:
    """Open a file that nobody else may read: it holds customers' data, as the workbook does."""
    return os.open(path, flags, 0o600)


class Journal:
    """The files of one workbook; a workbook that is no file of this machine has none."""

    def __init__(self, path: Path | None, *, book: str = "", at_home: Path | None = None, workbook: str = "") -> None:
        self.path = path
        self.book = book
        self.at_home = at_home
        self.workbook = workbook

    @classmethod
    def of(cls, book: xw.Book, name: str = "") -> Journal:
        """Return the journal of a workbook with this hidden id; nothing is read yet."""
        beside = capabilities.of(book).beside(book, ENDING)
        if beside is None:
            return cls(None)
        at_home = journals_folder() / f"{name}{ENDING}" if name else None
        return cls(beside, book=name, at_home=at_home, workbook=str(book.fullname))

    def read(self) -> Entry | None:
        """Return what was under way; None when there is nothing, or nothing that can be read.

        What stands beside the workbook is another's where a new workbook got the name of an old one. What stands in the
        person's folder is another's where the workbook that sent it still lies in its place as it was: this one is a copy.
        """
        found = _read(self.path)
        if found is not None and (not found.book or not self.book or found.book == self.book):
            return found
        found = _read(self.at_home)
        if found is None or found.book != self.book:
            return None
        is_ours = found.path == self.workbook or found.stamp != _stamp(found.path)
        return found if is_ours else None

    def owner(self) -> str | None:
        """Return whose journal stands beside the workbook and may not be read here, empty where the system does not tell.

        None where none is closed to us.
        """
        if self.path is None:
            return None
        try:
            with self.path.open("rb"):
                return None
        except PermissionError:
            return _owner_of(self.path)
        except OSError:
            return None

    def write(self, entry: Entry) -> bool:
        """Note what goes out, on the disk before this returns; False where no file can be written."""
        if self.path is None:
            return False
        record = {"server": entry.server, "pending": entry.pending.as_json(), "places": dict(entry.places)}
        where = {"book": self.book, "path": self.workbook, "stamp": _stamp(self.workbook)}
        lines = seal(_NAME, {**record, **where})
        if self.at_home is not None:
            with contextlib.suppress(OSError):
                self.at_home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(lines, self.at_home)
        return _write(lines, self.path)

    def remove(self) -> None:
        """Forget what was noted; a file that cannot be removed does no harm, for the workbook knows better by then.

        What a workbook noted elsewhere before it was moved stays for a month: a copy of it may need that too.
        """
        for one in (self.path, _beside(self.path)) if self.path is not None else ():
            with contextlib.suppress(OSError):
                one.unlink(missing_ok=True)
        if self.at_home is None:
            return
        noted = _read(self.at_home)
        if noted is None or noted.path == self.workbook:
            with contextlib.suppress(OSError):
                self.at_home.unlink(missing_ok=True)
        else:
            with contextlib.suppress(OSError):
                if time.time() - self.at_home.stat().st_mtime > _KEPT:
                    self.at_home.unlink()


def journals_folder() -> Path:
    """Return the person's own folder for pushes on their way."""
    return preferences_file().parent / "journals"


def _stamp(path: str) -> str:
    """Return what tells one state of a file from others; nothing where there is no file."""
    if not path:
        return ""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def _owner_of(path: Path) -> str:
    try:
        return path.owner()
    except (OSError, KeyError, NotImplementedError):
        # Windows names no owners here; UnsupportedOperation of newer Pythons is a NotImplementedError.
        return ""


def _read(path: Path | None) -> Entry | None:
    if path is None:
        return None
    try:
        raw = unseal(path.read_text("utf-8").split("\n"))
        where = [raw.get(name) or "" for name in ("book", "path", "stamp")]
        return Entry(raw["server"], Pending.read(raw["pending"]), raw["places"], *where)
    except (OSError, DamagedRecordError, ValueError, KeyError, TypeError):
        return None


def _write(lines: list[str], path: Path) -> bool:
    part = _beside(path)
    try:
        part.unlink(missing_ok=True)
        with open(part, "x", encoding="utf-8", newline="\n", opener=_for_ourselves) as stream:
            stream.write("\n".join(lines))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError:
        return False
    sync_folder(path.parent)
    return True


def _beside(path: Path) -> Path:
    """Return where a file is written before it takes its name."""
    return path.with_name(path.name + ".part")
