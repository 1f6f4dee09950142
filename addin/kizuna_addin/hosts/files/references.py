"""Formulas whose references follow cells that move."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from openpyxl.formula.tokenizer import Token, Tokenizer

from kizuna_addin.hosts.files.areas import MAX_COLUMNS, MAX_ROWS, Area, parsed, quoted_sheet, split_sheet

_DOLLARS = re.compile(r"(\$?)[A-Za-z]*(\$?)\d*")


@dataclass(frozen=True, slots=True)
class Move:
    """Cells that came in (`count` > 0) or went out (< 0) at `at`, down rows or across columns.

    Only what lies between `low` and `high` on the other axis moves.
    """

    by_rows: bool
    at: int
    count: int
    low: int
    high: int

    def moved(self, area: Area) -> Area | None:
        """Return where an area is afterwards; ``None`` when every cell of it went out."""
        low, high = (area.left, area.right) if self.by_rows else (area.top, area.bottom)
        if low < self.low or high > self.high:
            return area
        first, last = (area.top, area.bottom) if self.by_rows else (area.left, area.right)
        end = MAX_ROWS if self.by_rows else MAX_COLUMNS
        if first == 1 and last == end:
            return area
        first, last = self._moved_ends(first, last)
        if first > last or first > end:
            return None
        last = min(last, end)
        if self.by_rows:
            return replace(area, top=first, bottom=last)
        return replace(area, left=first, right=last)

    def _moved_ends(self, first: int, last: int) -> tuple[int, int]:
        if self.count > 0:
            return (first + self.count if first >= self.at else first, last + self.count if last >= self.at else last)
        gone = self.at - self.count  # the first place that stays
        new_first = first + self.count if first >= gone else min(first, self.at)
        new_last = last + self.count if last >= gone else min(last, self.at - 1)
        return new_first, new_last


def rewritten(formula: str, change: Callable[[str | None, str], str]) -> str:
    """Return a formula with each reference to cells replaced by `change(sheet name or None, address)`.

    `change` returns the new reference with its sheet; names, structured references and other workbooks' cells stay.
    """
    tokens = Tokenizer(formula)
    parts = ["="]
    for token in tokens.items:
        value = token.value
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and "[" not in value:
            sheet, address = split_sheet(value)
            if parsed(address.replace("$", "")) is not None:
                value = change(sheet, address)
        parts.append(value)
    return "".join(parts)


def moved_formula(formula: str, home: str, sheet: str, move: Move) -> str:
    """Return a formula that stands on sheet `home` after cells of `sheet` moved."""

    def change(named: str | None, address: str) -> str:
        target = named if named is not None else home
        prefix = "" if named is None else f"{quoted_sheet(named)}!"
        if target.lower() != sheet.lower():
            return prefix + address
        area = parsed(address)
        after = move.moved(area) if area else None
        if area is None or after == area:
            return prefix + address
        return prefix + ("#REF!" if after is None else dollared(after, address))

    return rewritten(formula, change)


def dollared(area: Area, like: str) -> str:
    """Return an area's address with ``$`` where another address of the same form has them."""
    first, _, last = like.partition(":")
    plain = area.address()
    ends = plain.split(":")
    if last and len(ends) == 1:
        ends = [plain, plain]
    return ":".join(_with_dollars(end, model) for end, model in zip(ends, (first, last), strict=False))


def _with_dollars(end: str, model: str) -> str:
    letters = end.rstrip("0123456789")
    digits = end[len(letters) :]
    marks = _DOLLARS.match(model)
    before = marks[1] if marks else ""
    between = marks[2] if marks else ""
    if not letters or not digits:
        return f"{before}{end}"
    return f"{before}{letters}{between}{digits}"
