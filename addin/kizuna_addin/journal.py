"""A push on its way, kept in a small file beside the workbook until the workbook is saved with its answer.

Saving a large workbook takes a second, so it is saved once, after the answer. Whatever ends the program before, the file
tells what was sent: `kizuna_addin.replay` brings that into the workbook as it was last saved.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

from kizuna_addin.hosts import capabilities
from kizuna_addin.hosts.durable import sync_folder
from kizuna_addin.records import Pending
from kizuna_addin.sealed import DamagedRecordError, seal, unseal

ENDING = ".journal"
_NAME = "push"


@dataclass(frozen=True)
class Entry:
    """A push on its way to `server`; `places` tells where its new rows stood, by id, from 0."""

    server: str
    pending: Pending
    places: Mapping[str, int]


def _for_ourselves(path: str, flags: int) -> int:
    """Open a file that nobody else may read: it holds customers' data, as the workbook does."""
    return os.open(path, flags, 0o600)


class Journal:
    """The file beside one workbook; a workbook that is no file of this machine has none."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    @classmethod
    def of(cls, book: xw.Book) -> Journal:
        """Return a workbook's journal; nothing is read yet."""
        return cls(capabilities.of(book).beside(book, ENDING))

    def read(self) -> Entry | None:
        """Return what was under way; None when there is nothing, or nothing that can be read."""
        if self.path is None:
            return None
        try:
            raw = unseal(self.path.read_text("utf-8").split("\n"))
            return Entry(raw["server"], Pending.read(raw["pending"]), raw["places"])
        except (OSError, DamagedRecordError, ValueError, KeyError, TypeError):
            return None

    def write(self, entry: Entry) -> bool:
        """Note what goes out, on the disk before this returns; False where no file can be written."""
        if self.path is None:
            return False
        record = {"server": entry.server, "pending": entry.pending.as_json(), "places": dict(entry.places)}
        beside = self._beside(self.path)
        try:
            beside.unlink(missing_ok=True)
            with open(beside, "x", encoding="utf-8", newline="\n", opener=_for_ourselves) as stream:
                stream.write("\n".join(seal(_NAME, record)))
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(self.path)
        except OSError:
            return False
        sync_folder(self.path.parent)
        return True

    def remove(self) -> None:
        """Forget what was noted; a file that cannot be removed does no harm, for the workbook knows better by then."""
        for one in (self.path, self._beside(self.path)) if self.path is not None else ():
            with contextlib.suppress(OSError):
                one.unlink(missing_ok=True)

    @staticmethod
    def _beside(path: Path) -> Path:
        """Return where the file is written before it takes its name."""
        return path.with_name(path.name + ".part")
