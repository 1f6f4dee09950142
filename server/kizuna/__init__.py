"""Kizuna keeps every shop's Excel workbooks in step with one customer database.

These are the names plugin authors import.
"""

from kizuna._version import __version__
from kizuna.errors import Text
from kizuna.hookspecs import hookimpl
from kizuna.rows import Asker, BrokenRule, ChangesetSummary, RowChanges, Write
from kizuna.services import Service, ServiceCaller
from kizuna.worksheet import Blank, Columns, Data, Keys, Numbers, Texts, WorksheetFunction, worksheet_function

__all__ = [
    "Asker",
    "Blank",
    "BrokenRule",
    "ChangesetSummary",
    "Columns",
    "Data",
    "Keys",
    "Numbers",
    "RowChanges",
    "Service",
    "ServiceCaller",
    "Text",
    "Texts",
    "WorksheetFunction",
    "Write",
    "__version__",
    "hookimpl",
    "worksheet_function",
]
