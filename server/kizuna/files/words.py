"""Read the ways people write yes and no, choices, tags, and values that are text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from kizuna.errors import Text
from kizuna.files.faults import NotABoolean, UnknownChoice
from kizuna.files.header import normal_name
from kizuna.files.table import Cell

_YES = {
    "はい",
    "○",
    "◯",
    "〇",
    "●",
    "◎",
    "✓",
    "✔",
    "レ",
    "true",
    "yes",
    "y",
    "1",
    "可",
    "有",
    "あり",
    "有り",
    "する",
    "on",
    "済",
    "t",
}
_NO = {
    "いいえ",
    "×",
    "✕",
    "✗",
    "x",
    "false",
    "no",
    "n",
    "0",
    "不可",
    "無",
    "なし",
    "無し",
    "しない",
    "off",
    "未",
    "f",
    "-",
}
_BETWEEN_TAGS = re.compile(r"[、,，;；\n\t|｜]+")
_POSTAL = re.compile(r"〒?\s*(\d{3})[-\s]?(\d{4})")
_DASHES = str.maketrans(dict.fromkeys("−‐‑‒–—―ー─", "-"))
_NOT_PHONE = re.compile(r"[^0-9()+\-\s]")


class Choice(Protocol):
    """One value of a choice field and its label, as the tables declare them."""

    @property
    def value(self) -> str:
        """What is stored."""

    @property
    def label(self) -> Text:
        """What people see."""


def parse_boolean(cell: Cell) -> bool:
    """Return what a filled cell says: はい/いいえ, ○/×, TRUE/FALSE, 1/0, 可/不可 and their like."""
    if isinstance(cell, bool):
        return cell
    word = unicodedata.normalize("NFKC", as_text(cell)).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotABoolean


def choice_names(choices: Sequence[Choice]) -> Mapping[str, str]:
    """Return normalised value or label → value; a value wins over another choice's label."""
    names: dict[str, str] = {}
    for text, value in [
        *((choice.value, choice.value) for choice in choices),
        *((label, choice.value) for choice in choices for label in (choice.label.ja, choice.label.en)),
    ]:
        names.setdefault(normal_name(text), value)
    return names


def parse_choice(cell: Cell, names: Mapping[str, str], choices: Sequence[Choice]) -> str:
    """Return the value of the choice that a filled cell names by value or label."""
    value = names.get(normal_name(as_text(cell)))
    if value is None:
        known = Text("、".join(one.label.ja for one in choices), ", ".join(one.label.en for one in choices))
        raise UnknownChoice(choices=known)
    return value


def parse_tags(cell: Cell) -> list[str]:
    """Return the words of a filled cell, cut at 、 , ; | and line ends, each once, in order."""
    return list(dict.fromkeys(tag for part in _BETWEEN_TAGS.split(as_text(cell)) if (tag := part.strip())))


def as_text(cell: Cell) -> str:
    """Return a filled cell as text: text as it is but for line ends, 1.0 as ``1``, days in ISO form."""
    if isinstance(cell, str):
        # Excel and Windows end lines with two characters; on the wire a line ends with one.
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def parse_reference(cell: Cell) -> str:
    """Return a filled cell as the key of another row; spaces around it are not part of a key."""
    return as_text(cell).strip()


def parse_postal_code(cell: Cell) -> str:
    """Return a Japanese postal code as ``150-0002``; what is none stays as it was typed."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 10_000 <= cell <= 9_999_999:
        # A number cell has lost its leading zeros (060-0001 in Sapporo).
        cell = f"{cell:07d}"
    text = as_text(cell)
    found = _POSTAL.fullmatch(unicodedata.normalize("NFKC", text).translate(_DASHES).strip())
    return f"{found.group(1)}-{found.group(2)}" if found else text


def parse_phone(cell: Cell) -> str:
    """Return a phone number in plain digits and dashes; what holds other letters stays as it was typed."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 10**8 <= cell < 10**10:
        # A number cell has lost the leading zero that every Japanese number has.
        cell = f"0{cell}"
    text = as_text(cell)
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    return text if _NOT_PHONE.search(plain) else plain
