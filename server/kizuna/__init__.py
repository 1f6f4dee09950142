"""Kizuna keeps every shop's Excel workbooks in step with one customer database."""

from kizuna.errors import Text
from kizuna.hookspecs import hookimpl
from kizuna.worksheet import (
    Blank,
    Columns,
    Data,
    Keys,
    Numbers,
    Texts,
    WorksheetFunction,
    worksheet_function,
)

__all__ = [
    "Blank",
    "Columns",
    "Data",
    "Keys",
    "Numbers",
    "Text",
    "Texts",
    "WorksheetFunction",
    "hookimpl",
    "worksheet_function",
]
