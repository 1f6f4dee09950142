"""Put the add-in where Excel starts it, and take it away again."""

from __future__ import annotations

import codecs
import csv
import shutil
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import xlwings

from kizuna_addin.install.errors import FileInUseError
from kizuna_addin.install.places import Places


def install(places: Places, addin: bytes, *, interpreter: Path) -> tuple[Path, ...]:
    """Write the add-in and its settings and return the files; raise FileInUseError while Excel holds the add-in open."""
    written = [places.addin, places.settings]
    _write(places.addin, addin)
    known = read_settings(places)
    text = settings_text({**known, places.interpreter_key: str(interpreter)})
    _write(places.settings, text.encode(_known(places.encoding)))
    if places.script is not None:
        name = f"xlwings-{xlwings.__version__}.applescript"
        places.script.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(xlwings.__file__).parent / name, places.script / name)
        written.append(places.script / name)
    return tuple(written)


def uninstall(places: Places) -> tuple[Path, ...]:
    """Remove the add-in and its settings and return the files that were there; workbooks and tokens stay."""
    removed = []
    for path in (places.addin, places.settings):
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except PermissionError as error:
            raise FileInUseError(file=path) from error
        removed.append(path)
    return tuple(removed)


def read_settings(places: Places) -> dict[str, str]:
    """Return the settings that VBA reads; none when the file is missing."""
    try:
        text = places.settings.read_text(encoding=_known(places.encoding), errors="replace")
    except OSError:
        return {}
    return {line[0]: line[1] for line in csv.reader(StringIO(text)) if len(line) == 2}


def settings_text(settings: Mapping[str, str]) -> str:
    """Return settings as VBA's ``Input #`` reads them: two quoted fields in a line."""
    return "".join(f'"{key}","{value}"\r\n' for key, value in settings.items())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    try:
        fresh.replace(path)
    except PermissionError as error:
        fresh.unlink()
        raise FileInUseError(file=path) from error


def _known(encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        # "mbcs" is known to Windows only; elsewhere nobody but a test writes these files.
        return "utf-8"
    return encoding
