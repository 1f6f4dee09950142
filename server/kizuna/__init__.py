"""Kizuna keeps every shop's Excel workbooks in step with one customer database.

These are the names plugin authors import.
"""

from kizuna._version import __version__
from kizuna.errors import Text
from kizuna.hookspecs import hookimpl
from kizuna.interest import concerns
from kizuna.offers import (
    Action,
    ActionResult,
    Block,
    FileResult,
    Look,
    Report,
    ReportChart,
    ReportTable,
    SheetChart,
    SheetTemplate,
    TableResult,
    block_of,
    csv_of,
    report_from,
    table_of,
)
from kizuna.rows import Asker, BrokenRule, ChangesetSummary, RowChanges, Write
from kizuna.services import Service, ServiceCaller
from kizuna.worksheet import (
    Argument,
    Blank,
    Changed,
    Columns,
    Data,
    Keys,
    Label,
    Numbers,
    Texts,
    WorksheetFunction,
    worksheet_function,
)

__all__ = [
    "Action",
    "ActionResult",
    "Argument",
    "Asker",
    "Blank",
    "Block",
    "BrokenRule",
    "Changed",
    "ChangesetSummary",
    "Columns",
    "Data",
    "FileResult",
    "Keys",
    "Label",
    "Look",
    "Numbers",
    "Report",
    "ReportChart",
    "ReportTable",
    "RowChanges",
    "Service",
    "ServiceCaller",
    "SheetChart",
    "SheetTemplate",
    "TableResult",
    "Text",
    "Texts",
    "WorksheetFunction",
    "Write",
    "__version__",
    "block_of",
    "concerns",
    "csv_of",
    "hookimpl",
    "report_from",
    "table_of",
    "worksheet_function",
]
