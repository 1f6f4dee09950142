"""Formulas between Excel's notation and the one Calc's bulk calls speak, without LibreOffice.

Calc's bulk calls want `=SUM(A1:A3;$Sheet1.B2)` where Excel writes `=SUM(A1:A3,Sheet1!B2)`. Asking LibreOffice to
translate costs a millisecond for each cell, so the everyday formula is translated here; what is rarer (tables' own
references, other workbooks, unions, functions with other names) raises NotEverydayError and goes to LibreOffice's parser.
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
    return _translated(formula, _excel_signs(), lambda reference: moved(reference, down, right), from_excel=True)


def from_calc(formula: str) -> str:
    """Return Excel's notation of a formula in Calc's bulk notation."""
    return _translated(formula, _calc_signs(), lambda reference: reference, from_excel=False)


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


def _translated(
    formula: str, sign: Callable[[str, list[str]], str], move: Callable[[str], str], *, from_excel: bool
) -> str:
    out: list[str] = []
    # What each open bracket is: "f" of a function, "(" of a group, "{" of an array.
    brackets: list[str] = []
    previous, spaced = "", False
    for kind, token in _tokens(formula[1:], _refuse):
        if kind == "space":
            # Between two references a space is Excel's intersection; elsewhere it is only layout.
            spaced = previous in _REFERENCES or previous == ")"
            continue
        if spaced and (kind in _REFERENCES or kind == "function" or token == "("):
            raise NotEverydayError(token)
        spaced = False
        if kind == "function":
            if token.upper() in _OTHER_NAMES or token.upper().startswith(("COM.SUN.", "ORG.")):
                raise NotEverydayError(token)
            out.append(token.upper())
        elif kind == "cell":
            out.append(move(token).upper())
        elif kind in ("columns", "rows"):
            if move("A1") != "A1":
                raise NotEverydayError(token)
            out.append(token.upper())
        elif kind == "sheet":
            if not from_excel or previous == ":":
                raise NotEverydayError(token)
            out.append(f"${token[:-1]}.")
        elif kind == "native_sheet":
            if from_excel or previous == ":":
                raise NotEverydayError(token)
            out.append(token[:-1].lstrip("$") + "!")
        elif kind == "sign":
            if token == "(":
                brackets.append("f" if previous == "function" else "(")
            elif token == "{":
                brackets.append("{")
            elif token in ")}" and brackets:
                out.append(token)
                brackets.pop()
                previous = token
                continue
            out.append(sign(token, brackets))
        else:
            out.append(token)
        previous = token if kind == "sign" else kind
    return "=" + "".join(out)


def _excel_signs() -> Callable[[str, list[str]], str]:
    def sign(token: str, brackets: list[str]) -> str:
        inside = brackets[-1] if brackets else ""
        if token == ",":
            if inside not in ("f", "{"):
                raise NotEverydayError(token)  # a union of references
            return ";"
        if token == ";":
            if inside != "{":
                raise NotEverydayError(token)
            return "|"
        if token == "|":
            raise NotEverydayError(token)
        return token

    return sign


def _calc_signs() -> Callable[[str, list[str]], str]:
    def sign(token: str, brackets: list[str]) -> str:
        inside = brackets[-1] if brackets else ""
        if token == ";":
            return ","
        if token == "|":
            if inside != "{":
                raise NotEverydayError(token)
            return ";"
        if token == ",":
            raise NotEverydayError(token)
        return token

    return sign
