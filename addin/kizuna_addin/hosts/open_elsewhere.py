"""Lock files that Excel and LibreOffice put beside a workbook while somebody has it open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_WIDE_NAME = 55


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
    return Lock(excel, _who(content))


def _who(content: bytes) -> str:
    """Return the name in Excel's lock: a count and the name in the system's letters, then both again in UTF-16."""
    count, name = content[_WIDE_NAME : _WIDE_NAME + 2], content[_WIDE_NAME + 2 :]
    if len(count) == 2 and 0 < int.from_bytes(count, "little") <= len(name) // 2:
        return name[: 2 * int.from_bytes(count, "little")].decode("utf-16-le", "replace").strip()
    return content[1 : 1 + content[0]].decode("utf-8", "replace").strip() if content else ""
