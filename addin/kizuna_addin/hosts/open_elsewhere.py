"""Lock files that Excel and LibreOffice put beside a workbook while somebody has it open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file and the name in it, empty where it tells none."""

    file: Path
    who: str


def lock_of(path: Path) -> Lock | None:
    """Return the lock of a workbook, None when no program has it open; stale ones of our own Calc are removed first."""
    from kizuna_addin.hosts.libreoffice import locks

    locks.remove_stale(path)
    if (who := locks.holder(path)) is not None:
        return Lock(locks.lock_file(path), who)
    excel = path.with_name(f"~${path.name}")
    try:
        content = excel.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        # Excel keeps its own lock closed to others while it runs.
        return Lock(excel, "Excel")
    # A count, then the name in the system's letters, padded with blanks.
    name = content[1 : 1 + content[0]] if content else b""
    return Lock(excel, name.decode("utf-8", "replace").strip())
