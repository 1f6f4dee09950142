"""The lock files LibreOffice leaves beside an open workbook, and which of them nobody holds any more."""

from __future__ import annotations

import os
import re
import socket
import urllib.parse
import urllib.request
from pathlib import Path

from .process import PROFILE_PREFIX

_ESCAPED = re.compile(r"\\(.)")


def lock_file(path: Path) -> Path:
    """Return where LibreOffice notes that it has a file open."""
    return path.with_name(f".~lock.{path.name}#")


def holder(path: Path) -> str | None:
    """Return who has the file open by its lock file, "somebody" where the note does not say, None without a lock."""
    try:
        fields = _fields(lock_file(path))
    except OSError:
        return None
    return next((text for text in (fields[0], fields[1], fields[2]) if text.strip()), "somebody")


def remove_stale(path: Path) -> bool:
    """Remove a lock that a killed soffice of ours left behind; tell whether one was removed.

    Ours is a lock made on this computer from a profile of ours that no longer exists. A stale lock makes
    LibreOffice's next open of the file return nothing at all.
    """
    lock = lock_file(path)
    try:
        fields = _fields(lock)
    except OSError:
        return False
    profile = _profile(fields[-1])
    if PROFILE_PREFIX not in str(profile) or profile.exists() or fields[2] not in ("", socket.gethostname()):
        return False
    try:
        lock.unlink()
    except OSError:
        return False
    return True


def _fields(lock: Path) -> list[str]:
    """Return the note's five fields: name, login, computer, time, profile."""
    text = lock.read_text(encoding="utf-8", errors="replace").strip().rstrip(";")
    fields = [_ESCAPED.sub(r"\1", part) for part in text.split(",")]
    return [*[*fields, "", "", "", ""][:4], fields[-1]]


def _profile(url: str) -> Path:
    """Return the profile's own folder; the note names its `user` folder."""
    path = urllib.request.url2pathname(urllib.parse.urlparse(url).path)
    folder = Path(path.rstrip(os.sep))
    return folder.parent if folder.name == "user" else folder
