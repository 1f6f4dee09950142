"""Texts of letters and mails: a template whose ``{fields}`` are filled with a customer's data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from kizuna_follow_up.errors import BrokenTemplateError, UnknownFieldError

FIELDS = (
    "宛名", "氏名", "名前", "ふりがな", "会社名", "担当者", "商品", "購入日", "店名", "店の電話", "今日",
    "addressee", "name", "kana", "company", "staff", "product", "purchased_on", "store", "store_phone", "today",
)  # fmt: skip
"""The fields a template may use, in either language."""


BRACKETS = {("(", ")"), ("（", "）"), ("「", "」"), ("[", "]")}


SALUTATION = re.compile(
    r"^[ \u3000]*\{\s*(?:氏名|名前|name)\s*\}[ \u3000]*(?:様|さま|殿|御中)[ \u3000]*$", re.MULTILINE
)


UNFINISHED = re.compile(r"[(（]\s*ここに[^()（）]*書いてください[^()（）]*[)）]")
"""What the standard texts say where the shop's own words belong."""


def is_unfinished(text: str) -> bool:
    """Tell whether a text still asks somebody to write something in."""
    return UNFINISHED.search(text) is not None


def addressed(template: str) -> str:
    """Return the template with a line that is only a name and 様 as ``{宛名}``, which knows how a company is written to."""
    return SALUTATION.sub("{宛名}", template)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return the template with each ``{field}`` replaced by its value; a field without a value becomes empty.

    Only whole names are looked up: no attributes, no indexes, no format codes, so a template can reach nothing but
    ``values``. A value that looks like a field is not filled again. ``{{`` and ``}}`` are the braces themselves. Raises
    UnknownFieldError for a field that is not in ``values``, BrokenTemplateError for a brace without a partner.
    """
    parts = []
    for literal, field in _parts(template):
        parts.append(literal)
        if field is not None:
            if field not in values:
                raise UnknownFieldError(field=field, known="、".join(values))
            parts.append(_shown(values[field]))
    return "".join(_without_empty_brackets(parts))


def _without_empty_brackets(parts: list[str]) -> list[str]:
    """Return literals and values in turn, without brackets that would stand around nothing."""
    for place in range(1, len(parts) - 1, 2):
        before, value, after = parts[place - 1 : place + 2]
        if not value and (before[-1:], after[:1]) in BRACKETS:
            parts[place - 1], parts[place + 1] = before[:-1], after[1:]
    return parts


def fields_of(template: str) -> list[str]:
    """Return the fields a template uses, in order, each once; raises BrokenTemplateError as `fill` does."""
    return list(dict.fromkeys(field for _, field in _parts(template) if field is not None))


def check(template: str, known: Mapping[str, object] | tuple[str, ...] = FIELDS) -> None:
    """Raise UnknownFieldError or BrokenTemplateError where `fill` would; for when a template is saved."""
    for field in fields_of(template):
        if field not in known:
            raise UnknownFieldError(field=field, known="、".join(known))


def _parts(template: str) -> Iterator[tuple[str, str | None]]:
    """Yield each stretch of text with the field that follows it, ``None`` after the last."""
    text: list[str] = []
    at = 0
    while at < len(template):
        letter = template[at]
        if letter in "{}" and template[at : at + 2] == letter * 2:
            text.append(letter)
            at += 2
        elif letter == "{":
            end = template.find("}", at)
            name = template[at + 1 : end].strip() if end > 0 else ""
            if not name or "{" in name:
                raise BrokenTemplateError(position=at + 1)
            yield "".join(text), name
            text = []
            at = end + 1
        elif letter == "}":
            raise BrokenTemplateError(position=at + 1)
        else:
            text.append(letter)
            at += 1
    yield "".join(text), None


def _shown(value: object) -> str:
    if value is None:
        return ""
    return shown_day(value) if isinstance(value, date) else str(value)


def shown_day(day: date) -> str:
    """Return a day as Japanese letters write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"
