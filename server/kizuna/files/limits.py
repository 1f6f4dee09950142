"""How much a file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may take: bytes on disk and unpacked, rows, columns, seconds and memory of the workbook reader."""

    file_bytes: int = 64 * MIB
    unpacked_bytes: int = 512 * MIB
    # Honest workbooks stay near 10 to 1; below `ratio_free_bytes` even a strange ratio cannot hurt.
    unpack_ratio: int = 100
    ratio_free_bytes: int = 32 * MIB
    archive_entries: int = 10_000
    rows: int = 1_048_576
    columns: int = 1_024
    # One cell of Excel holds 32,767 characters; CSV text may be longer, but not without end.
    cell_characters: int = 1_000_000
    seconds: float = 60.0
    memory_bytes: int = 2048 * MIB
