"""Formulas between Excel's notation and the one Calc's bulk calls speak, without LibreOffice.

Calc's bulk calls want `=SUM(A1:A3;$Sheet1.B2)` where Excel writes `=SUM(A1:A3,Sheet1!B2)`. Asking LibreOffice to
translate costs a millisecond for each cell, so the everyday formula is translated here; what is rarer (tables' own
references, other workbooks, unions, functions with other names) raises NotEverydayError and goes to LibreOffice's own
parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .addresses import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

# Functions whose names mean something else on the other side.
_OTHER_NAMES = frozenset({"DURATION", "PDURATION", "CONVERT", "CONVERT_OOO", "ERRORTYPE"})

_REFERENCES = frozenset({"cell", "columns", "rows", "name", "sheet", "native_sheet"})

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
      | (?P<sheet>(?:'(?:[^'\[\]]|'')+'|[^\W\d][\w.]*)!)(?=\$?[A-Za-z0-9])
      | (?P<native_sheet>\$?(?:'(?:[^'\[\]]|'')+'|[^\W\d]\w*)\.)(?=\$?[A-Z]{1,3}\$?\d)
      | (?P<error>\#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!))
      | (?P<function>[^\W\d][\w.]*)(?=\()
      | (?P<cell>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6})(?![\w.])
      | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w.(])
      | (?P<rows>\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6})(?![\w.])
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<space>\s+)
      | (?P<sign><=|>=|<>|[-+*/^&=<>%(){},;|:])
    """,
    re.VERBOSE,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)")


class NotEverydayError(ValueError):
    """A formula holds something that only LibreOffice's own parser can translate."""


def to_calc(formula: str, *, down: int = 0, right: int = 0) -> str:
    """Return Calc's bulk notation of an Excel formula, its relative references moved like a copy to another cell."""
    return _Translation(_CALC_SIGNS, down=down, right=right, from_excel=True).of(formula)


def from_calc(formula: str) -> str:
    """Return Excel's notation of a formula in Calc's bulk notation."""
    return _Translation(_EXCEL_SIGNS, down=0, right=0, from_excel=False).of(formula)


def moved(reference: str, down: int, right: int) -> str:
    """Return a cell reference moved by rows and columns; parts marked with $ stay."""
    match = _CELL.fullmatch(reference)
    if match is None or not (down or right):
        return reference
    column, row = column_number(match[2]), int(match[4])
    column += 0 if match[1] else right
    row += 0 if match[3] else down
    if not (1 <= column <= MAX_COLUMNS and 1 <= row <= MAX_ROWS):
        raise NotEverydayError(reference)
    return f"{match[1]}{column_letters(column)}{match[3]}{row}"


def capitals(formula: str) -> str:
    """Return the formula with each function's name in capitals, as Excel shows even those it does not know."""
    return "".join(
        token.upper() if kind == "function" else token
        for kind, token in _tokens(formula, lambda rest: ("other", rest[0]))
    )


def _tokens(formula: str, otherwise: Callable[[str], tuple[str, str]]) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        kind, token = (match.lastgroup or "", match[0]) if match else otherwise(formula[at:])
        found.append((kind, token))
        at += len(token)
    return found


def _refuse(rest: str) -> tuple[str, str]:
    raise NotEverydayError(rest)


# What a separator becomes, by where it stands: in a function's brackets, in an array's, or in neither.
_CALC_SIGNS = {("f", ","): ";", ("{", ","): ";", ("{", ";"): "|"}
_EXCEL_SIGNS = {("f", ";"): ",", ("{", ";"): ",", ("{", "|"): ";"}
_SEPARATORS = ",;|"
_CLOSING = ")}"


class _Translation:
    """One formula on its way from one notation to the other."""

    def __init__(self, signs: dict[tuple[str, str], str], *, down: int, right: int, from_excel: bool) -> None:
        self.signs = signs
        self.down = down
        self.right = right
        self.from_excel = from_excel
        # What each open bracket is: "f" of a function, "(" of a group, "{" of an array.
        self.brackets: list[str] = []
        self.previous = ""

    def of(self, formula: str) -> str:
        out, spaced = ["="], False
        for kind, part in _tokens(formula[1:], _refuse):
            if kind == "space":
                # Between two references a space is Excel's intersection; elsewhere it is only layout.
                spaced = self.previous in _REFERENCES or self.previous == ")"
                continue
            if spaced and (kind in _REFERENCES or kind == "function" or part == "("):
                raise NotEverydayError(part)
            spaced = False
            out.append(self._sign(part) if kind == "sign" else self._word(kind, part))
            self.previous = part if kind == "sign" else kind
        return "".join(out)

    def _word(self, kind: str, part: str) -> str:
        if kind == "function":
            if part.upper() in _OTHER_NAMES or part.upper().startswith(("COM.SUN.", "ORG.")):
                raise NotEverydayError(part)
            return part.upper()
        if kind == "cell":
            return moved(part, self.down, self.right).upper()
        if kind in ("columns", "rows"):
            if self.down or self.right:
                raise NotEverydayError(part)
            return part.upper()
        if kind in ("sheet", "native_sheet"):
            # A range over several sheets names the second one after the colon.
            if self.previous == ":" or self.from_excel != (kind == "sheet"):
                raise NotEverydayError(part)
            return f"${part[:-1]}." if self.from_excel else part[:-1].lstrip("$") + "!"
        return part

    def _sign(self, part: str) -> str:
        if part == "(":
            self.brackets.append("f" if self.previous == "function" else part)
        elif part == "{":
            self.brackets.append(part)
        elif part in _CLOSING and self.brackets:
            self.brackets.pop()
        elif part in _SEPARATORS:
            inside = self.brackets[-1] if self.brackets else ""
            if (inside, part) not in self.signs:
                # A comma outside a function is Excel's union of references.
                raise NotEverydayError(part)
            return self.signs[inside, part]
        return part
