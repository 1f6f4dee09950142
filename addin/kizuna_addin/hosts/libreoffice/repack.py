"""Parts of a package exchanged; all others keep their packed bytes, because packing them again costs most of a save."""

from __future__ import annotations

import copy
import os
import shutil
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

# A zip's local header has the lengths of name and extra field here; the name follows at 30.
_LENGTHS_AT, _LENGTHS = 26, struct.Struct("<HH")
_SIZES_FOLLOW = 0x08
_PIECE = 2**20


def repack(path: Path, changed: Mapping[str, bytes]) -> None:
    """Put other bytes into some parts of a zip; the file is the old one or the new one at any moment."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.touch(mode=0o600)
        shutil.copymode(path, beside)
        with (
            zipfile.ZipFile(path) as old,
            path.open("rb") as packed,
            beside.open("wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in old.infolist():
                data = changed.get(part.filename)
                if data is None:
                    _copy(packed, part, new, stream)
                else:
                    new.writestr(part, data)
        os.replace(beside, path)  # noqa: PTH105
    finally:
        beside.unlink(missing_ok=True)


def _copy(packed: BinaryIO, part: zipfile.ZipInfo, new: zipfile.ZipFile, stream: BinaryIO) -> None:
    """Copy one part as it is packed; its sizes go into its header, where they may have stood behind it."""
    packed.seek(part.header_offset + _LENGTHS_AT)
    packed.seek(sum(_LENGTHS.unpack(packed.read(_LENGTHS.size))), os.SEEK_CUR)
    entry = copy.copy(part)
    entry.flag_bits &= ~_SIZES_FOLLOW
    entry.extra = b""
    stream.seek(new.start_dir)
    entry.header_offset = stream.tell()
    stream.write(entry.FileHeader())
    left = entry.compress_size
    while left:
        piece = packed.read(min(left, _PIECE))
        if not piece:
            raise zipfile.BadZipFile(f"{part.filename} ends early")
        stream.write(piece)
        left -= len(piece)
    new.filelist.append(entry)
    new.NameToInfo[entry.filename] = entry
    new.start_dir = stream.tell()
