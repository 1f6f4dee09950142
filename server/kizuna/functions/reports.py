"""Build plugins' reports, and describe them as the wire does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from kizuna.errors import KizunaError, NotFoundError, OperationError, Text
from kizuna.functions.arguments import read_named
from kizuna.functions.catalogue import describe_argument
from kizuna.functions.wired import is_cell, plain
from kizuna.model.data import ScopedData
from kizuna.offers import Report, ReportTable, look_of
from kizuna.patience import told, within
from kizuna.plugins import Plugins
from kizuna.worksheet import Blank, Label

log = logging.getLogger("kizuna.functions")
MOST_SECONDS = 60.0


class UnknownReportError(NotFoundError):
    """No plugin declares a report of that name."""

    code = "unknown-report"
    text = Text(
        "「{report}」という帳票はありません。GET /api/v1/reports で確かめてください。",
        "There is no report {report!r}. See GET /api/v1/reports.",
    )


class ReportFailedError(OperationError):
    """A plugin's report raised, or gave back something that is no report."""

    code = "report-failed"
    text = Text(
        "帳票 {report}(プラグイン {plugin})が失敗しました: {reason}。プラグインの作者に知らせてください。",
        "Report {report} (plugin {plugin}) failed: {reason}. Tell the plugin's author.",
    )


def find_report(plugins: Plugins, name: str) -> Report:
    """Return the report called ``name``; raise UnknownReportError."""
    try:
        return plugins.reports[name]
    except KeyError:
        raise UnknownReportError(report=name[:60]) from None


def build_report(plugins: Plugins, report: Report, data: ScopedData, given: Mapping[str, Any]) -> ReportTable:
    """Return a report's answer; raise ReportFailedError and what `read_named` raises."""
    arguments = read_named(report.name, report.arguments, given)
    plugin = plugins.owner("report", report.name)
    try:
        table = within(MOST_SECONDS, lambda: report.build(data, **arguments), stop=data.abandon)
        reason = wrong_with(table)
    except KizunaError:
        raise
    except Exception as error:
        log.exception("report %s of plugin %s failed", report.name, plugin)
        raise ReportFailedError(report=report.name, plugin=plugin, reason=told(error)) from error
    if reason:
        raise ReportFailedError(report=report.name, plugin=plugin, reason=reason)
    return table


def wrong_with(table: Any) -> str:
    """Return what is wrong with a report's answer, empty when nothing is."""
    if not isinstance(table, ReportTable):
        return f"gave {type(table).__name__}, not ReportTable"
    words = [table.title, table.note, *table.headings]
    if any(not isinstance(one, Text) for one in words):
        return "has a title, a heading or a note that is no Text"
    lengths = {len(column) for column in table.columns}
    if len(table.columns) != len(table.headings) or len(lengths) > 1:
        return f"gave {len(table.columns)} columns of {sorted(lengths)} values under {len(table.headings)} headings"
    strange = next((one for column in table.columns for one in column if not is_cell(one)), None)
    if strange is not None:
        return f"has {type(strange).__name__} in a cell"
    drawn = [table.chart.labels, *table.chart.values] if table.chart else []
    if any(not 0 <= place < len(table.columns) for place in drawn):
        return f"draws columns {drawn} of {len(table.columns)}"
    return ""


def describe_report(report: Report, plugin: str) -> dict[str, Any]:
    """Return one report as the catalogue shows it."""
    return {
        "name": report.name,
        "label": report.label.as_json(),
        "help": report.help.as_json(),
        "plugin": plugin,
        "arguments": [describe_argument(one) for one in report.arguments],
    }


def report_json(report: Report, table: ReportTable, language: str) -> dict[str, Any]:
    """Return a report's answer as the wire shows it."""
    chart = table.chart
    return {
        "name": report.name,
        "title": table.title.in_language(language),
        "headings": [one.in_language(language) for one in table.headings],
        "looks": [look_of(table.looks, place) for place in range(len(table.columns))],
        "columns": [[shown(one, language) for one in column] for column in table.columns],
        "chart": msgspec.to_builtins(chart) if chart else None,
        "note": table.note.in_language(language),
    }


def shown(value: Any, language: str) -> Any:
    """Return a value of a table as JSON; texts in the caller's language, a blank with its reason as null."""
    if isinstance(value, Label | Text):
        return value.in_language(language)
    return None if isinstance(value, Blank) else plain(value)
