"""What plugins offer beside functions: sheets for workbooks, actions behind buttons, reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from kizuna.errors import Text
from kizuna.rows import Write
from kizuna.worksheet import NO_TEXT, Argument, Blank, Columns, Data, Label, WorksheetFunction

CellValue = str | int | float | date | Text | None
"""What a cell of a template holds: a text beginning with ``=`` is a formula, a `Text` is written in the book's language."""

Look = Literal["text", "date", "number", "money", "percent", "small-percent", "input"]
"""How a column shows its values; ``small-percent`` has two decimals, ``input`` invites people to type."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

ChartKind = Literal["bar", "line", "pareto"]
"""``pareto`` is bars of the first values and a line of the second, in per cent."""


@dataclass(frozen=True, slots=True)
class Block:
    """Cells laid out from a corner: a title, then headings, then rows or one formula whose answer fills the area.

    ``at`` is the corner, such as ``A4``. ``formula`` calls a table function; its answer takes ``lines`` rows below its own
    headings, which stand where ``headings`` are. ``looks`` has one entry per column, the last one standing for the rest.
    """

    at: str
    title: Text | None = None
    headings: tuple[Text, ...] = ()
    rows: tuple[tuple[CellValue, ...], ...] = ()
    formula: str = ""
    lines: int = 0
    looks: tuple[Look, ...] = ("text",)


@dataclass(frozen=True, slots=True)
class SheetChart:
    """A chart of one of a sheet's blocks: ``labels`` and ``values`` are places of its columns, ``at`` the chart's corner."""

    kind: ChartKind
    at: str
    block: int
    labels: int
    values: tuple[int, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class SheetTemplate:
    """A sheet for workbooks; ``widths`` are those of columns A, B, … in characters, ``freeze`` the first cell that scrolls."""

    name: str
    label: Text
    description: Text
    blocks: tuple[Block, ...]
    widths: tuple[float, ...] = ()
    freeze: str = ""
    charts: tuple[SheetChart, ...] = ()


@dataclass(frozen=True, slots=True)
class FileResult:
    """A file an action made, to be opened or saved under its name."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table an action shows: headings, and one sequence per column."""

    headings: tuple[Text, ...]
    columns: Columns


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action came to: a sentence for the person who pressed the button, and what they asked for."""

    message: Text
    files: tuple[FileResult, ...] = ()
    table: TableResult | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button for ribbon and pages; ``run`` gets the handle and one value per argument, `Keys` arguments as lists.

    An action with ``writes`` runs in a transaction of its own that ends in one changeset, and read-only accounts may not
    press it; without it, the handle refuses to write. ``personal`` asks for the right to see personal fields. ``icon`` is
    the name of one of Office's own pictures.
    """

    name: str
    label: Text
    help: Text
    run: Callable[[Write, Mapping[str, Any]], ActionResult] = field(repr=False)
    arguments: tuple[Argument, ...] = ()
    writes: bool = False
    personal: bool = False
    icon: str = "ListMacros"


@dataclass(frozen=True, slots=True)
class ReportChart:
    """The chart of a report: places of the columns that label and that are drawn, without the last line where it is a sum."""

    kind: ChartKind
    labels: int
    values: tuple[int, ...]
    without_last: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report's answer: headings, one sequence per column, how columns look, and what to draw of it."""

    title: Text
    headings: tuple[Text, ...]
    columns: Columns
    looks: tuple[Look, ...] = ("text",)
    chart: ReportChart | None = None
    note: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Report:
    """A table or chart for pages and paper; ``build`` gets the scoped data and the arguments by name."""

    name: str
    label: Text
    help: Text
    build: Callable[..., ReportTable] = field(repr=False)
    arguments: tuple[Argument, ...] = ()


def look_of(looks: Sequence[Look], column: int) -> Look:
    """Return how a column looks; the last look stands for the columns after it."""
    return looks[min(column, len(looks) - 1)] if looks else "text"


def report_from(
    function: WorksheetFunction,
    *,
    english: Sequence[str] = (),
    looks: tuple[Look, ...] = ("text",),
    chart: ReportChart | None = None,
) -> Report:
    """Return a report that shows what a table function answers; ``english`` are other headings in English than its own."""
    headings = _headings(function, english)

    def build(data: Data, **arguments: Any) -> ReportTable:
        answer = function.call(data, **arguments) if function.takes_data else function.call(**arguments)
        return ReportTable(function.label, headings, answer, looks, chart)

    return Report(function.name.lower(), function.label, function.description, build, function.arguments)


def block_of(
    function: WorksheetFunction,
    at: str,
    *,
    arguments: str = "",
    lines: int,
    english: Sequence[str] = (),
    looks: tuple[Look, ...] = ("text",),
    title: Text | None = None,
) -> Block:
    """Return a block that calls a table function with ``arguments`` as a cell would write them, ``lines`` rows deep.

    Its title is the function's label where none is given.
    """
    headings = _headings(function, english)
    return Block(
        at, title or function.label, headings, formula=f"={function.name}({arguments})", lines=lines, looks=looks
    )


def table_of(function: WorksheetFunction, columns: Columns, *, english: Sequence[str] = ()) -> TableResult:
    """Return what a table function answered as an action's table."""
    return TableResult(_headings(function, english), columns)


def _headings(function: WorksheetFunction, english: Sequence[str]) -> tuple[Text, ...]:
    return tuple(map(Text, function.returns, english)) if english else function.headings


def csv_of(table: TableResult, *, language: str = "ja") -> bytes:
    """Return a table as CSV that Excel opens by a double click: UTF-8 with a mark, dates as ISO text."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([one.in_language(language) for one in table.headings])
    for row in zip(*table.columns, strict=True):
        writer.writerow([_csv_cell(one, language) for one in row])
    return lines.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any, language: str) -> Any:
    if isinstance(value, Label | Text):
        return value.in_language(language)
    if value is None or isinstance(value, Blank):
        return ""
    if isinstance(value, str) and value[:1] in FORMULA_STARTS:
        return f"'{value}"  # a spreadsheet program would run it
    return value
