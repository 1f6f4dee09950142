"""Buttons of plugins: pressed on the server, their files saved and their tables shown on a sheet."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlwings as xw

from kizuna_addin.book_errors import NothingSelectedError
from kizuna_addin.cells import DAY
from kizuna_addin.client import Client
from kizuna_addin.console import warning_lines
from kizuna_addin.errors import MoreToTellError, NotYetError
from kizuna_addin.functions import cell_value
from kizuna_addin.hosts import capabilities
from kizuna_addin.layout import dress_heading
from kizuna_addin.messages import Text
from kizuna_addin.press import Press
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.widths import fitting
from kizuna_addin.wire import read_warnings

SAVED = Text("{path} に保存しました。", "Saved as {path}.")
WRITTEN = Text("シート「{sheet}」に書きました。", "Written on the sheet “{sheet}”.")
_LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class Offered:
    """What came of a plugin's button: words, files by name, and the sheet its table was written on."""

    message: str
    files: tuple[tuple[str, bytes], ...] = ()
    sheet: str | None = None
    warnings: tuple[str, ...] = ()


def act_offered(press: Press, client: Client, name: str) -> Offered:
    """Press a plugin's button on the server and write its table onto a new sheet; the files are the caller's to keep.

    An argument that takes keys gets those of the selected rows. Raises NotYetError when the server offers no such action,
    MoreToTellError when it wants what a press cannot give, and NothingSelectedError.
    """
    action = _find(client.actions(), name)
    done = client.act(action["name"], _arguments(action, press))
    files = tuple((plain_name(str(one["name"])), base64.b64decode(one["content"])) for one in done.get("files") or ())
    sheet = None
    if table := done.get("table"):
        label = action["label"]["en" if press.language == "en" else "ja"]
        sheet = show_table(press.book, label, table["headings"], table["columns"])
    return Offered(str(done.get("message") or ""), files, sheet, read_warnings(done))


def press_offered(press: Press, name: str, *, folder: Path | None = None) -> None:
    """Press a plugin's button and tell what came of it; files go into `folder` (the person's downloads)."""
    with press.client() as client:
        done = act_offered(press, client, name)
    told = [done.message]
    for file, content in done.files:
        told.append(press.say(SAVED, path=save(folder or downloads(Path.home()), file, content)))
    if done.sheet is not None:
        told.append(press.say(WRITTEN, sheet=done.sheet))
    told += warning_lines(done.warnings, press.language)
    press.person.tell([line for line in told if line])


def plain_name(name: str) -> str:
    """Return the name of a file without anything that would lead out of its folder."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(". ") or "kizuna"


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write a file under its name, or with a number behind it where that name is taken; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = plain_name(name)
    stem, suffix = Path(plain).stem, Path(plain).suffix
    number = 1
    while True:
        path = folder / (plain if number == 1 else f"{stem} ({number}){suffix}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            number += 1
            continue
        return path


def downloads(home: Path) -> Path:
    """Return the folder where people look for what they fetched."""
    found = home / "Downloads"
    return found if found.is_dir() else home


def show_table(book: xw.Book, label: str, headings: Sequence[str], columns: Sequence[Sequence[Any]]) -> str:
    """Write a table onto a new sheet at the end, bring it to the front and return its name."""
    mind_read_only(book)
    plain = re.sub(r"[\\/:*?\[\]]", " ", label).strip("' ")[: _LONGEST_SHEET_NAME - 5] or "Kizuna"
    taken = {sheet.name.casefold() for sheet in book.sheets}
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain} ({number})"
    sheet = book.sheets.add(name, after=book.sheets[len(book.sheets) - 1])
    able = capabilities.of(book)
    heading = sheet.range((1, 1), (1, len(headings)))
    heading.value = [list(headings)]
    dress_heading(heading)
    for place, column in enumerate(columns, 1):
        cells = [cell_value(value) for value in column]
        days = any(isinstance(value, datetime) for value in cells)
        sheet.range((1, place)).column_width = fitting(
            headings[place - 1], () if days else cells, least=12 if days else 8
        )
        if not cells:
            continue
        area = sheet.range((2, place), (len(cells) + 1, place))
        if any(isinstance(value, str) for value in cells):
            # Somebody else's words must not become a formula here.
            area.number_format = "@"
            cells = [able.literal(value) if isinstance(value, str) else value for value in cells]
        elif days:
            area.number_format = DAY
        area.value = [[value] for value in cells]
    able.freeze(sheet, rows=1)
    capabilities.bring_forward(sheet)
    return name


def _find(actions: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    for one in actions:
        if one["name"] == name or one["name"].endswith(f"_{name}"):
            return one
    raise NotYetError


def _arguments(action: Mapping[str, Any], press: Press) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for one in action["arguments"]:
        if one["type"] == "keys":
            keys = [key for _, key in press.selected_rows() if key]
            if keys:
                arguments[one["name"]] = keys
            elif one["required"]:
                raise NothingSelectedError
        elif one["required"]:
            label = (one.get("label") or {}).get("en" if press.language == "en" else "ja") or one["name"]
            raise MoreToTellError(argument=label)
    return arguments
